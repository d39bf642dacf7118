"""Who may open what: each page answers each role as its view declares."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import URLPattern

from choral import Shop
from choral.team import PERMISSIONS, ROLES, may
from tests.interfaces.web.pages import PAGES, Page, addresses

STRICT = ("default-src 'none'", "script-src 'self'", "style-src 'self'", "frame-ancestors 'none'", "base-uri 'none'")


def patterns(console: Shop) -> list[URLPattern]:
    from choral.interfaces.web.urls import urlpatterns

    return urlpatterns


def test_every_address_says_who_may_use_it(console: Shop) -> None:
    known = PERMISSIONS | {"public", "signed in"}
    undeclared = [str(one.pattern) for one in patterns(console) if getattr(one.callback, "permission", "") not in known]
    assert not undeclared


def test_every_page_is_in_the_registry_that_is_opened_in_three_languages_and_judged_by_axe(console: Shop) -> None:
    from django.urls import resolve

    opened = {resolve(path.split("?")[0]).url_name for path in addresses(console).values() if path != "/nowhere"}
    parts = {"sign_in_link"}  # needs a link of its own: opened by the tests of signing in
    for one in patterns(console):
        if "GET" in one.callback.methods and not getattr(one.callback, "part", False):
            assert one.name in opened | parts, f"{one.name} is in no file of tests/interfaces/web/pages"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_each_role_gets_the_page_or_a_refusal_that_says_what_to_do(page: Page, console: Shop, sign_in: Any) -> None:
    path = addresses(console)[page.name]
    for role in ROLES:
        response = sign_in(role).get(path)
        if page.permission == "missing":
            assert response.status_code == 404
        elif page.permission == "public":
            assert response.status_code in (200, 302)
        elif page.permission == "signed in" or may(role, page.permission):
            assert response.status_code == 200, (role, response.content[:2000])
        else:
            assert response.status_code == 403
            assert b"Ask an owner" in response.content


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_somebody_not_signed_in_is_asked_to_and_then_comes_back(page: Page, console: Shop, sign_in: Any) -> None:
    path = addresses(console)[page.name]
    response = sign_in("").get(path)
    if page.permission in ("public", "missing"):
        assert response.status_code == (404 if page.permission == "missing" else 200)
    else:
        assert response.status_code == 302
        assert response["Location"].startswith("/sign-in?next=%2F")


def test_posts_without_the_permission_change_nothing(console: Shop, sign_in: Any) -> None:
    from django.urls import reverse

    for one in patterns(console):
        permission = one.callback.permission
        if "POST" not in one.callback.methods or permission in ("public", "signed in"):
            continue
        values = dict.fromkeys(one.pattern.converters, "1")
        for role in (role for role in ROLES if not may(role, permission)):
            assert sign_in(role).post(reverse(one.name, kwargs=values)).status_code == 403, (one.name, role)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_answer_carries_the_strict_policy_and_an_id(page: Page, console: Shop, sign_in: Any) -> None:
    response = sign_in("owner").get(addresses(console)[page.name])
    for rule in STRICT:
        assert rule in response["Content-Security-Policy"]
    assert "unsafe" not in response["Content-Security-Policy"]
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert len(response["X-Request-Id"]) == 32
    assert response["Cache-Control"] == "no-store"


def test_what_a_role_may_not_open_is_not_in_its_navigation(console: Shop, sign_in: Any) -> None:
    assert b'href="/team"' in sign_in("owner").get("/").content
    for role in ("marketer", "associate", "agent", "analyst"):
        content = sign_in(role).get("/").content
        assert b'href="/team"' not in content
        assert b'href="/audit"' not in content


def test_each_shortcut_leads_to_one_page_only(console: Shop) -> None:
    patterns(console)
    from choral.interfaces.web.navigation import groups

    letters = [link.go for group in groups("owner", "/") for link in group.links if link.go]
    assert len(letters) == len(set(letters)), letters


def test_a_form_sent_from_another_site_is_refused(console: Shop, sign_in: Any) -> None:
    client = sign_in("owner", enforce_csrf_checks=True)
    response = client.post("/team", {"name": "Eve", "email": "eve@example.com", "role": "owner"})
    assert response.status_code == 403
    assert b"form_expired" in response.content

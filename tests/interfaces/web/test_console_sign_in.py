"""Signing in: password, link, limits, the end of sessions."""

from __future__ import annotations

from typing import Any

import pytest

from choral import Shop
from choral.books import SYSTEM, act
from choral.books.audit import AuditFilter, audit_lines
from choral.team import (
    INVITATION_LIFETIME,
    create_sign_in_link,
    deactivate_member,
    hash_password,
    member_by_email,
    set_password,
    sign_in_path,
)

PASSWORD = "correct horse battery"


@pytest.fixture
def marketer(console: Shop) -> int:
    from choral.interfaces.web.pages.console import sign_in

    sign_in.BY_ACCOUNT.__init__(most=10)  # type: ignore[misc]
    sign_in.BY_ADDRESS.__init__(most=50)  # type: ignore[misc]
    found = member_by_email("marketer@example.com").id
    act(set_password, SYSTEM, found, hash_password(PASSWORD))
    return found


def send(client: Any, password: str = PASSWORD, email: str = "marketer@example.com", onward: str = "/audit") -> Any:
    return client.post("/sign-in", {"email": email, "password": password, "next": onward})


def test_the_right_password_leads_to_the_page_that_was_wanted(marketer: int, sign_in: Any) -> None:
    client = sign_in("")
    response = send(client, email="Marketer@Example.com")
    assert (response.status_code, response["Location"]) == (302, "/audit")
    assert client.get("/settings").status_code == 200
    assert audit_lines(AuditFilter(action="member.signed_in"))[0].after == {"how": "password"}


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:1"])
def test_signing_in_never_leads_to_another_site(marketer: int, sign_in: Any, elsewhere: str) -> None:
    assert send(sign_in(""), onward=elsewhere)["Location"] == "/"


def test_a_wrong_password_and_an_unknown_address_are_answered_alike(marketer: int, sign_in: Any) -> None:
    wrong, unknown = send(sign_in(""), "wrong"), send(sign_in(""), email="nobody@example.com")
    assert wrong.status_code == unknown.status_code == 401
    assert "do not fit together" in wrong.content.decode()
    assert "do not fit together" in unknown.content.decode()


def test_after_ten_failures_even_the_right_password_must_wait(marketer: int, sign_in: Any) -> None:
    client = sign_in("")
    for _ in range(10):
        send(client, "wrong")
    response = send(client)
    assert response.status_code == 401
    assert "Too many attempts" in response.content.decode()


def test_a_link_signs_in_once_and_opening_it_does_not_spend_it(marketer: int, sign_in: Any) -> None:
    path = sign_in_path(act(create_sign_in_link, SYSTEM, marketer, INVITATION_LIFETIME))
    assert sign_in("").get(path).status_code == 200
    client = sign_in("")
    assert client.get(path).status_code == 200
    assert client.post(path).status_code == 302
    assert client.get("/settings").status_code == 200
    again = sign_in("").post(path)
    assert again.status_code == 403
    assert "does not work" in again.content.decode()


def test_a_new_password_ends_every_other_session(marketer: int, sign_in: Any) -> None:
    here, elsewhere = sign_in(""), sign_in("")
    send(here)
    send(elsewhere)
    sent = here.post("/settings/password", {"present": PASSWORD, "new": "another long password"})
    assert sent.status_code == 302
    assert here.get("/settings").status_code == 200
    assert elsewhere.get("/settings").status_code == 302


def test_a_new_password_needs_the_present_one_and_must_be_hard_to_guess(marketer: int, sign_in: Any) -> None:
    client = sign_in("")
    send(client)
    wrong = client.post("/settings/password", {"present": "no", "new": "another long password"})
    weak = client.post("/settings/password", {"present": PASSWORD, "new": "password12"})
    assert (wrong.status_code, weak.status_code) == (422, 422)
    assert "not the present password" in wrong.content.decode()
    assert "too easy to guess" in weak.content.decode()


def test_somebody_deactivated_is_out_at_once(marketer: int, sign_in: Any) -> None:
    client = sign_in("")
    send(client)
    act(deactivate_member, SYSTEM, marketer)
    assert client.get("/settings").status_code == 302
    assert send(sign_in("")).status_code == 401


def test_signing_out_ends_the_session(marketer: int, sign_in: Any) -> None:
    client = sign_in("")
    send(client)
    stolen = dict(client.cookies)
    assert client.post("/sign-out").status_code == 302
    thief = sign_in("")
    thief.cookies.update(stolen)
    assert thief.get("/settings").status_code == 302
    assert client.get("/sign-out").status_code == 405

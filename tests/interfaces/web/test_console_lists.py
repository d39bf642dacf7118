"""Lists: filters, order, export, saved views, undo; all of it in the address."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from choral import Shop
from choral.books import SYSTEM, act
from choral.books.audit import AuditFilter, audit_lines
from choral.core.money import Money
from choral.interfaces.web.cells import Cell, inert, plain
from choral.team import add_member, member, member_by_email


def text_of(response: Any) -> str:
    content = b"".join(response) if response.streaming else response.content
    return str(content.decode("utf-8-sig"))


def test_a_filter_in_the_address_holds_and_can_be_taken_away(console: Shop, sign_in: Any) -> None:
    page = text_of(sign_in("owner").get("/team?role=analyst"))
    assert "analyst@example.com" in page
    assert "marketer@example.com" not in page
    assert "Clear" in page


def test_a_list_that_matches_nothing_offers_to_clear_its_filters(console: Shop, sign_in: Any) -> None:
    page = text_of(sign_in("owner").get("/team?find=zzz"))
    assert "Nothing matches these filters" in page
    assert 'href="/team"' in page


@pytest.mark.parametrize(
    "query", ["sort=nonsense", "sort=-name&after=x", "columns=a,b", "role=<b>", "since=2026-99-99"]
)
def test_an_address_somebody_mistyped_still_shows_the_list(console: Shop, sign_in: Any, query: str) -> None:
    for path in ("/team", "/audit"):
        assert sign_in("owner").get(f"{path}?{query}").status_code == 200


def test_columns_can_be_chosen(console: Shop, sign_in: Any) -> None:
    page = text_of(sign_in("owner").get("/team?columns=name"))
    assert 'aria-sort="ascending"' in page
    assert ">Active</span>" not in page


def test_a_saved_view_is_kept_and_removing_it_can_be_undone(console: Shop, sign_in: Any) -> None:
    client = sign_in("owner")
    saved = client.post("/views", {"page": "team", "name": "Analysts", "query": "role=analyst", "next": "/team"})
    assert saved["Location"] == "/team?role=analyst"
    assert "Analysts" in text_of(client.get("/team"))
    assert "Analysts" not in text_of(sign_in("privacy").get("/audit"))
    from choral.interfaces.web.models import SavedView

    client.post(f"/views/{SavedView.objects.get().pk}/remove", {"next": "/team"})
    page = text_of(client.get("/team"))
    undo = page.split('class="toast-text"')[1].split('action="')[1].split('"')[0].replace("&amp;", "&")
    client.post(undo, {"next": "/team"})
    assert SavedView.objects.get().query == "role=analyst"


def test_one_member_cannot_remove_the_view_of_another(console: Shop, sign_in: Any) -> None:
    sign_in("owner").post("/views", {"page": "team", "name": "Mine", "query": "", "next": "/team"})
    from choral.interfaces.web.models import SavedView

    assert sign_in("privacy").post(f"/views/{SavedView.objects.get().pk}/remove").status_code == 404


def test_the_audit_log_is_exported_whole_and_no_cell_is_a_formula(console: Shop, sign_in: Any) -> None:
    act(add_member, SYSTEM, "formula@example.com", "=cmd|' /C calc'!A0", "analyst")
    response = sign_in("owner").get("/audit?export=csv")
    rows = list(csv.reader(StringIO(text_of(response))))
    assert response["Content-Disposition"] == 'attachment; filename="audit.csv"'
    assert len(rows) - 1 == len(audit_lines(AuditFilter(), limit=500))
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@", "-"))]


@given(st.text(max_size=20))
def test_no_text_is_a_formula_in_a_spreadsheet(text: str) -> None:
    assert not inert(text).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert inert(text).endswith(text)


def test_a_file_carries_plain_numbers_and_exact_times() -> None:
    assert plain("money", Money(-123_456, "EUR")) == "-1234.56 EUR"
    assert plain("number", Cell(1234.5)) == "1234.5"
    assert plain("time", 1_700_000_000_000_000) == "2023-11-14T22:13:20+00:00"
    assert plain("text", None) == ""


def test_a_deactivated_member_is_taken_back_by_undo(console: Shop, sign_in: Any) -> None:
    client = sign_in("owner")
    whom = member_by_email("agent@example.com").id
    client.post(f"/team/{whom}/deactivate")
    assert not member(whom).active
    assert f'action="/team/{whom}/reactivate"' in text_of(client.get("/team"))
    client.post(f"/team/{whom}/reactivate")
    assert member(whom).active


def test_the_last_owner_stays_and_is_told_why(console: Shop, sign_in: Any) -> None:
    response = sign_in("owner").post(f"/team/{member_by_email('owner@example.com').id}/deactivate")
    assert response.status_code == 409
    assert "last owner" in text_of(response)


def test_an_invitation_shows_its_link_once(console: Shop, sign_in: Any) -> None:
    client = sign_in("owner")
    page = text_of(client.post("/team", {"name": "Eva", "email": "eva@example.com", "role": "agent"}))
    assert "http://localhost/sign-in/link/in_" in page
    assert "sign-in/link" not in text_of(client.get("/team"))
    again = client.post("/team", {"name": "Eva", "email": "eva@example.com", "role": "agent"})
    assert again.status_code == 422
    assert "already signs in" in text_of(again)


def test_what_people_write_is_shown_and_never_run(console: Shop, sign_in: Any) -> None:
    act(add_member, SYSTEM, "eve@example.com", "<script>alert(1)</script>", "analyst")
    page = text_of(sign_in("owner").get("/team"))
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page

"""The time line in pieces, names masked by role, and people found by whatever is typed."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from choral import Shop
from choral.analytics.lifetime.door import LifetimeValue
from choral.analytics.lifetime.values import CustomerValue
from choral.events.schema import SCHEMAS
from choral.interfaces.web import happenings
from tests.interfaces.web.test_console_lists import text_of


def someone(console: Shop, card: int = 1) -> str:
    return console.customers.resolve([f"card:{card}"])[f"card:{card}"]


def test_the_time_line_says_what_happened_on_every_channel(console: Shop, sign_in: Any) -> None:
    text = sign_in("owner").get(f"/customers/{someone(console)}").content.decode()
    assert "Bought" in text and "in store 1" in text and "€" in text
    post = sign_in("owner").get(f"/customers/{someone(console)}?channel=direct_mail").content.decode()
    assert "Was sent a letter" in post and "Bought</a>" not in post


def test_older_moments_come_without_those_already_shown(console: Shop, sign_in: Any) -> None:
    client = sign_in("owner")
    first = client.get(f"/customers/{someone(console)}")
    older = client.get(first.context["older"], HTTP_HX_REQUEST="true")
    shown = [one.at for _day, moments in first.context["days"] for one in moments]
    later = [one.at for _day, moments in older.context["days"] for one in moments]
    assert later and max(later) <= min(shown)


def test_names_are_masked_for_roles_that_may_not_see_them(console: Shop, sign_in: Any) -> None:
    path = f"/customers/{someone(console)}"
    assert "Élodie" in sign_in("agent").get(path).content.decode()
    hidden = sign_in("analyst").get(path).content.decode()
    assert "Élodie" not in hidden and "person1@example.com" not in hidden


def test_the_search_field_finds_people_by_what_is_typed(console: Shop, sign_in: Any) -> None:
    client = sign_in("owner")
    for text in ("Exemple 12", "person12@example.com", "elodie", "12-2"):
        assert "/customers/" in client.get("/search", {"q": text}, HTTP_HX_REQUEST="true").content.decode(), text


def test_every_event_of_the_vocabulary_has_words_in_the_time_line() -> None:
    assert [name for name in SCHEMAS if happenings.title(name) == name] == []


def test_a_customers_tokens_stand_on_their_page_and_lead_to_the_token(console: Shop, sign_in: Any) -> None:
    held = next(one for one in console.customers.access.tokens(limit=50).rows if one.holder)
    number = console.customers.resolve([held.holder])[held.holder]
    page = text_of(sign_in("associate").get(f"/customers/{number}"))
    assert f'href="/tokens/{held.id}"' in page


def test_what_a_customer_will_bring_comes_after_the_page(
    console: Shop, sign_in: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = CustomerValue(someone(console, 5), 0.87, 12.3, 45_678, 12_000, 91_000, 4_200, 7, date(2026, 1, 5), 99_000)
    monkeypatch.setattr(LifetimeValue, "of", lambda _self, customer, _days: said if customer == said.customer else None)
    path = f"/customers/{said.customer}"
    assert f'hx-get="{path}/value" hx-trigger="load"' in sign_in("owner").get(path).content.decode()
    card = text_of(sign_in("associate").get(f"{path}/value")).strip()
    for figure in ("87", "456.78", "12.3", "42.00", "120.00", "910.00"):
        assert figure in card
    assert not text_of(sign_in("owner").get(f"/customers/{someone(console, 2)}/value")).strip()

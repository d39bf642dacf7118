"""One customer: the list, the person, the time line, the evidence, a correction; what each role may see."""

from __future__ import annotations

import csv
from io import StringIO
from typing import Any

import pytest

from choral import Shop
from tests.interfaces.web.test_console_lists import text_of


def person(shop: Shop, name: str = "person1@example.com") -> str:
    """The id of one of the shop's customers."""
    return shop.customers.search(name, personal=True, limit=1)[0].id


def test_the_list_shows_who_bought_most_first_when_asked(console: Shop, sign_in: Any) -> None:
    wanted = [one.id for one in console.customers.list(sort="orders", descending=True, limit=5).rows]
    page = text_of(sign_in("owner").get("/customers?sort=-orders"))
    places = [page.index(f'href="/customers/{one}"') for one in wanted]
    assert places == sorted(places)


@pytest.mark.parametrize(
    "query", ["seen=1e9", "seen=x", "orders=-1", "orders=²", "revenue=99999999999999999999", "channel=moon", "after=zz"]
)
def test_a_mistyped_address_still_shows_the_customers(console: Shop, sign_in: Any, query: str) -> None:
    assert sign_in("owner").get(f"/customers?{query}").status_code == 200


def test_the_exported_customers_are_those_of_the_filter(console: Shop, sign_in: Any) -> None:
    answer = text_of(sign_in("owner").get("/customers?orders=10&export=csv"))
    rows = list(csv.reader(StringIO(answer)))
    expected = [one for one in console.customers.list(limit=100).rows if one.orders >= 10]
    assert expected
    assert len(rows) - 1 == len(expected)


def test_a_customer_is_read_in_words_and_leads_to_the_orders(console: Shop, sign_in: Any) -> None:
    page = text_of(sign_in("owner").get(f"/customers/{person(console)}"))
    assert "Bought" in page
    assert "Was sent a letter" in page
    assert "/orders/" in page
    assert "person1@example.com" in page


def test_a_role_that_may_not_know_persons_sees_no_address(console: Shop, sign_in: Any) -> None:
    for path in (f"/customers/{person(console)}", f"/customers/{person(console)}/why", "/customers?columns=name,email"):
        page = text_of(sign_in("analyst").get(path))
        assert "person1@example.com" not in page
        assert "Élodie" not in page


def test_the_time_line_keeps_to_the_channel_and_the_kind_in_the_address(console: Shop, sign_in: Any) -> None:
    client, path = sign_in("owner"), f"/customers/{person(console)}"
    mailed = text_of(client.get(f"{path}?channel=direct_mail", headers={"HX-Request": "true"}))
    assert mailed.count('class="moment') < text_of(client.get(path)).count('class="moment')
    assert "Nothing of this kind happened" in text_of(client.get(f"{path}?channel=chat"))


def test_why_one_person_shows_the_events_that_say_so(console: Shop, sign_in: Any) -> None:
    found = console.customers.explain(person(console), True)
    assert found.links
    page = text_of(sign_in("owner").get(f"/customers/{person(console)}/why"))
    assert all(f"/live/{link.position}" in page or str(link.position) in page for link in found.links)


def test_a_corrected_value_is_shown_and_the_audit_does_not_hold_it(console: Shop, sign_in: Any) -> None:
    client, who = sign_in("owner"), person(console)
    known = console.customers.get(who, True).identifiers[0].text
    form = {"identifier": known, "field": "city", "value": "Besançon"}
    assert client.post(f"/customers/{who}/correct", form)["Location"] == f"/customers/{who}"
    assert any(one.value == "Besançon" for one in console.customers.get(who, True).records)
    assert "Besançon" not in text_of(client.get("/audit"))


def test_nobody_corrects_an_identifier_of_somebody_else(console: Shop, sign_in: Any) -> None:
    form = {"identifier": "card:2", "field": "city", "value": "X"}
    assert sign_in("owner").post(f"/customers/{person(console)}/correct", form).status_code == 404


def test_a_customer_who_does_not_exist_is_a_page_that_says_so(console: Shop, sign_in: Any) -> None:
    assert sign_in("owner").get("/customers/nobody").status_code == 404


def test_the_search_field_finds_a_customer_by_each_identifier(console: Shop, sign_in: Any) -> None:
    who = person(console)
    for text in ("person1@example.com", "Exemple 1"):
        assert f"/customers/{who}" in text_of(sign_in("owner").get("/search", {"q": text}))

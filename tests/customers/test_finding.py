"""Finding the person who calls, and lists of customers: sorted, filtered, page by page, exported."""

from __future__ import annotations

import pytest

from choral.core.errors import InvalidInput
from choral.customers.door import CustomerFilter
from choral.customers.profiles.queries import SORTS
from choral.customers.values import CustomerRow
from tests.customers.told import START, Told

PEOPLE = [
    {"first_name": "Éloïse", "last_name": "Dupont-Moreau", "email": "eloise.d@example.com", "phone": "0612345678"},
    {"first_name": "Łukasz", "last_name": "O'Neill", "email": "luk@other.example", "phone": "+39 333 123 4567"},
    {"first_name": "Anna", "last_name": "Straße", "email": "anna@example.com", "phone": "0687654321"},
]

TYPED: list[tuple[str, int | None]] = [  # what somebody types, and which of the people it finds (None: all)
    ("elo", 1), ("ÉLOÏSE", 1), ("eloise dup", 1), ("moreau", 1), ("dupont-moreau", 1), ("moreau éloïse", 1),
    ("loise", 1), ("łukasz", 2), ("o'neill", 2), ("neill", 2), ("strasse", 3), ("STRASSE", 3), ("straße", 3),
    ("eloise.d@example.com", 1), (" Eloise.D@Example.com ", 1), ("eloise.d", 1), ("luk@", 2), ("anna@exam", 3),
    ("06 12 34 56 78", 1), ("+33 6 12 34 56 78", 1), ("0033612345678", 1), ("06.12.34.56.78", 1),
    ("(06) 12-34-56-78", 1), ("061234", 1), ("333 1234567", 2), ("+39333", 2),
    ("8801", 1), ("card:8802", 2), ("880", None), ("FR-103", 3), ("#FR-101", 1),
]  # fmt: skip


@pytest.fixture
def people(told: Told) -> Told:
    for number, traits in enumerate(PEOPLE, 1):
        told.says(
            "till",
            {"ids": [f"card:880{number}"], "name": "Customer Identified", "traits": traits},
            {"ids": [f"card:880{number}"], "name": "Order Completed", "amount": 100 * number, "currency": "EUR",
             "properties": {"order_id": f"FR-10{number}"}, "at": START + number},
        )  # fmt: skip
    return told


def test_a_customer_is_found_by_whatever_of_them_one_types(people: Told) -> None:
    for typed, number in TYPED:
        found = [one.id for one in people.customers.search(typed, personal=True)]
        wanted = range(1, 4) if number is None else [number]
        assert sorted(found) == sorted(people.one(f"card:880{one}") for one in wanted), typed


def test_a_search_for_nothing_finds_nothing(people: Told) -> None:
    for typed in ["", "a", "%", "__", "zzz", "\0", "';--", "0", "@", "000", "x" * 5_000, "1 2"]:
        assert people.customers.search(typed, personal=True) == (), typed


def test_without_the_right_only_what_is_not_personal_finds_anybody(people: Told) -> None:
    for typed in ("eloise", "eloise.d@example.com", "0612345678"):
        assert people.customers.search(typed) == ()
    (found,) = people.customers.search("FR-101")
    assert (found.id, found.name, found.by, found.hint) == (people.one("card:8801"), "É••• D•••", "order", "FR-101")


def test_each_customer_is_found_once_and_no_more_than_asked_for(people: Told) -> None:
    assert len(people.customers.search("8801", personal=True)) == 1
    assert len(people.customers.search("880", personal=True, limit=2)) == 2


def spend(told: Told, count: int) -> None:
    told.says("till", *[
        {"ids": [f"card:{n}"], "name": "Order Completed", "amount": n % 5 * 100, "currency": "EUR", "at": START + n}
        for n in range(1, count + 1)
    ])  # fmt: skip


def test_a_list_goes_on_without_gaps_or_repetitions_in_any_order(told: Told) -> None:
    spend(told, 23)
    for sort in SORTS:
        for descending in (True, False):
            rows: list[CustomerRow] = []
            after = None
            while True:
                page = told.customers.list(sort, descending, after=after, limit=7)
                rows += page.rows
                after = page.next
                if after is None:
                    break
            assert len({row.id for row in rows}) == len(rows) == 23
            values = [(getattr(row, sort), int(row.id)) for row in rows]
            assert values == sorted(values, reverse=descending), sort


def test_lists_are_filtered_by_channel_orders_spending_and_time(told: Told) -> None:
    spend(told, 10)
    told.says("web", {"ids": ["card:3"], "at": START + 1_000}, {"ids": ["anonymous:x"]})

    def cards(**chosen: object) -> list[str]:
        rows = told.customers.list("first_at", False, CustomerFilter(**chosen)).rows  # type: ignore[arg-type]
        return [row.name for row in rows]

    assert cards(channel="web") == ["card 3"]
    assert len(cards(channel="store")) == 10
    assert cards(least_revenue=400) == ["card 4", "card 9"]
    assert cards(least_orders=2) == []
    assert cards(seen_since=START + 10) == ["card 3", "card 10"]
    assert cards(seen_before=START + 3) == ["card 1", "card 2"]
    assert len(cards(known=False)) == 11
    assert told.customers.count() == 10
    assert told.customers.count(CustomerFilter(known=False)) == 11


def test_an_order_of_columns_that_does_not_exist_is_refused_with_those_that_do(told: Told) -> None:
    with pytest.raises(InvalidInput, match="last_at"):
        told.customers.list("customer; DROP TABLE x")


def test_an_export_has_every_customer_of_the_list_once(told: Told) -> None:
    spend(told, 1_203)
    found = list(told.customers.export(CustomerFilter(least_revenue=100), "revenue", True, personal=False))
    assert len({row.id for row in found}) == len(found) == 963
    assert [row.revenue for row in found] == sorted((row.revenue for row in found), reverse=True)


def test_the_lines_of_chosen_customers_come_in_the_order_asked_for(told: Told) -> None:
    spend(told, 5)
    asked = [told.one("card:4"), "77", told.one("card:2")]
    assert [row.name for row in told.customers.rows(asked)] == ["card 4", "card 2"]

"""The page of a customer: figures, traits, time line, masking, rectification."""

from __future__ import annotations

import pytest
from django.db import connections

from choral.books import Actor, act
from choral.core.errors import InvalidInput
from choral.customers.records.actions import rectify
from choral.team.rules import ROLES, may
from tests.customers.told import START, Told, rows

ORDER, REFUND = "Order Completed", "Order Refunded"
ANNA = {
    "first_name": "Anna", "last_name": "Müller", "email": "anna@example.com", "phone": "06 12 34 56 78",
    "city": "Lyon", "plan": "gold",
}  # fmt: skip


def order(amount: int, currency: str = "EUR", name: str = ORDER, **more: object) -> dict[str, object]:
    return {"ids": ["card:1"], "name": name, "amount": amount, "currency": currency, **more}


def test_figures_count_orders_revenue_and_average_per_order(told: Told) -> None:
    told.says("till", order(1_000), order(2_001), order(500, name=REFUND), {"ids": ["card:1"]})
    found = told.customers.get(told.one("card:1"))
    assert (found.events, found.orders, found.revenue, found.average) == (4, 2, 2_501, 1_500)


def test_money_of_two_currencies_is_never_summed(told: Told) -> None:
    told.says("till", order(1_000), order(9_999, "CHF"), order(300, "CHF", REFUND))
    found = told.customers.get(told.one("card:1"))
    assert (found.currency, found.revenue, found.average, found.orders) == ("EUR", 1_000, 1_000, 2)
    assert {(one.currency, one.revenue, one.refunded) for one in found.figures} == {
        ("EUR", 1_000, 0), ("CHF", 9_999, 300),
    }  # fmt: skip


def test_figures_are_those_of_all_identifiers_of_the_person_and_keep_up_with_a_merge(told: Told) -> None:
    told.says("till", order(1_000))
    told.says("web", {"ids": ["user:7"], "name": ORDER, "amount": 500, "currency": "EUR"})
    told.says("web", {"ids": ["user:7", "card:1"]})
    found = told.customers.get(told.one("card:1"))
    assert (found.orders, found.revenue, found.events) == (2, 1_500, 3)
    (row,) = told.customers.list().rows
    assert (row.channels, row.revenue, row.identifiers) == (("store", "web"), 1_500, 2)


def test_the_favourite_store_is_where_most_orders_were_made(told: Told) -> None:
    stores = ["S1", "S2", "S2", "S1", "S2"]
    told.says("till", *[order(1, properties={"store_id": one, "order_id": f"o{n}"}) for n, one in enumerate(stores)])
    assert told.customers.get(told.one("card:1")).favourite_store == "S2"


def test_the_newest_statement_of_a_trait_wins_whenever_it_arrives(told: Told) -> None:
    base = {"ids": ["card:1"], "name": "Customer Identified"}
    told.says("till", {**base, "traits": {"plan": "gold"}, "at": START + 20})
    told.says("web", {**base, "traits": {"plan": "silver"}, "at": START + 10})
    told.says("app", {**base, "traits": {"plan": "black", "size": [38, 40]}, "at": START + 30})
    traits = {one.field: (one.value, one.source) for one in told.customers.get(told.one("card:1")).traits}
    assert traits == {"plan": ("black", "app"), "size": ([38, 40], "app")}


def test_the_time_line_mixes_all_channels_newest_first_and_goes_on_page_by_page(told: Told) -> None:
    told.says("web", {"ids": ["user:7", "card:1"], "at": START})
    told.says("till", *[order(n, at=START + n // 2) for n in range(1, 24)])  # two at each moment
    customer, before, seen = told.one("card:1"), None, []
    while True:
        page = told.customers.timeline(customer, before, limit=5)
        seen += [(entry.at, entry.position) for entry in page.entries]
        before = page.next
        if before is None:
            break
        assert len(page.entries) == 5
    assert len(seen) == len(set(seen)) == 24
    assert seen == sorted(seen, reverse=True)


def test_the_time_line_can_be_kept_to_a_channel_or_a_kind_of_event(told: Told) -> None:
    told.says("till", order(100), order(50, name=REFUND))
    told.says("web", {"ids": ["card:1"], "properties": {"path": "/shoes", "title": "Shoes"}})
    customer = told.one("card:1")
    assert told.customers.timeline_filters(customer) == (["store", "web"], [ORDER, REFUND, "Page Viewed"])
    assert [entry.label for entry in told.customers.timeline(customer, channel="web").entries] == ["Shoes"]
    assert [entry.amount for entry in told.customers.timeline(customer, name=REFUND).entries] == [50]
    assert told.customers.timeline(customer, channel="web", name=REFUND).entries == ()


def test_a_place_in_the_time_line_that_is_not_ours_is_refused(told: Told) -> None:
    told.says("till", order(100))
    for place in ("x", "1", "1.2.3", "'; DROP TABLE"):
        with pytest.raises(InvalidInput, match="place in the list"):
            told.customers.timeline(told.one("card:1"), before=place)


def test_hostile_properties_break_nothing(told: Told) -> None:
    for said in ({"order_id": {"a": 1}, "name": ["x"]}, {"title": "\0<b>", "store_id": 1.5}, {"path": "x" * 9_000}):
        told.says("web", {"ids": ["card:1"], "name": "Something Else", "properties": said})
    assert len(told.customers.timeline(told.one("card:1")).entries) == 3


def test_who_may_not_see_personal_values_sees_them_masked_everywhere(told: Told) -> None:
    told.says("till", {"ids": ["card:1", "email:anna@example.com"], "name": "Customer Identified", "traits": ANNA})
    customer = told.one("card:1")
    whole = told.customers.get(customer, personal=True)
    assert whole.name == "Anna Müller"
    assert {value.value for value in whole.records} >= {"anna@example.com", "Lyon", "+33612345678"}
    secrets = ("anna", "Anna", "Müller", "Lyon", "12 34", "612345678", "example")
    shown = [
        told.customers.get(customer), told.customers.explain(customer), told.customers.list().rows,
        told.customers.rows([customer]), told.customers.search("1"), told.customers.timeline(customer),
    ]  # fmt: skip
    for one in shown:
        assert not [secret for secret in secrets if secret in repr(one)], one
    assert told.customers.get(customer).name == "A••• M•••"


def test_the_roles_that_may_see_personal_values_are_few_and_said() -> None:
    assert {role for role in ROLES if may(role, "customers.personal")} == {
        "owner", "associate", "agent", "privacy",
    }  # fmt: skip


def test_views_and_log_never_hold_a_personal_value(told: Told) -> None:
    told.says("till", {"ids": ["card:1", "email:anna@example.com"], "name": "Customer Identified", "traits": ANNA})
    with connections["views"].cursor() as cursor:
        held = repr([rows(table) for table in connections["views"].introspection.table_names(cursor)
                     if table.startswith(("identity_", "profiles_"))])  # fmt: skip
    log = repr(told.shop.log.read(0))
    for secret in ("anna@", "Müller", "Lyon", "612345678"):
        assert secret not in held
        assert secret not in log


def test_a_correction_by_hand_wins_is_found_and_is_told_without_its_value(told: Told) -> None:
    told.says("till", {"ids": ["card:1"], "name": "Customer Identified", "traits": ANNA})
    act(rectify, Actor("member:7"), "card:1", "last_name", "Møller")
    customer = told.one("card:1")
    assert told.customers.get(customer, personal=True).name == "Anna Møller"
    assert [one.id for one in told.customers.search("møller", personal=True)] == [customer]
    told.consume()
    assert told.customers.get(customer, personal=True).name == "Anna Møller"
    outbox = repr(rows("books_outbox", alias="default"))
    assert "Customer Rectified" in outbox
    assert "ller" not in outbox
    (line,) = rows("books_audit", "actor, action, subject, after", "default")
    assert line[:3] == ("member:7", "customer.rectified", "card:1")

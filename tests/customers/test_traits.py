"""Computed traits: right, moving by themselves, explained, the same one by one and in sets."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from choral.books import SYSTEM, act
from choral.core import clock
from choral.core.clock import DAY
from choral.core.errors import InvalidInput, NotFound
from choral.customers.traits.actions import define_trait, remove_trait, restore_trait
from choral.customers.traits.definitions import (
    BUILT_IN,
    KINDS,
    NUMBERS,
    OPERATORS,
    TEXTS,
    Definition,
    Filter,
    check,
    read,
)
from choral.customers.traits.door import ComputedTrait
from choral.customers.traits.wording import sentence
from tests.customers.bought import COFFEE, TEA, order, to_lake, town
from tests.customers.told import START, Told

NAME = {"en": "Mine"}


def computed(told: Told, card: str, key: str) -> ComputedTrait:
    traits = told.customers.traits
    return traits.of(traits.known(told.customers.identifiers(card)[1]), keys=[key])[0]


def defined(told: Told, card: str, kind: str, **more: Any) -> Any:
    act(define_trait, SYSTEM, Definition("mine", NAME, kind, **more))
    return computed(told, card, "mine").value


@pytest.fixture
def three_orders(told: Told) -> Told:
    town(told, people=2)
    told.says(
        "till",
        order("card:7", 100, [("bread", 2, 2.4), (TEA[0], 1, 2.5)], "a", store_id="s2"),
        order("card:7", 118, [(TEA[0], 1, 2.5)], "b"),
        order("card:7", 119.5, [(COFFEE[0], 3, 10.1)], "c"),
        {"name": "Page Viewed", "ids": ["card:7"], "at": START + 119 * DAY, "properties": {"path": "/tea"}},
        {"name": "Order Refunded", "ids": ["card:7"], "at": START + 119 * DAY, "amount": 250, "currency": "EUR"},
    )
    to_lake(told.shop)
    told.customers.purchases.refresh()
    return told


MEANT: list[tuple[str, dict[str, Any], Any]] = [
    ("count", {"event": "Order Completed"}, 3),
    ("count", {"event": "Order Completed", "days": 10}, 2),
    ("count", {"channel": "store", "event": "Page Viewed"}, 1),
    ("sum", {"of": "amount", "event": "Order Completed"}, 1_750),
    ("average", {"of": "amount", "event": "Order Completed"}, 583),
    ("min", {"of": "amount", "event": "Order Completed"}, 250),
    ("max", {"of": "amount", "event": "Order Completed"}, 1_010),
    ("first", {"of": "place", "event": "Order Completed"}, "s2"),
    ("last", {"of": "at", "event": "Order Completed"}, START + int(119.5 * DAY)),
    ("favourite", {"of": "place", "event": "Order Completed"}, "s1"),
    ("favourite", {"of": "product", "source": "lines"}, "Tea t0"),
    ("favourite", {"of": "department", "source": "lines"}, "Tea"),
    ("distinct", {"of": "product", "source": "lines"}, 3),
    ("sum", {"of": "quantity", "source": "lines"}, 7),
    ("exists", {"event": "Signed In"}, False),
    ("average", {"of": "amount", "event": "Signed In"}, None),
    ("share", {"of": "total", "source": "lines", "filters": (Filter("department", "is", "Tea"),)}, 500 / 1_750),
    ("share", {"source": "lines", "filters": (Filter("total", "more", "1000"),)}, 1 / 4),
    ("count", {"event": "Order Completed", "filters": (Filter("amount", "less", "600"),)}, 2),
    ("count", {"filters": (Filter("label", "contains", "TEA"),)}, 1),
    ("count", {"source": "lines", "filters": (Filter("brand", "is_not", "House"),)}, 1),
]


def test_a_trait_is_what_its_definition_says(three_orders: Told) -> None:
    for kind, more, value in MEANT:
        assert defined(three_orders, "card:7", kind, **more) == pytest.approx(value), (kind, more)


def test_a_window_moves_by_itself_with_nothing_to_refresh(three_orders: Told, monkeypatch: pytest.MonkeyPatch) -> None:
    act(define_trait, SYSTEM, Definition("mine", NAME, "count", event="Order Completed", days=20))
    fixed = clock.FixedClock(START + 121 * DAY)
    monkeypatch.setattr("choral.customers.traits.door.SYSTEM_CLOCK", fixed)
    counted = []
    for _ in range(4):
        counted.append(computed(three_orders, "card:7", "mine").value)
        fixed.advance(2 * DAY)
    assert counted == [2, 2, 2, 2]
    three_orders.says("web", {"ids": ["card:7"], "at": START + 138 * DAY})
    fixed.advance(10 * DAY)  # day 139
    assert computed(three_orders, "card:7", "mine").value == 1
    fixed.advance(DAY)
    assert computed(three_orders, "card:7", "mine").value == 0


def test_a_past_that_was_loaded_is_looked_at_from_its_own_end(three_orders: Told) -> None:
    assert computed(three_orders, "card:7", "days_since_order").value == 0
    assert computed(three_orders, "card:7", "orders_90_days").value == 3


def test_every_figure_leads_to_the_events_it_rests_on(three_orders: Told) -> None:
    traits = three_orders.customers.traits
    known = traits.known(three_orders.customers.identifiers("card:7")[1])
    for trait in traits.of(known):
        behind = traits.behind(known, trait.key)
        assert behind.trait.value == trait.value and behind.trait.means
        assert sum(one.lines for one in behind.rows) == trait.rows
    spent = traits.behind(known, "spend_365_days")
    assert sum(one.amount or 0 for one in spent.rows) == spent.trait.value == 1_750
    favourite = traits.behind(known, "products_tried")
    assert [(one.order_id, one.lines) for one in favourite.rows] == [("c", 1), ("b", 1), ("a", 2)]


def test_the_definition_is_read_back_as_a_sentence_in_three_languages() -> None:
    for language, word in (("en", "last 365 days"), ("fr", "365 derniers jours"), ("it", "ultimi 365 giorni")):
        texts = [sentence(one, language) for one in BUILT_IN]
        assert len(set(texts)) == len(texts) and any(word in text for text in texts)
        assert not any("{" in text for text in texts)


def test_a_shop_defines_hides_and_brings_back_traits(told: Told) -> None:
    keys = [one.key for one in told.customers.traits.definitions()]
    act(define_trait, SYSTEM, Definition("tea_lover", {"en": "Tea"}, "exists", source="lines"))
    act(remove_trait, SYSTEM, "orders_90_days")
    now = [one.key for one in told.customers.traits.definitions()]
    assert set(now) == {*keys, "tea_lover"} - {"orders_90_days"}
    assert [one.key for one in told.customers.traits.hidden()] == ["orders_90_days"]
    act(restore_trait, SYSTEM, "orders_90_days")
    removed = act(remove_trait, SYSTEM, "tea_lover")
    assert removed is not None and removed.names == {"en": "Tea"}
    assert [one.key for one in told.customers.traits.definitions()] == keys
    with pytest.raises(NotFound):
        act(remove_trait, SYSTEM, "tea_lover")


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": "Has Space"},
        {"names": {}},
        {"names": {"de": "x", "en": "y"}},
        {"kind": "eval"},
        {"kind": "sum", "of": "channel"},
        {"kind": "favourite", "of": "amount"},
        {"source": "lines", "event": "Order Completed"},
        {"days": 0},
        {"filters": [{"field": "password", "operator": "is", "value": "x"}]},
        {"filters": [{"field": "amount", "operator": "contains", "value": "1"}]},
        {"filters": [{"field": "amount", "operator": "more", "value": "nan"}]},
        {"filters": [{"field": "label", "operator": "is", "value": "a\0b"}]},
        {"unknown": 1, "filters": "x"},
    ],
)
def test_a_definition_that_cannot_be_computed_is_refused_with_why_and_what_to_do(wrong: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput) as refused:
        read({"key": "mine", "names": {"en": "Mine"}, "kind": "count", **wrong})
    assert refused.value.code == "wrong_trait" and refused.value.why and refused.value.fix


_FILTERS = some.builds(
    Filter,
    some.sampled_from(["name", "channel", "place", "label", "product", "department", "brand", "amount", "total"]),
    some.sampled_from(OPERATORS),
    some.sampled_from(["250", "0", "Tea", "store", "s1", "t", "House", ""]),
)
_DEFINITIONS = some.builds(
    Definition,
    some.just("mine"),
    some.just(NAME),
    some.sampled_from(KINDS),
    source=some.sampled_from(["events", "lines"]),
    of=some.sampled_from(["", "at", *{*TEXTS["events"], *TEXTS["lines"], *NUMBERS["events"], *NUMBERS["lines"]}]),
    event=some.sampled_from(["", "Order Completed"]),
    channel=some.sampled_from(["", "store", "web"]),
    filters=some.lists(_FILTERS, max_size=2).map(tuple),
    days=some.sampled_from([None, 1, 30]),
)


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(one=_DEFINITIONS)
def test_one_by_one_and_in_sets_every_definition_gives_the_same(three_orders: Told, one: Definition) -> None:
    try:
        check(one)
    except InvalidInput:
        return
    act(define_trait, SYSTEM, one)
    customers = three_orders.customers
    table = customers.traits.table(["mine"], customers.identity_map())
    in_sets = {str(row["customer"]): row["mine"] for row in table.to_pylist()}
    for card in ("card:7", "card:100", "card:101"):
        number, _ = customers.identifiers(card)
        assert computed(three_orders, card, "mine").value == pytest.approx(in_sets[number]), one

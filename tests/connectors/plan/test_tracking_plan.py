"""What is expected of events is written down or proposed; what came otherwise is counted, never dropped."""

from __future__ import annotations

import json
from typing import Any

import pytest

from choral import Shop
from choral.books import SYSTEM
from choral.connectors.plan import rules
from choral.connectors.plan.door import TrackingPlan
from choral.connectors.plan.values import Expected, Property
from choral.core.errors import Conflict, InvalidInput, NotFound
from choral.events.store import Batch
from tests.customers.told import Told

VIEWED = Expected(
    "", "", "Product Viewed",
    (Property("product_id", "string", required=True), Property("price", "number"),
     Property("size", "string", allowed=("S", "M", "L"))),
)  # fmt: skip


@pytest.fixture
def plan(shop: Shop) -> TrackingPlan:
    return shop.connectors.plan


def check(plan: TrackingPlan) -> None:
    while plan.check_due():
        pass


def found(plan: TrackingPlan, **chosen: Any) -> list[tuple[str, str, str, int]]:
    return [(one.event, one.kind, one.property, one.count) for one in plan.violations(**chosen)]


def test_every_way_of_being_otherwise_is_counted_and_every_event_still_counts(told: Told, plan: TrackingPlan) -> None:
    plan.expect(SYSTEM, [VIEWED])
    good = {"product_id": "P-1", "price": 9.9, "size": "M"}
    told.says(
        "web",
        *[{"name": "Product Viewed", "properties": properties} for properties in (
            good, {"price": 9}, good | {"price": "9.90"}, good | {"size": "XXL"}, good | {"colour": "red"},
            good | {"colour": "blue", "size": None},
        )],
        {"name": "Tea Poured", "properties": {"cups": 2}},
    )  # fmt: skip
    check(plan)
    assert found(plan) == [
        ("Product Viewed", "extra", "colour", 2), ("Product Viewed", "missing", "product_id", 1),
        ("Product Viewed", "type", "price", 1), ("Product Viewed", "value", "size", 1),
        ("Tea Poured", "unplanned", "", 1),
    ]  # fmt: skip
    standing = plan.standing()
    assert (standing.planned, standing.events, standing.good, standing.unknown) == (1, 7, 1, 1)
    assert told.shop.log.head() == 7
    sample = plan.violations(event="Product Viewed")[0].samples
    events = {one.position: one.event for one in told.shop.events.recent(50)}
    assert [json.loads(bytes(events[one].properties))["colour"] for one in sample] == ["red", "blue"]


def test_a_sources_own_plan_goes_before_that_of_all_and_sources_without_any_are_left_alone(
    told: Told, plan: TrackingPlan
) -> None:
    told.says("web", {"name": "Ping"})
    told.says("till", {"name": "Ping"})
    plan.expect(SYSTEM, [Expected("", "till", "Product Viewed", (Property("lane", "integer", required=True),))])
    told.says("web", {"name": "Product Viewed"})
    told.says("till", {"name": "Product Viewed"}, {"name": "Product Viewed", "properties": {"lane": 3}})
    plan.recheck(SYSTEM, 0)
    check(plan)
    assert found(plan, source="web") == []
    assert found(plan, source="till") == [("Ping", "unplanned", "", 1), ("Product Viewed", "missing", "lane", 1)]
    covered = {(one.source, one.event): (one.count, one.good, one.planned) for one in plan.coverage()}
    assert covered[("till", "Product Viewed")] == (2, 1, True)
    assert covered[("web", "Product Viewed")] == (1, 0, False)


def test_a_shop_without_a_plan_pays_nothing_and_its_first_line_looks_a_week_back(
    told: Told, plan: TrackingPlan
) -> None:
    told.says("web", {"name": "Product Viewed"})
    assert plan.check_due() is False
    assert plan.coverage() == ()
    plan.expect(SYSTEM, [VIEWED])
    check(plan)
    assert found(plan) == [("Product Viewed", "missing", "product_id", 1)]


def test_what_came_twice_counts_once_and_checking_goes_on_where_it_stood(told: Told, plan: TrackingPlan) -> None:
    plan.expect(SYSTEM, [VIEWED])
    told.says("web", {"name": "Product Viewed", "id": "m"})
    check(plan)
    told.shop.log.append([_copy(told)])
    told.consume()
    check(plan)
    assert found(plan) == [("Product Viewed", "missing", "product_id", 1)]
    told.says("web", *[{"name": "Product Viewed"} for _ in range(9)])
    check(plan)
    [one] = plan.violations()
    assert (one.count, len(one.samples)) == (10, 5)
    assert max(one.samples) == told.shop.log.head()


def _copy(told: Told) -> Any:
    one = told.shop.log.read(0)[0]
    return Batch(one.source, one.received_at, 1, one.payload)


def test_a_plan_is_proposed_from_what_came_and_everything_that_came_fits_it(told: Told, plan: TrackingPlan) -> None:
    sizes = ("S", "M", "L")
    told.says("web", *[
        {"name": "Product Viewed", "ids": [f"anonymous:{number}"], "properties": {
            "product_id": f"P-{number}", "price": 9.5 if number % 2 else 9, "size": sizes[number % 3],
            "seen": "2026-11-25T09:00:00Z", "gift": number % 2 == 0, **({"note": "x"} if number == 7 else {}),
        }} for number in range(60)
    ])  # fmt: skip
    told.says("till", {"name": "Lane Opened", "properties": {"lane": 3, "tags": ["a"], "more": {"a": 1}}})
    proposed = {one.event: one for one in plan.propose()}
    properties = {one.name: one for one in proposed["Product Viewed"].properties}
    assert {name: one.type for name, one in properties.items()} == {
        "product_id": "string", "price": "number", "size": "string", "seen": "time", "gift": "boolean",
        "note": "string",
    }  # fmt: skip
    assert properties["size"].allowed == ("L", "M", "S")
    assert properties["product_id"].allowed == ()
    assert {name for name, one in properties.items() if one.required} == properties.keys() - {"note"}
    assert proposed["Product Viewed"].description.startswith("The page of a product")
    assert [one.event for one in plan.propose("till")] == ["Lane Opened"]
    plan.expect(SYSTEM, list(proposed.values()))
    plan.recheck(SYSTEM, 0)
    check(plan)
    assert found(plan) == []
    assert plan.standing().good == 61


def test_a_plan_goes_out_and_comes_back_the_same(plan: TrackingPlan) -> None:
    plan.expect(
        SYSTEM, [VIEWED, Expected("", "", "Order Completed", (Property("at", "time", description="When"),), "Sold")]
    )
    before = plan.export("Shop")
    schema = before["rules"]["events"][1]["rules"]["properties"]["properties"]
    assert schema["required"] == ["product_id"]
    assert schema["properties"]["size"] == {"type": ["string"], "enum": ["S", "M", "L"]}
    for one in plan.plan():
        plan.forget(SYSTEM, one.id)
    assert plan.bring_in(SYSTEM, json.dumps(before).encode()) == 2
    assert plan.export("Shop") == before


def test_segments_own_plan_is_read_with_its_nulls_and_unknown_words(plan: TrackingPlan) -> None:
    theirs = {"display_name": "Theirs", "rules": {"events": [{
        "name": "Signed Up", "description": "…", "rules": {"type": "object", "properties": {
            "context": {}, "traits": {}, "properties": {"type": "object", "required": ["method"], "properties": {
                "method": {"type": ["string", "null"], "pattern": "^a"}, "age": {"type": "weight"},
                "level": {"enum": [1, 2], "type": "integer"},
            }}}}}]}}  # fmt: skip
    plan.bring_in(SYSTEM, json.dumps(theirs).encode())
    [line] = plan.plan()
    assert [(one.name, one.type, one.required, one.allowed) for one in line.properties] == [
        ("method", "string", True, ()), ("age", "any", False, ()), ("level", "integer", False, ("1", "2")),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"[]",
        b"{}",
        b'{"rules": {"events": [{}]}}',
        b'{"events": [{"name": ""}]}',
        b'{"events": [{"name": "x", "rules": {"properties": {"properties": {"properties": 7}}}}]}',
    ],
)
def test_a_file_that_is_no_plan_is_refused_with_the_place(text: bytes, plan: TrackingPlan) -> None:
    with pytest.raises(InvalidInput) as refused:
        plan.bring_in(SYSTEM, text)
    assert refused.value.why
    assert plan.plan() == ()


def test_a_change_is_a_new_version_and_the_same_again_is_none(plan: TrackingPlan) -> None:
    [first] = plan.expect(SYSTEM, [VIEWED])
    [same] = plan.expect(SYSTEM, [VIEWED])
    [third] = plan.expect(SYSTEM, [Expected("", "", "Product Viewed", ())])
    assert (first.version, same.version, third.version) == (1, 1, 2)
    changed = plan.change(SYSTEM, Expected(third.id, "", "Product Seen", ()))
    assert (changed.event, changed.version) == ("Product Seen", 3)
    plan.expect(SYSTEM, [VIEWED])
    with pytest.raises(Conflict):
        plan.change(SYSTEM, Expected(third.id, "", "Product Viewed", ()))
    with pytest.raises(NotFound):
        plan.forget(SYSTEM, "nothing")


def test_a_line_that_cannot_be_is_refused(plan: TrackingPlan) -> None:
    for line, code in (
        (Expected("", "", " ", ()), "no_name"),
        (Expected("", "", "x", (Property("a", "colour"),)), "bad_type"),
        (Expected("", "", "x", (Property("a"), Property("a"))), "bad_properties"),
        (Expected("", "nowhere", "x", ()), "no_such_source"),
    ):
        with pytest.raises(InvalidInput) as refused:
            plan.expect(SYSTEM, [line])
        assert refused.value.code == code


def test_types_mean_what_json_schema_means() -> None:
    fits = {"string": ["x", "2026-01-01"], "number": [1, 1.5], "integer": [1, 2.0], "boolean": [True], "array": [[1]],
            "object": [{"a": 1}], "time": ["2026-01-01", "2026-01-01T09:00:00Z"], "any": ["x", 1, []]}  # fmt: skip
    wrong = {"string": [1, True], "number": ["1", True], "integer": [1.5, "1"], "boolean": [1, "true"],
             "array": [{}], "object": [[]], "time": ["yesterday", 5]}  # fmt: skip
    for kind, values in fits.items():
        line = Expected("", "", "x", (Property("a", kind),))
        assert all(rules.faults(line, {"a": value}) == [] for value in values), kind
    for kind, values in wrong.items():
        line = Expected("", "", "x", (Property("a", kind),))
        assert all(rules.faults(line, {"a": value}) == [("type", "a")] for value in values), kind

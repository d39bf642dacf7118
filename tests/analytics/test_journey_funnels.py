"""Funnels: what the walk counts, against a plain reading of the same definition; and over a shop counted by hand."""

from __future__ import annotations

import random
from datetime import date

import numpy as np
import pytest
from small_shop import fill, order, touch

from choral import Shop
from choral.analytics.journeys import rows
from choral.analytics.journeys.door import FunnelQuery
from choral.analytics.journeys.funnel import Rules, walk
from choral.analytics.journeys.values import Step
from choral.core.errors import InvalidInput, NotFound

Touch = tuple[int, int]  # moment, bits


def deepest(touches: list[Touch], rules: Rules) -> int:
    """The definition, said plainly: from every start, every way of going on."""
    best = 0
    if rules.order == "any":
        for start, (begun, _) in enumerate(touches):
            done = 0
            for at, bits in touches[start:]:
                if at - begun > rules.window:
                    break
                if rules.exclusion is not None and bits >> rules.exclusion & 1:
                    break
                done |= bits
                depth = 0
                while depth < rules.steps and done >> depth & 1:
                    depth += 1
                best = max(best, depth)
        return best
    for start, (begun, bits) in enumerate(touches):
        if bits & 1:
            best = max(best, further(touches, start, 1, begun, rules))
    return best


def further(touches: list[Touch], row: int, step: int, begun: int, rules: Rules) -> int:
    best = step
    for next_row in range(row + 1, len(touches)):
        at, bits = touches[next_row]
        if step == rules.steps or at - begun > rules.window:
            break
        if rules.exclusion is not None and bits >> rules.exclusion & 1:
            break
        if bits >> step & 1:
            best = max(best, further(touches, next_row, step + 1, begun, rules))
        if rules.order == "directly":
            break
    return best


@pytest.mark.parametrize("order_of_steps", ["then", "directly", "any"])
@pytest.mark.parametrize("excluding", [False, True])
def test_a_funnel_counts_what_its_definition_says(order_of_steps: str, excluding: bool) -> None:
    """3,000 customers with up to nine touches, many of them at one moment, each tried in every way."""
    chance = random.Random(7)  # noqa: S311
    rules = Rules(3, 6, order_of_steps, 3 if excluding else None)  # type: ignore[arg-type]
    people: dict[int, list[Touch]] = {}
    for customer in range(3_000):
        touches = sorted(chance.randrange(12) for _ in range(chance.randrange(1, 10)))
        people[customer] = [(at, chance.choice([0, 1, 2, 4, 1, 2, 4, 8 if excluding else 3])) for at in touches]
    flat = [(customer, *one) for customer, touches in people.items() for one in touches]
    customer, at, bits = (np.array(column, dtype=np.int64) for column in zip(*flat, strict=True))
    found = walk(customer, at, bits.astype(np.uint64), rules)
    expected = [deepest(touches, rules) for touches in people.values()]
    assert found.customer.tolist() == list(people)
    assert found.depth.tolist() == expected
    assert {0, 1, 2, 3} == set(expected)


def test_customers_cut_by_the_pieces_of_a_file_are_put_together() -> None:
    parts = [[1, 1, 2], [2, 2], [2, 3, 3], [], [3], [4]]
    cut = rows.whole(iter([{"customer": np.array(part, dtype=np.int64)} for part in parts]))
    assert [part["customer"].tolist() for part in cut] == [[1, 1], [2, 2, 2, 2], [3, 3, 3], [4]]


def visits(shop: Shop) -> None:
    """a buys within the window, b only after it, c never goes on, d leaves through the basket, e only buys."""
    fill(
        shop,
        [
            touch("card:a", "2024-03-01T10:00:00Z", "web", "Page Viewed"),
            touch("card:a", "2024-03-01T11:00:00Z", "web", "Product Viewed", product_id="p1"),
            order("card:a", "2024-03-02T10:00:00Z", 10),
            touch("card:b", "2024-03-01T10:00:00Z", "app", "Page Viewed"),
            touch("card:b", "2024-03-02T10:00:00Z", "app", "Product Viewed", product_id="p2"),
            order("card:b", "2024-03-09T10:00:00Z", 10),
            touch("card:c", "2024-03-01T10:00:00Z", "web", "Page Viewed"),
            touch("card:d", "2024-03-01T10:00:00Z", "web", "Page Viewed"),
            touch("card:d", "2024-03-01T10:30:00Z", "web", "Product Removed"),
            touch("card:d", "2024-03-01T11:00:00Z", "web", "Product Viewed", product_id="p1"),
            order("card:e", "2024-03-01T10:00:00Z", 10),
        ],
        {f"card:{name}": number for number, name in enumerate("abcde", 1)},
    )  # fmt: skip


STEPS = ("Page Viewed", "Product Viewed", "Order Completed")


def test_the_window_begins_with_the_first_step(shop: Shop) -> None:
    visits(shop)
    journeys = shop.analytics.journeys
    found = journeys.funnel(FunnelQuery(STEPS, window_days=7))
    assert [step.customers for step in found.steps] == [4, 3, 1]
    assert [step.lost for step in found.steps] == [1, 2, 0]
    assert (found.steps[2].share_of_start, round(found.steps[2].share_of_previous, 3)) == (0.25, 0.333)
    assert [step.customers for step in journeys.funnel(FunnelQuery(STEPS, window_days=8)).steps] == [4, 3, 2]
    without = FunnelQuery(STEPS, 30, excluded=("Product Removed",))
    assert [step.customers for step in journeys.funnel(without).steps] == [4, 2, 2]


def test_steps_can_be_told_by_channel_and_by_what_they_were_about(shop: Shop) -> None:
    visits(shop)
    funnel = shop.analytics.journeys.funnel
    about = funnel(FunnelQuery(("Page Viewed | web", "Product Viewed | | | p1", "| store"), 30))
    assert [step.customers for step in about.steps] == [3, 2, 1]
    split = funnel(FunnelQuery(STEPS, 30, split="channel"))
    assert {group.key: group.customers for group in split.groups} == {"web": (3, 2, 1), "app": (1, 1, 1)}
    assert [sum(column) for column in zip(*(one.customers for one in split.groups), strict=True)] == [
        step.customers for step in split.steps
    ]


def test_a_step_that_was_never_recorded_is_told_from_one_nobody_reached(shop: Shop) -> None:
    visits(shop)
    funnel = shop.analytics.journeys.funnel
    assert [(step.customers, step.events) for step in funnel(FunnelQuery(("Page Viewed", "Page Veiwed"))).steps] == [
        (4, 4), (0, 0),
    ]  # fmt: skip
    assert [(s.customers, s.events) for s in funnel(FunnelQuery(("Order Completed", "Page Viewed"))).steps] == [
        (3, 3), (0, 4),
    ]  # fmt: skip


def test_the_people_of_a_step_are_those_it_counts(shop: Shop) -> None:
    visits(shop)
    journeys, query = shop.analytics.journeys, FunnelQuery(STEPS, 7)
    assert journeys.funnel_people(query, 1).page().rows == ("1", "2", "4")
    assert journeys.funnel_people(query, 1, lost=True).page().rows == ("2", "4")
    first = journeys.funnel_people(query, 0).page(limit=3)
    assert (first.count, first.rows, journeys.funnel_people(query, 0).page(first.next).rows) == (
        4, ("1", "2", "3"), ("4",),
    )  # fmt: skip
    with pytest.raises(NotFound):
        journeys.funnel_people(query, 3)


def test_days_are_days_of_the_shop(shop: Shop) -> None:
    visits(shop)
    since = FunnelQuery(STEPS, 30, since=date(2024, 3, 2))
    assert [step.customers for step in shop.analytics.journeys.funnel(since).steps] == [0, 0, 0]


def test_what_cannot_be_asked_is_said(shop: Shop) -> None:
    funnel = shop.analytics.journeys.funnel
    for query, code in (
        (FunnelQuery(()), "too_few_steps"), (FunnelQuery(("| | | |",)), "wrong_step"),
        (FunnelQuery(STEPS, 0), "wrong_window"), (FunnelQuery(("a",) * 61), "too_many_steps"),
        (FunnelQuery(("a", "a"), order="any"), "same_step_twice"),
    ):  # fmt: skip
        with pytest.raises(InvalidInput) as refused:
            funnel(query)
        assert refused.value.code == code
    visits(shop)
    with pytest.raises(InvalidInput, match="no segment"):
        shop.analytics.journeys.funnel(FunnelQuery(STEPS, segment="value:best"))


def test_an_empty_shop_answers_too(shop: Shop) -> None:
    journeys = shop.analytics.journeys
    assert [step.customers for step in journeys.funnel(FunnelQuery(STEPS)).steps] == [0, 0, 0]
    assert (journeys.paths().customers, journeys.cohorts().cohorts, journeys.sequences().rows) == (0, (), ())
    assert (journeys.sessions(), journeys.offered().events, journeys.funnel_people(FunnelQuery(STEPS), 0).count) == (
        (), (), 0,
    )  # fmt: skip


def test_a_step_reads_back_as_it_was_written() -> None:
    for text in ("Page Viewed", "Page Viewed | web", "| web", "| | spring", "Coupon Applied | | | c1"):
        assert Step.read(text).text == text

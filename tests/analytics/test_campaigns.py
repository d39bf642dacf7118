"""Campaigns from events to verdict: a planted effect, a mailing without one, and what nothing can be said about."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from small_shop import dataset, fill, order, touch

from choral import Shop
from choral.analytics import campaigns
from choral.analytics.values import Choice
from choral.core.errors import NotFound

START = date(2024, 1, 1)
GOOD, NIL = date(2024, 4, 1), date(2024, 5, 6)


def at(day: int) -> str:
    return f"{(START + timedelta(days=day)).isoformat()}T10:00:00Z"


def lived(customers: int = 240) -> Iterator[dict[str, Any]]:
    """Weekly shoppers for 160 days; a third, rather the bigger spenders, got `good` and spend 8.00 more a week while it
    runs; another draw got `nil` and spends as before."""
    random = np.random.default_rng(21)
    for number in range(customers):
        who, habit = f"card:{number + 1}", 10 + 20 * random.random()
        good = random.random() < 0.2 + 0.3 * (habit > 20)
        nil = random.random() < 0.2 + 0.3 * (habit > 20)
        for day in range(int(random.integers(7)), 160, 7):
            more = 8.0 if good and 91 <= day < 119 else 0.0
            yield order(
                who,
                at(day),
                round(float(habit + random.normal() + more), 2),
                store=str(number % 3),
                products=["basket"],
            )
        if good:
            yield touch(who, at(91), "direct_mail", campaign_id="good")
        if nil:
            yield touch(who, at(126), "direct_mail", campaign_id="nil")
        if number < 5:
            yield touch(who, at(91), "direct_mail", campaign_id="few")


@pytest.fixture
def town(shop: Shop) -> Shop:
    dataset(
        shop, "campaigns",
        {"campaign_id": "good", "name": "Spring", "kind": "A", "channel": "direct_mail", "starts": GOOD,
         "ends": GOOD + timedelta(days=27)},
        {"campaign_id": "nil", "name": "May", "kind": "A", "channel": "direct_mail", "starts": NIL,
         "ends": NIL + timedelta(days=27)},
        {"campaign_id": "early", "name": "Early", "kind": "A", "channel": "direct_mail", "starts": date(2024, 1, 5),
         "ends": date(2024, 2, 1)},
        {"campaign_id": "later", "name": "Later", "kind": "A", "channel": "direct_mail", "starts": date(2025, 1, 5),
         "ends": date(2025, 2, 1)},
    )  # fmt: skip
    dataset(shop, "coupons", {"coupon_id": "c1", "product_id": "p0", "campaign_id": "good"})
    used = [touch("card:1", at(95), "store", "Coupon Applied", campaign_id="good", coupon_id="c1")]
    bought = [order("card:1", at(95), 3.0, 4.0), order("card:1", at(96), 5.0)]
    fill(shop, [*lived(), *used, *bought])
    return shop


def test_campaigns_are_told_apart(town: Shop) -> None:
    found = {row.id: row for row in town.analytics.campaigns()}
    assert {key: row.verdict.code for key, row in found.items()} == {
        "good": "brought", "nil": "no_effect_shown", "few": "too_few", "early": "no_history", "later": "not_started",
    }  # fmt: skip
    good = found["good"]
    assert good.effect is not None and good.effect.low <= 3_200 <= good.effect.high and good.effect.low > 0
    assert found["nil"].effect is not None and abs(found["nil"].effect.per_customer) < 800
    assert found["few"].effect is None and found["few"].reached == 5
    assert (good.redemptions, good.redeemers) == (1, 1)


def test_a_campaign_shows_what_its_figure_rests_on(town: Shop) -> None:
    found = town.analytics.campaign("good")
    assert (found.since, found.until, found.complete) == (GOOD, GOOD + timedelta(days=27), True)
    assert found.measured + found.others == 240 and found.measured == found.row.reached and found.left_out == 0
    assert max(abs(one.difference) for one in found.balance) > 0.3
    assert max(abs(one.difference_weighted) for one in found.balance) < 0.1
    assert found.placebo is not None and found.placebo.passed and found.placebo.until < GOOD
    effect = found.row.effect
    assert effect is not None
    assert effect.total == pytest.approx(effect.per_customer * found.measured, abs=found.measured)
    during = [week.reached - week.comparison for week in found.weeks if 0 <= week.index < 4]
    before = [week.reached - week.comparison for week in found.weeks if week.index < 0]
    assert min(during) > 400 and abs(np.mean(before)) < 100
    assert (found.coupon_sales, found.coupon_orders) == (300, 1)
    assert town.analytics.campaign("good") == found  # remembered, and the same


def test_what_began_meanwhile_is_named(town: Shop) -> None:
    found = town.analytics.campaign("good")
    assert [one.id for one in found.overlaps] == ["few"]


def test_the_customers_behind_reached_and_redeemed_are_those_the_figures_count(town: Shop) -> None:
    for row in town.analytics.campaigns():
        got, used = town.analytics.reached(row.id), town.analytics.reached(row.id, redeemed=True)
        assert (got.count, used.count) == (row.reached, row.redeemers)
        assert sum(one.redemptions for one in used.rows) == row.redemptions


def test_reached_customers_come_a_page_at_a_time_biggest_buyers_first(town: Shop) -> None:
    first = town.analytics.reached("good", limit=7)
    second = town.analytics.reached("good", after=first.next, limit=1_000)
    rows = [*first.rows, *second.rows]
    assert len(rows) == len({one.customer for one in rows}) == first.count and second.next is None
    assert [one.amount for one in rows] == sorted((one.amount for one in rows), reverse=True)
    assert {one.first_day for one in rows} == {GOOD}
    for one in rows[:3]:
        orders = town.analytics.orders(Choice(GOOD, GOOD + timedelta(days=27)), limit=2_000)
        assert sum(order.amount for order in orders.rows if order.customer == one.customer) == one.amount > 0


def test_a_campaign_nobody_knows_is_not_found(town: Shop) -> None:
    with pytest.raises(NotFound):
        town.analytics.campaign("none")


def test_a_campaign_is_measured_again_only_when_something_of_it_changed(
    town: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = town.analytics.campaigns()
    measured: list[str] = []
    measure = campaigns._measure
    monkeypatch.setattr(
        campaigns, "_measure", lambda look, facts: measured.append(facts.id) or measure(look, facts)
    )  # fmt: skip
    fill(town, [touch("card:7", at(159), "web", "Page Viewed")])
    assert town.analytics.campaigns() == before and not {"good", "nil", "few", "early"} & set(measured)
    measured.clear()
    fill(town, [order("card:7", at(130), 1.0)])
    town.analytics.campaigns()
    assert "nil" in measured and "good" not in measured

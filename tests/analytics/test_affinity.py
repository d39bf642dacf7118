"""Which channel works for whom: counted by hand, quiet where chance decides, the same on every engine."""

from __future__ import annotations

import numpy as np
import pytest
from small_shop import fill, order, touch

from choral import Shop
from choral.analytics.affinity import rates
from choral.core.errors import InvalidInput


def _people(many: int, ordering: int) -> list[dict[str, object]]:
    """`many` customers by an app and as many by the web site, of whom a first few order in the visit."""
    events: list[dict[str, object]] = []
    for channel, offset, buyers in (("app", 1, ordering), ("web", 1001, many)):
        for number in range(many):
            who = f"card:{offset + number}"
            events.append(touch(who, "2026-03-01T10:00:00Z", channel, "Page Viewed"))
            if number < buyers:
                events.append(order(who, "2026-03-01T10:10:00Z", 10.0, channel=channel, store=None))
    return events


def test_visits_orders_and_sales_of_a_part_on_a_channel_are_those_counted_by_hand(shop: Shop) -> None:
    fill(shop, _people(50, 20))
    found = shop.analytics.affinity.by("segment")
    cells = [one for one in found.cells if one.orders]
    assert sum(one.orders for one in cells if one.channel == "app") == 20
    assert sum(one.amount for one in cells if one.channel == "web") == 50_000
    assert sum(one.amount for one in found.parts) == shop.analytics.sales().total.amount == 70_000
    assert not found.causal


def test_below_thirty_customers_nothing_is_said_of_a_share(shop: Shop) -> None:
    fill(shop, _people(10, 10))
    for one in shop.analytics.affinity.by("segment").cells:
        assert one.bought.low is None
        assert one.bought.verdict == "too_few"


def test_where_parts_are_alike_no_cell_stands_out(shop: Shop) -> None:
    fill(shop, _people(120, 120))
    found = shop.analytics.affinity.by("segment")
    assert {one.bought.verdict for one in found.cells} <= {"alike", "too_few"}


def test_what_customers_cannot_be_parted_by_is_refused_and_an_empty_shop_answers(shop: Shop) -> None:
    assert shop.analytics.affinity.by("segment").cells == ()
    with pytest.raises(InvalidInput) as refused:
        shop.analytics.affinity.by("weather")
    assert refused.value.fix


def test_intervals_of_shares_hold_the_truth_as_often_as_they_say_when_visits_come_in_bunches() -> None:
    draw, inside, times = np.random.default_rng(7), 0, 600
    for _ in range(times):
        visits = draw.integers(1, 12, 150)
        habit = draw.beta(2, 6, 150)  # customers differ, so that visits of one are alike; the mean is a quarter
        ordered = draw.binomial(visits, habit)
        x, y = visits.astype(float), ordered.astype(float)
        found = rates.share(rates.Sums(150, x.sum(), y.sum(), x @ x, x @ y, y @ y))
        assert found.low is not None and found.high is not None
        inside += found.low <= 0.25 <= found.high
    assert 0.93 <= inside / times <= 0.98

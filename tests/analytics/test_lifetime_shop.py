"""What customers will bring, in a shop: the sums, the lists, and who is in none of them."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from small_shop import dataset, fill, order

from choral import Shop
from choral.books import Actor
from choral.core.errors import InvalidInput


def regulars(many: int = 260, seed: int = 3) -> tuple[list[dict[str, Any]], dict[str, int]]:
    """Customers who buy about every 25 days for 300 days; a third of them stop after a while."""
    draw = np.random.default_rng(seed)
    orders, who = [], {}
    for number in range(many):
        name = f"card:{1000 + number}"
        stops = draw.uniform(30, 300) if draw.random() < 0.35 else 300
        rate, day = draw.gamma(4, 25 / 4) + 4, draw.uniform(0, 30)
        who[name] = number + 1
        while day < stops:
            at = np.datetime64("2017-01-01T10:00") + np.timedelta64(int(day * 1440), "m")
            amount = round(float(draw.gamma(9, 4)) + 1, 2)
            channel = "web" if number % 4 == 0 else "store"
            orders.append(order(name, f"{at}:00Z", amount, products=["p"], channel=channel))
            day += draw.exponential(rate)
    return orders, who


@pytest.fixture(scope="module")
def town() -> tuple[list[dict[str, Any]], dict[str, int]]:
    return regulars()


def test_a_shop_without_enough_customers_says_so_instead_of_a_figure(shop: Shop) -> None:
    assert shop.analytics.lifetime.overview().reason == "no_orders"
    fill(shop, [order("card:1", "2017-01-01T10:00:00Z", 5.0), order("card:1", "2017-06-01T10:00:00Z", 5.0)])
    found = shop.analytics.lifetime.overview()
    assert (found.ready, found.reason) == (False, "too_few")
    assert shop.analytics.lifetime.customers().rows == ()


def test_the_parts_sum_to_the_whole_and_the_lists_hold_everybody_once(shop: Shop, town: Any) -> None:
    fill(shop, *town)
    found = shop.analytics.lifetime.overview(91)
    assert found.ready
    assert found.measure == "sales"  # no cost is known
    assert found.customers == len(town[1]) == sum(one.customers for one in found.channels)
    assert sum(one.expected.value for one in found.channels) == pytest.approx(found.value.value, rel=1e-6)
    assert found.value.low < found.value.value < found.value.high
    assert found.check.verdict in ("good", "rough")
    assert found.check.off is not None
    assert abs(found.check.off) < 0.25
    pages, after = [], None
    while True:
        page = shop.analytics.lifetime.customers("value", 91, after, 100)
        pages += page.rows
        after = page.next
        if after is None:
            break
    assert sorted(int(one.customer) for one in pages) == sorted(town[1].values())
    assert [one.value for one in pages] == sorted((one.value for one in pages), reverse=True)
    assert sum(one.value for one in pages) == pytest.approx(found.value.value, rel=0.001)


def test_margins_are_foretold_where_costs_are_known(shop: Shop, town: Any) -> None:
    dataset(shop, "products", {"product_id": "p", "cost": 500})
    fill(shop, *town)
    found = shop.analytics.lifetime.overview(91)
    assert found.measure == "margin"
    assert sum(one.to_date for one in found.channels) == shop.analytics.sql(
        "SELECT sum(margin) FROM orders").to_arrow().column(0)[0].as_py()  # fmt: skip


def test_media_spend_on_a_channel_is_told_a_customer(shop: Shop, town: Any) -> None:
    dataset(shop, "spend", {"channel": "web", "campaign_id": "", "creative": "", "region": "", "starts": "2017-02-01",
                            "ends": "2017-02-10", "amount": 65_000, "currency": "EUR"})  # fmt: skip
    fill(shop, *town)
    web = next(one for one in shop.analytics.lifetime.overview().channels if one.channel == "web")
    assert (web.cost, web.per_customer) == (65_000, 65_000 / web.customers)


def test_who_objects_to_profiling_is_in_no_list_and_gets_no_forecast(shop: Shop, town: Any) -> None:
    fill(shop, *town)
    best = shop.analytics.lifetime.customers(limit=1).rows[0]
    whole = shop.analytics.lifetime.overview().value
    identifier = next(name for name, number in town[1].items() if number == int(best.customer))
    shop.analytics.lifetime._excluded = lambda: {int(best.customer)}
    assert identifier
    assert best.customer not in [one.customer for one in shop.analytics.lifetime.customers(limit=1_000).rows]
    assert shop.analytics.lifetime.of(best.customer) is None
    assert int(best.customer) not in shop.analytics.lifetime.risks()[0]
    assert shop.analytics.lifetime.overview().value == whole


def test_one_customer_has_bounds_of_what_will_happen_and_nobody_else_is_made_up(shop: Shop, town: Any) -> None:
    fill(shop, *town)
    best = shop.analytics.lifetime.customers(limit=1).rows[0]
    found = shop.analytics.lifetime.of(best.customer)
    assert found is not None
    assert found.low is not None
    assert found.high is not None
    assert found.low <= found.value <= found.high
    assert shop.analytics.lifetime.of("999999") is None
    with pytest.raises(InvalidInput, match="91, 182 or 365"):
        shop.analytics.lifetime.overview(30)


def test_a_list_can_be_kept_as_an_audience_and_the_outlook_is_a_condition(shop: Shop, town: Any) -> None:
    fill(shop, *town)
    outlook = shop.customers.audiences.offered.attributes["outlook"]
    values = dict(outlook.rows())
    assert set(values.values()) <= set(outlook.values())
    assert len(values) == len(town[1])
    some = [1, 2, 3, 10_000_000]
    assert outlook.of(some) == {number: values[number] for number in some if number in values}
    people = [int(one.customer) for one in shop.analytics.lifetime.customers("at_risk", limit=20).rows]
    key = shop.customers.audiences.keep_list(Actor("member:1"), "Win back", people, "lifetime value")
    assert shop.customers.audiences.count(key) == 20

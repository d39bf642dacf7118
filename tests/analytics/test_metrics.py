"""Every figure has one definition, and says the same wherever it is asked for."""

from __future__ import annotations

from datetime import date
from typing import get_args

import pytest
from small_shop import dataset, fill, order, refresh, touch

from choral import Shop
from choral.analytics.metrics.values import MetricSplit
from choral.analytics.values import REST, Choice
from choral.core.errors import InvalidInput, NotFound


@pytest.fixture
def sold(shop: Shop) -> Shop:
    """Two stores and a web shop over four weeks."""
    dataset(shop, "stores", {"store_id": "1", "name": "High Street"})
    dataset(
        shop, "products",
        {"product_id": "p0", "name": "Tea", "department": "Drinks", "category": "Hot", "cost": 300},
        {"product_id": "p1", "name": "Cup", "department": "Home", "category": "Table"},
    )  # fmt: skip
    fill(
        shop,
        [
            order("card:a", "2024-03-04T10:00:00Z", 5), order("card:b", "2024-03-05T10:00:00Z", 5, 7, store="2"),
            order(None, "2024-03-06T10:00:00Z", 5), order("card:a", "2024-03-12T10:00:00Z", 5, refund=True),
            order("card:a", "2024-03-13T10:00:00Z", 5, store=None, channel="web"),
            order("card:c", "2024-03-20T10:00:00Z", 5), order("card:b", "2024-03-27T10:00:00Z", 5),
            touch("card:a", "2024-03-12T09:00:00Z", "email", "Email Sent", campaign_id="spring"),
            touch("card:b", "2024-03-12T09:00:00Z", "email", "Email Sent", campaign_id="spring"),
            touch("card:b", "2024-03-13T09:00:00Z", "email", "Email Sent", campaign_id="spring"),
            touch("card:b", "2024-03-27T10:01:00Z", "store", "Coupon Redeemed", campaign_id="spring", coupon_id="c"),
            touch("card:c", "2024-03-31T12:00:00Z", "store", "Store Entered", store_id="1"),
        ],
    )  # fmt: skip
    return shop


def _value(shop: Shop, key: str, **said: object) -> object:
    return shop.analytics.metric(key, **said).total.value  # type: ignore[arg-type]


def test_each_metric_is_what_the_receipts_and_meetings_say(sold: Shop) -> None:
    expected = {
        "sales": 3200, "orders": 6, "average": 533, "items": 7 / 6, "discount_share": 0.0, "refund_share": 500 / 3700,
        "margin": 1000, "margin_rate": 0.4, "recognised": 5 / 6, "customers": 3, "new_customers": 3,
        "returning_share": 0.0, "frequency": 5 / 3, "customer_sales": 900, "reach": 2, "redemptions": 1,
        "contact_cost": None, "spend": None, "return_on_spend": None, "visits": 5, "visit_conversion": 4 / 5,
    }  # fmt: skip
    assert {key: _value(sold, key) for key in expected} == expected
    assert sold.analytics.metric("margin").coverage == pytest.approx(25 / 32)


def test_the_overview_and_the_sales_page_show_the_same_figures(sold: Shop) -> None:
    since, until = date(2024, 3, 18), date(2024, 3, 31)
    choice = Choice(since, until)
    overview = sold.analytics.overview(since, until)
    names = {"identified": "recognised"}
    for figure in overview.figures:
        one = sold.analytics.metric(names.get(figure.key, figure.key), overview.spark_by, None, choice)
        assert (one.total.value, one.total.before) == (figure.value, figure.before), figure.key
        assert tuple(value or 0 for value in one.total.values) == figure.spark, figure.key
    for split in ("channel", "store", "department"):
        sales = sold.analytics.sales("week", split, choice)  # type: ignore[arg-type]
        found = sold.analytics.metric("sales", "week", split, choice)  # type: ignore[arg-type]
        assert [(one.key, one.name, one.amounts, one.before) for one in sales.series] == [
            (one.key, one.name, one.values, one.before) for one in found.series
        ]
        assert found.total.value == sales.total.amount
        assert sales.before is not None and found.total.before == sales.before.amount


def test_the_parts_of_what_adds_up_are_the_whole(sold: Shop) -> None:
    for one in sold.analytics.metrics():
        for split in one.splits:
            found = sold.analytics.metric(one.key, "week", split, most=1)
            assert len(found.series) <= 2, one.key
            if one.adds_up:
                parts, whole = [series.value or 0 for series in found.series], found.total.value or 0
                many = one.key == "orders" and split in ("department", "category", "product")  # an order is in several
                assert sum(parts) > whole if many else sum(parts) == whole, (one.key, split)


def test_what_is_too_small_to_be_listed_is_one_rest_and_customers_are_never_added(sold: Shop) -> None:
    found = sold.analytics.metric("sales", "week", "store", most=1)
    assert [(one.key, one.value) for one in found.series] == [("1", 1500), (REST, 1700)]
    people = sold.analytics.metric("customers", "week", "store", most=1)
    assert ([one.key for one in people.series], people.others) == (["1"], 2)
    products = sold.analytics.metric("sales", "month", "product", most=1)
    assert [(one.key, one.name, one.value) for one in products.series] == [("p0", "Tea", 2500), (REST, "", 700)]


def test_a_comparison_lays_earlier_days_under_the_same_steps(sold: Shop) -> None:
    choice = Choice(date(2024, 3, 18), date(2024, 3, 31))
    found = sold.analytics.metric("sales", "week", None, choice)
    assert (found.before_since, found.before_until) == (date(2024, 3, 4), date(2024, 3, 17))
    assert (found.total.values, found.total.earlier) == ((500, 500), (2200, 0))
    assert sold.analytics.metric("sales", "week", None, choice, compare="year").before_since is None
    assert sold.analytics.metric("sales", "week", None, choice, compare=None).total.earlier == ()


def test_spend_is_spread_over_its_days_to_the_cent(sold: Shop) -> None:
    dataset(
        sold, "spend",
        {"channel": "tv", "campaign_id": "spring", "creative": "", "region": "", "starts": date(2024, 3, 10),
         "ends": date(2024, 3, 12), "amount": 1000, "currency": "EUR"},
    )  # fmt: skip
    refresh(sold)
    found = sold.analytics.metric("spend", "day", "channel", Choice(date(2024, 3, 10), date(2024, 3, 12)))
    assert found.series[0].values == (333, 333, 334) and found.total.value == 1000
    part = sold.analytics.metric("spend", "day", None, Choice(date(2024, 3, 11), date(2024, 3, 31)), compare=None)
    assert part.total.value == 667 and part.total.values[5] == 0
    assert _value(sold, "return_on_spend") == 3.2


def test_an_empty_shop_has_every_metric_and_no_figure(shop: Shop) -> None:
    for one in shop.analytics.metrics():
        found = shop.analytics.metric(one.key)
        assert found.total.value in (None, 0) and found.periods == (), one.key
    refresh(shop)
    assert shop.analytics.metric("sales").total.value == 0


def test_every_metric_says_what_it_is(shop: Shop) -> None:
    keys = [one.key for one in shop.analytics.metrics()]
    assert len(set(keys)) == len(keys) >= 22
    for one in shop.analytics.metrics():
        assert one.name and one.meaning.endswith(".") and one.formula and one.owner and one.since
        assert set(one.splits) <= set(get_args(MetricSplit))


def test_what_cannot_be_asked_of_a_metric_is_said(sold: Shop) -> None:
    with pytest.raises(NotFound, match="no metric"):
        sold.analytics.metric("profit")
    with pytest.raises(InvalidInput, match="cannot be split by campaign"):
        sold.analytics.metric("sales", "week", "campaign")
    with pytest.raises(InvalidInput, match="cannot be chosen by department"):
        sold.analytics.metric("sessions", choice=Choice(department="Drinks"))
    with pytest.raises(InvalidInput):
        sold.analytics.metric("sales", "hour")  # type: ignore[arg-type]

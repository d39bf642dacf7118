"""Sales, headline figures and the orders behind them agree to the cent, on shops counted by hand."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from small_shop import dataset, fill, order, refresh, touch

from choral import Shop
from choral.analytics.values import Choice
from choral.core.errors import InvalidInput, NotFound

DAYS = ("2024-03-01", "2024-03-02", "2024-03-05", "2024-03-31", "2024-04-01")


def test_a_shop_without_events_answers_everything_with_nothing(shop: Shop) -> None:
    for made in (False, True):
        if made:
            refresh(shop)
        ask = shop.analytics
        assert (ask.as_of().ready, ask.as_of().orders, ask.as_of().since) == (made, 0, None)
        assert [figure.value for figure in ask.overview().figures] == [0] * 6
        assert ask.sales("day", "store").total.amount == 0
        assert ask.orders().rows == () and ask.orders().count == 0
        assert ask.campaigns() == () and ask.products() == () and list(ask.order_rows()) == []
        assert ask.rfm().customers == 0 and ask.rfm_customers().rows == () and ask.slipping().rows == ()
        assert ask.journeys.paths().customers == 0 and ask.rfm_of("1") is None
        assert len(shop.tables.orders.to_arrow()) == 0
        with pytest.raises(NotFound):
            ask.order(1)


def test_sales_by_week_and_store_are_what_the_receipts_say(shop: Shop) -> None:
    dataset(shop, "stores", {"store_id": "1", "name": "High Street"})
    fill(
        shop,
        [
            order("card:a", "2024-03-04T10:00:00Z", 10.10, 2.00),  # a Monday
            order("card:b", "2024-03-10T10:00:00Z", 5.05, store="2"),
            order(None, "2024-03-11T10:00:00Z", 1.00, store=None),
            order("card:a", "2024-03-12T10:00:00Z", 2.00, refund=True),
        ],
    )
    found = shop.analytics.sales("week", "store")
    assert [(period.start, period.complete) for period in found.periods] == [
        (date(2024, 3, 4), True), (date(2024, 3, 11), False),
    ]  # fmt: skip
    assert {(one.key, one.name): one.amounts for one in found.series} == {
        ("1", "High Street"): (1210, -200), ("2", "2"): (505, 0), ("", ""): (0, 100),
    }  # fmt: skip
    assert (found.total.amount, found.total.orders, found.total.refunds, found.total.identified) == (1615, 3, 1, 2)
    assert found.total.average == 538 and found.before is None


def test_headlines_compare_with_as_many_days_before(shop: Shop) -> None:
    fill(
        shop,
        [
            order("card:a", "2024-03-01T10:00:00Z", 10), order("card:b", "2024-03-02T10:00:00Z", 20),
            order("card:a", "2024-03-03T10:00:00Z", 40), order(None, "2024-03-04T10:00:00Z", 2),
        ],
    )  # fmt: skip
    found = shop.analytics.overview(date(2024, 3, 3), date(2024, 3, 4))
    assert {one.key: (one.value, one.before) for one in found.figures} == {
        "sales": (4200, 3000), "orders": (2, 2), "average": (2100, 1500), "identified": (0.5, 1.0),
        "customers": (1, 2), "new_customers": (0, 2),
    }  # fmt: skip
    assert found.figure("sales").spark == (4000, 200)
    assert shop.analytics.overview().figure("sales").before is None
    sales = shop.analytics.sales("day", None, Choice(date(2024, 3, 3), date(2024, 3, 4)))
    assert sales.before is not None and sales.before.amount == 3000 == sales.series[0].before


def test_two_currencies_are_never_summed(shop: Shop) -> None:
    fill(
        shop,
        [order("card:a", "2024-03-01T10:00:00Z", 10), order("card:a", "2024-03-01T11:00:00Z", 500, currency="JPY")],
    )
    found = shop.analytics.sales("day")
    assert (found.currency, found.other_currencies, found.total.amount) == ("EUR", ("JPY",), 1000)
    yen = shop.analytics.sales("day", None, Choice(currency="JPY"))
    assert (yen.currency, yen.other_currencies, yen.total.amount) == ("JPY", ("EUR",), 500)
    assert shop.analytics.rfm().amount == 1000 and shop.analytics.orders().amount == 1000
    assert shop.tables.customers.rows()[0]["amount"] == 1000


def test_a_day_begins_at_midnight_of_the_shop(shop: Shop) -> None:
    assert shop.home.time_zone == "Europe/Paris"
    fill(
        shop,
        [order("card:a", "2024-03-01T22:59:59Z", 1), order("card:a", "2024-03-01T23:00:00Z", 2)],
    )
    found = shop.analytics.sales("day")
    assert [(period.start, amount) for period, amount in zip(found.periods, found.series[0].amounts, strict=True)] == [
        (date(2024, 3, 1), 100), (date(2024, 3, 2), 200),
    ]  # fmt: skip
    assert [row.day for row in shop.analytics.orders().rows] == [date(2024, 3, 2), date(2024, 3, 1)]


def test_departments_come_from_the_products_data_set_and_the_rest_is_named_unknown(shop: Shop) -> None:
    dataset(shop, "products", {"product_id": "p0", "name": "Tea", "department": "Drinks", "category": "Hot"})
    fill(shop, [order("card:a", "2024-03-01T10:00:00Z", 4, 6, amount=11.5)])
    found = shop.analytics.sales("day", "department")
    assert {one.key: (one.amount, one.order_count) for one in found.series} == {"": (750, 1), "Drinks": (400, 1)}
    only = shop.analytics.orders(Choice(department="Drinks"))
    assert (only.count, only.amount) == (1, 400)
    assert [(one.key, one.amount) for one in shop.analytics.products("department")] == [("", 750), ("Drinks", 400)]
    assert shop.analytics.products()[1].name == "Tea"


def test_one_order_shows_its_lines_and_what_belongs_to_no_product_last(shop: Shop) -> None:
    fill(shop, [order("card:a", "2024-03-01T10:00:00Z", 4, 6, amount=11.5, order_id="R-1")], {"card:a": 77})
    found = shop.analytics.order("R-1")
    assert (found.row.customer, found.row.amount, found.row.lines) == ("77", 1150, 2)
    assert [(line.line, line.product_id, line.total) for line in found.lines] == [
        (1, "p0", 400), (2, "p1", 600), (0, None, 150),
    ]  # fmt: skip
    assert shop.analytics.order(found.row.position) == found
    with pytest.raises(NotFound):
        shop.analytics.order("R-2")


def test_more_than_eight_series_are_joined_into_the_rest(shop: Shop) -> None:
    fill(shop, [order("card:a", "2024-03-01T10:00:00Z", number, store=str(number)) for number in range(1, 12)])
    found = shop.analytics.sales("day", "store")
    assert [one.key for one in found.series] == ["11", "10", "9", "8", "7", "6", "5", "4", "*"]
    assert found.series[-1].amount == 600 and sum(one.amount for one in found.series) == found.total.amount


def test_pages_of_orders_leave_nobody_out_and_show_nobody_twice(shop: Shop) -> None:
    fill(shop, [order("card:a", "2024-03-01T10:00:00Z", number % 3) for number in range(23)])
    for sort in ("at", "amount", "lines"):
        for descending in (True, False):
            seen, after = [], None
            while True:
                page = shop.analytics.orders(None, sort, descending, after, 5)  # type: ignore[arg-type]
                seen += [row.position for row in page.rows]
                after = page.next
                if after is None:
                    break
            assert sorted(seen) == list(range(1, 24))
            assert seen == [row.position for row in shop.analytics.order_rows(None, sort, descending)]  # type: ignore[arg-type]


def test_what_cannot_be_chosen_is_said(shop: Shop) -> None:
    fill(shop, [order("card:a", "2024-03-01T10:00:00Z", 1)])
    with pytest.raises(InvalidInput, match="customer"):
        shop.analytics.sales("day", None, Choice(customer="1"))
    with pytest.raises(InvalidInput, match="first day first"):
        shop.analytics.sales("day", None, Choice(date(2024, 3, 2), date(2024, 3, 1)))
    with pytest.raises(InvalidInput):
        shop.analytics.orders(after="nonsense")
    assert shop.analytics.orders(Choice(customer="x' OR 1=1")).count == 0


def test_marts_are_made_once_and_again_when_something_came(shop: Shop) -> None:
    fill(shop, [order("card:a", "2024-03-01T10:00:00Z", 1)])
    assert refresh(shop) is False
    fill(shop, [touch("card:a", "2024-03-02T10:00:00Z", "web", "Page Viewed")])
    assert (shop.analytics.as_of().position, shop.analytics.as_of().until) == (2, date(2024, 3, 2))


cents = st.integers(0, 99_999).map(lambda value: value / 100)
receipts = st.lists(
    st.builds(
        order,
        st.sampled_from([None, "card:a", "card:b", "card:c"]),
        st.sampled_from(DAYS).map(lambda day: f"{day}T12:00:00Z"),
        cents,
        cents,
        store=st.sampled_from([None, *"123456789ab"]),
        channel=st.sampled_from(["store", "web"]),
        refund=st.booleans(),
        amount=st.one_of(st.none(), cents),
    ),
    min_size=1,
    max_size=40,
)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(receipts)
def test_sales_orders_and_lines_always_agree(shop: Shop, events: list[dict[str, object]]) -> None:
    fill(shop, events)
    rows = list(shop.analytics.order_rows())
    whole = sum(row.amount for row in rows)
    assert whole == sum(line["total"] for line in shop.tables.order_lines.rows())
    for by in ("day", "week", "month"):
        for split in (None, "channel", "store", "department"):
            found = shop.analytics.sales(by, split)  # type: ignore[arg-type]
            assert sum(one.amount for one in found.series) == found.total.amount == whole
            if split != "department":
                assert sum(one.order_count for one in found.series) == sum(not row.returned for row in rows)
    for store in ("", "1", "2"):
        choice = Choice(store=store, until=date(2024, 3, 5))
        amount = sum(row.amount for row in rows if (row.store_id or "") == store and row.day <= date(2024, 3, 5))
        assert shop.analytics.orders(choice).amount == amount == shop.analytics.sales("day", None, choice).total.amount

"""Customer value and silence, on shops counted by hand."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from small_shop import fill, order

from choral import Shop
from choral.analytics.people import SEGMENTS
from choral.core.errors import InvalidInput


def on(day: date) -> str:
    return f"{day.isoformat()}T10:00:00Z"


def test_quintiles_are_those_counted_by_hand(shop: Shop) -> None:
    """Customer n of 10 bought n times, the last time n days after the start, for 10 n in all."""
    start = date(2024, 3, 1)
    events = [
        order(f"card:{n}", on(start + timedelta(days=n)), 10.0) for n in range(1, 11) for _ in range(n)
    ]  # fmt: skip
    fill(shop, events, {f"card:{n}": n for n in range(1, 11)})
    found = shop.analytics.rfm()
    assert (found.on, found.customers, found.amount) == (date(2024, 3, 11), 10, 55_000)
    assert [(c.recency, c.frequency, c.customers, c.amount) for c in found.cells if c.customers] == [
        (5, 5, 2, 19_000), (4, 4, 2, 15_000), (3, 3, 2, 11_000), (2, 2, 2, 7_000), (1, 1, 2, 3_000),
    ]  # fmt: skip
    lowest = found.borders[0]
    assert (lowest.recency_from, lowest.recency_to, lowest.frequency_from, lowest.frequency_to) == (8, 9, 1, 2)
    assert (lowest.amount_from, lowest.amount_to) == (1_000, 2_000)
    everyone = shop.analytics.rfm_customers().rows
    assert [shop.analytics.rfm_of(row.customer) for row in everyone] == list(everyone)
    place = shop.analytics.rfm_of("7")
    assert place is not None
    assert (place.recency_days, place.orders, place.amount, place.segment) == (3, 7, 7_000, "loyal")
    assert [row.customer for row in shop.analytics.rfm_customers("champions").rows] == ["10", "9"]
    page = shop.analytics.rfm_customers(limit=4)
    assert (page.count, len(page.rows)) == (10, 4)
    assert [row.customer for row in shop.analytics.rfm_customers(after=page.next, limit=4).rows] == ["6", "5", "4", "3"]
    assert shop.analytics.rfm_customers(cell=(1, 1)).count == 2
    with pytest.raises(InvalidInput):
        shop.analytics.rfm_customers("best")


def test_the_named_segments_cover_the_grid_once() -> None:
    cells = [cell for cells in SEGMENTS.values() for cell in cells]
    assert sorted(cells) == [(r, f) for r in range(1, 6) for f in range(1, 6)]


def test_silence_is_measured_by_each_customers_own_rhythm(shop: Shop) -> None:
    start = date(2024, 1, 1)
    weekly = [order("card:w", on(start + timedelta(days=7 * n)), 20) for n in range(6)]  # silent since 5 February
    monthly = [order("card:m", on(start - timedelta(days=30 * n)), 90) for n in range(6)]  # two months are usual
    now = [order("card:n", on(date(2024, 2, 20)), 1)]
    fill(shop, [*weekly, *monthly, *now], {"card:w": 1, "card:m": 2, "card:n": 3})
    found = shop.analytics.slipping()
    (row,) = found.rows
    assert (row.customer, row.identifier, row.silence_days, row.usual_gap, row.longest_gap) == ("1", "card:w", 15, 7, 7)
    assert (row.orders, row.at_risk, found.at_risk, found.count) == (6, 12_000, 12_000, 1)


def test_a_buyer_known_by_a_receipt_or_browser_alone_is_nobody_whose_value_is_known(shop: Shop) -> None:
    known = [order("card:1", f"2026-03-0{day}T10:00:00Z", 10.0) for day in (1, 2)]
    passing = [order(f"anonymous:receipt-{number}", "2026-03-02T11:00:00Z", 5.0) for number in range(4)]
    fill(shop, [*known, *passing])
    sales = shop.analytics.sales(by="day")
    assert (sales.total.orders, sales.total.amount, sales.total.identified) == (6, 4000, 2)
    assert shop.analytics.rfm().customers == 1
    figures = {
        key: shop.analytics.metric(key, by="day").total.value for key in ("customers", "new_customers", "recognised")
    }
    assert figures == {
        "customers": 1, "new_customers": 1, "recognised": pytest.approx(1 / 3),
    }  # fmt: skip
    assert shop.analytics.lifetime.overview().customers <= 1


def test_those_about_whom_nothing_may_be_concluded_are_in_no_list_of_persons(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = date(2026, 1, 1)
    rhythm = [order(f"card:{one}", on(start + timedelta(days=2 * day)), 10.0) for one in (1, 2) for day in range(8)]
    fill(
        shop, [*rhythm, order("card:3", on(start + timedelta(days=120)), 5.0)], {"card:1": 1, "card:2": 2, "card:3": 3}
    )
    assert {one.customer for one in shop.analytics.slipping().rows} == {"1", "2"}
    monkeypatch.setattr(type(shop.analytics), "_not_profiled", lambda _self: {2})
    assert [one.customer for one in shop.analytics.slipping().rows] == ["1"]
    assert {one.customer for one in shop.analytics.rfm_customers().rows} == {"1", "3"}
    assert shop.analytics.rfm().customers == 3

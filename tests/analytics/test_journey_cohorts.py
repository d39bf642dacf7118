"""Cohorts: UCI Online Retail as published, and a shop counted by hand."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import duckdb
import pytest
from small_shop import fill, order, touch

from choral import Shop
from choral.analytics.journeys.door import CohortQuery
from choral.core.errors import InvalidInput

SHARED = next((up / "shared/data" for up in Path(__file__).parents if (up / "shared/data").is_dir()), None)
_INVOICES = """SELECT InvoiceNo AS invoice, CustomerID AS customer,
                      strftime(min(InvoiceDate), '%Y-%m-%dT%H:%M:%SZ') AS moment,
                      sum(round(Quantity * UnitPrice, 2)) AS amount
               FROM read_parquet('{file}') WHERE CustomerID IS NOT NULL GROUP BY ALL ORDER BY moment, invoice"""


@pytest.mark.skipif(
    SHARED is None, reason="needs the shared data: UCI Online Retail (CC BY 4.0), not in the repository"
)
def test_the_cohorts_of_uci_online_retail_are_the_reference_ones(shop: Shop) -> None:
    """Chen 2015, UCI Machine Learning Repository; every cell of both reference tables (returns count, or do not)."""
    assert SHARED is not None
    with duckdb.connect() as data:
        invoices = data.sql(_INVOICES.format(file=SHARED / "online_retail/online_retail.parquet")).fetchall()
    fill(
        shop,
        (order(f"card:u{customer}", at, store=None, channel="web", currency="GBP", refund=invoice.startswith("C"),
               order_id=invoice, amount=abs(amount))
         for invoice, customer, at, amount in invoices),
    )  # fmt: skip
    for activity, name, sizes in (("orders_and_returns", "all", 4_372), ("purchases", "positive", 4_338)):
        found = shop.analytics.journeys.cohorts(CohortQuery(activity=activity))  # type: ignore[arg-type]
        with (SHARED / f"reference/online_retail_cohorts_{name}.csv").open() as file:
            published = {row.pop("c"): row for row in csv.DictReader(file)}
        assert {one.begins.strftime("%Y-%m"): one.values for one in found.cohorts} == {
            month[:7]: tuple(round(float(cell)) for cell in row.values() if cell) for month, row in published.items()
        }
        assert sum(one.size for one in found.cohorts) == sizes
        assert found.incomplete == date(2011, 12, 1), "the data end on 9 December"
    assert [one.values[0] for one in shop.analytics.journeys.cohorts().cohorts][:3] == [885, 417, 380]


def regulars(shop: Shop) -> None:
    fill(
        shop,
        [
            order("card:a", "2024-01-10T10:00:00Z", 10), order("card:a", "2024-02-10T10:00:00Z", 30),
            order("card:a", "2024-02-11T10:00:00Z", 5), order("card:b", "2024-01-20T10:00:00Z", 20),
            order("card:b", "2024-03-05T10:00:00Z", 20, refund=True), order("card:c", "2024-02-10T10:00:00Z", 7),
            order("card:d", "2024-02-10T10:00:00Z", 0), touch("card:d", "2024-01-02T10:00:00Z", "web"),
            order(None, "2024-03-10T10:00:00Z", 7),
        ],
        {f"card:{name}": number for number, name in enumerate("abcd", 1)},
    )  # fmt: skip


def test_retention_can_be_counted_in_customers_money_and_orders(shop: Shop) -> None:
    regulars(shop)
    cohorts = shop.analytics.journeys.cohorts
    customers = cohorts()
    assert [(one.begins, one.size, one.values) for one in customers.cohorts] == [
        (date(2024, 1, 1), 2, (2, 1, 0)), (date(2024, 2, 1), 1, (1, 0)),
    ]  # fmt: skip
    assert [one.shares for one in customers.cohorts] == [(1.0, 0.5, 0.0), (1.0, 0.0)]
    assert [one.values for one in cohorts(CohortQuery(measure="amount")).cohorts] == [(3_000, 3_500, 0), (700, 0)]
    assert [one.values for one in cohorts(CohortQuery(measure="orders")).cohorts] == [(2, 2, 0), (1, 0)]


def test_whether_returns_are_activity_changes_the_answer(shop: Shop) -> None:
    regulars(shop)
    found = shop.analytics.journeys.cohorts(CohortQuery(activity="orders_and_returns"))
    assert [one.values for one in found.cohorts] == [(2, 1, 1), (2, 0)]
    amounts = shop.analytics.journeys.cohorts(CohortQuery(activity="orders_and_returns", measure="amount"))
    assert [one.values for one in amounts.cohorts] == [(3_000, 3_500, -2_000), (700, 0)]
    met = shop.analytics.journeys.cohorts(CohortQuery(activity="meetings", start="meeting"))
    assert [(one.size, one.values) for one in met.cohorts] == [(3, (3, 2, 1)), (1, (1, 0))]


def test_the_period_the_data_end_in_is_marked_and_left_out_of_the_average(shop: Shop) -> None:
    regulars(shop)
    found = shop.analytics.journeys.cohorts()
    assert found.incomplete == date(2024, 3, 1)
    assert found.average == (1.0, 0.5, None), "March is not over"


def test_the_people_of_a_cell_are_those_it_counts(shop: Shop) -> None:
    regulars(shop)
    journeys = shop.analytics.journeys
    for query in (CohortQuery(), CohortQuery(activity="meetings", start="meeting"), CohortQuery(every="week")):
        for cohort in journeys.cohorts(query).cohorts:
            for after, count in enumerate(cohort.values):
                assert journeys.cohort_people(query, cohort.begins, after).count == count
                lost = journeys.cohort_people(query, cohort.begins, after, lost=True).count
                assert lost == cohort.size - (count or 0)
    assert journeys.cohort_people(CohortQuery(), date(2024, 1, 1), 1, lost=True).page().rows == ("2",)
    with pytest.raises(InvalidInput):
        journeys.cohort_people(CohortQuery(), date(2024, 1, 1), 61)


def test_cohorts_can_be_those_of_a_segment(shop: Shop) -> None:
    regulars(shop)
    journeys = shop.analytics.journeys
    whole = {one.begins: one.size for one in journeys.cohorts().cohorts}
    parts = [journeys.cohorts(CohortQuery(segment=f"value:{key}")).cohorts
             for key in ("champions", "loyal", "potential", "new", "promising", "attention", "fading", "cannot_lose",
                         "at_risk", "asleep")]  # fmt: skip
    assert {day: sum(one.size for part in parts for one in part if one.begins == day) for day in whole} == whole

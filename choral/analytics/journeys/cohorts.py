"""Cohorts: customers by the period of their first purchase (or meeting), and how many come back in each later one."""

from __future__ import annotations

from datetime import date, timedelta

import pyarrow

from choral.analytics import duck
from choral.analytics.journeys.queries import CohortQuery
from choral.analytics.journeys.rows import Ints
from choral.analytics.journeys.values import Cohort, CohortMeasure, Cohorts, Every
from choral.analytics.reading import Reading, Row

MOST = 60  # periods: five years of months
_ACTS = {
    "purchases": "FROM orders WHERE identified AND NOT returned AND amount > 0",
    "orders_and_returns": "FROM orders WHERE identified",
    "meetings": "FROM touches WHERE true",
}
# What an act brings; meetings bring what the orders of their customer bring in the same period.
_BROUGHT = {
    "purchases": "amount * (currency = $currency)::INTEGER AS amount, 1 AS orders",
    "orders_and_returns": "amount * (currency = $currency)::INTEGER AS amount, (NOT returned)::INTEGER AS orders",
    "meetings": "CASE WHEN kind = 'order' THEN amount ELSE 0 END AS amount, (kind = 'order')::INTEGER AS orders",
}

_AMONG = "AND customer IN (SELECT unnest($people::BIGINT[]))"


def _periods(query: CohortQuery, some: bool) -> str:
    """Of each customer: the period they began in, and each they were active in, with what it brought."""
    every, activity, start = query.every, query.activity, query.start
    begun = _ACTS["meetings"] if start == "meeting" else _ACTS[activity if activity != "meetings" else "purchases"]
    return f"""acts AS (
        SELECT customer, date_trunc('{every}', "day")::DATE AS period, {_BROUGHT[activity]} {_ACTS[activity]}),
      begun AS (
        SELECT customer, min(date_trunc('{every}', "day")::DATE) AS first {begun} {_AMONG if some else ""}
        GROUP BY customer),
      periods AS (
        SELECT customer, first, period, sum(amount)::BIGINT AS amount, sum(orders)::BIGINT AS orders
        FROM begun JOIN acts USING (customer)
        WHERE period >= first GROUP BY ALL)"""


def cohorts(reading: Reading, query: CohortQuery, people: Ints | None) -> Cohorts:
    """See `Journeys.cohorts`."""
    found = reading.engine.run(
        reading.source,
        f"""WITH {_periods(query, people is not None)},
              sizes AS (SELECT first, count(*) AS size FROM begun GROUP BY first)
            SELECT first, period, any_value(size) AS size, count(*) AS customers, sum(amount)::BIGINT AS amount,
                   sum(orders)::BIGINT AS orders
            FROM sizes LEFT JOIN periods USING (first) GROUP BY first, period""",
        """WITH sizes AS (SELECT first, sum(size)::BIGINT AS size
                           FROM (SELECT first, part, any_value(size) AS size FROM partials GROUP BY first, part)
                           GROUP BY first)
           SELECT first, period, sizes.size, sum(customers)::BIGINT AS customers, sum(amount)::BIGINT AS amount,
                  sum(orders)::BIGINT AS orders
           FROM partials JOIN sizes USING (first) GROUP BY first, period, sizes.size ORDER BY first, period""",
        _given(people) | {"currency": reading.as_of.currency},
    )
    return _shown(duck.rows(found), reading, query)


def people_of(
    reading: Reading, query: CohortQuery, people: Ints | None, begins: date, after: int, lost: bool
) -> pyarrow.Table:
    """The customers of a cohort who were active `after` periods later, or (`lost`) were not."""
    return reading.engine.run(
        reading.source,
        f"""WITH {_periods(query, people is not None)}, active AS (SELECT customer FROM periods WHERE period = $period)
            SELECT customer FROM begun
            WHERE first = $begins AND (customer IN (SELECT customer FROM active)) = NOT $lost""",
        "SELECT customer FROM partials",
        _given(people) | {"currency": "", "begins": begins, "period": later(begins, after, query.every), "lost": lost},
    )


def later(begins: date, periods: int, every: Every) -> date:
    """The first day of the period so many after."""
    if every == "week":
        return begins + timedelta(days=7 * periods)
    months = begins.year * 12 + begins.month - 1 + periods
    return date(months // 12, months % 12 + 1, 1)


def apart(begins: date, period: date, every: Every) -> int:
    """How many periods lie between."""
    if every == "week":
        return (period - begins).days // 7
    return (period.year - begins.year) * 12 + period.month - begins.month


def _given(people: Ints | None) -> dict[str, object]:
    return {} if people is None else {"people": people.tolist()}


def _shown(said: list[Row], reading: Reading, query: CohortQuery) -> Cohorts:
    every, measure = query.every, query.measure
    until = reading.as_of.until
    assert until is not None  # there are touches
    last = date(until.year, until.month, 1) if every == "month" else until - timedelta(days=until.weekday())
    incomplete = last if later(last, 1, every) - timedelta(days=1) > until else None
    by_cohort: dict[date, dict[int, int]] = {}
    sizes: dict[date, int] = {}
    for row in said:
        sizes[row["first"]] = row["size"]
        found = by_cohort.setdefault(row["first"], {})
        if row["period"] is not None:
            found[apart(row["first"], row["period"], every)] = row[measure]
    recent = sorted(sizes)[-MOST:]
    shown = tuple(
        _cohort(begins, sizes[begins], by_cohort[begins], apart(begins, last, every), measure) for begins in recent
    )
    average = _average(shown, apart(recent[0], last, every) if recent else -1, incomplete, query)
    return Cohorts(every, query.activity, query.start, measure, reading.as_of.currency, shown, average, incomplete,
                   query.segment)  # fmt: skip


def _cohort(begins: date, size: int, found: dict[int, int], last: int, measure: CohortMeasure) -> Cohort:
    values = tuple(found.get(after, 0) for after in range(max(last, 0) + 1))
    whole = size if measure == "customers" else values[0]
    return Cohort(begins, size, values, tuple(value / whole if whole > 0 else None for value in values))


def _average(cohorts: tuple[Cohort, ...], last: int, incomplete: date | None, query: CohortQuery
             ) -> tuple[float | None, ...]:  # fmt: skip
    """Over the cohorts whose period so long after has begun and ended, weighted by what they began with."""
    found: list[float | None] = []
    for after in range(last + 1):
        ended = [
            one for one in cohorts
            if after < len(one.values) and (incomplete is None or later(one.begins, after, query.every) < incomplete)
        ]  # fmt: skip
        whole = sum(_base(one, query.measure) for one in ended)
        found.append(sum(one.values[after] or 0 for one in ended) / whole if whole > 0 else None)
    return tuple(found)


def _base(one: Cohort, measure: CohortMeasure) -> int:
    return one.size if measure == "customers" else one.values[0] or 0

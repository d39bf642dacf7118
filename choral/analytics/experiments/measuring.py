"""What customers bought after their lot, and before it as long: one statement per bucket of customers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pyarrow

from choral.analytics.experiments import outcomes
from choral.analytics.experiments.frames import Frame, Measured
from choral.analytics.experiments.outcomes import Outcome
from choral.analytics.experiments.values import Experiment
from choral.analytics.reading import Reading
from choral.core.clock import SYSTEM_CLOCK, to_datetime

ATTRIBUTES = ("orders_before", "sales_before", "days_since_order", "channel_before")
_FIRST = """first AS (
  SELECT customer, arg_min(variation_id, (happened_at, position)) AS arm, min(happened_at) AS drawn_at,
         min("day") AS drawn_day, count(DISTINCT variation_id) > 1 AS crossed
  FROM lots WHERE experiment_id = $experiment GROUP BY customer)"""
_BEFORE = """known AS (
  SELECT customer, count(*) FILTER (NOT returned)::DOUBLE AS orders_before,
         coalesce(sum(amount) FILTER (currency = $currency), 0)::DOUBLE AS sales_before,
         (drawn_day - max("day") FILTER (NOT returned))::DOUBLE AS days_since_order,
         mode(channel) FILTER (NOT returned) AS channel_before
  FROM ripe JOIN orders USING (customer) WHERE happened_at < drawn_at GROUP BY customer, drawn_day)"""
_AFTER = "happened_at >= drawn_at AND happened_at < drawn_at + to_days($window)"
_BACK = "happened_at < drawn_at AND happened_at >= drawn_at - to_days($window)"


def frame(reading: Reading, experiment: Experiment, asked: Sequence[str]) -> Frame:
    """The units of an experiment of this shop with the outcomes asked for."""
    wanted = [outcomes.parse(one) for one in asked]
    measured, sql, named = _statement(wanted)
    params: dict[str, object] = {
        "experiment": experiment.key, "currency": reading.as_of.currency, "window": experiment.plan.window_days,
        "end": end(reading),
    }  # fmt: skip
    found = reading.table(sql, "SELECT * EXCLUDE (part) FROM partials ORDER BY unit", params | named)
    return _framed(reading, experiment, measured, found, _counts(reading, experiment, params))


def nothing(experiment: Experiment, currency: str) -> Frame:
    """The frame of an experiment nobody drew in, or of a shop without figures."""
    empty = pyarrow.table({"unit": pyarrow.array([], pyarrow.int64()), "arm": pyarrow.array([], pyarrow.string())})
    return Frame(experiment, empty, (), (), currency)


def past(reading: Reading, outcome: Outcome, window: int, among: Sequence[int] | None) -> pyarrow.Table:
    """Per customer known before it, the outcome in the last whole window and in the one before: `unit`, `o0`, `p0` (and
    `o0_below`, `p0_below` of a ratio). `among` are the customers (numbers) that would be eligible; None: all."""
    measured, sql, named = _statement([outcome])
    until = end(reading)
    drawn = until - timedelta(days=window)
    sql = sql.replace(_FIRST, _EVERYBODY)
    params: dict[str, object] = {
        "currency": reading.as_of.currency, "window": window, "end": until, "drawn": drawn, "among": among,
    }  # fmt: skip
    return reading.table(sql, "SELECT * EXCLUDE (part) FROM partials ORDER BY unit", params | named)


_EVERYBODY = """first AS (
  SELECT customer, 'all' AS arm, $drawn::TIMESTAMPTZ AS drawn_at, $drawn::TIMESTAMPTZ::DATE AS drawn_day,
         false AS crossed
  FROM customers WHERE first_seen_at < $drawn::TIMESTAMPTZ
    AND ($among::BIGINT[] IS NULL OR list_contains($among::BIGINT[], customer)))"""


def _statement(wanted: Sequence[Outcome]) -> tuple[list[Measured], str, dict[str, object]]:
    """The outcomes as columns, the statement per bucket, and the names of departments and products in it."""
    scopes = list(dict.fromkeys((one.scope, one.of) for one in wanted))
    measured, selected, named = [], list[str](), dict[str, object]()
    parts = []
    for number, (scope, of) in enumerate(scopes):
        parts.append(_scope(number, scope))
        if scope:
            named[f"of{number}"] = of
    for number, one in enumerate(wanted):
        table = f"s{scopes.index((one.scope, one.of))}"
        above, below = ("sales", "orders") if one.measure == "order_value" else (one.measure, "")
        for prefix, when in (("o", "after"), ("p", "back")):
            selected.append(f"coalesce({table}.{above}_{when}, 0)::DOUBLE AS {prefix}{number}")
            if below:
                selected.append(f"coalesce({table}.{below}_{when}, 0)::DOUBLE AS {prefix}{number}_below")
        known = () if below else (f"p{number}",)
        measured.append(
            Measured(str(one), one.shape, one.unit, f"o{number}", f"o{number}_below" if below else "", known)
        )
    joined = "".join(f" LEFT JOIN s{number} ON s{number}.customer = ripe.customer" for number in range(len(scopes)))
    attributes = (
        "coalesce(orders_before, 0) AS orders_before, coalesce(sales_before, 0) AS sales_before, days_since_order,"
        " coalesce(channel_before, '') AS channel_before"
    )
    sql = (
        f"WITH {_FIRST}, ripe AS (SELECT * FROM first WHERE drawn_at + to_days($window) <= $end), {_BEFORE},"  # noqa: S608
        f" {', '.join(parts)} SELECT ripe.customer AS unit, arm, {', '.join(selected)}, {attributes}"
        f" FROM ripe LEFT JOIN known ON known.customer = ripe.customer{joined}"
    )
    return measured, sql, named


def _scope(number: int, scope: str) -> str:
    """The sums of one scope: everything bought, or lines of one department or product."""
    if scope:
        column = {"department": "department", "product": "product_id"}[scope]
        source, amount, orders = f"order_lines WHERE {column} = $of{number}", "total", "count(DISTINCT position)"
    else:
        source, amount, orders = "orders", "amount", "count(*)"
    sums = []
    for when, condition in (("after", _AFTER), ("back", _BACK)):
        sums += [
            f"sum({amount}) FILTER (currency = $currency AND {condition}) AS sales_{when}",
            f"sum(margin) FILTER ({condition}) AS margin_{when}",
            f"{orders} FILTER (NOT returned AND {condition}) AS orders_{when}",
            f"({orders} FILTER (NOT returned AND {condition}) > 0)::INTEGER AS bought_{when}",
        ]
    return (
        f"s{number} AS (SELECT ripe.customer, {', '.join(sums)} FROM ripe JOIN (FROM {source}) AS t"  # noqa: S608
        f" ON t.customer = ripe.customer WHERE happened_at >= drawn_at - to_days($window)"
        f" AND happened_at < drawn_at + to_days($window) GROUP BY ripe.customer)"
    )


def _counts(reading: Reading, experiment: Experiment, params: dict[str, object]) -> dict[str, dict[str, object]]:
    """By arm (as told) how many drew, how many wait, how many drew two arms, and on which days."""
    rows = reading.rows(
        f"WITH {_FIRST} SELECT arm, count(*) AS drawn, count(*) FILTER (drawn_at + to_days($window) > $end) AS waiting,"  # noqa: S608
        " count(*) FILTER (crossed) AS crossed, min(drawn_day) AS first_day, max(drawn_day) AS last_day"
        " FROM first GROUP BY arm",
        "SELECT arm, sum(drawn)::BIGINT AS drawn, sum(waiting)::BIGINT AS waiting, sum(crossed)::BIGINT AS crossed,"
        " min(first_day) AS first_day, max(last_day) AS last_day FROM partials GROUP BY arm ORDER BY arm",
        params,
    )
    return {row["arm"] or "": row for row in rows}


def _framed(
    reading: Reading, experiment: Experiment, measured: list[Measured], found: pyarrow.Table,
    counts: dict[str, dict[str, object]],
) -> Frame:  # fmt: skip
    arms = [one.key for one in experiment.plan.arms]
    known = found.filter(pyarrow.compute.is_in(found.column("arm"), pyarrow.array(arms, pyarrow.string())))
    ours = [row for arm, row in counts.items() if arm in arms]
    said = [row[one] for row in ours for one in ("first_day", "last_day")]
    days = [one for one in said if isinstance(one, date)]
    without = tuple(one.outcome for one in measured if one.outcome.startswith("margin") and not _has_margin(reading))
    return Frame(
        experiment, known, tuple(one for one in measured if one.outcome not in without), ATTRIBUTES,
        reading.as_of.currency, reading.as_of.until, {arm: _whole(counts.get(arm, {}).get("drawn")) for arm in arms},
        sum(_whole(row["waiting"]) for row in ours), sum(_whole(row["crossed"]) for row in ours),
        sum(_whole(row["drawn"]) for arm, row in counts.items() if arm not in arms), without,
        min(days, default=None), max(days, default=None),
    )  # fmt: skip


def _has_margin(reading: Reading) -> bool:
    """Whether the shop knows what its products cost."""
    return bool(reading.whole("SELECT 1 AS known FROM order_sums_by_day WHERE margin IS NOT NULL LIMIT 1"))


def end(reading: Reading) -> datetime:
    """Until when something could have been bought: the end of the last day of the data, or now."""
    until = reading.as_of.until
    zone = ZoneInfo(reading.source.time_zone)
    now = to_datetime(SYSTEM_CLOCK.now()).replace(minute=0, second=0, microsecond=0)  # one question an hour
    if until is None:
        return now
    return min(datetime.combine(until + timedelta(days=1), time(), zone), now)


def _whole(value: object) -> int:
    return int(value) if isinstance(value, int) else 0

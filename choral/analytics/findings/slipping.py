"""Customers whose silence has just become long for them: by day, as it could have been said on that day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from choral.analytics.findings.series import Axis, Block, Cube, Pair, by_week, dense, params
from choral.analytics.reading import Reading

LATELY = 28  # days in which somebody has only just slipped
# A pause is long when it is longer than any before and at least twice the usual one, of at least five days of orders.
_CROSSED = """bought AS (SELECT customer, "day", sum(amount) AS amount FROM orders
      WHERE identified AND NOT returned AND currency = $currency GROUP BY ALL),
    stepped AS (SELECT *, "day" - lag("day") OVER own AS gap, lead("day") OVER own AS following,
                       row_number() OVER own AS number,
                       sum(amount) OVER (PARTITION BY customer ORDER BY "day"
                                         RANGE BETWEEN INTERVAL 364 DAYS PRECEDING AND CURRENT ROW) AS year
                FROM bought WINDOW own AS (PARTITION BY customer ORDER BY "day")),
    rhythm AS (SELECT *, max(gap) OVER so_far AS longest, avg(gap) OVER so_far AS usual FROM stepped
               WINDOW so_far AS (PARTITION BY customer ORDER BY "day" ROWS UNBOUNDED PRECEDING)),
    crossed AS (SELECT customer, "day" + greatest(longest + 1, ceil(2 * usual))::INTEGER AS on_day, following, year
                FROM rhythm WHERE number >= 5)"""


@dataclass(frozen=True)
class Slipped:
    """Customers who slipped in the last weeks and are still silent, and what they spent in the year before it."""

    customers: int
    at_risk: int


def block(reading: Reading, over: Axis) -> Block:
    """How many customers slipped on each day; `worth` is what such a customer spent in a year, as a loss."""
    table = reading.table(
        f"""WITH {_CROSSED}
            SELECT (on_day - $since::DATE)::INTEGER AS step, count(*) AS slipped, sum(year)::DOUBLE AS year FROM crossed
            WHERE on_day BETWEEN $since AND $until AND (following IS NULL OR following > on_day) GROUP BY ALL""",
        """SELECT 'all' AS "by", '' AS key, step, sum(slipped)::DOUBLE AS slipped, sum(year)::DOUBLE AS year
           FROM partials GROUP BY ALL ORDER BY ALL""",
        params(reading, over),
    )
    cube: Cube = dense(table, over.days, ("slipped", "year"), "slipped")
    slipped, year = cube.of["slipped"], cube.of["year"]
    each = -np.divide(year.sum(axis=1), slipped.sum(axis=1), out=np.zeros(len(slipped)), where=slipped.sum(axis=1) > 0)
    return Block("slipping", cube.slices, Pair(slipped), Pair(by_week(slipped, over)), slipped, each)


def lately(reading: Reading, over: Axis) -> Slipped:
    """Who slipped in the last four weeks and has not come back."""
    said = reading.rows(
        f"""WITH {_CROSSED}
            SELECT count(*) AS customers, coalesce(sum(year), 0)::BIGINT AS at_risk FROM crossed
            WHERE on_day BETWEEN $from AND $until AND following IS NULL""",
        "SELECT sum(customers)::BIGINT AS customers, sum(at_risk)::BIGINT AS at_risk FROM partials",
        params(reading, over) | {"from": over.until - timedelta(days=LATELY - 1)},
    )[0]
    return Slipped(said["customers"] or 0, said["at_risk"] or 0)

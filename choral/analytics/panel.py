"""What is known of each customer before a day, and what they spent after it: the table campaigns are measured on."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pyarrow

from choral.analytics.effects import Flags, Floats
from choral.analytics.reading import Reading

_MOST_STORES = 8
_FEWEST_DIFFERENT = 10
# Of customers who bought before $start: nothing here happened on or after it, but `outcome` (and `reached`).
_SQL = """WITH before AS (
      SELECT customer, max("day") AS last_day, min("day") AS first_day, mode(store_id) AS store_id,
             count(DISTINCT "day") FILTER ("day" >= $start::DATE - 28) AS days_28,
             count(DISTINCT "day") FILTER ("day" >= $start::DATE - 84) AS days_84,
             count(DISTINCT "day") AS days_all, count(DISTINCT store_id) AS stores,
             sum(amount) FILTER ("day" >= $start::DATE - 14) AS spent_14,
             sum(amount) FILTER ("day" < $start::DATE - 14 AND "day" >= $start::DATE - 28) AS spent_28,
             sum(amount) FILTER ("day" < $start::DATE - 28 AND "day" >= $start::DATE - 56) AS spent_56,
             sum(amount) FILTER ("day" < $start::DATE - 56 AND "day" >= $start::DATE - 84) AS spent_84,
             sum(amount) FILTER ("day" < $start::DATE - 84) AS spent_before, sum(discount) AS discount
      FROM orders WHERE "day" < $start AND currency = $currency AND identified GROUP BY customer),
    after AS (SELECT customer, sum(amount) AS outcome FROM orders
              WHERE "day" BETWEEN $start AND $end AND currency = $currency AND customer IS NOT NULL GROUP BY customer),
    met AS (SELECT customer, campaign_id, min("day") AS "day" FROM touches
            WHERE campaign_id IS NOT NULL AND kind NOT IN ('order', 'refund', 'coupon') GROUP BY ALL),
    got AS (SELECT DISTINCT customer FROM met WHERE campaign_id = $campaign),
    earlier AS (SELECT customer, count(*) AS campaigns, count(*) FILTER ("day" >= $start::DATE - 42) AS campaigns_42
                FROM met WHERE campaign_id <> $campaign AND "day" < $start GROUP BY customer),
    redeemed AS (SELECT customer, count(*) AS coupons FROM touches
                 WHERE kind = 'coupon' AND "day" < $start GROUP BY customer)
    SELECT customer, got.customer IS NOT NULL AS reached, ($start::DATE - last_day) AS recency,
           ($start::DATE - first_day) AS tenure, days_28, days_84, days_all, stores, coalesce(store_id, '') AS store_id,
           coalesce(spent_14, 0) AS spent_14, coalesce(spent_28, 0) AS spent_28, coalesce(spent_56, 0) AS spent_56,
           coalesce(spent_84, 0) AS spent_84, coalesce(spent_before, 0) AS spent_before,
           coalesce(discount, 0) AS discount, coalesce(campaigns, 0) AS campaigns,
           coalesce(campaigns_42, 0) AS campaigns_42, coalesce(coupons, 0) AS coupons, coalesce(outcome, 0) AS outcome
    FROM before LEFT JOIN got USING (customer) LEFT JOIN after USING (customer) LEFT JOIN earlier USING (customer)
      LEFT JOIN redeemed USING (customer)"""
_COUNTS = ("days_28", "days_84", "days_all", "stores", "campaigns", "campaigns_42", "coupons")
_DAYS = ("recency", "tenure")
_MONEY = ("spent_14", "spent_28", "spent_56", "spent_84", "spent_before", "discount")


@dataclass(frozen=True)
class Panel:
    """A row per customer: ids, who was reached, columns of what was known (with their keys), and the outcome (minor
    units). Money stands as its signed square root: near enough to normal, and zero stays zero."""

    customers: pyarrow.Array
    reached: Flags
    keys: tuple[str, ...]
    known: Floats
    outcome: Floats


def panel(reading: Reading, campaign: str, start: date, end: date) -> Panel:
    """The table for a campaign as of the morning of `start`, with what was spent from `start` to `end` included."""
    found = reading.table(
        _SQL,
        "SELECT * FROM partials ORDER BY customer",
        {"campaign": campaign, "start": start, "end": end, "currency": reading.as_of.currency},
    )

    def of(name: str) -> Floats:
        return np.asarray(found.column(name).to_numpy(), dtype=np.float64)

    columns = {name: np.log1p(of(name)) for name in (*_DAYS, *_COUNTS)}
    columns |= {name: np.sign(of(name)) * np.sqrt(np.abs(of(name))) for name in _MONEY}
    columns |= {"spent_all": of("spent_14") + of("spent_28") + of("spent_56") + of("spent_84") + of("spent_before")}
    reached = np.asarray(found.column("reached").to_numpy(zero_copy_only=False), dtype=np.bool_)
    columns |= _stores(found.column("store_id").to_pylist(), reached)
    kept = {key: values for key, values in columns.items() if _tells(values)}
    known = np.column_stack(list(kept.values())) if kept else np.zeros((len(found), 0))
    return Panel(found.column("customer").combine_chunks(), reached, tuple(kept), known, of("outcome"))


def weeks(reading: Reading, start: date, first: date, last: date) -> tuple[pyarrow.Table, list[int]]:
    """What each customer spent in each week around `start` (week 0 begins with it), and the weeks there are."""
    found = reading.table(
        """SELECT customer, floor(("day" - $start::DATE) / 7)::INTEGER AS week, sum(amount)::BIGINT AS amount
           FROM orders
           WHERE "day" BETWEEN $first AND $last AND currency = $currency AND customer IS NOT NULL GROUP BY ALL""",
        "SELECT * FROM partials",
        {"start": start, "first": first, "last": last, "currency": reading.as_of.currency},
    )
    steps = range((first - start) // timedelta(days=7), (last - start) // timedelta(days=7) + 1)
    return found, list(steps)


def _tells(values: Floats) -> bool:
    """Whether enough customers differ in it: what sets two or three apart can be neither balanced nor believed."""
    if not len(values):
        return False
    most = int(np.unique(values, return_counts=True)[1].max())
    return len(values) - most >= _FEWEST_DIFFERENT


def _stores(stores: list[str], reached: Flags) -> dict[str, Floats]:
    """A column for each of the stores most people mainly shop in, where both groups know it."""
    names = np.array(stores, dtype=object)
    ranked = Counter(names[reached].tolist()).most_common()
    ranked.sort(key=lambda pair: (-pair[1], pair[0]))
    return {
        f"store:{store}": (names == store).astype(np.float64)
        for store, count in ranked[:_MOST_STORES]
        if count >= 5 and (names[~reached] == store).sum() >= 5
    }

"""Each customer's purchases as the models need them, from the marts: bucket by bucket, one row a customer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow

from choral.analytics.lifetime.history import History, grouped
from choral.analytics.reading import Reading

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
COSTED = 0.8  # share of the sales whose cost must be known before margins are foretold instead of sales
# Purchases of one day are one; a day on which more came back than was bought counts as a purchase of its net amount.
_CUSTOMERS = """WITH bought AS (
      SELECT customer, "day", sum(amount)::BIGINT AS amount, sum(margin)::BIGINT AS margin,
             count(margin) = count(*) AS costed FROM orders
      WHERE identified AND currency = $currency AND "day" <= $upto
      GROUP BY customer, "day" HAVING bool_or(NOT returned)),
    placed AS (SELECT *, min("day") OVER (PARTITION BY customer) AS first FROM bought)
    SELECT customer, any_value(first) AS first, max("day") AS last_day, count(*) - 1 AS repeats,
           max("day") - any_value(first) AS last, $upto - any_value(first) AS known, sum(amount)::BIGINT AS amount,
           coalesce(avg(amount) FILTER ("day" > first), 0)::DOUBLE AS again,
           coalesce(avg(margin) FILTER ("day" > first), 0)::DOUBLE AS margin_again,
           coalesce(sum(margin), 0)::BIGINT AS margin,
           coalesce(sum(amount) FILTER (costed), 0)::BIGINT AS costed
    FROM placed GROUP BY customer"""
_MADE = """WITH known AS (SELECT DISTINCT customer FROM orders WHERE identified AND NOT returned
                          AND currency = $currency AND "day" <= $since)
    SELECT customer, count(DISTINCT "day") AS made FROM orders SEMI JOIN known USING (customer)
    WHERE NOT returned AND currency = $currency AND "day" > $since AND "day" <= $upto GROUP BY customer"""
_MET = """SELECT customer, arg_min(channel, (happened_at, position)) AS channel FROM touches
    WHERE kind NOT IN ('refund', 'coupon') GROUP BY customer"""


@dataclass(frozen=True)
class Customers:
    """Arrays beside one another, one place a customer in order of their number."""

    table: pyarrow.Table

    def ints(self, name: str) -> Ints:
        found: Ints = self.table.column(name).to_numpy().astype(np.int64)
        return found

    def floats(self, name: str) -> Floats:
        found: Floats = self.table.column(name).to_numpy().astype(np.float64)
        return found

    @cached_property
    def numbers(self) -> Ints:
        return self.ints("customer")

    @cached_property
    def costed(self) -> bool:
        """Whether the cost of enough sales is known."""
        amount = int(self.ints("amount").sum())
        return amount > 0 and int(self.ints("costed").sum()) >= COSTED * amount

    @cached_property
    def spent(self) -> Floats:
        """Mean margin (or sales) of a day with a purchase after the first."""
        return self.floats("margin_again" if self.costed else "again")

    @cached_property
    def to_date(self) -> Ints:
        """Margin (or sales) so far."""
        return self.ints("margin" if self.costed else "amount")

    @cached_property
    def history(self) -> tuple[History, Ints]:
        """The distinct histories, and which is whose."""
        return grouped(self.ints("repeats"), self.ints("last"), self.ints("known"))


def customers(reading: Reading, upto: date) -> Customers:
    """All who bought up to a day, as they were known on it."""
    given = {"currency": reading.as_of.currency, "upto": upto}
    return Customers(reading.table(_CUSTOMERS, "SELECT * EXCLUDE (part) FROM partials ORDER BY customer", given))


def made(reading: Reading, since: date, upto: date, numbers: Ints) -> Ints:
    """On how many days after `since` each of these customers bought."""
    given = {"currency": reading.as_of.currency, "since": since, "upto": upto}
    found = reading.table(_MADE, "SELECT customer, made FROM partials ORDER BY customer", given)
    counts = np.zeros(len(numbers), np.int64)
    counts[np.searchsorted(numbers, found.column("customer").to_numpy())] = found.column("made").to_numpy()
    return counts


def first_channels(reading: Reading, numbers: Ints) -> list[str]:
    """The channel on which each was first met."""
    found = reading.table(_MET, "SELECT customer, channel FROM partials ORDER BY customer")
    places = np.searchsorted(found.column("customer").to_numpy(), numbers)
    channels: list[str] = found.column("channel").take(pyarrow.array(places)).to_pylist()
    return channels


def spent_on(reading: Reading) -> dict[str, int]:
    """Media spend by channel that falls into the days of the data; an amount is spread evenly over its days."""
    since, until = reading.as_of.since, reading.as_of.until
    said = reading.whole(
        """SELECT channel, round(sum(amount * (least(ends, $until::DATE) - greatest(starts, $since::DATE) + 1)::DOUBLE
                                     / (ends - starts + 1)))::BIGINT AS cost
           FROM spend WHERE currency = $currency AND ends >= starts AND starts <= $until AND ends >= $since
           GROUP BY 1""",
        {"currency": reading.as_of.currency, "since": since, "until": until},
    )
    return {row["channel"]: row["cost"] for row in said}

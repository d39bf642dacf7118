"""The figures that are watched, as arrays by day and by week: read from the marts, nothing concluded here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
import pyarrow

from choral.analytics.findings.values import By
from choral.analytics.reading import Reading

Floats = npt.NDArray[np.float64]
MOST_SLICES = 150  # of one kind; the biggest by orders
_WEEKS = 156  # that are looked back
_LATELY = 56  # days from which an average order is taken


@dataclass(frozen=True)
class Axis:
    """The days that are watched (complete ones only) and the complete weeks within them, from Monday."""

    since: date
    until: date

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1

    @property
    def first_week(self) -> int:
        """Place of the first Monday."""
        return -self.since.weekday() % 7

    @property
    def weeks(self) -> int:
        return max(0, (self.days - self.first_week) // 7)

    def week(self, place: int) -> date:
        """The Monday of a week."""
        return self.since + timedelta(days=self.first_week + 7 * place)


@dataclass(frozen=True)
class Pair:
    """Parts and what they are parts of (None for a plain sum); series by steps."""

    parts: Floats
    wholes: Floats | None = None


@dataclass(frozen=True)
class Cube:
    """Sums of several names by slice and step."""

    slices: tuple[tuple[By, str], ...]
    of: dict[str, Floats]


@dataclass(frozen=True)
class Block:
    """One figure of several slices. `sizes` is how many orders, customers or sessions stand behind each day of it;
    `worth` what one more of it is worth by slice in minor units (a share: one whole more of the share, times its
    wholes), None when that is not known."""

    metric: str
    slices: tuple[tuple[By, str], ...]
    days: Pair
    weeks: Pair
    sizes: Floats
    worth: Floats | None = None


def axis(reading: Reading) -> Axis | None:
    """The last three years of complete days; None when there are none. The last day with events counts as unfinished:
    nobody can know that nothing more of it will come."""
    since, until = reading.as_of.since, reading.as_of.until
    if since is None or until is None or until <= since:
        return None
    last = until - timedelta(days=1)
    return Axis(max(since, last - timedelta(days=7 * _WEEKS + 6)), last)


def blocks(reading: Reading, over: Axis) -> list[Block]:
    """All figures that are watched."""
    orders = _orders(reading, over)
    departments = _departments(reading, over)
    return [
        *of_orders(orders, over), *_of_departments(departments, over), *_of_people(reading, over, orders),
        *_of_kinds(reading, over), *_of_sessions(reading, over, orders), *_of_redemptions(reading, over),
    ]  # fmt: skip


def by_week(days: Floats, over: Axis) -> Floats:
    """Sums of complete weeks."""
    inside = days[:, over.first_week : over.first_week + 7 * over.weeks]
    found: Floats = inside.reshape(len(days), over.weeks, 7).sum(axis=2)
    return found


def params(reading: Reading, over: Axis) -> dict[str, object]:
    """The days and the currency, as the statements name them."""
    return {"since": over.since, "until": over.until, "currency": reading.as_of.currency}


def dense(
    table: pyarrow.Table, steps: int, names: Sequence[str], rank: str, lonely: bool = False, most: int = MOST_SLICES
) -> Cube:
    """Rows of (by, key, step, sums) as arrays; the slices with most of `rank` of each kind, and all of `all`."""
    kinds, keys = (table.column(name).to_pylist() for name in ("by", "key"))
    labels = list(zip(kinds, keys, strict=True))
    known = {label: place for place, label in enumerate(dict.fromkeys(labels))}
    rows = np.fromiter((known[label] for label in labels), np.int64, len(labels))
    step = np.asarray(table.column("step").to_numpy(), np.int64)
    of = {}
    for name in names:
        cube = np.zeros((len(known), steps))
        np.add.at(cube, (rows, step), np.asarray(table.column(name).to_numpy(), np.float64))
        of[name] = cube
    chosen = _biggest(list(known), of[rank].sum(axis=1), lonely, most)
    return Cube(tuple(list(known)[one] for one in chosen), {name: cube[chosen] for name, cube in of.items()})


def _biggest(slices: Sequence[tuple[By, str]], sums: Floats, lonely: bool, most: int) -> list[int]:
    """The biggest of each kind; unless `lonely`, a kind with one slice only says what the whole says."""
    found: list[int] = []
    for kind in dict.fromkeys(by for by, _ in slices):
        own = [place for place, (by, key) in enumerate(slices) if by == kind and (kind == "all" or key)]
        own.sort(key=lambda place: (-sums[place], slices[place]))
        if lonely or kind == "all" or len(own) > 1:
            found += own[:most]
    return found


def _orders(reading: Reading, over: Axis) -> Cube:
    table = reading.table(
        "SELECT 1 AS nothing LIMIT 0",
        """SELECT CASE WHEN grouping(channel) = 0 THEN 'channel' WHEN grouping(store_id) = 0 THEN 'store' ELSE 'all' END
                    AS "by", coalesce(channel, store_id, '') AS key, ("day" - $since::DATE)::INTEGER AS step,
                  sum(amount)::DOUBLE AS amount, sum(discount)::DOUBLE AS discount, sum(orders)::DOUBLE AS orders,
                  sum(refunds)::DOUBLE AS refunds, sum(orders - unidentified)::DOUBLE AS identified
           FROM order_sums_by_day WHERE currency = $currency AND "day" BETWEEN $since AND $until
           GROUP BY GROUPING SETS (("day"), ("day", channel), ("day", store_id)) ORDER BY ALL""",
        params(reading, over),
    )
    return dense(table, over.days, ("amount", "discount", "orders", "refunds", "identified"), "orders")


def of_orders(cube: Cube, over: Axis) -> list[Block]:
    of, orders = cube.of, cube.of["orders"]
    each, gross = _each(cube), of["amount"] + of["discount"]
    ones, whole = np.ones_like(each), of["orders"] + of["refunds"]
    return [
        _block("sales", cube, over, (of["amount"], None), orders, ones),
        _block("orders", cube, over, (orders, None), orders, each),
        _block("average", cube, over, (of["amount"], orders), orders, ones),
        _block("discount_share", cube, over, (of["discount"], gross), orders, -ones),
        _block("refund_share", cube, over, (of["refunds"], whole), orders, -each),
        _block("recognised", cube, over, (of["identified"], orders), orders),
    ]


def _departments(reading: Reading, over: Axis) -> Cube:
    table = reading.table(
        "SELECT 1 AS nothing LIMIT 0",
        """SELECT 'department' AS "by", department AS key, ("day" - $since::DATE)::INTEGER AS step,
                  sum(amount)::DOUBLE AS amount, sum(discount)::DOUBLE AS discount, sum(orders)::DOUBLE AS orders
           FROM sales_days WHERE currency = $currency AND "day" BETWEEN $since AND $until GROUP BY ALL ORDER BY ALL""",
        params(reading, over),
    )
    return dense(table, over.days, ("amount", "discount", "orders"), "orders")


def _of_departments(cube: Cube, over: Axis) -> list[Block]:
    orders, ones = cube.of["orders"], np.ones(len(cube.slices))
    gross = cube.of["amount"] + cube.of["discount"]
    return [
        _block("sales", cube, over, (cube.of["amount"], None), orders, ones),
        _block("discount_share", cube, over, (cube.of["discount"], gross), orders, -ones),
    ]


def _of_people(reading: Reading, over: Axis, orders: Cube) -> list[Block]:
    """Customers who bought, and who bought for the first time: counted once a day and once a week."""
    days = _people_by(reading, over, "day", over.days)
    weekly = _people_by(reading, over, "week", over.days)
    place = {one: at for at, one in enumerate(weekly.slices)}
    kept = [at for at, one in enumerate(days.slices) if one in place and one in orders.slices]
    slices = tuple(days.slices[at] for at in kept)
    rows = [place[one] for one in slices]
    mondays = slice(over.first_week, over.first_week + 7 * over.weeks, 7)
    each = _each(orders)[[orders.slices.index(one) for one in slices]] if slices else np.zeros(0)
    return [
        Block(metric, slices, Pair(days.of[name][kept]), Pair(weekly.of[name][rows][:, mondays]),
              days.of[name][kept], each)
        for metric, name in (("customers", "active"), ("new_customers", "fresh"))
    ]  # fmt: skip


def _people_by(reading: Reading, over: Axis, unit: str, steps: int) -> Cube:
    table = reading.table(
        f"""WITH bought AS (
              SELECT DISTINCT customer, channel, date_trunc('{unit}', "day")::DATE AS step, "day" = first_order_day
                AS fresh
              FROM orders JOIN (SELECT customer, first_order_day FROM customers) AS known USING (customer)
              WHERE identified AND NOT returned AND currency = $currency AND "day" BETWEEN $since AND $until)
            SELECT channel, step, count(DISTINCT customer) AS active, count(DISTINCT customer) FILTER (fresh) AS fresh
            FROM bought GROUP BY GROUPING SETS ((step), (step, channel))""",
        """SELECT CASE WHEN channel IS NULL THEN 'all' ELSE 'channel' END AS "by", coalesce(channel, '') AS key,
                  (step - $since::DATE)::INTEGER AS step, sum(active)::DOUBLE AS active, sum(fresh)::DOUBLE AS fresh
           FROM partials WHERE step >= $since::DATE GROUP BY ALL ORDER BY ALL""",
        params(reading, over),
    )
    return dense(table, steps, ("active", "fresh"), "active")


def _each(cube: Cube) -> Floats:
    """Average order of each slice in the last eight weeks."""
    amount, orders = cube.of["amount"][:, -_LATELY:].sum(axis=1), cube.of["orders"][:, -_LATELY:].sum(axis=1)
    found: Floats = np.divide(amount, orders, out=np.zeros_like(amount), where=orders > 0)
    return found


def _of_kinds(reading: Reading, over: Axis) -> list[Block]:
    """Sales of first orders, of later ones, and of nobody known."""
    table = reading.table(
        """SELECT CASE WHEN NOT identified THEN 'unknown' WHEN "day" = first_order_day THEN 'new' ELSE 'returning' END
                    AS key, ("day" - $since::DATE)::INTEGER AS step, sum(amount) AS amount,
                  count(*) FILTER (NOT returned) AS orders
           FROM orders LEFT JOIN (SELECT customer, first_order_day FROM customers) AS known USING (customer)
           WHERE currency = $currency AND "day" BETWEEN $since AND $until GROUP BY ALL""",
        """SELECT 'kind' AS "by", key, step, sum(amount)::DOUBLE AS amount, sum(orders)::DOUBLE AS orders
           FROM partials GROUP BY ALL ORDER BY ALL""",
        params(reading, over),
    )
    cube = dense(table, over.days, ("amount", "orders"), "orders")
    return [_block("sales", cube, over, (cube.of["amount"], None), cube.of["orders"], np.ones(len(cube.slices)))]


def _of_sessions(reading: Reading, over: Axis, orders: Cube) -> list[Block]:
    """Sessions that end with an order, on channels where some do and some do not."""
    table = reading.table(
        """SELECT channel, ("day" - $since::DATE)::INTEGER AS step, count(*) AS sessions,
                  count(*) FILTER (orders > 0) AS bought
           FROM sessions WHERE "day" BETWEEN $since AND $until GROUP BY ALL""",
        """SELECT 'channel' AS "by", channel AS key, step, sum(sessions)::DOUBLE AS sessions,
                  sum(bought)::DOUBLE AS bought FROM partials
           WHERE channel IN (SELECT channel FROM partials GROUP BY channel
                             HAVING sum(bought) BETWEEN 1 AND 0.95 * sum(sessions)) GROUP BY ALL ORDER BY ALL""",
        params(reading, over),
    )
    cube = dense(table, over.days, ("sessions", "bought"), "sessions", lonely=True)
    each = _each(orders)
    worth = np.array([each[orders.slices.index(one)] if one in orders.slices else each[0] for one in cube.slices])
    return [_block("conversion", cube, over, (cube.of["bought"], cube.of["sessions"]), cube.of["sessions"], worth)]


def _of_redemptions(reading: Reading, over: Axis) -> list[Block]:
    """Coupons that were redeemed: the answer to campaigns as a whole."""
    table = reading.table(
        """SELECT ("day" - $since::DATE)::INTEGER AS step, count(*) AS redeemed FROM touches
           WHERE name = 'Coupon Redeemed' AND "day" BETWEEN $since AND $until GROUP BY ALL""",
        """SELECT 'all' AS "by", '' AS key, step, sum(redeemed)::DOUBLE AS redeemed FROM partials
           GROUP BY ALL ORDER BY ALL""",
        params(reading, over),
    )
    cube = dense(table, over.days, ("redeemed",), "redeemed")
    return [_block("redemptions", cube, over, (cube.of["redeemed"], None), cube.of["redeemed"])]


def _block(
    metric: str, cube: Cube, over: Axis, pair: tuple[Floats, Floats | None], sizes: Floats, worth: Floats | None = None
) -> Block:
    parts, wholes = pair
    weeks = Pair(by_week(parts, over), None if wholes is None else by_week(wholes, over))
    return Block(metric, cube.slices, Pair(parts, wholes), weeks, sizes, worth)

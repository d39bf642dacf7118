"""Why a figure differs between two periods: the sums it is made of, read from the marts, cut by `decompose`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import get_args

import numpy as np
import numpy.typing as npt

from choral.analytics.findings import decompose
from choral.analytics.findings.values import UNITS, By, Cause, Why, WhyMetric
from choral.analytics.people import OF_CELL
from choral.analytics.reading import Reading, Row
from choral.analytics.values import REST, AsOf
from choral.core.errors import InvalidInput

Floats = npt.NDArray[np.float64]
SLICES: tuple[By, ...] = ("channel", "store", "department", "product", "kind", "segment")
# What a number is in volume, mix and rate: lines where a slice is a part of orders, orders elsewhere.
_OF_LINES = ("department", "product")
POSSIBLE: dict[str, tuple[By, ...]] = {
    "sales": SLICES,
    "orders": ("channel", "store", "kind", "segment"),
    "average": ("channel", "store", "kind", "segment"),
    "discount_share": ("channel", "store", "department", "product", "kind", "segment"),
    "recognised": ("channel", "store"),
    "customers": ("kind", "segment"),
}
_MOST = 12
# A day may lie in both periods: then it counts in both.
_SIDE = """list_filter([CASE WHEN "day" BETWEEN $before_since AND $before_until THEN 0 END,
                        CASE WHEN "day" BETWEEN $since AND $until THEN 1 END], lambda one: one IS NOT NULL)"""


@dataclass(frozen=True)
class Spans:
    """The two periods, all days included."""

    since: date
    until: date
    before_since: date
    before_until: date


@dataclass(frozen=True)
class _Sums:
    """By slice: what was summed in the period before (column 0) and in the period (column 1)."""

    keys: tuple[str, ...]
    names: tuple[str, ...]
    of: dict[str, Floats]


def spans(
    as_of: AsOf, since: date | None, until: date | None, before_since: date | None, before_until: date | None
) -> Spans | None:
    """The periods asked for; by default the last complete week, and the same number of days just before. None for a
    shop without days."""
    if as_of.since is None or as_of.until is None:
        return None
    last = max(as_of.until - timedelta(days=1), as_of.since)
    until = until or (last - timedelta(days=(last.weekday() + 1) % 7) if since is None else last)
    since = since or until - timedelta(days=6)
    length = until - since
    before_until = before_until or (before_since + length if before_since else since - timedelta(days=1))
    before_since = before_since or before_until - length
    if since > until or before_since > before_until:
        raise InvalidInput("days_reversed", "A period ends before it begins.", fix="Give the first day first.")
    return Spans(since, until, before_since, before_until)


def why(reading: Reading | None, as_of: AsOf, metric: WhyMetric, by: By, over: Spans | None) -> Why:
    """See `FindingsDoor.why`."""
    possible = POSSIBLE.get(metric)
    if possible is None:
        raise InvalidInput("no_such_metric", f"“{metric[:40]}” cannot be taken apart.",
                           fix=f"Use one of {', '.join(get_args(WhyMetric))}.")  # fmt: skip
    if by not in possible:
        raise InvalidInput("no_such_slice", f"{metric} cannot be taken apart by {by[:40]}.",
                           "It is not counted by it.", f"Use one of {', '.join(possible)}.")  # fmt: skip
    if reading is None or over is None:
        return Why(metric, UNITS[metric], as_of.currency, by, None, None, None, None, 0.0, 0.0, (), (), ())
    sums = _by_customer(reading, over, by) if by in ("kind", "segment") else _by_place(reading, over, by)
    whole = _whole(reading, over)
    before, after = _figures(metric, whole)
    parts = _parts(metric, by, sums)
    return Why(
        metric, UNITS[metric], as_of.currency, by, over.since, over.until, over.before_since, over.before_until,
        before, after, _drivers(metric, whole), _biggest(parts),
        _bridge(reading, over) if metric == "sales" else (),
    )  # fmt: skip


def _figures(metric: str, whole: dict[str, Floats]) -> tuple[float, float]:
    if metric in ("sales", "orders", "customers"):
        name = {"sales": "amount", "orders": "orders", "customers": "customers"}[metric]
        return float(whole[name][0]), float(whole[name][1])
    parts, wholes = _ratio(metric, whole)
    ratio = np.divide(parts, wholes, out=np.zeros(2), where=wholes > 0)
    return float(ratio[0]), float(ratio[1])


def _ratio(metric: str, of: dict[str, Floats]) -> tuple[Floats, Floats]:
    """Numerator and denominator of a ratio."""
    if metric == "average":
        return of["amount"], of["orders"]
    if metric == "recognised":
        return of["identified"], of["orders"]
    return of["discount"], of["amount"] + of["discount"]


def _drivers(metric: str, whole: dict[str, Floats]) -> tuple[Cause, ...]:
    """The factors of the metric's formula, each with what it changed."""
    chains = {
        "sales": ("buyers", "orders_each", "items_each", "price"), "orders": ("buyers", "orders_each"),
        "average": ("items_each", "price"),
    }  # fmt: skip
    chain = chains.get(metric, ())
    if not whole["items"].all():  # orders without lines
        chain = {"sales": ("buyers", "orders_each", "order_value"), "average": ()}.get(metric, chain)
    factors = np.array([_factor(one, whole) for one in chain])
    if not chain or not np.isfinite(factors).all():
        return ()
    effects = decompose.product_effects(factors[:, 0][None, :], factors[:, 1][None, :])[0]
    before, after = _figures(metric, whole)
    if UNITS[metric] == "money" and metric == "sales":
        effects = decompose.reconciled(effects, round(after - before)).astype(np.float64)
    return tuple(
        Cause(one, "", float(effect), float(factor[0]), float(factor[1]))
        for one, effect, factor in zip(chain, effects, factors, strict=True)
    )


def _factor(name: str, whole: dict[str, Floats]) -> Floats:
    """A factor before and after. Orders of nobody known count as a buyer each; an item is a line (kilograms and litres
    do not add up with pieces)."""
    buyers = whole["customers"] + whole["orders"] - whole["identified"]
    parts, wholes = {
        "buyers": (buyers, np.ones(2)), "orders_each": (whole["orders"], buyers),
        "items_each": (whole["items"], whole["orders"]), "price": (whole["amount"], whole["items"]),
        "order_value": (whole["amount"], whole["orders"]),
    }[name]  # fmt: skip
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Floats = parts / wholes
    return found


def _parts(metric: str, by: By, sums: _Sums) -> list[Cause]:
    """What each slice did to the change."""
    of = sums.of
    if metric in ("average", "discount_share", "recognised"):
        parts, wholes = _ratio(metric, of)
        effects = decompose.mix_and_rate((wholes[:, 0], parts[:, 0]), (wholes[:, 1], parts[:, 1]))
        ratio = np.divide(parts, wholes, out=np.zeros_like(parts), where=wholes > 0)
        return [
            Cause(key, name, float(mix + rate), float(r0), float(r1), None, float(mix), float(rate))
            for key, name, (mix, rate), (r0, r1) in zip(sums.keys, sums.names, effects, ratio, strict=True)
        ]
    name = {"sales": "amount", "orders": "orders", "customers": "customers"}[metric]
    values = of[name]
    if metric != "sales":
        return [
            Cause(key, label, float(after - before), float(before), float(after))
            for key, label, (before, after) in zip(sums.keys, sums.names, values, strict=True)
        ]
    numbers = of["lines" if by in _OF_LINES else "orders"]
    effects = decompose.volume_mix_rate((numbers[:, 0], values[:, 0]), (numbers[:, 1], values[:, 1]))
    found = []
    for place, (key, label) in enumerate(zip(sums.keys, sums.names, strict=True)):
        change = round(values[place, 1] - values[place, 0])
        volume, mix, rate = decompose.reconciled(effects[place], change).tolist()
        found.append(Cause(key, label, change, float(values[place, 0]), float(values[place, 1]), volume, mix, rate))
    return found


def _biggest(parts: Sequence[Cause]) -> tuple[Cause, ...]:
    """The biggest effects first; what is beyond them put together."""
    ranked = sorted(parts, key=lambda one: (-abs(one.effect), one.key))
    shown, rest = ranked[:_MOST], ranked[_MOST:]
    if not rest:
        return tuple(shown)
    known = [name for name in ("volume", "mix", "rate") if getattr(shown[0], name) is not None]
    together = Cause(REST, "", _sum(rest, "effect"), **{name: _sum(rest, name) for name in known})
    return (*shown, together)


def _sum(causes: Sequence[Cause], name: str) -> float:
    return float(sum(getattr(one, name) or 0 for one in causes))


def _by_place(reading: Reading, over: Spans, by: By) -> _Sums:
    names = ("amount", "discount", "orders", "lines", "identified")
    if by == "product":
        return _sums(_products(reading, over), names)
    table, key = {
        "channel": ("order_sums_by_day", "channel"), "store": ("order_sums_by_day", "store_id"),
        "department": ("sales_days", "department"),
    }[by]  # fmt: skip
    more = "0 AS lines, orders - unidentified AS identified" if by != "department" else "lines, 0 AS identified"
    said = reading.whole(
        f"""WITH sides AS (SELECT {key} AS key, amount, discount, orders, {more}, {_SIDE} AS side FROM {table}
                           WHERE currency = $currency)
            SELECT key, side_ AS side, sum(amount)::BIGINT AS amount, sum(discount)::BIGINT AS discount,
                   sum(orders)::BIGINT AS orders, sum(lines)::BIGINT AS lines, sum(identified)::BIGINT AS identified
            FROM sides, unnest(side) AS one(side_) GROUP BY ALL""",
        _params(reading, over),
    )
    return _sums(said, names, _store_names(reading) if by == "store" else {})


def _products(reading: Reading, over: Spans) -> list[Row]:
    return reading.rows(
        f"""WITH sides AS (SELECT coalesce(product_id, '') AS key, name, total, discount, line, {_SIDE} AS side
                           FROM order_lines WHERE currency = $currency)
            SELECT key, any_value(name) AS name, side_ AS side, sum(total)::BIGINT AS amount,
                   sum(discount)::BIGINT AS discount, count(*) FILTER (line > 0) AS lines
            FROM sides, unnest(side) AS one(side_) GROUP BY ALL""",
        """SELECT key, min(name) AS name, side, sum(amount)::BIGINT AS amount, sum(discount)::BIGINT AS discount,
                  0 AS orders, sum(lines)::BIGINT AS lines, 0 AS identified FROM partials GROUP BY key, side""",
        _params(reading, over),
    )


# One row per customer: what they bought in each period, and what was known of them on the morning of the first.
_PER_CUSTOMER = """
    SELECT CASE WHEN identified THEN customer END AS customer,
           sum(amount) FILTER ("day" BETWEEN $before_since AND $before_until)::BIGINT AS amount_0,
           sum(amount) FILTER ("day" BETWEEN $since AND $until)::BIGINT AS amount_1,
           sum(discount) FILTER ("day" BETWEEN $before_since AND $before_until)::BIGINT AS discount_0,
           sum(discount) FILTER ("day" BETWEEN $since AND $until)::BIGINT AS discount_1,
           count(*) FILTER (NOT returned AND "day" BETWEEN $before_since AND $before_until) AS orders_0,
           count(*) FILTER (NOT returned AND "day" BETWEEN $since AND $until) AS orders_1,
           min("day") FILTER (NOT returned) AS first_day,
           max("day") FILTER (NOT returned AND "day" < $before_since) AS last_day,
           count(*) FILTER (NOT returned AND "day" < $before_since) AS so_far,
           coalesce(sum(amount) FILTER ("day" < $before_since), 0)::BIGINT AS spent
    FROM orders WHERE currency = $currency GROUP BY ALL"""
_BOTH = """sum(coalesce(amount_0, 0))::BIGINT AS amount_0, sum(coalesce(amount_1, 0))::BIGINT AS amount_1,
           sum(coalesce(discount_0, 0))::BIGINT AS discount_0, sum(coalesce(discount_1, 0))::BIGINT AS discount_1,
           sum(orders_0)::BIGINT AS orders_0, sum(orders_1)::BIGINT AS orders_1,
           count(*) FILTER (orders_0 > 0 AND customer IS NOT NULL) AS customers_0,
           count(*) FILTER (orders_1 > 0 AND customer IS NOT NULL) AS customers_1"""
_KIND = """CASE WHEN customer IS NULL THEN 'unknown'
                WHEN orders_0 > 0 AND orders_1 > 0 THEN 'staying'
                WHEN orders_1 > 0 AND first_day >= $since AND first_day <= $until THEN 'new'
                WHEN orders_1 > 0 THEN 'returned' WHEN orders_0 > 0 THEN 'lost' ELSE 'refund_only' END"""


def _by_customer(reading: Reading, over: Spans, by: By) -> _Sums:
    """By what customers did in both periods (`kind`), or by their value segment on the morning of the first."""
    if by == "kind":
        said = _kinds(reading, over)
    else:
        said = reading.rows(
            _PER_CUSTOMER,
            f"""WITH placed AS (
                  SELECT *, ntile(5) OVER (PARTITION BY so_far > 0 AND customer IS NOT NULL
                                           ORDER BY last_day, spent, customer) AS recency,
                         ntile(5) OVER (PARTITION BY so_far > 0 AND customer IS NOT NULL
                                        ORDER BY so_far, spent, customer) AS frequency FROM partials)
                SELECT CASE WHEN customer IS NULL THEN 'unknown' WHEN so_far = 0 THEN 'nobody_yet'
                            ELSE recency || '-' || frequency END AS cell, {_BOTH} FROM placed GROUP BY ALL""",
            _params(reading, over),
        )
        for row in said:
            cell = tuple(int(part) for part in row["cell"].split("-")) if "-" in row["cell"] else None
            row["key"] = OF_CELL[cell[0], cell[1]] if cell else row["cell"]
    names = ("amount", "discount", "orders", "customers")
    rows = [
        {"key": row["key"], "side": side} | {name: row[f"{name}_{side}"] for name in names}
        for row in said for side in (0, 1)
    ]  # fmt: skip
    return _sums(rows, names)


def _kinds(reading: Reading, over: Spans) -> list[Row]:
    return reading.rows(
        f"SELECT {_KIND} AS key, {_BOTH} FROM ({_PER_CUSTOMER}) GROUP BY ALL",
        "SELECT key, " + ", ".join(
            f"sum({name}_{side})::BIGINT AS {name}_{side}"
            for name in ("amount", "discount", "orders", "customers") for side in (0, 1)
        ) + " FROM partials GROUP BY key",
        _params(reading, over),
    )  # fmt: skip


def _bridge(reading: Reading, over: Spans) -> tuple[Cause, ...]:
    """What new, returned, staying and lost customers, and buyers nobody knows, added to the change of sales."""
    said = {row["key"]: (row["amount_0"], row["amount_1"]) for row in _kinds(reading, over)}
    return tuple(
        Cause(key, "", said[key][1] - said[key][0], *said[key])
        for key in ("new", "returned", "staying", "lost", "unknown", "refund_only")
        if any(said.get(key, ()))
    )


def _whole(reading: Reading, over: Spans) -> dict[str, Floats]:
    """Sums of the whole shop, before and after."""
    names = ("amount", "discount", "orders", "identified")
    sums = _by_place(reading, over, "channel")
    found = {name: sums.of[name].sum(axis=0) if sums.keys else np.zeros(2) for name in names}
    said = reading.rows(
        f"""WITH sides AS (SELECT {_SIDE} AS side FROM order_lines
                           WHERE currency = $currency AND NOT returned AND line > 0)
            SELECT side_ AS side, count(*) AS items FROM sides, unnest(side) AS one(side_) GROUP BY ALL""",
        "SELECT side, sum(items)::DOUBLE AS items FROM partials GROUP BY side",
        _params(reading, over),
    )
    items = {row["side"]: row["items"] or 0.0 for row in said}
    kinds = _kinds(reading, over)
    found["items"] = np.array([items.get(0, 0.0), items.get(1, 0.0)])
    found["customers"] = np.array([sum(row[f"customers_{side}"] for row in kinds) for side in (0, 1)], np.float64)
    return found


def _sums(said: Sequence[Row], names: Sequence[str], called: dict[str, str] | None = None) -> _Sums:
    keys = sorted({row["key"] for row in said})
    place = {key: at for at, key in enumerate(keys)}
    of = {name: np.zeros((len(keys), 2)) for name in names}
    labels = dict(called or {})
    for row in said:
        for name in names:
            of[name][place[row["key"]], row["side"]] += float(row[name] or 0)
        if row.get("name"):
            labels[row["key"]] = row["name"]
    return _Sums(tuple(keys), tuple(labels.get(key, "") for key in keys), of)


def _store_names(reading: Reading) -> dict[str, str]:
    said = reading.whole("SELECT store_id, any_value(name) AS name FROM stores WHERE name IS NOT NULL GROUP BY 1")
    return {row["store_id"]: row["name"] for row in said}


def _params(reading: Reading, over: Spans) -> dict[str, object]:
    return {
        "since": over.since, "until": over.until, "before_since": over.before_since,
        "before_until": over.before_until, "currency": reading.as_of.currency,
    }  # fmt: skip

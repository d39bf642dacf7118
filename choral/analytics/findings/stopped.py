"""What has stopped: sources and events from which nothing comes any more, and products nobody buys any more."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import numpy.typing as npt
import pyarrow

from choral.analytics import duck
from choral.analytics.findings.breaks import Silence, silence
from choral.analytics.findings.keys import key as named
from choral.analytics.findings.series import Axis, Block, Cube, dense, params
from choral.analytics.findings.values import By, Finding, Kind, Line, Place
from choral.analytics.mart_tables import HAPPENED, ORDER
from choral.analytics.reading import Reading
from choral.events.lake import writer

Floats = npt.NDArray[np.float64]
_DAYS = 182  # that are looked back
_PRODUCTS = 200  # the biggest sellers
_SHOWN = 42  # days before the silence that are drawn
_LEAST = 5  # events, lines or orders that did not come, to be worth a word
_NEWS = {
    "source": 91,
    "event": 56,
    "product": 35,
    "channel": 56,
    "store": 56,
}  # days of silence after which everybody knows


def sources(lake: str, reading: Reading, over: Axis, each: float) -> tuple[list[Finding], int]:
    """Sources and events that went silent; how many were looked at. `each` is an average order (minor units)."""
    over = _lately(over)
    counted = _events(lake, reading, over)
    whole = dense(_with(counted, "source", ("source",)), over.days, ("events", "orders"), "events", lonely=True)
    parts = dense(_with(counted, "event", ("source", "name")), over.days, ("events", "orders"), "events", lonely=True)
    found = _silent("silent_source", whole, whole.of["orders"] * each, over)
    quiet = {one.place.key for one in found}
    return [
        *found,
        *(one for one in _silent("silent_event", parts, parts.of["orders"] * each, over) if one.place.key not in quiet),
    ], len(whole.slices) + len(parts.slices)


def places(block: Block, over: Axis) -> tuple[list[Finding], int]:
    """Channels and stores that sell nothing any more; how many were looked at. `block` is of orders."""
    kept = [place for place, (by, _) in enumerate(block.slices) if by != "all"]
    lately = _lately(over)
    counts = block.days.parts[kept][:, -lately.days :]
    each = np.zeros(len(kept)) if block.worth is None else block.worth[kept]
    cube = Cube(tuple(block.slices[place] for place in kept), {"events": counts})
    return _silent("place_gone", cube, counts * each[:, None], lately), len(kept)


def products(reading: Reading, over: Axis) -> tuple[list[Finding], int]:
    """Products that sold most and sell no more; how many were looked at."""
    over = _lately(over)
    chosen = reading.rows(
        """SELECT product_id, sum(total)::BIGINT AS amount FROM order_lines
           WHERE product_id IS NOT NULL AND NOT returned AND currency = $currency AND "day" BETWEEN $since AND $until
           GROUP BY 1 ORDER BY 2 DESC LIMIT 2000""",
        """SELECT product_id, any_value(known.name) AS name FROM partials
             LEFT JOIN (SELECT product_id, name FROM products) AS known USING (product_id)
           GROUP BY 1 ORDER BY sum(amount) DESC, 1 LIMIT $most""",
        params(reading, over) | {"most": _PRODUCTS},
    )
    names = {row["product_id"]: row["name"] or "" for row in chosen}
    table = reading.table(
        """SELECT product_id AS key, ("day" - $since::DATE)::INTEGER AS step, count(*) AS lines,
                  sum(total)::DOUBLE AS amount
           FROM order_lines WHERE list_contains($products, product_id) AND NOT returned AND currency = $currency
             AND "day" BETWEEN $since AND $until GROUP BY ALL""",
        """SELECT 'product' AS "by", key, step, sum(lines)::DOUBLE AS lines, sum(amount)::DOUBLE AS amount
           FROM partials GROUP BY ALL ORDER BY ALL""",
        params(reading, over) | {"products": list(names)},
    )
    cube = dense(table, over.days, ("lines", "amount"), "amount", lonely=True, most=_PRODUCTS)
    counts = Cube(cube.slices, {"events": cube.of["lines"]})
    return _silent("product_gone", counts, cube.of["amount"], over, names), len(cube.slices)


def _silent(kind: Kind, cube: Cube, amounts: Floats, over: Axis, names: dict[str, str] | None = None) -> list[Finding]:
    found = []
    for place, (by, key) in enumerate(cube.slices):
        counts = cube.of["events"][place]
        silent = silence(counts)
        if silent is not None and silent.expected >= _LEAST and len(counts) - silent.at <= _NEWS[by]:
            found.append(_finding(kind, by, key, counts, amounts[place], silent, over, names or {}))
    return found


def _finding(
    kind: Kind, by: By, key: str, counts: Floats, amounts: Floats, silent: Silence, over: Axis, names: dict[str, str]
) -> Finding:
    each = amounts.sum() / counts.sum()
    money = -round(silent.expected * each) if each else None
    source, _, event = key.partition("\t")
    first = over.since + timedelta(days=silent.at)
    shown = range(max(0, silent.at - _SHOWN), len(counts))
    line = Line(
        tuple(over.since + timedelta(days=day) for day in shown), tuple(float(counts[day]) for day in shown),
    )  # fmt: skip
    return Finding(
        named(kind, by, key), kind, "events", Place(by, source, names.get(key, "")), "since", first,
        over.until, "count", 0.0, silent.expected, None, None, money, None, None, silent.p, None, "sure", event=event,
        line=line,
    )  # fmt: skip


def _events(lake: str, reading: Reading, over: Axis) -> pyarrow.Table:
    """Events by source, name and day, to the position the marts know."""
    with duck.connect(reading.source.time_zone) as database:
        return duck.table(
            database,
            f"""SELECT source, name, (timezone($zone, "at")::DATE - $since::DATE)::INTEGER AS step,
                       count(*)::DOUBLE AS events, count(*) FILTER (name = '{ORDER}')::DOUBLE AS orders
                FROM {writer.scan(lake, "events")}
                WHERE {HAPPENED} AND position <= $position
                  AND "at" >= $since::DATE::TIMESTAMPTZ - INTERVAL 1 DAY
                  AND timezone($zone, "at")::DATE BETWEEN $since AND $until GROUP BY ALL ORDER BY ALL""",
            {"zone": reading.source.time_zone, "position": reading.as_of.position} | params(reading, over),
        )


def _with(table: pyarrow.Table, by: By, names: Sequence[str]) -> pyarrow.Table:
    columns = [table.column(name).to_pylist() for name in names]
    keys = ["\t".join(str(part or "") for part in row) for row in zip(*columns, strict=True)]
    kept = table.select(["step", "events", "orders"])
    return kept.append_column("key", pyarrow.array(keys, pyarrow.string())).append_column(
        "by", pyarrow.array([by] * len(keys), pyarrow.string())
    )


def _lately(over: Axis) -> Axis:
    return Axis(max(over.since, over.until - timedelta(days=_DAYS - 1)), over.until)

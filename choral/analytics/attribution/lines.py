"""Credit lines: what each touch gets of each order, for the drill from a figure to its orders and back."""

from __future__ import annotations

import heapq

import numpy as np
import pyarrow

from choral.analytics.attribution import passes
from choral.analytics.attribution.loading import Loaded, Plan, load
from choral.analytics.attribution.sequences import Ints
from choral.analytics.attribution.values import BASELINE, NOTHING_BEFORE, Line, LinePage, Model
from choral.analytics.mart_tables import BUCKETS
from choral.analytics.marts import Marts
from choral.analytics.reading import Reading
from choral.core.errors import InvalidInput, NotFound


def listed(marts: Marts, bucket: int, plan: Plan, model: Model, key: str | None, most: int) -> pyarrow.Table:
    """A bucket's lines of a model (and a label), latest order first, at most so many; with their count and total."""
    loaded = load(marts, bucket, plan, told=True)
    found = _lines(loaded, plan, model)
    if key is not None:
        names = _names(plan, model)
        chosen = np.flatnonzero((found.code == (names.index(key) if key in names else -1)) & (found.amount != 0))
    else:
        chosen = np.flatnonzero(found.amount != 0)
    at, order = loaded.bought.at[found.order[chosen]], found.order[chosen]
    ranked = chosen[np.lexsort((found.touch[chosen], order, -at))][:most]
    table = _told(loaded, found, ranked, plan, model)
    sums = {"count": pyarrow.array([len(chosen)] * len(table), pyarrow.int64()),
            "total": pyarrow.array([int(found.amount[chosen].sum())] * len(table), pyarrow.int64())}  # fmt: skip
    for name, column in sums.items():
        table = table.append_column(name, column)
    return table


def page(reading: Reading, plan: Plan, model: Model, key: str | None, after: str | None, limit: int) -> LinePage:
    """Some lines; `after` is the number of those already seen."""
    seen = _number(after)
    tables = reading.each(listed, plan, model, key, seen + limit)
    rows = heapq.merge(*(table.to_pylist() for table in tables), key=lambda row: (-row["order_at"], row["order"]))
    kept = [_line(row) for row in list(rows)[seen : seen + limit]]
    count = sum(table["count"][0].as_py() for table in tables if len(table))
    total = sum(table["total"][0].as_py() for table in tables if len(table))
    return LinePage(tuple(kept), count, total, str(seen + limit) if seen + limit < count else None)


def of_order(reading: Reading, plan: Plan, customer: int, position: int, model: Model) -> tuple[Line, ...]:
    """All lines of one order, in the order of the touches; `NotFound` `order_without_credit` when it is not asked
    about (a refund, another currency, other days)."""
    loaded = load(reading.source.marts, customer & (BUCKETS - 1), plan, range(customer, customer + 1), told=True)
    place = np.flatnonzero(loaded.orders["position"].to_numpy() == position)
    found = _lines(loaded, plan, model)
    chosen = np.flatnonzero(found.order == place[0]) if len(place) else place
    if not len(chosen):
        raise NotFound(
            "order_without_credit", "This order has no credit to share out.",
            "It is a refund, in another currency, or outside the days asked about.", status=404,
        )  # fmt: skip
    return tuple(_line(row) for row in _told(loaded, found, chosen, plan, model).to_pylist())


def _lines(loaded: Loaded, plan: Plan, model: Model) -> passes.Lines:
    return passes.hazard_lines(loaded, plan) if model == "hazard" else passes.rule_lines(loaded, plan, model)


def _names(plan: Plan, model: Model) -> list[str]:
    """What a line's code stands for: the labels, and last where credit goes to no touch."""
    return [*plan.labels, BASELINE if model == "hazard" else NOTHING_BEFORE]


def _told(loaded: Loaded, found: passes.Lines, chosen: Ints, plan: Plan, model: Model) -> pyarrow.Table:
    orders = loaded.orders.take(pyarrow.array(found.order[chosen]))
    touch = pyarrow.array(found.touch[chosen], mask=found.touch[chosen] < 0)
    touches = loaded.touches.take(touch) if len(loaded.touches) else None
    names = np.array(_names(plan, model), object)

    def of_touch(column: str, kind: pyarrow.DataType) -> pyarrow.ChunkedArray:
        return touches[column].cast(kind) if touches is not None else pyarrow.nulls(len(chosen), kind)

    return pyarrow.table({
        "order": orders["position"], "order_id": orders["order_id"], "order_at": orders["at"],
        "touch": of_touch("position", pyarrow.int64()), "touch_at": of_touch("at", pyarrow.int64()),
        "key": pyarrow.array(names[found.code[chosen]], pyarrow.string()),
        "channel": of_touch("place", pyarrow.string()), "event": of_touch("event", pyarrow.string()),
        "weight": found.weight[chosen], "amount": found.amount[chosen],
    })  # fmt: skip


def _line(row: dict[str, object]) -> Line:
    touch_at, order_at = row["touch_at"], row["order_at"]
    values = {
        **{key: row[key] for key in ("order", "order_id", "touch", "key", "weight", "amount")},
        "order_at": int(order_at) * 1_000,  # type: ignore[call-overload]
        "touch_at": None if touch_at is None else int(touch_at) * 1_000,  # type: ignore[call-overload]
        "channel": row["channel"] or "", "event": row["event"] or "",
    }  # fmt: skip
    return Line(**values)


def _number(after: str | None) -> int:
    if after is None:
        return 0
    if not after.isdigit() or len(after) > 9:
        raise InvalidInput("wrong_cursor", "This is no place in the list.", fix="Take `next` of the page before.")
    return int(after)

"""The ways of customers over the shop's touches: one pass a bucket, equal ways counted. Coding them: `paths.py`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow

from choral.analytics.journeys import conditions, paths
from choral.analytics.journeys.paths import Asked, Touches
from choral.analytics.journeys.rows import Arrays, Ints, Piece, Within, counted, pieces, whole
from choral.analytics.journeys.values import LabelBy, Step
from choral.analytics.mart_tables import ORDER, REFUND
from choral.analytics.marts import Marts

WAY, PASSAGE, WITH_PASSAGE = 0, 1, 2  # what a line of a partial answer counts: customers, times, customers
COLUMN = {"channel": "channel", "event": "name", "campaign": "campaign_id"}
LONGER = 99  # a node's number: the way is longer than shown
_EMPTY = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class Plan:
    """Ways ready to be cut. `labels` and `channels` number labels and ends; `end` None: the first order ends a way."""

    by: LabelBy
    labels: tuple[str, ...]
    channels: tuple[str, ...]
    asked: Asked
    start: Step | None = None
    end: Step | None = None
    channel: str = ""
    within: Within = field(default_factory=Within)

    @property
    def texts(self) -> tuple[str, ...]:
        marks = conditions.columns([one for one in (self.start, self.end) if one])
        return tuple(sorted({COLUMN[self.by], "name", "channel", *marks}))


def counts_of(marts: Marts, bucket: int, plan: Plan) -> pyarrow.Table:
    """How many customers took each way, and how often one touch followed another: `kind, key, n`."""
    found: list[tuple[int, npt.NDArray[Any]]] = []
    for touches in _touches(marts, bucket, plan):
        taken = paths.ways(touches, plan.asked)
        found.append((WAY, taken.code))
        keys, way = paths.passages(touches, taken)
        # Half as wide is sorted twice as fast.
        wide = np.dtype(np.uint32 if len(taken.code) < 1 << 20 else np.uint64)
        found.append((PASSAGE, keys.astype(np.int32)))
        pairs = way.astype(wide) << wide.type(12) | (keys >> np.int64(12)).astype(wide)
        found.append((WITH_PASSAGE, (counted(pairs)[0] & wide.type(4095)).astype(np.int32)))
    lines = [_EMPTY], [_EMPTY], [_EMPTY]
    for kind, keys in found:
        values, n = counted(keys)
        lines[0].append(np.full(len(values), kind, dtype=np.int64))
        lines[1].append(values.astype(np.int64))
        lines[2].append(n)
    return summed(*(np.concatenate(line) for line in lines))


def summed(kind: Ints, key: Ints, n: Ints) -> pyarrow.Table:
    """Lines with equal ones added, in their order."""
    order = np.lexsort((key, kind))
    kind, key, n = kind[order], key[order], n[order]
    new = np.flatnonzero(np.append(True, (kind[1:] != kind[:-1]) | (key[1:] != key[:-1]))) if len(kind) else _EMPTY
    totals = np.add.reduceat(n, new) if len(new) else _EMPTY
    return pyarrow.table([kind[new], key[new], totals], names=["kind", "key", "n"])


def people_of(
    marts: Marts, bucket: int, plan: Plan, node: tuple[int, int], to: tuple[int, int] | None
) -> pyarrow.Table:
    """The customers at a node (place and number, see `nodes_of`), or going from it `to` the next."""
    found = [_EMPTY]
    for touches in _touches(marts, bucket, plan):
        taken = paths.ways(touches, plan.asked)
        nodes = nodes_of(taken.code, plan.asked)
        there = nodes[:, node[0]] == node[1]
        if to is not None:
            there &= nodes[:, to[0]] == to[1]
        found.append(taken.customer[there])
    return pyarrow.table({"customer": np.concatenate(found)})


def passing(marts: Marts, bucket: int, plan: Plan, pair: int) -> pyarrow.Table:
    """The customers on whose way one touch followed another: `pair` as `paths.passages` codes it."""
    found = [_EMPTY]
    for touches in _touches(marts, bucket, plan):
        taken = paths.ways(touches, plan.asked)
        keys, way = paths.passages(touches, taken)
        found.append(taken.customer[counted(way[keys >> np.int64(12) == pair])[0]])
    return pyarrow.table({"customer": np.concatenate(found)})


def nodes_of(codes: Ints, asked: Asked) -> Ints:
    """Each way as nodes by place, its end included: label + 1, 32 (nothing more came), 33 + an end's number, `LONGER`,
    or 0 where it has none. Backwards the end stands first and what came before it follows."""
    depth = asked.depth
    steps, ends = paths.steps_of(codes, depth), 32 + paths.end_of(codes)
    lengths, more, every = (steps > 0).sum(axis=1), paths.longer(codes), np.arange(len(codes))
    found = np.zeros((len(codes), depth + (2 if asked.backwards else 1)), dtype=np.int64)
    if asked.backwards:
        found[:, 0], found[:, 1:-1] = ends, steps
        found[every, lengths + 1] = np.where(more, LONGER, 0)
    else:
        found[:, :-1] = steps
        found[every, lengths] = np.where(more, LONGER, ends)
    return found


def _touches(marts: Marts, bucket: int, plan: Plan) -> Iterator[Touches]:
    for part in whole(_labelled(marts, bucket, plan)):
        yield Touches(
            part["customer"], part["at"], part["label"],
            part.get("start"), part["end"],
        )  # fmt: skip


def _labelled(marts: Marts, bucket: int, plan: Plan) -> Iterator[Arrays]:
    for piece in pieces(marts, bucket, plan.texts):
        part = _part(piece, plan)
        kept = plan.within.rows(piece)
        matters = (part["label"] >= 0) | (part["end"] >= 0)
        if plan.channel:
            on_it = piece.texts["channel"].look(lambda one: one == plan.channel, np.bool_)
            matters &= on_it | (part["end"] >= 0)
        kept = matters if kept is None else kept & matters
        yield part if kept.all() else {key: values[kept] for key, values in part.items()}


def _part(piece: Piece, plan: Plan) -> Arrays:
    codes = {label: at for at, label in enumerate(plan.labels)}
    others = len(plan.labels)
    named = (
        plan.by == "channel"
    )  # an event always has a name; who names no channel is “unknown”, no campaign is no step
    label = piece.texts[COLUMN[plan.by]].look(lambda one: codes.get(one or "", others) if one or named else -1, np.int8)
    ordered = piece.texts["name"].look(lambda one: one == ORDER, np.bool_)
    part: Arrays = {"customer": piece.customer, "at": piece.at, "label": label}
    if plan.end is None:
        channels = {channel: at for at, channel in enumerate(plan.channels)}
        ends = piece.texts["channel"].look(lambda one: channels.get(one or "", len(plan.channels)), np.int8)
        part["end"] = np.where(ordered, ends, np.int8(-1))
        sale = ordered | piece.texts["name"].look(lambda one: one == REFUND, np.bool_)
        part["label"] = np.where(sale, np.int8(-1), label)
    else:
        part["end"] = np.where(conditions.bits(piece, [plan.end]) > 0, np.int8(0), np.int8(-1))
    if plan.start is not None:
        part["start"] = conditions.bits(piece, [plan.start]) > 0
    return part

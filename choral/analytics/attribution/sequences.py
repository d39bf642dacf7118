"""Paths as arrays: the touches of a customer up to an order, or to none. Pure: no files, no SQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Codes = NDArray[np.int32]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Paths:
    """Paths end to end: touches of path p are `codes[starts[p]:starts[p + 1]]`, oldest first, none empty.

    `conversions`, `value` and `nulls` (one a path) say how often the path was walked to an order, for how much in
    minor units, and to none: a row may stand for many customers. `age` (one a touch) is hours before the order, 0
    where unknown. `lot` (one a path) is the lot its customer was dealt into, for intervals.
    """

    codes: Codes
    starts: Ints
    conversions: Floats
    value: Floats
    nulls: Floats
    age: Floats
    lot: Ints

    def __len__(self) -> int:
        return len(self.starts) - 1

    @property
    def lengths(self) -> Ints:
        return np.diff(self.starts)

    @property
    def path(self) -> Ints:
        """Which path each touch belongs to."""
        return np.repeat(np.arange(len(self)), self.lengths)

    def only(self, wanted: Flags) -> Paths:
        """Some of the paths."""
        touches = np.repeat(wanted, self.lengths)
        starts = np.concatenate(([0], np.cumsum(self.lengths[wanted])))
        return Paths(
            self.codes[touches], starts, self.conversions[wanted], self.value[wanted], self.nulls[wanted],
            self.age[touches], self.lot[wanted],
        )  # fmt: skip

    @property
    def converting(self) -> Paths:
        return self.only(self.conversions > 0)


def sums(place: NDArray[np.integer[Any]], weights: NDArray[Any], size: int) -> Floats:
    """What falls into each of `size` places, added up."""
    return np.asarray(np.bincount(place, weights, size), np.float64)


def of_lists(rows: list[tuple[list[int], float, float, float]]) -> Paths:
    """Paths from (codes, conversions, value, nulls) in Python; rows without touches are left out."""
    kept = [row for row in rows if row[0]]
    lengths = [len(row[0]) for row in kept]
    codes = np.array([code for row in kept for code in row[0]], np.int32)
    columns = np.array([row[1:] for row in kept], np.float64).reshape(len(kept), 3)
    starts = np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)
    return Paths(
        codes, starts, columns[:, 0], columns[:, 1], columns[:, 2], np.zeros(len(codes)),
        np.arange(len(kept), dtype=np.int64),
    )  # fmt: skip


@dataclass(frozen=True)
class Met:
    """Touches sorted by customer, time and place in the log. `at` and `lookback` in ms; `inside`: whether the touch
    lies in the days asked about."""

    customer: Ints
    at: Ints
    lookback: Ints
    inside: Flags


@dataclass(frozen=True)
class Bought:
    """Orders sorted likewise; `inside`: whether they lie in the days asked about."""

    customer: Ints
    at: Ints
    inside: Flags


@dataclass(frozen=True)
class Walked:
    """Which touches form which paths: `touch` are places in `Met`, `starts` where each path begins among them,
    `order` the place of its order in `Bought`, -1 where it led to none."""

    touch: Ints
    starts: Ints
    order: Ints


def walk(met: Met, bought: Bought, known_until: int) -> Walked:
    """Each touch belongs to the customer's next order when that comes within the touch's lookback, else to no order.

    Touches that led to none count when they lie inside and their lookback is over at `known_until` (ms); those of one
    customer between two orders are one path. A touch in the order's own millisecond comes before it.
    """
    next_, found = following(met, bought)
    gap = np.where(found, bought.at[next_] - met.at, np.int64(2) ** 62) if len(bought.at) else None
    led = (gap <= met.lookback) if gap is not None else np.zeros(len(met.at), np.bool_)
    inside = bought.inside[next_] if len(bought.at) else np.zeros(len(met.at), np.bool_)
    won = np.flatnonzero(led & inside)
    lost = np.flatnonzero(~led & met.inside & (met.at + met.lookback < known_until))
    won_starts, lost_starts = _changes(next_[won]), _changes(met.customer[lost], next_[lost])
    return Walked(
        np.concatenate([won, lost]),
        np.concatenate([won_starts, lost_starts + len(won), [len(won) + len(lost)]]),
        np.concatenate([next_[won][won_starts], np.full(len(lost_starts), -1)]),
    )


def following(met: Met, bought: Bought) -> tuple[Ints, Flags]:
    """For each touch the place of its customer's next order, and whether there is one."""
    if not len(bought.at) or not len(met.at):
        return np.zeros(len(met.at), np.int64), np.zeros(len(met.at), np.bool_)
    people = np.unique(np.concatenate([met.customer, bought.customer]))
    low = min(met.at.min(), bought.at.min())
    span = int(max(met.at.max(), bought.at.max()) - low) + 2
    who, buyer = np.searchsorted(people, met.customer), np.searchsorted(people, bought.customer)
    place = np.searchsorted(buyer * span + (bought.at - low), who * span + (met.at - low), "left")
    next_ = np.minimum(place, len(bought.at) - 1)
    return next_, (place < len(bought.at)) & (buyer[next_] == who)


def _changes(*keys: Ints) -> Ints:
    """Where a run of equal keys begins."""
    if not len(keys[0]):
        return np.zeros(0, np.int64)
    changed = np.zeros(len(keys[0]), np.bool_)
    changed[0] = True
    for key in keys:
        changed[1:] |= key[1:] != key[:-1]
    return np.flatnonzero(changed)

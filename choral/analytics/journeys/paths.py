"""Codes the ways of customers: each way a number, so that a million of them are counted at once. Pure.

A way is up to ten steps of five bits (a label's number + 1), five bits for how it ended (0: nothing more came, else a
number + 1) and one bit for whether it is longer than shown.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from choral.analytics.journeys import durations
from choral.analytics.journeys.rows import Ints, Marks, spans

MOST_LABELS, MOST_STEPS = 30, 10
BITS, FULL = 5, 31
END_AT, LONGER_AT = BITS * MOST_STEPS, BITS * MOST_STEPS + BITS
START, NOTHING = 62, 63  # of passages: what comes before the first touch, and after the last
ENDS_FROM = 31  # of passages: an end with number k is 31 + k


@dataclass(frozen=True)
class Touches:
    """Sorted touches of whole customers: `label` (-1: no step, only an end), which may start, and which end a way with
    which number (`end` -1: none)."""

    customer: Ints
    at: Ints
    label: npt.NDArray[np.int8]
    starts: Marks | None
    end: npt.NDArray[np.int8]


@dataclass(frozen=True)
class Asked:
    """How ways are cut: steps shown, read backwards, only those with an end (True), without one (False), or all."""

    depth: int
    backwards: bool = False
    ended: bool | None = None


@dataclass(frozen=True)
class Ways:
    """Customers with a way, its number, and its rows: `first` and before `last`, with the ending row or -1."""

    customer: Ints
    code: Ints
    first: Ints
    last: Ints
    ending: Ints


def ways(touches: Touches, asked: Asked) -> Ways:
    """One way for each customer: from their first start to the first end after it, or to their last touch."""
    size = len(touches.at)
    firsts, ends = spans(touches.customer)
    begins = firsts if touches.starts is None else _next(touches.starts, size)[firsts]
    known = begins < ends
    firsts, begins, stops = firsts[known], begins[known], ends[known]
    # A start that is asked for is a step of its own; without one the very first touch may be the end.
    after = _next(touches.end >= 0, size)[begins + (0 if touches.starts is None else 1)]
    ended = after < stops
    if asked.ended is not None:
        wanted = ended == asked.ended
        firsts, begins, stops, after, ended = (
            firsts[wanted],
            begins[wanted],
            stops[wanted],
            after[wanted],
            ended[wanted],
        )
    lasts = np.where(ended, after, stops)
    code = _codes(touches.label, begins, lasts, asked)
    code |= np.where(ended, touches.end[np.minimum(after, size - 1)].astype(np.int64) + 1, 0) << np.int64(END_AT)
    return Ways(touches.customer[firsts], code, begins, lasts, np.where(ended, after, -1))


def steps_of(codes: Ints, depth: int) -> npt.NDArray[np.int64]:
    """The labels + 1 of each way, ways x depth, 0 after its end."""
    places = np.arange(depth, dtype=np.int64) * BITS
    return (codes[:, None] >> places[None, :]) & FULL


def end_of(codes: Ints) -> Ints:
    """The number + 1 of the end of each way, 0 when nothing more came."""
    return (codes >> np.int64(END_AT)) & FULL


def longer(codes: Ints) -> Marks:
    """Which ways are longer than shown."""
    return ((codes >> np.int64(LONGER_AT)) & 1).astype(np.bool_)


def passages(touches: Touches, found: Ways) -> tuple[Ints, Ints]:
    """From each touch of a way to the next: (pair << 12 | duration's bin, number of the customer's way).

    A pair is from << 6 | to; what comes before the first touch is `START`, an end with number k `ENDS_FROM + k`, the
    end of the data `NOTHING`. Those two have no duration: their bin is 4095.
    """
    rows, way = _inside(touches.label, found.first, found.last)
    label, at = touches.label[rows].astype(np.int64), touches.at[rows]
    same = way[1:] == way[:-1]
    between = (label[:-1] << 6 | label[1:])[same] << 12 | np.minimum(durations.bins((at[1:] - at[:-1])[same]), 4094)
    opens, closes = spans(way)
    closes = closes - 1
    beginning = (np.int64(START) << 6 | label[opens]) << 12 | 4095
    ending = found.ending[way[closes]]
    timed = np.minimum(durations.bins(touches.at[np.maximum(ending, 0)] - at[closes]), 4094)
    ends = np.where(ending >= 0, touches.end[np.maximum(ending, 0)].astype(np.int64) + ENDS_FROM, NOTHING)
    finishing = (label[closes] << 6 | ends) << 12 | np.where(ending >= 0, timed, 4095)
    return np.concatenate((between, beginning, finishing)), np.concatenate((way[1:][same], way[opens], way[closes]))


def _codes(label: npt.NDArray[np.int8], begins: Ints, lasts: Ints, asked: Asked) -> Ints:
    """The steps of each way, repeats joined, as one number."""
    rows, way = _inside(label, begins, lasts)
    labels = label[rows]
    new = np.ones(len(rows), dtype=np.bool_)
    new[1:] = (labels[1:] != labels[:-1]) | (way[1:] != way[:-1])
    way, labels = way[new], labels[new].astype(np.int64)
    counts = np.bincount(way, minlength=len(begins))
    place = np.arange(len(way)) - (np.cumsum(counts) - counts)[way]
    if asked.backwards:
        place = counts[way] - 1 - place
    shown = place < asked.depth
    # Summed as floats, which is exact: fifty bits fit.
    parts = (labels[shown] + 1) << (place[shown] * BITS)
    code = np.bincount(way[shown], weights=parts, minlength=len(begins)).astype(np.int64)
    return code | ((counts > asked.depth).astype(np.int64) << np.int64(LONGER_AT))


def _next(marks: Marks, size: int) -> Ints:
    """Of each row (and of the place after the last): the first marked row at or after it; `size` when there is none."""
    there = np.full(size + 1, size, dtype=np.int64)
    rows = np.flatnonzero(marks)
    there[rows] = rows
    return np.minimum.accumulate(there[::-1])[::-1]


def _inside(label: npt.NDArray[np.int8], begins: Ints, lasts: Ints) -> tuple[Ints, Ints]:
    """The rows from each begin to before its last that are steps, and the number of the way each is of."""
    size = len(label) + 1
    open_ways = np.cumsum(np.bincount(begins, minlength=size) - np.bincount(lasts, minlength=size))
    rows = np.flatnonzero((open_ways[:-1] > 0) & (label >= 0))
    return rows, np.searchsorted(begins, rows, side="right") - 1

"""One pass over sorted touches: how deep each customer got in a funnel. Pure: arrays in, arrays out.

Meaning, as the function `windowFunnel` of ClickHouse: the steps follow one another in time (of two touches of one
moment the log's order counts) and the last lies within the window after the **first**. For each step the latest row
that got so far is kept, with the start it came from: a later start can only do better, since its window ends later.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from choral.analytics.journeys.rows import Ints, Marks, first_rows

Order = Literal["then", "directly", "any"]
Bits = npt.NDArray[np.unsignedinteger[Any]]


@dataclass(frozen=True)
class Rules:
    """What a funnel demands: how many steps, the window in µs, in what order; `exclusion` says which bit (if any) marks
    a touch that must not happen between two steps."""

    steps: int
    window: int
    order: Order = "then"
    exclusion: int | None = None


@dataclass(frozen=True)
class Reached:
    """For each customer, in the order of the rows: the rows where a step was first reached (-1: never), the time since
    the step before (µs), and the row in which the deepest attempt began (-1: none)."""

    customer: Ints
    first: npt.NDArray[np.int64]  # steps x customers
    since: npt.NDArray[np.int64]  # steps x customers
    start: Ints

    @property
    def depth(self) -> npt.NDArray[np.int8]:
        """How many steps each customer did."""
        done: npt.NDArray[np.int8] = (self.first >= 0).sum(axis=0).astype(np.int8)
        return done


def walk(customer: Ints, at: Ints, bits: Bits, rules: Rules) -> Reached:
    """How far each customer came; rows sorted by customer, time and position, bit k of `bits` set where step k is."""
    firsts = first_rows(customer)
    count = len(firsts)
    found = Reached(
        customer[firsts], np.full((rules.steps, count), -1, dtype=np.int64),
        np.zeros((rules.steps, count), dtype=np.int64), np.full(count, -1, dtype=np.int64),
    )  # fmt: skip
    if count:
        rows = _Rows(customer, at, bits, firsts, rules)
        (_any_order if rules.order == "any" else _in_order)(rows, found)
    return found


@dataclass(frozen=True)
class _Rows:
    customer: Ints
    at: Ints
    bits: Bits
    firsts: Ints  # where each customer begins
    rules: Rules

    def doing(self, step: int) -> Ints:
        """The rows that are a step."""
        return np.flatnonzero(self.bits & self.bits.dtype.type(1 << step))

    def excluded(self) -> Ints | None:
        """The rows that must not happen."""
        return None if self.rules.exclusion is None else self.doing(self.rules.exclusion)


def _in_order(rows: _Rows, found: Reached) -> None:
    """Level by level: a touch of step k goes on from the latest touch before it that had reached step k - 1."""
    hits = begun = rows.doing(0)
    excluded = rows.excluded()
    _note(rows, found, 0, hits, None, begun)
    for step in range(1, rows.rules.steps):
        doing = rows.doing(step)
        place = np.searchsorted(hits, doing) - 1
        doing, place = doing[place >= 0], place[place >= 0]
        before, start = hits[place], begun[place]
        fits = rows.customer[before] == rows.customer[doing]
        fits &= rows.at[doing] - rows.at[start] <= rows.rules.window
        if rows.rules.order == "directly":
            fits &= before == doing - 1
        if excluded is not None:
            fits &= np.searchsorted(excluded, before, side="right") == np.searchsorted(excluded, doing, side="right")
        hits, begun = doing[fits], start[fits]
        _note(rows, found, step, hits, before[fits], begun)


def _any_order(rows: _Rows, found: Reached) -> None:
    """All of steps 0 to k within one window: the earliest of the latest touches of each is not too long ago."""
    size = len(rows.at)
    first = np.repeat(rows.firsts, np.diff(np.append(rows.firsts, size)))
    marked = rows.excluded()
    excluded = None if marked is None else _latest(marked, size)
    earliest: Ints | None = None
    for step in range(rows.rules.steps):
        last = _latest(rows.doing(step), size)
        earliest = last if earliest is None else np.minimum(earliest, last)
        fits: Marks = earliest >= first
        fits &= rows.at - rows.at[np.maximum(earliest, 0)] <= rows.rules.window
        if excluded is not None:
            fits &= earliest > excluded
        hits = np.flatnonzero(fits)
        _note(rows, found, step, hits, earliest[hits], earliest[hits])


def _latest(hits: Ints, size: int) -> Ints:
    """Of each row: the latest of these rows up to it, -1 before the first."""
    latest = np.full(size, -1, dtype=np.int64)
    latest[hits] = hits
    return np.maximum.accumulate(latest)


def _note(rows: _Rows, found: Reached, step: int, hits: Ints, before: Ints | None, begun: Ints) -> None:
    """Each customer's first row on a level, the time since the step before, and where it began."""
    news = first_rows(rows.customer[hits])
    row = hits[news]
    who = np.searchsorted(rows.firsts, row, side="right") - 1
    found.first[step, who] = row
    found.start[who] = begun[news]
    if before is not None:
        found.since[step, who] = rows.at[row] - rows.at[before[news]]

"""Computes a definition over one person's rows, and says which rows it rests on. Pure: the window's end is given."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from choral.core.clock import DAY
from choral.customers.traits.definitions import Definition, Filter
from choral.customers.traits.frames import Flags, Frame, Texts


class Computed(NamedTuple):
    """A value (None where there is nothing to conclude from) and the rows it was concluded from."""

    value: Any
    rows: Flags


def compute(one: Definition, frame: Frame, end: int) -> Computed:
    """The trait as of a moment (µs UTC); money in minor units of the shop's currency, shares from 0 to 1."""
    within = _window(one, frame, end)
    chosen = within & _kept(one, frame)
    if one.kind == "share":
        return Computed(_share(one, frame, within, chosen), chosen)
    if one.of in frame.numbers:
        chosen &= frame.known[one.of]
    elif one.of and one.of != "at":
        chosen &= _is_known(frame.texts(one.of))
    return Computed(_value(one, frame, chosen, end), chosen)


def _value(one: Definition, frame: Frame, chosen: Flags, end: int) -> Any:
    count = int(chosen.sum())
    if one.kind == "count":
        return count
    if one.kind == "exists":
        return count > 0
    if one.kind == "sum":
        return _number(frame.numbers[one.of][chosen].sum())
    if one.kind == "distinct":
        return len(np.unique(frame.texts(one.of).codes[chosen]))
    if not count:
        return None
    if one.kind == "days_since":
        return int((end - int(frame.at[chosen].max())) // DAY)
    if one.kind == "average":
        return _whole(frame.numbers[one.of][chosen].mean(), one)
    if one.kind in ("min", "max"):
        values = frame.numbers[one.of][chosen]
        return _number(values.min() if one.kind == "min" else values.max())
    return _text(one, frame, chosen)


def _text(one: Definition, frame: Frame, chosen: Flags) -> Any:
    """`first`, `last` and `favourite`; among equally frequent ones the latest met, then the first by the alphabet."""
    if one.of == "at":
        at = frame.at[chosen]
        return int(at.min() if one.kind == "first" else at.max())
    column, at, position = frame.texts(one.of), frame.at[chosen], frame.position[chosen]
    codes = column.codes[chosen]
    order = np.lexsort((position, at))
    if one.kind in ("first", "last"):
        return column.words[int(codes[order[0 if one.kind == "first" else -1]])]
    unique, place, counts = np.unique(codes, return_inverse=True, return_counts=True)
    latest = np.zeros(len(unique), np.int64)
    np.maximum.at(latest, place, at)
    most = np.flatnonzero(counts == counts.max())
    most = most[latest[most] == latest[most].max()]
    return min(column.words[code] for code in unique[most].tolist())


def _share(one: Definition, frame: Frame, within: Flags, chosen: Flags) -> float | None:
    if not one.of:
        whole, part = float(within.sum()), float(chosen.sum())
    else:
        numbers, known = frame.numbers[one.of], frame.known[one.of]
        whole, part = float(numbers[within & known].sum()), float(numbers[chosen & known].sum())
    return part / whole if whole > 0 else None


def _window(one: Definition, frame: Frame, end: int) -> Flags:
    """Event, channel and time: what the share is a share of."""
    chosen: Flags = frame.at <= end
    if one.days is not None:
        chosen &= frame.at > end - one.days * DAY
    if one.event:
        chosen &= _is(frame.texts("name"), one.event)
    if one.channel:
        chosen &= _is(frame.texts("channel"), one.channel)
    return chosen


def _kept(one: Definition, frame: Frame) -> Flags:
    kept: Flags = np.ones(len(frame), np.bool_)
    for condition in one.filters:
        kept &= _holds(condition, frame)
    return kept


def _holds(condition: Filter, frame: Frame) -> Flags:
    if condition.field in frame.numbers:
        known = frame.known[condition.field]
        if condition.operator == "known":
            return known
        value, numbers = float(condition.value), frame.numbers[condition.field]
        found: Flags = known & (numbers > value if condition.operator == "more" else numbers < value)
        return found
    column = frame.texts(condition.field)
    if condition.operator == "known":
        return _is_known(column)
    if condition.operator == "contains":
        wanted = condition.value.casefold()
        return _any_of(column, lambda word: wanted in word.casefold())
    same = _is(column, condition.value)
    return same if condition.operator == "is" else ~same


def _is(column: Texts, value: str) -> Flags:
    return _any_of(column, lambda word: word == value)


def _is_known(column: Texts) -> Flags:
    if column.complete:
        return np.ones(len(column.codes), np.bool_)
    return _any_of(column, bool)


def _any_of(column: Texts, holds: Any) -> Flags:
    unique, place = np.unique(column.codes, return_inverse=True)
    found: Flags = np.array([bool(holds(column.words[code])) for code in unique.tolist()], np.bool_)[place]
    return found


def _number(value: Any) -> int | float:
    return int(value) if isinstance(value, np.integer) or float(value).is_integer() else float(value)


def _whole(value: Any, one: Definition) -> int | float:
    """An average of money is rounded half to even; of quantities it stays what it is."""
    return round(float(value)) if one.unit == "money" else float(value)

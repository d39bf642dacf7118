"""Sums become figures: divided last, the biggest parts first, the rest together. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import overload

from choral.analytics.metrics.values import Metric, MetricSeries, Sum, Value
from choral.analytics.reading import Row
from choral.analytics.values import REST

Sums = dict[Sum, int | None]


@dataclass
class Part:
    """The sums of one part: by step, and of all days."""

    steps: dict[date, Sums] = field(default_factory=dict)
    whole: Sums = field(default_factory=dict)


@dataclass(frozen=True)
class Told:
    """What the sources said of some days: all together, and each part by its key."""

    total: Part
    parts: Mapping[str, Part]


def told(found: Iterable[tuple[Sequence[Sum], Sequence[Row], bool]]) -> Told:
    """Rows of several questions as sums; the last of each triple says whether the rows speak for the whole too."""
    total, parts = Part(), dict[str, Part]()
    for sums, rows, whole in found:
        for row in rows:
            said: Sums = {one: row[one.column] for one in sums}
            if row["level"] >= 2 and whole:
                _into(total, row["step"]).update(said)
            elif row["level"] < 2:
                _into(parts.setdefault(row["key"] or "", Part()), row["step"]).update(said)
    return Told(total, parts)


def _into(part: Part, step: date | None) -> Sums:
    return part.whole if step is None else part.steps.setdefault(step, {})


def value(metric: Metric, sums: Sums) -> Value:
    """The figure of some sums; None where it is not known, or has nothing to be divided by."""
    top = sums.get(metric.top)
    if metric.base is None or top is None:
        return top
    base = sums.get(metric.base)
    if not base:
        return None
    return round(top / base) if metric.unit == "money" else top / base


def series(
    metric: Metric, name: str, key: str, steps: Sequence[date], now: Part, then: Part | None, whole: Value = None
) -> MetricSeries:
    """One line: its values at the steps, and of all days, beside those of the days compared with."""
    at = value(metric, now.whole)
    share = at / whole if metric.adds_up and whole and at is not None else None
    return MetricSeries(
        key, name, metric.unit, _along(metric, steps, now), _along(metric, steps, then) if then else (), at,
        value(metric, then.whole) if then else None, share,
    )  # fmt: skip


def ranked(metric: Metric, told: Told) -> list[str]:
    """The keys of the parts, most of what is counted first (of a ratio: of what it is a ratio of)."""
    size = metric.base or metric.top
    named = [key for key in told.parts if key != REST]
    return sorted(named, key=lambda key: (-(told.parts[key].whole.get(size) or 0), key))


def joined(parts: Iterable[Part]) -> Part:
    """Parts added into one; only for sums that add up."""
    found = Part()
    for part in parts:
        _add(found.whole, part.whole)
        for step, sums in part.steps.items():
            _add(found.steps.setdefault(step, {}), sums)
    return found


def lines(
    metric: Metric, names: Mapping[str, str], steps: Sequence[date], now: Told, then: Told | None, most: int
) -> tuple[tuple[MetricSeries, ...], int]:
    """The biggest parts and, where parts add up, the rest as one; how many parts are in none of them."""
    keys, whole = ranked(metric, now), value(metric, now.total.whole)
    shown, left = keys[:most], [*keys[most:], *([REST] if REST in now.parts else [])]
    found = [
        series(metric, names.get(key, key), key, steps, now.parts[key], _part(metric, then, key), whole)
        for key in shown
    ]  # fmt: skip
    gone = sorted(set(then.parts) - {*keys, REST}) if then else []
    if not left and not gone:
        return tuple(found), 0
    if not _additive(metric):
        return tuple(found), len(left)
    earlier = joined(_part(metric, then, key) for key in {*left, *gone, REST}) if then else None
    rest = joined(_part(metric, now, key) for key in {*left, REST})
    return (*found, series(metric, "", REST, steps, rest, earlier, whole)), 0


def _additive(metric: Metric) -> bool:
    return metric.top.source not in ("people", "reach")


@overload
def _part(metric: Metric, told: Told, key: str) -> Part: ...
@overload
def _part(metric: Metric, told: Told | None, key: str) -> Part | None: ...
def _part(metric: Metric, told: Told | None, key: str) -> Part | None:
    """The sums of a part; one nothing was said of had nothing, where anything is known at all."""
    if told is None or key in told.parts:
        return told.parts[key] if told else None
    known = told.total.whole.get(metric.top) is not None
    return Part(whole={one: 0 for one in (metric.top, metric.base) if one} if known else {})


def _along(metric: Metric, steps: Sequence[date], part: Part) -> tuple[Value, ...]:
    """Values at the steps. Nothing said of a step of something known is nothing: 0; of a ratio there is none."""
    none: Value = None if metric.base or part.whole.get(metric.top) is None else 0
    return tuple(value(metric, part.steps[step]) if step in part.steps else none for step in steps)


def _add(into: Sums, more: Sums) -> None:
    for key, number in more.items():
        before = into.get(key)
        into[key] = number if before is None else before if number is None else before + number

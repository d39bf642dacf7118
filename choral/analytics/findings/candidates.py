"""Every watched figure against what was expected of it: on the last day, in the last week, in the last four. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt
from scipy.special import stdtr

from choral.analytics.findings import transforms
from choral.analytics.findings.feasts import feast
from choral.analytics.findings.forecast import BURN, FEWEST, Forecast, forecast
from choral.analytics.findings.keys import key as named
from choral.analytics.findings.series import Axis, Block, Pair
from choral.analytics.findings.values import UNITS, By, Finding, Grain, Line, Place

Floats = npt.NDArray[np.float64]
_SMALLEST = 10  # orders, customers or sessions of a usual step; below, chance says more than the shop
_SHOWN = {"day": 42, "week": 26, "four_weeks": 26}
_YEAR, _QUARTER, _DAYS, _FOUR = 52, 13, 182, 4


@dataclass(frozen=True)
class Looked:
    """What came of the looking: a finding for each series (told or not, `q` not known yet), and how many series had
    too little in them to be looked at."""

    rows: tuple[Finding, ...]
    left_out: int


@dataclass(frozen=True)
class _Steps:
    """A figure on one grain: its parts and wholes with the steps that count, on the scale it is forecast on."""

    metric: str
    grain: Grain
    slices: tuple[tuple[By, str], ...]
    pair: Pair
    scaled: Floats
    worth: Floats | None
    starts: Sequence[date]
    pattern: Floats  # what the day of the week adds to each step, on that scale


def look(blocks: Sequence[Block], over: Axis) -> Looked:
    """All series of all figures, each on every grain it has enough steps and enough behind it for."""
    rows: list[Finding] = []
    left_out = 0
    for block in blocks:
        for steps in (_weeks(block, over), _days(block, over)):
            left_out += len(block.slices) - (len(steps.slices) if steps else 0)
            if steps is not None and steps.slices:
                rows += _told(steps, over)
    return Looked(tuple(rows), left_out)


def _weeks(block: Block, over: Axis) -> _Steps | None:
    if over.weeks < FEWEST + 1 or not block.slices:
        return None
    inside = block.sizes[:, over.first_week : over.first_week + 7 * over.weeks]
    sizes = inside.reshape(len(block.slices), over.weeks, 7).sum(axis=2)
    keep = _enough(block.metric, block.weeks, sizes)
    pair = _chosen(block.weeks, keep)
    scaled = transforms.scaled(block.metric, pair)
    starts = [over.week(place) for place in range(over.weeks)]
    return _Steps(
        block.metric, "week", _named(block, keep), pair, scaled,
        None if block.worth is None else block.worth[keep], starts, np.zeros_like(scaled),
    )  # fmt: skip


def _days(block: Block, over: Axis) -> _Steps | None:
    """The last half year by day, the usual day of the week taken out; not for a day on which the shop is shut."""
    if over.days < 8 * 7 or not block.slices:
        return None
    count = min(_DAYS, over.days)
    pair, sizes = _chosen(block.days, slice(None), count), block.sizes[:, -count:]
    weekday = np.arange(count) % 7
    usual = np.median(sizes[:, weekday == weekday[-1]], axis=1)
    keep = _enough(block.metric, pair, sizes) & (usual >= _SMALLEST)
    pair = _chosen(pair, keep)
    scaled = transforms.scaled(block.metric, pair)
    pattern = _pattern(scaled) if len(scaled) else scaled
    starts = [over.until - timedelta(days=count - 1 - place) for place in range(count)]
    return _Steps(
        block.metric, "day", _named(block, keep), pair, scaled - pattern,
        None if block.worth is None else block.worth[keep], starts, pattern,
    )  # fmt: skip


def _told(steps: _Steps, over: Axis) -> Iterator[Finding]:
    """A finding for each series of one grain; weeks are looked at one by one and in fours."""
    week = steps.grain == "week"
    one = forecast(steps.scaled, 1, _YEAR if week else None)
    for place in range(len(steps.slices)):
        yield _finding(steps, one, place, steps.grain, over)
    if week and steps.scaled.shape[1] >= BURN + 4 * _FOUR:
        four = forecast(steps.scaled, _FOUR, _YEAR)
        for place in range(len(steps.slices)):
            wide = _finding(steps, four, place, "four_weeks", over)
            yield replace(wide, line=_line(steps, one, place, "four_weeks"))


def _finding(steps: _Steps, found: Forecast, place: int, grain: Grain, over: Axis) -> Finding:
    count = _FOUR if grain == "four_weeks" else 1
    metric, (by, key) = steps.metric, steps.slices[place]
    middle = found.expected[place, -1] + steps.pattern[place, -1]
    thin = _thin(steps.pair, place, count)
    half = float(found.half_width()[place]) / max(thin, 0.1)
    p = float(2 * stdtr(found.freedom[place], -abs(found.z[place]) * thin))
    low, expected, high = (float(transforms.back(metric, np.asarray(middle + way * half))) for way in (-1, 0, 1))
    value, times = _value(steps, place, count)
    factor = _bend(steps, place, count) * times
    low, expected, high = low * factor, expected * factor, high * factor
    money = _money(steps, place, count, (value - expected, value - high, value - low))
    since = steps.starts[-count]
    until = over.until if grain == "day" else since + timedelta(days=7 * count - 1)
    holiday = feast(since, until) if steps.scaled.shape[1] < 2 * _YEAR + 2 or grain == "day" else ""
    return Finding(
        named("change", metric, by, key), "change", metric, Place(by, key), grain, since, until, UNITS[metric], value,
        expected, low, high, *money, p, None, "unsure" if holiday else "sure", feast=holiday,
        line=_line(steps, found, place, grain) if count == 1 else Line(),
    )  # fmt: skip


def _thin(pair: Pair, place: int, count: int) -> float:
    """A ratio of few scatters more than one of many: how much of its weight the last step's wholes leave it (0 where
    there are none, and no ratio)."""
    if pair.wholes is None:
        return 1.0
    usual = float(np.median(pair.wholes[place, :-count]))
    now = float(pair.wholes[place, -count:].mean())
    return float(np.sqrt(min(1.0, max(0.0, now / usual)))) if usual > 0 else 0.0


def _value(steps: _Steps, place: int, count: int) -> tuple[float, int]:
    """The figure over the last `count` steps, and how many times a step's figure it is."""
    parts, wholes = steps.pair.parts[place, -count:].sum(), steps.pair.wholes
    if wholes is None:
        return float(parts), count
    whole = wholes[place, -count:].sum()
    return (float(parts / whole) if whole > 0 else 0.0), 1


def _bend(steps: _Steps, place: int, count: int) -> float:
    """A mean on the bent scale, brought back, is less than the mean: by how much, in the quarter before."""
    if count == 1 or steps.pair.wholes is not None:
        return 1.0
    before = slice(-count - _QUARTER, -count)
    straight = float(transforms.back(steps.metric, steps.scaled[place, before].mean()))
    return float(steps.pair.parts[place, before].mean()) / straight if straight > 0 else 1.0


def _money(
    steps: _Steps, place: int, count: int, changes: tuple[float, float, float]
) -> tuple[int | None, int | None, int | None]:
    """What a change is worth, and the worth of the bounds, the lower first."""
    if steps.worth is None:
        return None, None, None
    wholes = steps.pair.wholes
    many = 1.0 if wholes is None else float(wholes[place, -count:].sum())
    middle, one, other = (round(change * many * float(steps.worth[place])) for change in changes)
    return middle, min(one, other), max(one, other)


def _line(steps: _Steps, found: Forecast, place: int, grain: Grain) -> Line:
    shown = slice(-min(_SHOWN[grain], steps.scaled.shape[1]), None)
    level = transforms.level(steps.metric, Pair(steps.pair.parts[place : place + 1], _row(steps.pair.wholes, place)))
    middle = (found.expected + steps.pattern)[place, shown]
    half = float(found.half_width()[place])
    bounds = [transforms.back(steps.metric, middle + way * half) for way in (-1, 0, 1)]
    low, expected, high = (tuple(None if np.isnan(one) else float(one) for one in bound) for bound in bounds)
    return Line(tuple(steps.starts[shown]), tuple(level[0, shown].tolist()), expected, low, high)


def _row(wholes: Floats | None, place: int) -> Floats | None:
    return None if wholes is None else wholes[place : place + 1]


def _enough(metric: str, pair: Pair, sizes: Floats) -> npt.NDArray[np.bool_]:
    """Which series have enough behind them on most steps, of a share's parts and of the rest too."""
    keep = np.median(sizes[:, :-1], axis=1) >= _SMALLEST
    if pair.wholes is not None and UNITS[metric] == "share" and metric != "discount_share":
        rest = pair.wholes - pair.parts
        keep &= np.minimum(np.median(pair.parts[:, :-1], axis=1), np.median(rest[:, :-1], axis=1)) >= _SMALLEST / 2
    if metric == "discount_share":
        keep &= np.median(pair.parts[:, :-1], axis=1) > 0
    found: npt.NDArray[np.bool_] = keep
    return found


def _named(block: Block, keep: npt.NDArray[np.bool_]) -> tuple[tuple[By, str], ...]:
    return tuple(one for one, kept in zip(block.slices, keep.tolist(), strict=True) if kept)


def _chosen(pair: Pair, keep: npt.NDArray[np.bool_] | slice, last: int | None = None) -> Pair:
    steps = slice(None) if last is None else slice(-last, None)
    return Pair(pair.parts[keep][:, steps], None if pair.wholes is None else pair.wholes[keep][:, steps])


def _pattern(values: Floats) -> Floats:
    """What each day of the week usually adds: the median, over the weeks before the last one, of the distance from the
    mean of the seven days around."""
    days = values.shape[1]
    windows = np.lib.stride_tricks.sliding_window_view(values, 7, axis=1)
    away = values[:, 3 : days - 3] - windows.mean(axis=2)
    weekday = np.arange(3, days - 3) % 7
    past = slice(0, days - 6 - 7)
    adds = np.stack(
        [np.median(away[:, past][:, weekday[past] == day], axis=1) for day in range(7)], axis=1
    )  # series by weekday
    adds -= adds.mean(axis=1, keepdims=True)
    found: Floats = adds[:, np.arange(days) % 7]
    return found

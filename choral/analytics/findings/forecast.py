"""What a figure was expected to be, from its own past: robust, one step and four steps ahead, with its spread. Pure.

Level by exponential smoothing whose errors are clipped (Gelper, Fried and Croux 2010, Journal of Forecasting 29:285),
so that one odd week neither moves what is expected nor widens it; its pace is chosen for each series by its own past
errors, and what is left of the autocorrelation goes into the forecast. All series of a kind are worked out together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr, stdtr, stdtrit

Floats = npt.NDArray[np.float64]
PACES = (0.05, 0.1, 0.2, 0.4, 0.7)
FEWEST = 12  # steps a series must have before the one looked at
BURN = 6  # first steps, in which the level is still being found
_CLIP, _IN_A_ROW = 2.5, 3  # errors beyond it count as odd; three odd ones in a row are a new level
_POOL = 300  # errors of a kind of figure from which the tails are read; below, careful ones are taken
_CAREFUL = (5.0, 1.1)
_FEWEST_ALIKE, _DRAWN = 8, 10.0
_CONSISTENT = float(2 * ndtr(_CLIP) - 1 - 2 * _CLIP * np.exp(-_CLIP**2 / 2) / np.sqrt(2 * np.pi)
                    + 2 * _CLIP**2 * ndtr(-_CLIP))  # fmt: skip


@dataclass(frozen=True)
class Forecast:
    """For each series (rows): what was expected at each step (columns; the first are NaN), the spread of such an
    error, its degrees of freedom; then the last value's error in spreads and its two-sided p-value."""

    expected: Floats
    spread: Floats
    freedom: Floats
    z: Floats
    p: Floats

    def half_width(self, confidence: float = 0.95) -> Floats:
        """How far from what was expected a value lies at most, with such a probability."""
        found: Floats = self.spread * stdtrit(self.freedom, 0.5 + confidence / 2)
        return found


def forecast(values: Floats, ahead: int = 1, year: int | None = None) -> Forecast:
    """The last value of each row (the mean of the last `ahead`) against what the steps before it let expect.

    `values`: series by steps, equally spaced, on a scale on which changes add up. At least `FEWEST` + `ahead` steps.
    `year`: steps of a year; from two years on, what the year before did in the same steps is expected again.
    """
    adjusted, seasonal = _without_year(values, year)
    level, error = _levels(adjusted)
    lag = _lag(error[:, BURN : values.shape[1] - ahead])
    carried = np.zeros_like(error)
    carried[:, 1:] = lag[:, None] * _clipped(error, _scale(error[:, BURN:]))[:, :-1]
    steps = values.shape[1]
    if ahead == 1:
        before = np.column_stack([np.full(len(values), np.nan), level[:, :-1]]) + carried
        expected, actual = before + seasonal, values
    else:
        # From a level that stood still: the mean of the next steps, whatever happened within them.
        mean = _moving_mean(values - seasonal, ahead)
        before = np.full_like(values, np.nan)
        before[:, ahead:] = level[:, : steps - ahead]
        season = _moving_mean(seasonal, ahead)
        expected, actual = before + season, mean + season
    errors = actual - expected
    errors[:, : BURN + ahead - 1] = np.nan
    expected[:, : BURN + ahead - 1] = np.nan
    # Errors of windows that overlap the last one hold part of what is looked at.
    past = errors[:, BURN + ahead - 1 : steps - ahead]
    single = error[:, BURN : steps - ahead] - carried[:, BURN : steps - ahead]
    return _judged(expected, errors[:, -1], past, single)


def _judged(expected: Floats, last: Floats, past: Floats, single: Floats) -> Forecast:
    """`past` are earlier errors of the kind looked at, `single` those of one step."""
    ahead = single.shape[1] - past.shape[1] + 1
    scale, independent = _together(past, single, ahead)
    floor = 1e-9 + 1e-3 * np.nanmedian(np.abs(expected), axis=1)
    scale = np.maximum(scale, floor)
    tail, wider = _tails(past / scale[:, None]) if past.size >= _POOL else _CAREFUL
    spread = scale * wider * np.sqrt(1 + 2 / independent)  # the level and its pace were found from the same errors
    freedom = np.full(len(last), max(3.0, min(tail, 0.7 * independent)))
    z = last / spread
    return Forecast(expected, spread, freedom, z, 2 * stdtr(freedom, -np.abs(z)))


def _together(past: Floats, single: Floats, ahead: int) -> tuple[Floats, float]:
    """The spread of each series, and how many independent errors it is worth.

    Few windows of several steps do not overlap, so their spread is badly known. How many times that of one step it is
    differs little between series of one figure: each is drawn to the median of all.
    """
    scale, independent = _scale(past), past.shape[1] / ahead
    if ahead == 1 or len(past) < _FEWEST_ALIKE:
        return scale, independent
    base = np.maximum(_scale(single), 1e-12)
    own = np.log(np.maximum(scale, 1e-12) / base)
    weight = independent / (independent + _DRAWN)
    drawn: Floats = base * np.exp(weight * own + (1 - weight) * np.median(own))
    return drawn, weight * independent + (1 - weight) * single.shape[1]


def _levels(values: Floats) -> tuple[Floats, Floats]:
    """The level after each step and the error of the step, at the pace with the smallest errors of each series."""
    rough = _scale(np.diff(values, axis=1)) / np.sqrt(2)
    rough = np.maximum(rough, 1e-12)
    runs = [_smoothed(values, pace, rough) for pace in PACES]
    costs = np.array([_cost(error[:, BURN:-1], rough) for _, error in runs])
    best = costs.argmin(axis=0)
    rows = np.arange(len(values))
    return (np.array([level for level, _ in runs])[best, rows], np.array([error for _, error in runs])[best, rows])


def _smoothed(values: Floats, pace: float, scale: Floats) -> tuple[Floats, Floats]:
    level = np.median(values[:, :BURN], axis=1)
    levels, errors = np.empty_like(values), np.empty_like(values)
    limit, odd = _CLIP * np.maximum(scale, _scale(values[:, : 2 * BURN])), np.zeros(len(values))
    for step in range(values.shape[1]):
        error = values[:, step] - level
        side = np.where(np.abs(error) > limit, np.sign(error), 0.0)
        odd = np.where((side != 0) & (np.sign(odd) == side), odd + side, side)
        taken = np.clip(error, -limit, limit)
        level = np.where(np.abs(odd) >= _IN_A_ROW, values[:, step], level + pace * taken)
        levels[:, step], errors[:, step] = level, error
    return levels, errors


def _cost(errors: Floats, scale: Floats) -> Floats:
    """Mean of Huber's loss."""
    size = np.abs(errors / scale[:, None])
    found: Floats = np.where(size <= 1.5, size**2 / 2, 1.5 * size - 1.125).mean(axis=1)
    return found


def _scale(errors: Floats) -> Floats:
    """Standard deviation of each row about zero, odd values taken in at 2.5 of the median's worth (winsorised)."""
    rough = np.maximum(1.4826 * np.median(np.abs(errors), axis=1), 1e-12)
    found: Floats = np.sqrt((_clipped(errors, rough) ** 2).mean(axis=1) / _CONSISTENT)
    return found


def _clipped(errors: Floats, scale: Floats) -> Floats:
    limit = (_CLIP * scale)[:, None]
    return np.clip(errors, -limit, limit)


def _lag(errors: Floats) -> Floats:
    """Autocorrelation of one step, odd values clipped, drawn to zero where there is little to tell it from."""
    kept = _clipped(errors, _scale(errors))
    count = errors.shape[1]
    found = (kept[:, 1:] * kept[:, :-1]).sum(axis=1) / np.maximum((kept**2).sum(axis=1), 1e-24)
    drawn: Floats = np.clip(found * count / (count + 10), -0.6, 0.6)
    return drawn


def _tails(errors: Floats) -> tuple[float, float]:
    """Degrees of freedom and widening of the t distribution that fits the errors of all series together, by their
    90 % and 99 % quantiles."""
    size = np.abs(errors[np.isfinite(errors)])
    middle, far = np.quantile(size, [0.9, 0.99])
    grid = np.array([3.0, 4, 5, 6, 8, 10, 15, 30, 60])
    ratios = stdtrit(grid, 0.995) / stdtrit(grid, 0.95)
    freedom = float(np.interp(-(far / max(middle, 1e-12)), -ratios, grid))
    return freedom, max(1.0, float(middle / stdtrit(freedom, 0.95)))


def _without_year(values: Floats, year: int | None) -> tuple[Floats, Floats]:
    """Less what the same steps of the year before let expect; as it is where there are not two years of them."""
    steps = values.shape[1]
    if year is None or steps < 2 * year + 2:
        return values, np.zeros_like(values)
    away = values - _running_median(values, 13)
    last_year = np.zeros_like(values)
    smooth = (np.roll(away, 1, axis=1) + 2 * away + np.roll(away, -1, axis=1)) / 4
    last_year[:, year:] = smooth[:, : steps - year]
    told, said = away[:, year:-1], last_year[:, year:-1]
    limit = _CLIP * _scale(away[:, :-1])[:, None]
    told = np.clip(told, -limit, limit)
    share = (told * said).sum(axis=1) / np.maximum((said**2).sum(axis=1), 1e-24)
    seasonal = np.clip(share, 0.0, 1.0)[:, None] * last_year
    return values - seasonal, seasonal


def _running_median(values: Floats, width: int) -> Floats:
    padded = np.pad(values, ((0, 0), (width // 2, width // 2)), mode="edge")
    found: Floats = np.median(np.lib.stride_tricks.sliding_window_view(padded, width, axis=1), axis=2)
    return found


def _moving_mean(values: Floats, width: int) -> Floats:
    """Mean of each step and the ones before it; NaN where there are not enough."""
    found = np.full_like(values, np.nan)
    sums = np.cumsum(np.column_stack([np.zeros(len(values)), values]), axis=1)
    found[:, width - 1 :] = (sums[:, width:] - sums[:, :-width]) / width
    return found

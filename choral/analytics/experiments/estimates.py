"""Means of arms, their difference, what was known before taken out (CUPED), ratios, capped values. Pure numpy.

Sources: Welch, Biometrika 34 (1947); Deng, Xu, Kohavi and Walker, “Improving the sensitivity of online controlled
experiments by utilizing pre-experiment data”, WSDM 2013 (CUPED); the delta method for relative effects and ratios.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import chdtrc, ndtr, ndtri, stdtr, stdtrit

Floats = npt.NDArray[np.float64]
Codes = npt.NDArray[np.int64]
_NOTHING = 1e-12
_NEAR_ZERO = 3.0  # a mean within so many standard errors of zero is nothing to compare with


@dataclass(frozen=True)
class Sample:
    """One arm: how many units, their mean, and their variance (n - 1)."""

    units: int
    mean: float
    variance: float

    @property
    def error(self) -> float:
        """Standard error of the mean."""
        return math.sqrt(self.variance / self.units) if self.units else math.inf


@dataclass(frozen=True)
class Difference:
    """Treated less control with its standard error (Welch); relative to the control's mean, or None near zero."""

    units: int
    effect: float
    error: float
    freedom: float
    relative: float | None
    relative_error: float | None


def samples(values: Floats, arm: Codes, arms: int) -> list[Sample]:
    """Each arm's sample; `arm` holds numbers from 0. Two passes, so that large amounts lose no digits."""
    units = np.bincount(arm, minlength=arms)
    safe = np.maximum(units, 1)
    means = np.bincount(arm, weights=values, minlength=arms) / safe
    squares = np.bincount(arm, weights=(values - means[arm]) ** 2, minlength=arms)
    variances = squares / np.maximum(units - 1, 1)
    return [Sample(int(n), float(m), float(v)) for n, m, v in zip(units, means, variances, strict=True)]


def difference(treated: Sample, control: Sample) -> Difference:
    """The effect of one arm against another.

    Relative: SE² = s²t/(nt mc²) + s²c mt²/(nc mc⁴). Degrees of freedom by Welch and Satterthwaite.
    """
    a, b = treated.error**2, control.error**2
    error = math.sqrt(a + b)
    below = a**2 / max(treated.units - 1, 1) + b**2 / max(control.units - 1, 1)
    freedom = (a + b) ** 2 / below if below > 0 else 1.0
    relative = relative_error = None
    if abs(control.mean) > max(_NEAR_ZERO * control.error, _NOTHING):
        relative = treated.mean / control.mean - 1.0
        relative_error = math.sqrt(a / control.mean**2 + b * treated.mean**2 / control.mean**4)
    return Difference(
        treated.units + control.units, treated.mean - control.mean, error, freedom, relative, relative_error
    )


def fixed_multiple(level: float, freedom: float) -> float:
    """Half the width of the interval for one look planned before, in standard errors."""
    return float(stdtrit(max(freedom, 1.0), 1.0 - level / 2.0))


def fixed_p(found: Difference) -> float:
    """The two-sided p-value of one look planned before."""
    if not found.error > 0.0:
        return 1.0
    return float(2.0 * stdtr(max(found.freedom, 1.0), -abs(found.effect / found.error)))


def chance_to_win(found: Difference) -> float | None:
    """How probable it is that the arm is better than the control, from a flat prior; nothing without variance."""
    return float(ndtr(found.effect / found.error)) if found.error > 0.0 else None


def adjusted(values: Floats, before: Floats, arm: Codes, arms: int) -> tuple[list[Sample], float]:
    """CUPED: the arms with what was known before taken out, and by how much the variance fell (a share).

    `before` is units by covariates, known before the lot was drawn; gaps (NaN) count as the mean. θ is fitted over
    all arms, within arms, so that the effect itself is not taken for the covariate's.
    """
    plain = samples(values, arm, arms)
    known = _standard(before)
    if not known.size or len(values) <= known.shape[1] + arms:
        return plain, 0.0
    inside_known, inside_values = _within(known, arm, arms), values - np.array([one.mean for one in plain])[arm]
    theta = np.linalg.lstsq(inside_known.T @ inside_known, inside_known.T @ inside_values, rcond=1e-10)[0]
    found = samples(values - known @ theta, arm, arms)
    was, now = (sum(one.variance * max(one.units - 1, 0) for one in group) for group in (plain, found))
    return found, float(1.0 - now / was) if was > _NOTHING else 0.0


def ratio(above: Floats, below: Floats, arm: Codes, arms: int) -> list[Sample]:
    """Each arm's ratio of two means (sales an order) with the delta method's variance; units are still people.

    Units without a denominator count in full: leaving them out would choose people by what the test did to them.
    """
    tops, bottoms = samples(above, arm, arms), samples(below, arm, arms)
    whole = np.array([b.mean for b in bottoms])
    safe = np.where(np.abs(whole) > _NOTHING, whole, np.nan)
    rates = np.array([t.mean for t in tops]) / safe
    bent = (above - rates[arm] * below) / safe[arm]
    found = samples(np.nan_to_num(bent), arm, arms)
    return [
        Sample(one.units, float(rate), one.variance) if math.isfinite(rate) else Sample(0, 0.0, 0.0)
        for one, rate in zip(found, rates, strict=True)
    ]


def capped(values: Floats, share: float = 0.999) -> tuple[Floats, float]:
    """Values above a quantile of all arms together brought down to it, and the quantile (winsorised)."""
    if not len(values):
        return values, 0.0
    most = float(np.quantile(values, share))
    return np.minimum(values, most), most


def sample_ratio(units: Sequence[int], weights: Sequence[float]) -> tuple[list[float], float, float]:
    """How many units each arm should have had, χ² and p of the difference (arms - 1 degrees of freedom)."""
    planned = np.asarray(weights, float)
    expected = planned / planned.sum() * sum(units)
    if not sum(units) or np.any(expected <= 0):
        return expected.tolist(), 0.0, 1.0
    square = float(np.sum((np.asarray(units, float) - expected) ** 2 / expected))
    return expected.tolist(), square, float(chdtrc(len(planned) - 1, square))


def normal_quantile(share: float) -> float:
    """The quantile of the standard normal distribution."""
    return float(ndtri(share))


def _standard(before: Floats) -> Floats:
    """Columns with mean 0 and deviation 1, gaps at 0; those that never vary are left out."""
    kept = []
    for column in before.T if before.ndim == 2 else before[None, :]:
        there = np.isfinite(column)
        if not there.any():
            continue
        centred = np.where(there, column - column[there].mean(), 0.0)
        spread = centred.std()
        if spread > _NOTHING:
            kept.append(centred / spread)
    return np.column_stack(kept) if kept else np.empty((len(before), 0))


def _within(known: Floats, arm: Codes, arms: int) -> Floats:
    units = np.maximum(np.bincount(arm, minlength=arms), 1)
    means = np.column_stack([np.bincount(arm, weights=column, minlength=arms) / units for column in known.T])
    return known - means[arm]

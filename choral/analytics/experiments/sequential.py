"""Intervals and p-values that hold however often somebody looks (asymptotic confidence sequences). Pure.

Source: Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas, “Time-uniform central limit theory and asymptotic confidence
sequences”, arXiv 2103.06476, equations 9, 155 and 161. The price of looking every day is an interval about half as
wide again as the one for a single look.
"""

from __future__ import annotations

import math

ALPHA = 0.05
TUNED = 5_000  # the number of units at which the interval is tightest
_LARGEST = 700.0  # exp() of more is no number


def rho_squared(alpha: float = ALPHA, tuned: int = TUNED) -> float:
    """The tuning constant ρ²: tightest at `tuned` units for the error rate `alpha`."""
    twice = -2.0 * math.log(alpha)
    return (twice + math.log(twice + 1.0)) / tuned


def multiple(units: float, level: float = ALPHA, tuned: int = TUNED) -> float:
    """Half the width of the interval in standard errors, after so many units of both arms together.

    The fixed-horizon figure is 1.96. ρ² belongs to `ALPHA` at every level, so that interval and p-value agree.
    """
    if units < 1:
        return math.inf
    grown = units * rho_squared(ALPHA, tuned)
    return math.sqrt(2.0 * (grown + 1.0) * math.log(math.sqrt(grown + 1.0) / level) / grown)


def p_value(effect: float, error: float, units: float, tuned: int = TUNED) -> float:
    """The always-valid p-value: 1 over the e-value, at most 1. `error` is the standard error of `effect`."""
    if units < 1 or not error > 0.0:
        return 1.0
    grown = units * rho_squared(ALPHA, tuned)
    exponent = grown * (effect / error) ** 2 / (2.0 * (grown + 1.0)) - 0.5 * math.log(grown + 1.0)
    return min(1.0, math.exp(-min(exponent, _LARGEST)))

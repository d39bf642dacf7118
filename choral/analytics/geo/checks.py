"""What must hold before a difference between areas is believed: history, units, fit, and placebos. Pure.

Placebo in space: every unchanged unit is treated as if it had been changed; the error after the start over the error
before is ranked (Abadie, Diamond and Hainmueller 2010). Placebo in time: the same test with a start earlier, on the
periods before only. Limits of history and units: GeoLift's advice (at least 25 periods, more than 20 units).
"""

from __future__ import annotations

import numpy as np

from choral.analytics.geo.simplex import Floats
from choral.analytics.geo.synthetic import Conformal, fit
from choral.analytics.geo.values import Check

FEWEST_PERIODS = 25
FEWEST_OTHERS = 5
_UNITS = 20
_FOLLOWED = 0.3
_LEVEL = 0.05
_MOST_PLACEBOS = 60


def made(target: Floats, others: Floats, before: int, followed: float) -> tuple[Check, ...]:
    """All checks of a study whose effect can be computed."""
    time, space = in_time(target, others, before), in_space(target, others, before)
    return (
        Check("history", before, FEWEST_PERIODS, before >= FEWEST_PERIODS, True),
        Check("units", others.shape[1], _UNITS, others.shape[1] >= _UNITS, False),
        Check("fit", followed, _FOLLOWED, followed >= _FOLLOWED, False),
        Check("placebo_time", time, _LEVEL, None if time is None else time > _LEVEL, True),
        Check("placebo_space", space, 0.05, None, False),
    )


def in_time(target: Floats, others: Floats, before: int) -> float | None:
    """p of a change pretended at an earlier start; None where too few periods would be left before it."""
    length = min(len(target) - before, before // 3)
    if before - length < FEWEST_PERIODS - 5 or length < 1:
        return None
    return Conformal(target[:before], others[:before], before - length).p(0.0)


def in_space(target: Floats, others: Floats, before: int) -> float | None:
    """The share of units, the changed ones as one of them, whose error after the start has grown at least as much."""
    many = others.shape[1]
    if many < 10:
        return None
    tried = np.unique(np.linspace(0, many - 1, min(many, _MOST_PLACEBOS)).astype(int))
    own = _grown(target, others, before)
    grown = [_grown(others[:, one], np.delete(others, one, axis=1), before) for one in tried]
    return float((1 + sum(one >= own for one in grown)) / (1 + len(grown)))


def _grown(target: Floats, others: Floats, before: int) -> float:
    fitted = fit(target, others, before)
    late = target[before:] - fitted.synthetic[before:]
    return float(np.sqrt((late**2).mean()) / max(fitted.error, 1e-12))

"""How many units a test needs, and the smallest effect that so many can show. Pure.

Two means or two proportions; for the interval that may be looked at any day as for one look at the end.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from choral.analytics.experiments import sequential
from choral.analytics.experiments.estimates import normal_quantile

_MOST = 1e12


@dataclass(frozen=True)
class Design:
    """What a plan rests on: variances of a treated and of a control unit, and their shares of all units.

    `level` is the error rate of one comparison (0.05 over the number of arms compared); `power` the chance to see an
    effect that is there.
    """

    treated_variance: float
    control_variance: float
    treated_share: float
    control_share: float
    level: float = sequential.ALPHA
    power: float = 0.8

    @property
    def spread(self) -> float:
        """Variance of the difference, times the number of units of all arms."""
        return self.treated_variance / self.treated_share + self.control_variance / self.control_share


def proportions(control: float, treated: float, shares: tuple[float, float], level: float, power: float) -> Design:
    """The design for two proportions: each has the variance p (1 - p)."""
    return Design(treated * (1 - treated), control * (1 - control), *shares, level, power)


def units(design: Design, effect: float, *, any_day: bool) -> int | None:
    """Units of all arms together that show an effect of this size with the design's power; None without variance.

    `any_day`: with the always-valid interval, looked at once at the end (looking before can only end it sooner).
    """
    if not effect or not design.spread > 0.0:
        return None
    low, high = 1.0, _MOST
    if smallest_effect(design, high, any_day=any_day) > abs(effect):
        return None
    while high - low > 0.5:
        middle = math.sqrt(low * high) if high > 2 * low else (low + high) / 2
        if smallest_effect(design, middle, any_day=any_day) > abs(effect):
            low = middle
        else:
            high = middle
    return math.ceil(high)


def smallest_effect(design: Design, count: float, *, any_day: bool) -> float:
    """The smallest effect that so many units of all arms together show with the design's power."""
    pair = count * (design.treated_share + design.control_share)
    edge = sequential.multiple(pair, design.level) if any_day else normal_quantile(1 - design.level / 2)
    return math.sqrt(design.spread / count) * (edge + normal_quantile(design.power))

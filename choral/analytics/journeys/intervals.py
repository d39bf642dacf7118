"""How certain shares are, and how long things take. Pure."""

from __future__ import annotations

import math

from scipy import stats

from choral.analytics.journeys import durations
from choral.analytics.journeys.rows import Ints
from choral.analytics.journeys.values import Times

_CERTAINTY = float(stats.norm.ppf(0.975))
_ENOUGH_TIMES = 5  # a median of fewer passages says nothing


def wilson(count: int, of: int) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson 1927); (0, 1) of nobody."""
    if not of:
        return 0.0, 1.0
    share, square = count / of, _CERTAINTY**2
    middle = (share + square / (2 * of)) / (1 + square / of)
    half = _CERTAINTY * math.sqrt(share * (1 - share) / of + square / (4 * of * of)) / (1 + square / of)
    return max(0.0, middle - half), min(1.0, middle + half)


def newcombe(a: int, of_a: int, b: int, of_b: int) -> tuple[float, float]:
    """The 95 % interval of the difference of two shares (Newcombe 1998, method 10)."""
    if not of_a or not of_b:
        return -1.0, 1.0
    one, other = a / of_a, b / of_b
    (low_a, high_a), (low_b, high_b) = wilson(a, of_a), wilson(b, of_b)
    down = math.sqrt((one - low_a) ** 2 + (high_b - other) ** 2)
    up = math.sqrt((high_a - one) ** 2 + (other - low_b) ** 2)
    return one - other - down, one - other + up


def times(bins: Ints, counts: Ints, least: int = _ENOUGH_TIMES) -> Times | None:
    """Median and quartiles, None of fewer than `least`."""
    if not len(counts) or counts.sum() < least:
        return None
    median, low, high = durations.quantiles(bins, counts, (0.5, 0.25, 0.75))
    return Times(median, low, high)

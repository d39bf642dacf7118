"""Shares and means of things that come in bunches by customer, with intervals and a fair comparison. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import scipy.special

from choral.analytics.affinity.values import Rate, Verdict

FEWEST = 30  # customers behind a figure
_FEWEST_OF_A_KIND = 10  # things with, and things without, behind a share
_ALPHA = 0.05
_Z = 1.959963984540054


@dataclass(frozen=True)
class Sums:
    """Over customers: how many, the sum of what was counted (`x`), of what came of it (`y`), and their products."""

    customers: int = 0
    x: float = 0.0
    y: float = 0.0
    xx: float = 0.0
    xy: float = 0.0
    yy: float = 0.0

    def __add__(self, other: Sums) -> Sums:
        return Sums(*(one + two for one, two in zip(self._all(), other._all(), strict=True)))  # type: ignore[arg-type]

    def __sub__(self, other: Sums) -> Sums:
        return Sums(*(one - two for one, two in zip(self._all(), other._all(), strict=True)))  # type: ignore[arg-type]

    def _all(self) -> tuple[float, ...]:
        return self.customers, self.x, self.y, self.xx, self.xy, self.yy

    @property
    def ratio(self) -> float:
        return self.y / self.x if self.x else 0.0

    @property
    def variance(self) -> float:
        """Of the ratio y/x, customers being drawn, not things (Cochran 1977, Sampling Techniques, 6.3)."""
        if self.customers < 2 or not self.x:
            return math.inf
        spread = max(self.yy - 2 * self.ratio * self.xy + self.ratio**2 * self.xx, 0.0)
        return spread / self.x**2 * self.customers / (self.customers - 1)


NOTHING = Sums()


def share(sums: Sums) -> Rate:
    """A share of things, with Wilson's interval (1927) at as many independent things as the bunches are worth."""
    if sums.customers < FEWEST or not sums.x:
        return _few(sums)
    value = min(sums.ratio, 1.0)
    plain = value * (1 - value)
    worth = sums.x if not plain else min(sums.x, plain / sums.variance if sums.variance else sums.x)
    worth = float(sums.customers) if not plain else max(worth, 1.0)
    middle = (value + _Z**2 / (2 * worth)) / (1 + _Z**2 / worth)
    half = _Z / (1 + _Z**2 / worth) * math.sqrt(plain / worth + _Z**2 / (4 * worth**2))
    return _rate(sums, value, max(middle - half, 0.0), min(middle + half, 1.0))


def mean(sums: Sums) -> Rate:
    """A mean of things, bunched by customer."""
    if sums.customers < FEWEST or not sums.x:
        return _few(sums)
    half = _Z * math.sqrt(sums.variance)
    return _rate(sums, sums.ratio, sums.ratio - half, sums.ratio + half)


def compared(rates: Sequence[tuple[Rate, Sums, Sums]], shares: bool = True) -> list[Rate]:
    """Each rate with its verdict against the others on the channel (`Sums` of the part, and of everybody on it).

    Holm's step-down (1979) over all that can be compared keeps the chance of any false difference below 5 %.
    """
    p_values = {}
    for place, (rate, part, whole) in enumerate(rates):
        rest = whole - part
        if rate.value is not None and _enough(part, shares) and _enough(rest, shares):
            error = math.sqrt(part.variance + rest.variance)
            p_values[place] = _two_sided((part.ratio - rest.ratio) / error) if error else 1.0
    apart, left = set(), len(p_values)
    for place in sorted(p_values, key=lambda one: p_values[one]):
        if p_values[place] > _ALPHA / left:
            break
        apart.add(place)
        left -= 1
    found = []
    for place, (rate, part, whole) in enumerate(rates):
        verdict: Verdict = "too_few" if place not in p_values else "alike"
        if place in apart:
            verdict = "higher" if part.ratio > (whole - part).ratio else "lower"
        found.append(replace(rate, verdict=verdict))
    return found


def _enough(sums: Sums, shares: bool) -> bool:
    if sums.customers < FEWEST:
        return False
    return not shares or min(sums.y, sums.x - sums.y) >= _FEWEST_OF_A_KIND


def _two_sided(z: float) -> float:
    return float(2 * scipy.special.ndtr(-abs(z)))


def _few(sums: Sums) -> Rate:
    return Rate(round(sums.x), sums.customers, None, None, None, "too_few")


def _rate(sums: Sums, value: float, low: float, high: float) -> Rate:
    return Rate(round(sums.x), sums.customers, value, low, high, "alike")

"""How to divide a budget over channels whose curves bend: the best division within bounds. Pure.

Expected responses are concave, so the best division gives each channel money until the next unit brings the same
everywhere (or a bound is reached): one number to search for, and no local optimum to be caught in.
"""

from __future__ import annotations

import numpy

from choral.analytics.mix.plan import Plan
from choral.analytics.mix.response import Array

_STEPS = 65  # places at which each channel's next unit is worked out; between them it is taken as a straight line
_HALVINGS = 80


def divide(found: Plan, budget: float, least: Array, most: Array) -> Array:
    """Money by channel that brings most in expectation. `least` and `most` bound each; they must leave room for
    `budget`."""
    thin = found.thin()
    share = numpy.linspace(0.0, 1.0, _STEPS)[:, None]
    money = least + share * (most - least)
    worth = numpy.array([thin.slope(row / found.base).mean(0) for row in money])
    worth = numpy.minimum.accumulate(worth, axis=0)  # rounding must not let a curve rise

    def at(price: float) -> Array:
        return numpy.array([
            numpy.interp(-price, -worth[:, one], money[:, one]) if most[one] > least[one] else least[one]
            for one in range(len(least))
        ])  # fmt: skip

    low, high = 0.0, float(worth.max()) * 1.001 + 1e-12
    for _ in range(_HALVINGS):
        price = (low + high) / 2
        low, high = (price, high) if at(price).sum() > budget else (low, price)
    return _exactly(at(high), at(low), budget, least, most)


def _exactly(scarce: Array, ample: Array, budget: float, least: Array, most: Array) -> Array:
    """Between the two nearest prices: the whole budget, also where curves are straight and the price alone cannot
    tell."""
    gap = float(ample.sum() - scarce.sum())
    share = min(max((budget - float(scarce.sum())) / gap, 0.0), 1.0) if gap > 0 else 0.0
    found = scarce + share * (ample - scarce)
    left = budget - float(found.sum())
    room = (most - found) if left > 0 else (found - least)
    if abs(left) > 0 and room.sum() > 0:
        found = found + left * room / room.sum()
    return numpy.asarray(numpy.clip(found, least, most))


def in_minor(amounts: Array, whole: int) -> list[int]:
    """Whole minor units that sum to `whole`: largest remainders."""
    floors = numpy.floor(amounts + 1e-6).astype(int)  # 9,823.9999999 is 9,824
    short = whole - int(floors.sum())
    order = numpy.argsort(-(amounts - floors), kind="stable")
    for at in order[: max(short, 0)]:
        floors[at] += 1
    return [int(one) for one in floors]

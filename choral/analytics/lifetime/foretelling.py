"""From fitted models to what customers will bring: sums with intervals, one by one, discounted. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from choral.analytics.lifetime import gamma
from choral.analytics.lifetime.fitting import Fit, Floats
from choral.analytics.lifetime.history import History, Ints
from choral.analytics.lifetime.models import Kind
from choral.analytics.lifetime.values import Range

_STEPS = 4  # parts of the horizon, each discounted from its middle
_MOVE = 1e-3  # of a parameter's logarithm, for derivatives
_OUTCOMES = 2_000


@dataclass(frozen=True)
class Foretold:
    """Of each distinct history: the probability to be alive, purchases, and purchases discounted to today."""

    alive: Floats
    orders: Floats
    discounted: Floats


def foretold(kind: Kind, params: Floats, past: History, weeks: float, yearly: float) -> Foretold:
    """What the parameters say of the next `weeks`, at a yearly rate of discount (0.1 is ten percent)."""
    marks = [weeks * (step + 1) / _STEPS for step in range(_STEPS)]
    sums = [kind.expected(params, past, mark) for mark in marks]
    whole = np.zeros_like(sums[0])
    before = np.zeros_like(sums[0])
    for mark, upto in zip(marks, sums, strict=True):
        middle = mark - weeks / _STEPS / 2
        whole += (upto - before) / (1 + yearly) ** (middle / 52.18)
        before = upto
    return Foretold(kind.alive(params, past), sums[-1], whole)


def a_purchase(params: Floats, spent: Floats, repeats: Floats) -> Floats:
    """What a purchase of each customer is expected to bring: their own mean, drawn towards everybody's."""
    return gamma.expected(params, repeats, np.maximum(spent, 0.0))


def by_group(
    kind: Kind, fit: Fit, spend: Fit, past: History, which: Ints, spent: Floats, group: Ints, groups: int,
    weeks: float, yearly: float, off: float = 0.0,
) -> tuple[list[Range], list[Range], list[Range]]:  # fmt: skip
    """Alive, purchases and discounted value of each group of customers, summed, with intervals.

    Delta method on logarithms: how each sum moves with each parameter, times how uncertain the parameters are; and
    beside it how far the model was `off` in the past (a share), taken for a standard deviation of what it leaves out.
    """
    repeats = past.x[which]

    def sums(params: Floats, money: Floats) -> Floats:
        one = foretold(kind, params, past, weeks, yearly)
        brought = one.discounted[which] * a_purchase(money, spent, repeats)
        parts = (one.alive[which], one.orders[which], brought)
        return np.stack([np.bincount(group, part, groups) for part in parts])

    best = sums(fit.params, spend.params)
    variance = np.zeros_like(best)
    for one, moved in ((fit, True), (spend, False)):
        slopes = []
        for number in range(len(one.params)):
            step = np.zeros(len(one.params))
            step[number] = _MOVE
            up, down = one.params * np.exp(step), one.params * np.exp(-step)
            pair = [sums(to, spend.params) if moved else sums(fit.params, to) for to in (up, down)]
            slopes.append((pair[0] - pair[1]) / (2 * _MOVE))
        slope = np.stack(slopes)
        variance += np.einsum("ixy,ij,jxy->xy", slope, one.covariance, slope)
    alive, orders, value = (
        [
            _range(float(best[part][at]), float(variance[part][at] + (wrong * best[part][at]) ** 2))
            for at in range(groups)
        ]
        for part, wrong in enumerate((0.0, off, off))
    )
    return alive, orders, value


def outcomes(alive: float, orders: float, purchase: float, shape: float, seed: int) -> tuple[float, float]:
    """Between what bounds 80 of 100 such customers will bring: they left (nothing), or buy by chance about a rate of
    their own, known as well as `shape` purchases tell it."""
    generator = np.random.default_rng(seed)
    stays = generator.random(_OUTCOMES) < alive
    mean = min(orders / alive, 1e6) if alive > 0 else 0.0
    rates = generator.gamma(shape, mean / shape, _OUTCOMES)
    brought = np.where(stays, generator.poisson(rates), 0) * purchase
    low, high = np.quantile(brought, [0.1, 0.9])
    return float(low), float(high)


def _range(best: float, variance: float) -> Range:
    if best <= 0:
        return Range(best, best, best)
    width = min(1.96 * float(np.sqrt(max(variance, 0.0))) / best, 20.0)
    return Range(best, best * float(np.exp(-width)), best * float(np.exp(width)))

"""How sales answer to media: carry-over (geometric adstock) and saturation, with their derivatives. Pure."""

from __future__ import annotations

import numpy
from numpy.typing import NDArray

Array = NDArray[numpy.float64]
LAGS = 8  # weeks a spend may go on working, its own week included


def lagged(spend: Array, lags: int = LAGS) -> Array:
    """Weeks by lag by channel: what was spent `lag` weeks before; nothing before the first week.

    `spend` is weeks by channel.
    """
    weeks = len(spend)
    found = numpy.zeros((weeks, lags, spend.shape[1]))
    for lag in range(min(lags, weeks)):
        found[lag:, lag] = spend[: weeks - lag]
    return found


def weights(carry: Array, lags: int = LAGS) -> Array:
    """carry^lag, summing to one over the lags: what of a spend works how many weeks later.

    `carry` of any shape, between 0 and 1; the lags become the first axis.
    Jin, Wang, Sun, Chan, Koehler (2017), Bayesian Methods for Media Mix Modeling with Carryover and Shape Effects.
    """
    powers = carry[None] ** numpy.arange(lags).reshape(-1, *[1] * carry.ndim)
    return numpy.asarray(powers / powers.sum(0))


def weights_slope(carry: Array, lags: int = LAGS) -> Array:
    """The derivative of `weights` by `carry`."""
    steps = numpy.arange(lags).reshape(-1, *[1] * carry.ndim)
    powers = carry[None] ** steps
    slopes = steps * carry[None] ** numpy.maximum(steps - 1, 0)
    total = powers.sum(0)
    return numpy.asarray((slopes * total - powers * slopes.sum(0)) / total**2)


def adstock(history: Array, carry: Array) -> Array:
    """Weeks by channel: spend as it works on in each week. `history` is what `lagged` gives, `carry` one a channel."""
    return numpy.asarray(numpy.einsum("tlk,lk->tk", history, weights(carry, history.shape[1])))


def saturation(stock: Array, steepness: Array) -> Array:
    """tanh(steepness · stock / 2): a straight line at first, then ever less, at most 1."""
    return numpy.asarray(numpy.tanh(steepness * stock / 2))


def half_saturation(steepness: Array) -> Array:
    """The stock at which half of all a channel can bring is reached: ln 3 / steepness."""
    return numpy.asarray(numpy.log(3.0) / steepness)

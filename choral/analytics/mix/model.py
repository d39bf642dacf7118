"""The media mix model: the most likely parameters, how sure they are, and draws from what is still possible. Pure.

Sales of a week = base + trend + season + controls + for each channel: strength · saturation(adstock) + noise, where
the noise may remember the week before. Bayesian, with priors as further residuals of a least squares problem; the
noise is estimated (MacKay 1992, Bayesian Interpolation), the uncertainty is Laplace's around the best parameters.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy
from scipy.optimize import least_squares

from choral.analytics.mix.response import Array, adstock, lagged, saturation, weights, weights_slope

DRAWS = 2_000
_ROUNDS = 12
_CLOSE = 1e-3
_MOST_MEMORY, _LEAST_NOISE = 0.9, 1e-9
_KINDS = 3  # parameters a channel has: carry-over, steepness, strength


@dataclass(frozen=True)
class Priors:
    """What is believed before looking, as normal distributions: mean and standard deviation.

    Carry-over as log odds, steepness as logarithm (of a channel's biggest week), strength as logarithm of the share
    of the best week's sales that the channel brings at most, one mean a channel.
    """

    strength: Array
    strength_sd: float = 0.8
    carry: float = -0.4
    carry_sd: float = 1.0
    steepness: float = float(numpy.log(2.5))
    steepness_sd: float = 0.5


@dataclass(frozen=True)
class Evidence:
    """What an experiment found: the channel (its place) brought `effect` ± `sd` in these weeks (from, to excluded).

    `share` is the part of the channel's effect the experiment could see, such as the regions it took place in.
    """

    channel: int
    first: int
    last: int
    effect: float
    sd: float
    share: float = 1.0


@dataclass(frozen=True)
class Data:
    """Weeks of an outcome, of spend by channel, and of columns that explain it otherwise, each with its prior's sd.

    `spend` holds no scale: each channel counts in shares of its biggest week.
    """

    outcome: Array
    spend: Array
    others: Array
    others_sd: Array
    evidence: Sequence[Evidence] = ()

    @property
    def scale(self) -> float:
        """What the outcome is divided by: its biggest week."""
        return float(numpy.abs(self.outcome).max()) or 1.0

    @property
    def most(self) -> Array:
        """Each channel's biggest week; 1 where nothing was spent."""
        biggest = self.spend.max(0)
        return numpy.where(biggest > 0, biggest, 1.0)


@dataclass(frozen=True)
class Parameters:
    """Parameters of channels, draws by channel; strength in units of the outcome."""

    carry: Array
    steepness: Array
    strength: Array


@dataclass(frozen=True)
class Fit:
    """The best parameters and their covariance. `noise` and residuals in units of the outcome, `memory` is how much
    of a week's noise is left in the next, `freedom` the weeks that are left to judge the noise by."""

    data: Data = field(repr=False)
    best: Array
    covariance: Array
    noise: float
    memory: float
    freedom: float
    priors: Priors
    evidence: float  # logarithm of how likely the data are under the model (Laplace), to compare models of one outcome

    def draws(self, count: int = DRAWS, seed: int = 0) -> Array:
        """Parameters that are still possible, count by parameter: a t distribution, since the noise is estimated too.

        The same seed gives the same draws.
        """
        chance = numpy.random.default_rng(seed)
        root = _root(self.covariance)
        normal = chance.standard_normal((count, len(self.best)))
        wide = numpy.sqrt(self.freedom / chance.chisquare(self.freedom, (count, 1)))
        return numpy.asarray(self.best + wide * (normal @ root.T))

    def parameters(self, draws: Array) -> Parameters:
        """Those of the channels, in words of the model."""
        at = self.data.others.shape[1]
        odds, steep, strong = (draws[..., at + one :: _KINDS] for one in range(_KINDS))
        return Parameters(1 / (1 + numpy.exp(-odds)), numpy.exp(steep), self.data.scale * numpy.exp(strong))

    def others(self, draws: Array) -> Array:
        """What all but the channels bring: draws by week, in units of the outcome."""
        return numpy.asarray(self.data.scale * draws[..., : self.data.others.shape[1]] @ self.data.others.T)

    def learned(self) -> Array:
        """How much of the doubt about each channel's strength the data removed: 0 nothing, 1 all."""
        at = self.data.others.shape[1]
        after = numpy.diag(self.covariance)[at + 2 :: _KINDS]
        return numpy.clip(1 - after / self.priors.strength_sd**2, 0.0, 1.0)


def contributions(history: Array, parameters: Parameters) -> Array:
    """What channels bring: draws by week by channel. `history` (`lagged`) in shares of each channel's biggest week."""
    by_lag = weights(parameters.carry, history.shape[1])
    stock = numpy.einsum("tlk,ldk->dtk", history, by_lag)
    return parameters.strength[:, None] * saturation(stock, parameters.steepness[:, None])


def fit(data: Data, priors: Priors, like: Fit | None = None) -> Fit:
    """The best parameters given the data and the priors; the noise and its memory are found by turns with them.

    Takes about 5 ms for two years and five channels. `like` gives the noise of another fit of the same outcome, which
    two models must share to be compared.
    """
    problem = _Problem(data, priors)
    best, noise, memory = problem.start(), float(numpy.std(problem.outcome)) / 2 or 0.05, 0.0
    if like:
        noise, memory = like.noise / data.scale, like.memory
    for _ in range(_ROUNDS):
        best, covariance, freedom, evidence = _best(problem, best, noise, memory)
        left = problem.left(best)
        memory_now = _memory(left)
        noise_now = float(numpy.sqrt(numpy.sum(_whiten(left, memory_now) ** 2) / freedom))
        if like or (abs(noise_now - noise) < _CLOSE * noise and abs(memory_now - memory) < _CLOSE):
            break
        noise, memory = max(noise_now, _LEAST_NOISE), memory_now
    return Fit(data, best, covariance, noise * data.scale, memory, freedom, priors, evidence)


def _best(problem: _Problem, first: Array, noise: float, memory: float) -> tuple[Array, Array, float, float]:
    """Best parameters for one noise, their covariance, the weeks left to judge the noise by, and the log evidence."""
    solved = least_squares(
        problem.residuals, first, problem.slopes, method="lm", xtol=1e-8, ftol=1e-8, args=(noise, memory)
    )
    slopes = problem.slopes(solved.x, noise, memory)
    curvature = slopes.T @ slopes
    covariance = numpy.linalg.inv(curvature)
    weeks = len(problem.outcome)
    used = float(numpy.trace(covariance @ (slopes[:weeks].T @ slopes[:weeks])))
    return (
        solved.x,
        numpy.asarray(covariance),
        max(weeks - used, 2.0),
        -float(solved.cost) - problem.complexity(curvature),
    )


class _Problem:
    """The least squares problem in scaled units."""

    def __init__(self, data: Data, priors: Priors) -> None:
        self.outcome = data.outcome / data.scale
        self._history = lagged(data.spend / data.most)
        self._others = data.others
        self._evidence = [
            (one.channel, one.first, one.last, one.effect / data.scale, max(one.sd / data.scale, 1e-9), one.share)
            for one in data.evidence
        ]
        channels = data.spend.shape[1]
        mean = numpy.tile([priors.carry, priors.steepness, 0.0], channels)
        mean[2::_KINDS] = priors.strength
        sd = numpy.tile([priors.carry_sd, priors.steepness_sd, priors.strength_sd], channels)
        self._mean = numpy.concatenate([numpy.zeros(data.others.shape[1]), mean])
        self._sd = numpy.concatenate([data.others_sd, sd])

    def start(self) -> Array:
        """The priors, with the base at what they leave of the mean."""
        first = self._mean.copy()
        if self._others.shape[1]:
            first[0] = float(numpy.mean(self.outcome - self._media(first).sum(1)))
        return first

    def complexity(self, curvature: Array) -> float:
        """What the evidence takes off for parameters that had to be found (Occam's factor)."""
        return float(numpy.linalg.slogdet(curvature)[1] / 2 + numpy.log(self._sd).sum())

    def left(self, parameters: Array) -> Array:
        """What is not explained."""
        at = self._others.shape[1]
        return numpy.asarray(self.outcome - self._others @ parameters[:at] - self._media(parameters).sum(1))

    def residuals(self, parameters: Array, noise: float, memory: float) -> Array:
        media = self._media(parameters)
        found = [_whiten(self.left(parameters), memory) / noise, (parameters - self._mean) / self._sd]
        if self._evidence:
            said = [(share * media[a:b, k].sum() - effect) / sd for k, a, b, effect, sd, share in self._evidence]
            found.append(numpy.array(said))
        return numpy.concatenate(found)

    def slopes(self, parameters: Array, noise: float, memory: float) -> Array:
        at, media = self._others.shape[1], self._media_slopes(parameters)
        seen = -_whiten(numpy.hstack([self._others, media]), memory) / noise
        found = [seen, numpy.diag(1 / self._sd)]
        for k, a, b, _effect, sd, share in self._evidence:
            row = numpy.zeros((1, len(parameters)))
            place = slice(at + _KINDS * k, at + _KINDS * (k + 1))
            row[0, place] = share * media[a:b, _KINDS * k : _KINDS * (k + 1)].sum(0) / sd
            found.append(row)
        return numpy.vstack(found)

    def _parts(self, parameters: Array) -> tuple[Array, Array, Array]:
        own = parameters[self._others.shape[1] :]
        return 1 / (1 + numpy.exp(-own[0::_KINDS])), numpy.exp(own[1::_KINDS]), numpy.exp(own[2::_KINDS])

    def _media(self, parameters: Array) -> Array:
        carry, steepness, strength = self._parts(parameters)
        return strength * saturation(adstock(self._history, carry), steepness)

    def _media_slopes(self, parameters: Array) -> Array:
        """Weeks by parameter of the channels."""
        carry, steepness, strength = self._parts(parameters)
        stock = adstock(self._history, carry)
        bent = saturation(stock, steepness)
        inner = strength * (1 - bent**2) / 2
        moved = numpy.einsum("tlk,lk->tk", self._history, weights_slope(carry, self._history.shape[1]))
        found = numpy.empty((len(stock), _KINDS * stock.shape[1]))
        found[:, 0::_KINDS] = inner * steepness * moved * carry * (1 - carry)
        found[:, 1::_KINDS] = inner * stock * steepness
        found[:, 2::_KINDS] = strength * bent
        return found


def _whiten(rows: Array, memory: float) -> Array:
    """Without what a week has from the week before (Prais and Winsten 1954), so that equal noise is left."""
    if not memory:
        return rows
    found = rows.copy()
    found[1:] -= memory * rows[:-1]
    found[0] *= numpy.sqrt(1 - memory**2)
    return found


def _memory(left: Array) -> float:
    """The correlation of neighbouring weeks' noise; below zero counts as none."""
    total = float(left @ left)
    return min(max(float(left[1:] @ left[:-1]) / total, 0.0), _MOST_MEMORY) if total else 0.0


def _root(covariance: Array) -> Array:
    """A matrix whose square is the covariance, also where rounding left it a hair off."""
    values, vectors = numpy.linalg.eigh((covariance + covariance.T) / 2)
    return numpy.asarray(vectors * numpy.sqrt(numpy.clip(values, 0.0, None)))

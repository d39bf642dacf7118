"""Channels that may bring nothing: models with and without them, weighed by how likely they make the sales. Pure.

A strength above zero by assumption could never be found to be none. So each channel has a chance beforehand to bring
nothing, and what is said is the average over the models that remain (Hoeting, Madigan, Raftery, Volinsky 1999).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

import numpy

from choral.analytics.mix.model import DRAWS, Data, Fit, Parameters, Priors, fit
from choral.analytics.mix.response import Array

_NONE = 0.2  # how likely it is beforehand that a channel brings nothing
_DOUBT = 0.01  # a channel less likely than this to bring nothing is in every model
_MOST_DOUBTFUL = 4  # 16 models at most


@dataclass(frozen=True)
class Average:
    """What is still possible: draws of all parameters; `none` is each channel's chance to bring nothing."""

    full: Fit
    parameters: Parameters
    others: Array
    none: Array


def average(data: Data, priors: Priors, count: int = DRAWS, seed: int = 0) -> Average:
    """Fit with all channels, then without those that the sales may do without; draws from all models by weight."""
    full = fit(data, priors)
    every = range(data.spend.shape[1])
    doubts = {one: _chance(full, _without(full, (one,)), 1) for one in every}
    doubtful = sorted((one for one in every if doubts[one] > _DOUBT), key=lambda one: -doubts[one])[:_MOST_DOUBTFUL]
    left_out = [tuple(sorted(some)) for size in range(len(doubtful) + 1) for some in combinations(doubtful, size)]
    models = [full if not some else _without(full, some) for some in left_out]
    likely = numpy.array([_likely(full, one, len(some)) for one, some in zip(models, left_out, strict=True)])
    weight = numpy.exp(likely - likely.max())
    weight /= weight.sum()
    none = numpy.array([sum(w for w, some in zip(weight, left_out, strict=True) if one in some) for one in every])
    return Average(full, *_drawn(models, left_out, weight, count, seed), none)


def _without(full: Fit, some: tuple[int, ...]) -> Fit:
    """The fit of a model where some channels bring nothing; an experiment that found otherwise speaks against it."""
    data, priors = full.data, full.priors
    kept = [one for one in range(data.spend.shape[1]) if one not in some]
    place = {one: at for at, one in enumerate(kept)}
    evidence = tuple(replace(one, channel=place[one.channel]) for one in data.evidence if one.channel in place)
    against = sum((one.effect / one.sd) ** 2 for one in data.evidence if one.channel not in place) / 2
    fewer = replace(data, spend=data.spend[:, kept], evidence=evidence)
    found = fit(fewer, replace(priors, strength=priors.strength[kept]), full)
    return replace(found, evidence=found.evidence - against)


def _likely(full: Fit, model: Fit, gone: int) -> float:
    return model.evidence - full.evidence + gone * float(numpy.log(_NONE / (1 - _NONE)))


def _chance(full: Fit, model: Fit, gone: int) -> float:
    odds = numpy.exp(numpy.clip(_likely(full, model, gone), -50, 50))
    return float(odds / (1 + odds))


def _drawn(
    models: Sequence[Fit], left_out: Sequence[tuple[int, ...]], weight: Array, count: int, seed: int
) -> tuple[Parameters, Array]:
    """Draws of every model in proportion to its weight (largest remainders), a channel left out with strength none."""
    full = models[0]
    channels, weeks = full.data.spend.shape[1], len(full.data.outcome)
    carry, steepness = numpy.empty((count, channels)), numpy.empty((count, channels))
    strength, others = numpy.zeros((count, channels)), numpy.empty((count, weeks))
    first = 0
    for number, (model, some, many) in enumerate(zip(models, left_out, _shares(weight, count), strict=True)):
        rows = slice(first, first + many)
        drawn = model.draws(many, seed + number)
        found = model.parameters(drawn)
        kept = [one for one in range(channels) if one not in some]
        carry[rows], steepness[rows] = 1 / (1 + numpy.exp(-full.priors.carry)), numpy.exp(full.priors.steepness)
        carry[rows, kept], steepness[rows, kept] = found.carry, found.steepness
        strength[rows, kept] = found.strength
        others[rows] = model.others(drawn)
        first += many
    mixed = numpy.random.default_rng(seed).permutation(count)  # so that any part of the draws stands for all models
    return Parameters(carry[mixed], steepness[mixed], strength[mixed]), others[mixed]


def _shares(weight: Array, count: int) -> list[int]:
    exact = weight * count
    found = numpy.floor(exact).astype(int)
    for at in numpy.argsort(-(exact - found), kind="stable")[: count - int(found.sum())]:
        found[at] += 1
    return [int(one) for one in found]

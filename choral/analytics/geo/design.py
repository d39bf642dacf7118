"""Which units to change in a test, and how small an effect it would find: pretended tests in the past. Pure.

As GeoLift does: each unit with those that move most like it is a set; each set is tested at many pretended starts, with
lifts added to what really happened; the power of a lift is the share of these tests that find it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from choral.analytics.geo.simplex import Floats
from choral.analytics.geo.synthetic import Conformal, fit, nearest

LIFTS = (0.0, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5)
ENOUGH = 0.8
MOST_TRIALS = 20
MOST_OTHERS = 60
_SETS, _SHOWN = 40, 5


@dataclass(frozen=True)
class Candidate:
    """A set of units (columns), how well the others follow it, and how often each lift was found."""

    places: tuple[int, ...]
    followed: float
    power: tuple[float, ...]
    smallest: float | None


def candidates(values: Floats, many: int, length: int, fewest_before: int) -> tuple[int, list[Candidate]]:
    """How many trials each set had, and the sets of `many` units that find the smallest lifts, best first.

    `values` is periods × units; a trial is a pretended test of `length` periods after at least `fewest_before`.
    """
    starts = _starts(len(values), length, fewest_before)
    if not len(starts):
        return 0, []
    sets = _sets(values, many)
    noises = [(_noise(values, places, length), places) for places in sets]
    found = [_tried(values, places, length, starts) for _noise_, places in sorted(noises)[:_SHOWN]]
    found.sort(key=lambda one: (one.smallest is None, one.smallest or 0.0, -sum(one.power), one.places))
    return len(starts), found


def split(values: Floats, places: tuple[int, ...], before: int) -> tuple[Floats, Floats]:
    """The mean of some units, and the others that move most like it."""
    target = values[:, list(places)].mean(axis=1)
    others = np.delete(values, list(places), axis=1)
    return target, others[:, nearest(target, others, before, MOST_OTHERS)]


def _starts(periods: int, length: int, fewest: int) -> list[int]:
    last = periods - length
    return [int(one) for one in np.unique(np.linspace(fewest, last, MOST_TRIALS).astype(int))] if last >= fewest else []


def _sets(values: Floats, many: int) -> list[tuple[int, ...]]:
    """Each unit with its nearest ones; units as big as the middle and larger come first, the rest as far as it goes."""
    moved = values - values.mean(axis=0)
    spread = np.sqrt((moved**2).sum(axis=0))
    alive = np.flatnonzero(spread > 0)
    unit = moved[:, alive] / spread[alive]
    alike = unit.T @ unit
    order = np.argsort(-values[:, alive].sum(axis=0), kind="stable")[:_SETS]
    found: dict[tuple[int, ...], None] = {}
    for seed in order:
        near = np.argsort(-alike[seed], kind="stable")
        chosen = [seed, *[one for one in near if one != seed][: many - 1]]
        if len(chosen) == many:
            found[tuple(sorted(int(alive[one]) for one in chosen))] = None
    return list(found)


def _noise(values: Floats, places: tuple[int, ...], length: int) -> float:
    """The spread of pretended effects as a share of the level: a quick guess of what a test would not see."""
    before = len(values) - length
    target, others = split(values, places, before)
    fitted = fit(target, others, before)
    return fitted.error / max(abs(float(target.mean())), 1e-12)


def _tried(values: Floats, places: tuple[int, ...], length: int, starts: list[int]) -> Candidate:
    found = np.zeros((len(starts), len(LIFTS)), bool)
    for trial, start in enumerate(starts):
        seen = values[: start + length]
        target, others = split(seen, places, start)
        for column, lift in enumerate(LIFTS):
            raised = target.copy()
            raised[start:] *= 1.0 + lift
            found[trial, column] = Conformal(raised, others, start).p(0.0) <= 0.05
    power = tuple(float(one) for one in found.mean(axis=0))
    target, others = split(values, places, len(values))
    smallest = next((lift for lift, one in zip(LIFTS[1:], power[1:], strict=True) if one >= ENOUGH), None)
    return Candidate(places, fit(target, others, len(values)).followed, power, smallest)

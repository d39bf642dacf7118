"""Weights that are never negative and sum to one, by least squares: exact, the same on every run. Pure."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
_RIDGE = 1e-10  # of the mean variance: one answer where several would do
_ENOUGH = 1e-9


def mix(gram: Floats, cross: Floats, start: Floats | None = None) -> Floats:
    """The w that minimises ½ w'Gw − c'w with w ≥ 0 and Σw = 1, by the primal active set method (Nocedal and Wright
    2006, §16.5). `start` is a w of a similar problem: from there it takes a step or two.

    `gram` is X'X of the candidates (n × n), `cross` is X'y (n).
    """
    size = len(cross)
    scale = max(float(np.trace(gram)) / size, 1e-300)
    quadratic, linear = gram / scale + _RIDGE * np.eye(size), cross / scale
    weights = _begin(quadratic, linear, start)
    used = weights > 0
    for _ in range(20 * size + 50):
        places = np.flatnonzero(used)
        wanted, price = _free(quadratic, linear, places)
        if wanted.min() < -1e-12:
            weights, used = _towards(weights, wanted, places)
            continue
        weights = np.zeros(size)
        weights[places] = np.maximum(wanted, 0.0)
        gain = quadratic @ weights - linear - price
        gain[places] = 0.0
        best = int(np.argmin(gain))
        if gain[best] > -_ENOUGH * max(1.0, abs(price)):
            break
        used[best] = True
    found: Floats = weights / weights.sum()
    return found


def _begin(quadratic: Floats, linear: Floats, start: Floats | None) -> Floats:
    if start is not None:
        return start.copy()
    weights = np.zeros(len(linear))
    weights[int(np.argmin(np.diag(quadratic) / 2 - linear))] = 1.0
    return weights


def _free(quadratic: Floats, linear: Floats, places: npt.NDArray[np.intp]) -> tuple[Floats, float]:
    """The best weights of some candidates alone that sum to one, of either sign, and the price of the sum."""
    many = len(places)
    system = np.ones((many + 1, many + 1))
    system[:many, :many] = quadratic[np.ix_(places, places)]
    system[many, many] = 0.0
    solved = np.linalg.solve(system, np.append(linear[places], 1.0))
    return solved[:many], -float(solved[many])


def _towards(weights: Floats, wanted: Floats, places: npt.NDArray[np.intp]) -> tuple[Floats, npt.NDArray[np.bool_]]:
    """As far towards the wanted weights as none falls below zero; whoever reaches it is out."""
    here = weights[places]
    falling = wanted < here
    room = np.full(len(places), np.inf)
    room[falling & (wanted < 0)] = (here / np.where(here > wanted, here - wanted, 1.0))[falling & (wanted < 0)]
    step = min(float(room.min()), 1.0)
    moved = here + step * (wanted - here)
    moved[room <= step] = 0.0
    found = np.zeros(len(weights))
    found[places] = np.maximum(moved, 0.0)
    return found, found > 0

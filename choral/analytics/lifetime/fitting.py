"""Maximum likelihood with parameters in logs: they stay positive, and nothing overflows for frequent buyers. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

Floats = npt.NDArray[np.float64]
_STEP = 1e-4  # of a logarithm, for second derivatives
_EDGE = 8.0  # of a logarithm: beyond it a parameter makes no difference (all customers alike in that respect)
_WIDEST = 1.5  # standard deviation of a logarithm that the data say nothing about
_NOWHERE = 1e300
_SLOPE = 1e-6  # of the likelihood: a slope as small is none
# Starting points, the next when one leads nowhere: shops differ by orders of magnitude in how often people buy.
_STARTS = ((0.0, 1.0, 0.0, 1.0), (-1.0, 2.0, -0.5, 0.5), (0.5, 3.0, 0.5, 2.0))


@dataclass(frozen=True)
class Fit:
    """Estimated parameters, the log-likelihood, the covariance of the parameters' logs, and whether it converged."""

    params: Floats
    likelihood: float
    covariance: Floats
    converged: bool


# The log-likelihood of parameters, and its derivatives by them.
Likelihood = Callable[[Floats], tuple[float, Floats]]


def maximise(likelihood: Likelihood, many: int) -> Fit:
    """The likeliest of `many` parameters."""

    def loss(logs: Floats) -> tuple[float, Floats]:
        params = np.exp(logs)
        value, slope = likelihood(params)
        usable = np.isfinite(value) and bool(np.all(np.isfinite(slope)))
        return (-value, -slope * params) if usable else (_NOWHERE, np.zeros(many))

    best: tuple[float, Floats, bool] | None = None
    for start in _STARTS:
        tried: Any = minimize(
            loss, np.array(start[:many]), jac=True, method="L-BFGS-B", bounds=[(-_EDGE, _EDGE)] * many,
            options={"ftol": 1e-12, "gtol": 1e-5, "maxiter": 1_000},
        )  # fmt: skip
        good = float(tried.fun) < _NOWHERE and _still(loss, tried.x)
        if best is None or (good, -float(tried.fun)) > (best[2], -best[0]):
            best = (float(tried.fun), tried.x, good)
        if good:
            break
    assert best is not None  # there are starting points
    return Fit(np.exp(best[1]), -best[0], _covariance(loss, best[1]), best[2])


def _still(loss: Callable[[Floats], tuple[float, Floats]], at: Floats) -> bool:
    """Whether nothing is to be gained by moving, except over the edge."""
    value, slope = loss(at)
    outward = ((at <= -_EDGE) & (slope > 0)) | ((at >= _EDGE) & (slope < 0))
    return bool(np.max(np.abs(np.where(outward, 0.0, slope))) <= _SLOPE * max(abs(value), 1.0))


def numeric(likelihood: Callable[[Floats], float]) -> Likelihood:
    """A likelihood with central differences for its derivatives, where no closed form is at hand."""

    def both(params: Floats) -> tuple[float, Floats]:
        slope = np.empty(len(params))
        for place, value in enumerate(params):
            step = 1e-5 * value
            up, down = params.copy(), params.copy()
            up[place], down[place] = value + step, value - step
            slope[place] = (likelihood(up) - likelihood(down)) / (2 * step)
        return likelihood(params), slope

    return both


def _covariance(loss: Callable[[Floats], tuple[float, Floats]], at: Floats) -> Floats:
    rows = []
    for place in range(len(at)):
        step = np.zeros(len(at))
        step[place] = _STEP
        rows.append((loss(at + step)[1] - loss(at - step)[1]) / (2 * _STEP))
    curvature = np.array(rows)
    values, vectors = np.linalg.eigh((curvature + curvature.T) / 2)
    inverse: Floats = (vectors / (np.maximum(values, 0.0) + _WIDEST**-2)) @ vectors.T
    return inverse

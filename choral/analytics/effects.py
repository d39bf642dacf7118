"""The effect on those who got something, from customers alike who did not: weights, regression, interval. Pure.

Entropy balancing (Hainmueller 2012, Political Analysis 20:25) gives the others weights under which every known thing
has the mean of those reached; with a regression on top the answer is right when either fits (Zhao and Percival 2017).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import stdtrit

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
_SOFT = 1e-4  # of the dual: what cannot be balanced exactly is balanced as well as it goes, and shown in the table
_ROUNDS = 200


@dataclass(frozen=True)
class Estimate:
    """Mean effect on the reached with its 95 % interval, in the outcome's unit; what they would have had without."""

    effect: float
    low: float
    high: float
    expected: float


@dataclass(frozen=True)
class Comparison:
    """Weights of the others (sum 1, in their order), how many customers they are worth, and differences in standard
    deviations of each column before and after weighting."""

    weights: Floats
    effective: float
    reached_means: Floats
    others_means: Floats
    weighted_means: Floats
    difference: Floats
    difference_weighted: Floats


def compare(known: Floats, reached: Flags) -> Comparison:
    """Weigh the others so that they look like those reached; `known` has a row per customer, a column per thing."""
    one, other = known[reached], known[~reached]
    spread = np.sqrt((one.var(axis=0) + other.var(axis=0)) / 2)
    scale = np.where(spread > 1e-12, spread, 1.0)
    weights = _balanced((other - one.mean(axis=0)) / scale)
    target, plain, weighted = one.mean(axis=0), other.mean(axis=0), weights @ other
    return Comparison(
        weights,
        float(1.0 / (weights @ weights)),
        target,
        plain,
        weighted,
        (target - plain) / scale,
        (target - weighted) / scale,
    )


def estimate(known: Floats, reached: Flags, outcome: Floats, comparison: Comparison) -> Estimate:
    """The doubly robust effect on the reached. Customers are the independent units.

    The interval is Student's, with residuals of the others widened by their leverage (HC3; MacKinnon and White 1985)
    and as many degrees of freedom as the two groups are worth (Welch and Satterthwaite).
    """
    weights = comparison.weights
    design = _design(known)
    others, root = design[~reached], np.sqrt(weights)[:, None]
    inverse = np.linalg.pinv((others * root).T @ (others * root), rcond=1e-9, hermitian=True)
    fitted = design @ (inverse @ (others.T @ (weights * outcome[~reached])))
    left = outcome - fitted
    leverage = np.clip(np.einsum("ij,jk,ik->i", others, inverse, others) * weights, 0.0, 0.95)
    shift = weights @ left[~reached]
    effect = float(left[reached].mean() - shift)
    many = int(reached.sum())
    one = left[reached].var(ddof=1) / many
    pulled = weights * (left[~reached] - shift) / (1.0 - leverage)
    two = float(pulled @ pulled)
    freedom = (one + two) ** 2 / max(one**2 / (many - 1) + two**2 / max(comparison.effective - 1, 1.0), 1e-300)
    half = float(stdtrit(max(freedom, 2.0), 0.975) * np.sqrt(one + two)) if one + two > 0 else 0.0
    return Estimate(effect, effect - half, effect + half, float(outcome[reached].mean()) - effect)


def _balanced(distance: Floats) -> Floats:
    """Weights that sum to 1 with a weighted mean distance of zero and the most entropy; Newton on the dual."""
    rows, columns = distance.shape
    pull = np.zeros(columns)

    def value(at: Floats) -> float:
        tilt = distance @ at
        top = tilt.max()
        return float(top + np.log(np.exp(tilt - top).sum()) + _SOFT / 2 * (at @ at))

    here = value(pull)
    for _ in range(_ROUNDS):
        weights = _softmax(distance @ pull)
        mean = weights @ distance
        slope = mean + _SOFT * pull
        if np.abs(slope).max() < 1e-9:
            break
        curve = (distance * weights[:, None]).T @ distance - np.outer(mean, mean) + _SOFT * np.eye(columns)
        step = np.linalg.solve(curve, slope)
        size = 1.0
        while size > 1e-8 and value(pull - size * step) > here - 1e-4 * size * (slope @ step):
            size /= 2
        pull = pull - size * step
        here = value(pull)
    return _softmax(distance @ pull) if rows else np.zeros(0)


def _softmax(tilt: Floats) -> Floats:
    raised = np.exp(tilt - tilt.max())
    found: Floats = raised / raised.sum()
    return found


def _design(known: Floats) -> Floats:
    scale = known.std(axis=0)
    standard = (known - known.mean(axis=0)) / np.where(scale > 1e-12, scale, 1.0)
    return np.column_stack([np.ones(len(known)), standard])

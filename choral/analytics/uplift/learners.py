"""T-, S- and X-learners of the effect of a treatment on each unit, over ridge regressions on levels. Pure.

Künzel, Sekhon, Bickel and Yu (2019, PNAS 116:4156). The penalty of each regression is chosen by generalised
cross-validation (Golub, Heath and Wahba 1979, Technometrics 21:215), so nothing is tuned by hand and nothing is random.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from choral.analytics.uplift.features import Floats

Flags = npt.NDArray[np.bool_]
Learner = Callable[[Floats, Floats, Flags], Callable[[Floats], Floats]]
_PENALTIES = np.geomspace(1e-3, 1e5, 25)


@dataclass(frozen=True)
class Ridge:
    """A linear prediction: `middle` of the target at the mean of the columns, and a slope for each."""

    middle: float
    centre: Floats
    slopes: Floats

    def predict(self, matrix: Floats) -> Floats:
        found: Floats = self.middle + (matrix - self.centre) @ self.slopes
        return found


def ridge(matrix: Floats, target: Floats) -> Ridge:
    """The ridge regression with the penalty of least generalised cross-validation error."""
    centre, middle = matrix.mean(axis=0), float(target.mean())
    moved, aim = matrix - centre, target - middle
    if not matrix.shape[1] or len(target) < 2:
        return Ridge(middle, centre, np.zeros(matrix.shape[1]))
    values, vectors = np.linalg.eigh(moved.T @ moved)
    values, turned = np.maximum(values, 0.0), vectors.T @ (moved.T @ aim)
    best, least = np.zeros(len(values)), np.inf
    for penalty in _PENALTIES:
        shrunk = turned / (values + penalty)
        freedom = float((values / (values + penalty)).sum()) + 1.0
        left = max(float(aim @ aim - 2 * shrunk @ turned + (shrunk**2) @ values), 0.0)
        error = left / max(len(target) - freedom, 1e-9) ** 2
        if error < least:
            best, least = shrunk, error
    return Ridge(middle, centre, vectors @ best)


def t_learner(matrix: Floats, outcome: Floats, treated: Flags) -> Callable[[Floats], Floats]:
    """Two regressions, one an arm; the effect is their difference."""
    one, other = ridge(matrix[treated], outcome[treated]), ridge(matrix[~treated], outcome[~treated])
    return lambda asked: one.predict(asked) - other.predict(asked)


def s_learner(matrix: Floats, outcome: Floats, treated: Flags) -> Callable[[Floats], Floats]:
    """One regression with the treatment and its product with every level; the effect is what they add."""
    share = treated.mean()
    weight = treated - share
    found = ridge(np.column_stack([matrix, weight, weight[:, None] * matrix]), outcome)
    slopes = found.slopes[matrix.shape[1] :]
    return lambda asked: slopes[0] + asked @ slopes[1:]


def x_learner(matrix: Floats, outcome: Floats, treated: Flags) -> Callable[[Floats], Floats]:
    """The effect seen on each arm against the other's regression, regressed, and weighed by the share treated."""
    one, other = ridge(matrix[treated], outcome[treated]), ridge(matrix[~treated], outcome[~treated])
    on_treated = ridge(matrix[treated], outcome[treated] - other.predict(matrix[treated]))
    on_others = ridge(matrix[~treated], one.predict(matrix[~treated]) - outcome[~treated])
    share = float(treated.mean())
    return lambda asked: share * on_others.predict(asked) + (1.0 - share) * on_treated.predict(asked)


LEARNERS: dict[str, Learner] = {"t": t_learner, "s": s_learner, "x": x_learner}

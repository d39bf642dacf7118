"""Whether some units respond more than others, who, and what follows for whom to treat. Pure.

The verdict is the best linear predictor of Chernozhukov, Demirer, Duflo and Fernández-Val (2018, NBER 24678): on the
half the model has not seen, the outcome is regressed on treatment and on treatment times the predicted effect; p is
twice the median over many halves, so one lucky half decides nothing. The model of the verdict is always the X-learner:
choosing the luckiest of three would spoil the level.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from choral.analytics.uplift import curves
from choral.analytics.uplift.features import Features, Floats
from choral.analytics.uplift.learners import LEARNERS, Flags, x_learner
from choral.analytics.uplift.values import Fifth, LearnerScore, Point, Responder

Ints = npt.NDArray[np.int64]
HALVES = 20
LEVEL = 0.05
FEWEST = 200
_FOLDS = 5
_MOST = 200_000  # units a half learns from at most
_SHARES = (0.1, 0.2, 0.3, 0.5)
_POINTS = 20


@dataclass(frozen=True)
class Data:
    """A row a unit: what is known of it, its outcome, whether it was treated."""

    known: Features
    outcome: Floats
    treated: Flags


def measured(outcome: Floats, treated: Flags) -> tuple[float, float]:
    """The difference of means and its standard error (Welch)."""
    one, other = outcome[treated], outcome[~treated]
    if len(one) < 2 or len(other) < 2:
        return 0.0, float("inf")
    error = np.sqrt(one.var(ddof=1) / len(one) + other.var(ddof=1) / len(other))
    return float(one.mean() - other.mean()), float(error)


def repeated(data: Data, halves: int = HALVES) -> tuple[float, tuple[LearnerScore, ...]]:
    """p that nothing differs, and how each learner did on the halves it had not seen."""
    ps: list[float] = []
    scores: dict[str, list[tuple[float, float | None, float]]] = {name: [] for name in LEARNERS}
    for learn, judge in _halves(data.treated, halves):
        matrix, outcome, treated = data.known.matrix[judge], data.outcome[judge], data.treated[judge]
        for name, learner in LEARNERS.items():
            score = learner(data.known.matrix[learn], data.outcome[learn], data.treated[learn])(matrix)
            scores[name].append(
                (curves.qini_per_unit(outcome, score, treated), curves.qini_coefficient(outcome, score, treated),
                 curves.auuc(outcome, score, treated))
            )  # fmt: skip
            if name == "x":
                ps.append(explained(outcome, score, treated))
    return min(1.0, 2.0 * float(np.median(ps))), tuple(_scored(name, found) for name, found in scores.items())


def explained(outcome: Floats, score: Floats, treated: Flags) -> float:
    """p (one-sided, HC1 errors) that the predicted effect says nothing of the real one."""
    share = treated.mean()
    weight = treated - share
    moved = score - score.mean()
    if moved.std() <= 1e-12 * (1.0 + abs(score).max()):
        return 1.0
    design = np.column_stack([np.ones(len(score)), moved / moved.std(), weight, weight * moved / moved.std()])
    inverse = np.linalg.pinv(design.T @ design)
    slopes = inverse @ (design.T @ outcome)
    left = outcome - design @ slopes
    spread = inverse @ ((design * (left**2)[:, None]).T @ design) @ inverse
    error = float(np.sqrt(max(spread[3, 3] * len(score) / max(len(score) - 4, 1), 0.0)))
    return float(1.0 - ndtr(slopes[3] / error)) if error > 0 else 1.0


def crossed(data: Data) -> Floats:
    """The predicted effect of every unit by X-learners that had not seen it (five folds)."""
    score = np.zeros(len(data.outcome))
    for judge in _folds(data.treated, _FOLDS):
        learn = np.ones(len(score), bool)
        learn[judge] = False
        found = x_learner(data.known.matrix[learn], data.outcome[learn], data.treated[learn])
        score[judge] = found(data.known.matrix[judge])
    return score


def fifths(data: Data, score: Floats) -> tuple[Fifth, ...]:
    """The effect really measured in each fifth of predicted effect, the best first."""
    order = np.argsort(-score, kind="mergesort")
    found = []
    for number, places in enumerate(np.array_split(order, 5), 1):
        effect, error = measured(data.outcome[places], data.treated[places])
        found.append(Fifth(number, len(places), effect, effect - 1.96 * error, effect + 1.96 * error))
    return tuple(found)


def curve(data: Data, score: Floats) -> tuple[Point, ...]:
    """The Qini curve a unit of all treated units, at steps of 5 %, beside the straight line."""
    found = curves.qini_curve(data.outcome, score, data.treated)
    whole, treated = float(found.taken[-1]), max(int(data.treated.sum()), 1)
    shares = np.linspace(0.0, 1.0, _POINTS + 1)
    gained = np.interp(shares * whole, found.taken, found.gained) / treated
    return tuple(
        Point(float(share), float(one), float(share * gained[-1])) for share, one in zip(shares, gained, strict=True)
    )


def at(data: Data, score: Floats) -> tuple[tuple[float, float], ...]:
    """The uplift among the best-scored 10, 20, 30 and 50 %."""
    return tuple((share, curves.uplift_at(data.outcome, score, data.treated, share)) for share in _SHARES)


def responders(data: Data) -> tuple[Responder, ...]:
    """Every level against all others, the clearest first; p after Holm over all levels."""
    found = []
    for place, level in enumerate(data.known.levels):
        inside = data.known.matrix[:, place] > 0
        effect, error = measured(data.outcome[inside], data.treated[inside])
        other, other_error = measured(data.outcome[~inside], data.treated[~inside])
        together = float(np.hypot(error, other_error))
        if not np.isfinite(together) or together <= 0:
            continue
        p = 2.0 * float(ndtr(-abs(effect - other) / together))
        found.append((p, level, int(inside.sum()), effect, error, effect - other))
    found.sort(key=lambda one: (one[0], one[1].attribute, one[1].words))
    worst, said = 0.0, []
    for place, (p, level, units, effect, error, difference) in enumerate(found):
        worst = max(worst, min(1.0, p * (len(found) - place)))
        said.append(
            Responder(level.attribute, level.words, units, effect, effect - 1.96 * error, effect + 1.96 * error,
                      difference, worst)
        )  # fmt: skip
    return tuple(said)


def _scored(name: str, found: list[tuple[float, float | None, float]]) -> LearnerScore:
    qini, area = np.array([one[0] for one in found]), np.array([one[2] for one in found])
    shares = [one[1] for one in found if one[1] is not None]
    coefficient = float(np.mean(shares)) if len(shares) == len(found) else None
    return LearnerScore(name, float(qini.mean()), float(qini.std(ddof=1)), coefficient, float(area.mean()))


def _halves(treated: Flags, many: int) -> Iterator[tuple[Ints, Ints]]:
    random = np.random.default_rng(0)
    for _ in range(many):
        order = random.permutation(len(treated))
        half = len(order) // 2
        yield order[:half][:_MOST], order[half:]


def _folds(treated: Flags, many: int) -> list[Ints]:
    return list(np.array_split(np.random.default_rng(1).permutation(len(treated)), many))

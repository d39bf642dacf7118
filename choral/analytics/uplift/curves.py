"""Qini and uplift curves, their areas, and the uplift of the best-scored: the definitions of scikit-uplift. Pure.

Radcliffe (2007), Using control groups to target on predicted lift. At the k best-scored, the Qini curve is
Y_t(k) − Y_c(k) · N_t(k) / N_c(k) (0 where no control is among them), the uplift curve the difference of the means
times k; a point at each distinct score, from (0, 0).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from choral.analytics.uplift.features import Floats
from choral.analytics.uplift.learners import Flags


@dataclass(frozen=True)
class Curve:
    """How many of the best-scored are taken, and what treating them brings."""

    taken: Floats
    gained: Floats

    @property
    def area(self) -> float:
        return float(np.trapezoid(self.gained, self.taken))

    @property
    def above_diagonal(self) -> float:
        """The area above the straight line to its end: what targeting at random would give."""
        return self.area - float(self.taken[-1] * self.gained[-1]) / 2


def qini_curve(outcome: Floats, score: Floats, treated: Flags) -> Curve:
    """See above."""
    taken, treated_count, treated_sum, other_count, other_sum = _running(outcome, score, treated)
    ratio = np.divide(treated_count, other_count, out=np.zeros(len(taken)), where=other_count > 0)
    return Curve(_from_zero(taken), _from_zero(treated_sum - other_sum * ratio))


def uplift_curve(outcome: Floats, score: Floats, treated: Flags) -> Curve:
    """See above."""
    taken, treated_count, treated_sum, other_count, other_sum = _running(outcome, score, treated)
    ones = np.divide(treated_sum, treated_count, out=np.zeros(len(taken)), where=treated_count > 0)
    others = np.divide(other_sum, other_count, out=np.zeros(len(taken)), where=other_count > 0)
    return Curve(_from_zero(taken), _from_zero((ones - others) * taken))


def auuc(outcome: Floats, score: Floats, treated: Flags) -> float:
    """The area under the uplift curve a unit squared: the mean gain of a unit when units are taken best first."""
    return uplift_curve(outcome, score, treated).area / len(outcome) ** 2


def qini_per_unit(outcome: Floats, score: Floats, treated: Flags) -> float:
    """The area between Qini curve and diagonal a unit squared; 0 for a useless score, whatever the outcome's kind."""
    return qini_curve(outcome, score, treated).above_diagonal / len(outcome) ** 2


def qini_coefficient(outcome: Floats, score: Floats, treated: Flags) -> float | None:
    """The area above the diagonal as a share of what a perfect score has (`qini_auc_score`); None where it is not
    defined: for an outcome that is not 0 or 1."""
    if not np.isin(outcome, (0.0, 1.0)).all():
        return None
    best = qini_curve(outcome, outcome * treated - outcome * ~treated, treated)
    end = qini_curve(outcome, score, treated)
    possible = best.above_diagonal
    return end.above_diagonal / possible if possible > 0 else None


def uplift_at(outcome: Floats, score: Floats, treated: Flags, share: float) -> float:
    """Mean of the treated less mean of the others among the best `share` of all (`uplift_at_k`, strategy overall)."""
    best = np.argsort(-score, kind="mergesort")[: int(len(score) * share)]
    ones, others = outcome[best][treated[best]], outcome[best][~treated[best]]
    return float(ones.mean() - others.mean()) if len(ones) and len(others) else 0.0


def _running(outcome: Floats, score: Floats, treated: Flags) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    order = np.argsort(-score, kind="mergesort")
    sorted_score, ones, values = score[order], treated[order].astype(np.float64), outcome[order]
    ends = np.append(np.flatnonzero(np.diff(sorted_score)), len(score) - 1)
    taken = ends + 1.0
    counts, sums = np.cumsum(ones)[ends], np.cumsum(values * ones)[ends]
    return taken, counts, sums, taken - counts, np.cumsum(values * (1.0 - ones))[ends]


def _from_zero(values: Floats) -> Floats:
    found: Floats = np.concatenate([[0.0], values])
    return found

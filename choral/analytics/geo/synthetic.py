"""Synthetic control: what the treated areas would have done, as a mix of the others; its test and interval. Pure.

Weights after Abadie, Diamond and Hainmueller (2010, JASA 105:493) on series less their mean before (Doudchenko and
Imbens 2016, NBER 22791; Ferman and Pinto 2021, Quantitative Economics 12:1197): levels may differ, movements must not.
p and interval are conformal: the weights are fitted again under each supposed effect over all periods, and the mean
residual of the test is compared with that of every other stretch of the same length, going round from the end to the
beginning (moving-block permutations; Chernozhukov, Wüthrich and Zhu 2021, JASA 116:1849).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from choral.analytics.geo.simplex import Floats, mix

_FOLDS = 10
_HALVINGS = 14


@dataclass(frozen=True)
class Fitted:
    """The mix: `weights` of the others, what they say the treated would have done in each period, their error before
    (root mean square), and the share of the treated's movement before that they follow (0 to 1, or below 0)."""

    weights: Floats
    synthetic: Floats
    error: float
    followed: float


@dataclass(frozen=True)
class Tested:
    """The mean effect a period after the start, its p and its interval; ±infinity where no bound can be given."""

    effect: float
    p: float
    low: float
    high: float


def fit(target: Floats, others: Floats, before: int) -> Fitted:
    """Fit on the first `before` periods. `target` has a value a period, `others` (periods × others) a column each."""
    middle, level = others[:before].mean(axis=0), float(target[:before].mean())
    moved = others - middle
    early, aim = moved[:before], target[:before] - level
    weights = mix(early.T @ early, early.T @ aim)
    synthetic = level + moved @ weights
    left = target[:before] - synthetic[:before]
    whole = float(aim @ aim)
    return Fitted(weights, synthetic, _rms(left), 1.0 - float(left @ left) / whole if whole > 0 else 0.0)


class Conformal:
    """The test of every supposed effect, the same in each period after the start."""

    def __init__(self, target: Floats, others: Floats, before: int) -> None:
        self._after = len(target) - before
        given = np.zeros(len(target))
        given[before:] = 1.0
        self._given = given - given.mean()
        self._target = target - target.mean()
        self._others = others - others.mean(axis=0)
        self._gram = self._others.T @ self._others
        self._cross = self._others.T @ self._target
        self._pull = self._others.T @ self._given
        self._near: Floats | None = None

    def p(self, effect: float) -> float:
        """How many of all stretches look at least as unlike the mix as the test does, if this were the effect."""
        self._near = weights = mix(self._gram, self._cross - effect * self._pull, self._near)
        left = self._target - effect * self._given - self._others @ weights
        sums = np.abs(_round_sums(left, self._after))
        return float((sums >= sums[-self._after] - 1e-9 * (1.0 + sums.max())).mean())

    def interval(self, effect: float, step: float, level: float = 0.05) -> tuple[float, float]:
        """All effects that the test does not refuse at this level."""
        return self._bound(effect, -step, level), self._bound(effect, step, level)

    def _bound(self, inside: float, step: float, level: float) -> float:
        outside = inside + step
        for _ in range(24):
            if self.p(outside) <= level:
                break
            inside, outside = outside, outside + 2 * (outside - inside)
        else:
            return float(np.copysign(np.inf, step))
        for _ in range(_HALVINGS):
            middle = (inside + outside) / 2
            inside, outside = (middle, outside) if self.p(middle) > level else (inside, middle)
        return outside


def test(target: Floats, others: Floats, before: int, level: float = 0.05) -> tuple[Fitted, Tested]:
    """The mix and the effect with its p and interval (1 − `level`)."""
    fitted = fit(target, others, before)
    effect = float((target - fitted.synthetic)[before:].mean())
    conformal = Conformal(target, others, before)
    step = max(fitted.error / np.sqrt(len(target) - before), 1e-6 * (1.0 + abs(effect)))
    low, high = conformal.interval(effect, step, level)
    return fitted, Tested(effect, conformal.p(0.0), min(low, effect), max(high, effect))


def p_shuffled(target: Floats, others: Floats, before: int, draws: int = 1_000) -> float:
    """p as GeoLift counts it: the mean size of the errors, against periods in random order (always the same orders).

    It takes periods as independent: with errors that last it is too small, so it is shown but decides nothing.
    """
    moved, aim = others - others.mean(axis=0), target - target.mean()
    errors = np.abs(aim - moved @ mix(moved.T @ moved, moved.T @ aim))
    random = np.random.default_rng(0)
    own = errors[before:].sum()
    longer = sum(random.permutation(errors)[before:].sum() >= own for _ in range(draws))
    return float((1 + longer) / (1 + draws))


def band(target: Floats, others: Floats, before: int, level: float = 0.05) -> float:
    """Half the width of a band that holds a single period (1 − `level`): from errors in stretches before the start
    that the mix was not fitted on (cross-validation; after Barber and others 2021, Annals of Statistics 49:486)."""
    errors = np.sort(np.abs(unseen_errors(target[:before], others[:before])))
    place = int(np.ceil((1.0 - level) * (len(errors) + 1))) - 1
    return float(errors[min(place, len(errors) - 1)])


def unseen_errors(target: Floats, others: Floats) -> Floats:
    """The error of each period under a mix fitted on the others of ten stretches."""
    errors = np.zeros(len(target))
    for places in np.array_split(np.arange(len(target)), min(_FOLDS, len(target))):
        kept = np.ones(len(target), bool)
        kept[places] = False
        middle, level = others[kept].mean(axis=0), float(target[kept].mean())
        seen = others[kept] - middle
        weights = mix(seen.T @ seen, seen.T @ (target[kept] - level))
        errors[places] = target[places] - level - (others[places] - middle) @ weights
    return errors


def nearest(target: Floats, others: Floats, before: int, most: int) -> list[int]:
    """The `most` others that moved most like the treated before the start, in their order."""
    early, aim = others[:before] - others[:before].mean(axis=0), target[:before] - target[:before].mean()
    spread = np.sqrt((early**2).sum(axis=0))
    alike = np.where(spread > 0, (early.T @ aim) / np.where(spread > 0, spread, 1.0), -np.inf)
    best = np.argsort(-alike, kind="stable")[:most]
    return sorted(int(place) for place in best if np.isfinite(alike[place]))


def _round_sums(values: Floats, length: int) -> Floats:
    """The sum of every stretch of `length` values, by where it begins, going round at the end."""
    running = np.concatenate([[0.0], np.cumsum(np.concatenate([values, values[: length - 1]]))])
    found: Floats = running[length:] - running[:-length]
    return found


def _rms(values: Floats) -> float:
    return float(np.sqrt((values**2).mean()))

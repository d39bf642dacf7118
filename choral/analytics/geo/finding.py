"""From a panel and a question to what may be said: effect, picture, weights, checks, verdict. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import timedelta

import numpy as np

from choral.analytics.geo import checks, synthetic
from choral.analytics.geo.design import MOST_OTHERS
from choral.analytics.geo.panel import Panel, around
from choral.analytics.geo.simplex import Floats
from choral.analytics.geo.synthetic import Fitted, Tested
from choral.analytics.geo.values import Effect, Finding, Point, Question, Weight


def find(panel: Panel, question: Question, currency: str, names: Mapping[str, str]) -> Finding:
    """The answer to a question from a panel of days; `names` of units for those who read."""
    cut, before = around(panel, question.starts, question.ends, question.grain)
    after = len(cut.starts) - before
    until = cut.starts[-1] + timedelta(days=cut.days - 1) if cut.starts else None
    changed = cut.places(question.units)
    target = cut.values[:, changed].mean(axis=1) if changed else np.zeros(len(cut.starts))
    others = _moving(cut.without(question.units), before)
    verdict = _too_little(len(changed), before, after, others, target)
    if verdict:
        return Finding(
            question, verdict, "none", currency, until, before, max(after, 0), None, (), (), (), len(others.units)
        )
    near = synthetic.nearest(target, others.values, before, MOST_OTHERS)
    mixed = others.values[:, near]
    fitted, tested = synthetic.test(target, mixed, before)
    made = checks.made(target, mixed, before, fitted.followed)
    shuffled = synthetic.p_shuffled(target, mixed, before)
    effect = _effect(target, fitted, tested, before, len(changed), shuffled)
    sound = all(one.passed is not False for one in made if one.grave)
    return Finding(
        question, _verdict(tested, sound), "comparison" if sound else "none", currency, until, before, after, effect,
        _points(cut, target, fitted, before, len(changed), synthetic.band(target, mixed, before)),
        _weights([others.units[place] for place in near], fitted, names), made, len(others.units),
    )  # fmt: skip


def _moving(panel: Panel, before: int) -> Panel:
    """The units that moved at all before the start: the others say nothing."""
    still = panel.values[:before].std(axis=0) <= 0 if before else np.ones(len(panel.units), bool)
    return panel.without(unit for unit, one in zip(panel.units, still, strict=True) if one)


def _too_little(changed: int, before: int, after: int, others: Panel, target: Floats) -> str:
    """Why nothing can be said, '' when something can."""
    if not changed:
        return "no_such_units"
    if after < 1:
        return "not_started"
    if before < checks.FEWEST_PERIODS:
        return "too_few_periods"
    if target[:before].std() <= 0:
        return "no_movement"
    return "too_few_units" if len(others.units) < checks.FEWEST_OTHERS else ""


def _verdict(tested: Tested, sound: bool) -> str:
    if not sound:
        return "doubtful"
    if tested.low > 0:
        return "raised"
    return "lowered" if tested.high < 0 else "no_effect_shown"


def _effect(target: Floats, fitted: Fitted, tested: Tested, before: int, units: int, shuffled: float) -> Effect:
    periods = len(target) - before
    expected = float(fitted.synthetic[before:].mean())
    each = tested.effect, _bound(tested.low), _bound(tested.high)
    total = [None if one is None else one * periods * units for one in each]
    lift = [None if one is None or expected <= 0 else one / expected for one in each]
    return Effect(
        each[0], each[1], each[2], each[0] * periods * units, total[1], total[2], lift[0], lift[1], lift[2],
        tested.p, shuffled,
    )  # fmt: skip


def _bound(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _points(
    panel: Panel, target: Floats, fitted: Fitted, before: int, units: int, half: float
) -> tuple[Point, ...]:  # fmt: skip
    effects = target - fitted.synthetic
    summed = np.cumsum(effects[before:]) * units
    return tuple(
        Point(
            start, panel.days, float(target[place]), float(fitted.synthetic[place]),
            float(fitted.synthetic[place] - half), float(fitted.synthetic[place] + half), float(effects[place]),
            float(summed[place - before]) if place >= before else None,
        )
        for place, start in enumerate(panel.starts)
    )  # fmt: skip


def _weights(units: list[str], fitted: Fitted, names: Mapping[str, str]) -> tuple[Weight, ...]:
    found = [
        Weight(unit, names.get(unit, unit), float(weight))
        for unit, weight in zip(units, fitted.weights, strict=True)
        if weight >= 0.0005
    ]
    return tuple(sorted(found, key=lambda one: (-one.weight, one.unit)))

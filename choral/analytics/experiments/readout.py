"""The answer of an experiment: sample ratio first, then each outcome with intervals that hold at any look. Pure.

Decisions are Holm's: the arms of the primary outcome are one family, all secondary comparisons another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from choral.analytics.experiments import corrections, estimates, sequential
from choral.analytics.experiments.estimates import Codes, Difference, Floats, Sample
from choral.analytics.experiments.frames import Frame, Measured
from choral.analytics.experiments.values import (
    ArmCount,
    ArmMean,
    Check,
    Comparison,
    Decision,
    Interval,
    OutcomeResult,
    ReadOut,
    SampleRatio,
)  # fmt: skip

FEWEST_UNITS = 30  # of an arm: below, means are not yet normal
FEWEST_EVENTS = 10  # units of two arms together that did anything
RATIO_FAILS = 0.001


@dataclass(frozen=True)
class _Pair:
    """One arm against the control in one outcome, before anything is decided."""

    arm: int
    main: Difference
    plain: Difference
    capped: Difference | None
    capped_at: float | None
    enough: bool

    @property
    def p(self) -> float:
        return sequential.p_value(self.main.effect, self.main.error, self.main.units) if self.enough else 1.0


def read(frame: Frame) -> ReadOut:
    """The whole answer."""
    arm = frame.arm
    ratio = sample_ratio(frame, arm)
    hidden = ratio.check == "failed"
    plan = frame.experiment.plan
    primary = [one for one in frame.measured if one.outcome == plan.primary]
    secondary = [one for one in frame.measured if one.outcome != plan.primary]
    results = [*_family(frame, primary, arm, hidden), *_family(frame, secondary, arm, hidden)]
    return ReadOut(
        frame.experiment, frame.as_of, frame.currency, len(frame.table), frame.waiting, frame.crossed, frame.unknown,
        ratio, ratio.check != "failed", tuple(results), frame.unavailable, frame.first_day, frame.last_day,
    )  # fmt: skip


def sample_ratio(frame: Frame, arm: Codes) -> SampleRatio:
    """Whether as many drew each arm as the plan says; of everybody who drew, also those whose window is not over."""
    plan = frame.experiment.plan
    counted = np.bincount(arm, minlength=len(plan.arms)).tolist()
    units = [frame.drawn.get(one.key, counted[place]) for place, one in enumerate(plan.arms)]
    if not plan.shares_known or not sum(units):
        return SampleRatio("unknown", tuple(ArmCount(one, n, None) for one, n in zip(plan.arms, units, strict=True)))
    expected, square, p = estimates.sample_ratio(units, [one.weight for one in plan.arms])
    check: Check = "failed" if p < RATIO_FAILS else "passed"
    arms = tuple(ArmCount(*one) for one in zip(plan.arms, units, expected, strict=True))
    return SampleRatio(check, arms, square, p)


def arms_of(frame: Frame, measured: Measured, arm: Codes) -> tuple[list[Sample], list[Sample], float | None]:
    """The arms of an outcome: plain, with what was known before taken out, and by how much the variance fell."""
    count, values = len(frame.arms), frame.values(measured.column)
    if measured.below:
        found = estimates.ratio(values, frame.values(measured.below), arm, count)
        return found, found, None
    plain = estimates.samples(values, arm, count)
    if not measured.before:
        return plain, plain, None
    adjusted, gain = estimates.adjusted(values, frame.before(measured.outcome), arm, count)
    return plain, adjusted, gain


def interval(found: Difference, level: float) -> Interval:
    """The always-valid interval of a difference at an error rate."""
    wide = sequential.multiple(found.units, level)
    return _interval(found, wide, sequential.p_value(found.effect, found.error, found.units))


def fixed(found: Difference, level: float) -> Interval:
    """The interval of a single look planned before."""
    return _interval(found, estimates.fixed_multiple(level, found.freedom), estimates.fixed_p(found))


def enough(values: Floats, chosen: Floats, units: Sequence[int]) -> bool:
    """Whether two arms have units enough, and enough of them in which anything happened."""
    return min(units) >= FEWEST_UNITS and int(np.count_nonzero(values * chosen)) >= FEWEST_EVENTS


def decided(level_p: float, effect: float, there: bool, hidden: bool) -> Decision:
    """What may be said of an effect: nothing when the sample ratio fails or there are too few."""
    if hidden:
        return "hidden"
    if not there:
        return "too_few"
    if level_p > sequential.ALPHA:
        return "not_established"
    return "more" if effect > 0 else "less"


def _family(frame: Frame, measured: Sequence[Measured], arm: Codes, hidden: bool) -> list[OutcomeResult]:
    """The results of outcomes that are judged together."""
    found = [_outcome(frame, one, arm) for one in measured]
    pairs = [pair for _, group in found for pair in group]
    p_values = [one.p for one in pairs]
    holm, levels = corrections.holm(p_values), corrections.holm_levels(p_values, sequential.ALPHA)
    together = corrections.benjamini_hochberg(p_values)
    judged = iter(zip(pairs, holm, levels, together, strict=True))
    results = []
    for result, group in found:
        comparisons = tuple(_compared(frame, *next(judged), hidden) for _ in group)
        results.append(replace(result, comparisons=comparisons))
    return results


def _outcome(frame: Frame, measured: Measured, arm: Codes) -> tuple[OutcomeResult, list[_Pair]]:
    plain, main, gain = arms_of(frame, measured, arm)
    values = frame.values(measured.column)
    capped, most = None, None
    if measured.shape == "mean" and len(values):
        brought_down, most = estimates.capped(values)
        capped = estimates.samples(brought_down, arm, len(frame.arms))
    control = frame.control
    pairs = []
    for place in range(len(frame.arms)):
        if place == control:
            continue
        chosen = ((arm == place) | (arm == control)).astype(np.float64)
        there = enough(values, chosen, (main[place].units, main[control].units))
        pairs.append(
            _Pair(
                place, estimates.difference(main[place], main[control]),
                estimates.difference(plain[place], plain[control]),
                estimates.difference(capped[place], capped[control]) if capped else None, most, there,
            )
        )  # fmt: skip
    means = tuple(_mean(key, one) for key, one in zip(frame.arms, plain, strict=True))
    first = measured.outcome == frame.experiment.plan.primary
    return OutcomeResult(measured.outcome, first, measured.shape, measured.unit, means, (), gain), pairs


def _mean(arm: str, one: Sample) -> ArmMean:
    return ArmMean(arm, one.units, one.mean if one.units else None, one.error if one.units > 1 else None)


def _compared(frame: Frame, pair: _Pair, holm: float, level: float, together: float, hidden: bool) -> Comparison:
    arm, control = frame.arms[pair.arm], frame.arms[frame.control]
    decision = decided(holm, pair.main.effect, pair.enough, hidden)
    if decision in ("hidden", "too_few") or not pair.main.error > 0.0:
        return Comparison(arm, control, decision if decision != "not_established" else "too_few")
    return Comparison(
        arm, control, decision, interval(pair.main, level), level, holm, together,
        estimates.chance_to_win(pair.main), fixed(pair.main, sequential.ALPHA), interval(pair.plain, level),
        interval(pair.capped, level) if pair.capped and pair.capped.error > 0.0 else None, pair.capped_at,
    )  # fmt: skip


def _interval(found: Difference, wide: float, p: float) -> Interval:
    half = wide * found.error
    if found.relative is None or found.relative_error is None:
        return Interval(found.effect, found.effect - half, found.effect + half, p)
    ratio = wide * found.relative_error
    return Interval(
        found.effect, found.effect - half, found.effect + half, p, found.relative, found.relative - ratio,
        found.relative + ratio,
    )  # fmt: skip

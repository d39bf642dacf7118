"""Where the next money goes, and how to move what is there: from a plan to advice, with the chance to be wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy

from choral.analytics.mix.breakdown import interval
from choral.analytics.mix.budget import divide, in_minor
from choral.analytics.mix.plan import Plan
from choral.analytics.mix.response import Array
from choral.analytics.mix.values import Advice, Curve, CurvePoint, Move, Outcome, Step
from choral.core.errors import InvalidInput

_POINTS = 25
_REACH = 2.0  # curves are drawn to twice what is spent today
_SURE, _POSSIBLE = 0.9, 0.1


def curves(channels: tuple[str, ...], found: Plan) -> tuple[Curve, ...]:
    """Each channel's response to money over the plan."""
    thin = found.thin()
    widest = numpy.maximum(numpy.maximum(found.now, found.base) * _REACH, 1.0)
    shares = numpy.linspace(0.0, 1.0, _POINTS)
    brought = [(thin.brings(share * widest / found.base), thin.slope(share * widest / found.base)) for share in shares]
    return tuple(
        Curve(
            name, found.weeks, float(found.now[one]), float(found.tried[one]),
            tuple(
                CurvePoint(float(share * widest[one]), interval(brings[:, one]), interval(slope[:, one]))
                for share, (brings, slope) in zip(shares, brought, strict=True)
            ),
        )
        for one, name in enumerate(channels)
    )  # fmt: skip


@dataclass(frozen=True)
class Wish:
    """What is asked: see `Mix.advise`."""

    budget: int | None
    keep: float
    bounds: Mapping[str, tuple[int | None, int | None]]
    next_sum: int


def advise(
    channels: tuple[str, ...], told: Array, found: Plan, outcome: Outcome, currency: str, margin_rate: float | None,
    wish: Wish,
) -> Advice:  # fmt: skip
    """See `Mix.advise`. `told` says of which channels the sales tell anything: money of the others is left alone, and
    nothing is promised of them."""
    now = round(float(found.now.sum()))
    budget = now if wish.budget is None else wish.budget
    next_sum = wish.next_sum
    least, most = _bounds(channels, told, found, budget, wish)
    then = divide(found, float(budget), least, most)
    gains = found.brings(then / found.base) - found.brings(found.now / found.base)
    kept = _kept(outcome, margin_rate)
    gain = interval(gains.sum(1))
    profit = None if kept is None else interval(kept * gains.sum(1) - (budget - now))
    steps, verdict, breakeven = _steps(channels, told, found, kept, next_sum)
    judged = profit or gain
    moves = in_minor(then, budget)
    return Advice(
        "move" if judged.low > 0 else "keep", currency, outcome, found.weeks, budget, now, margin_rate,
        tuple(
            Move(name, round(found.now[one]), moves[one], round(least[one]), round(most[one]), interval(gains[:, one]))
            for one, name in enumerate(channels)
        ),
        gain, profit, next_sum, verdict, steps, breakeven, _test(channels, found),
        tuple(name for one, name in enumerate(channels) if not told[one]),
    )  # fmt: skip


def _kept(outcome: Outcome, margin_rate: float | None) -> float | None:
    """What is left of a unit of the outcome: all of a margin, a part of sales."""
    return 1.0 if outcome == "margin" else margin_rate


def _bounds(channels: tuple[str, ...], told: Array, found: Plan, budget: int, wish: Wish) -> tuple[Array, Array]:
    """From a share of what is spent today (in proportion to the whole budget), or as given by channel."""
    unknown = sorted(set(wish.bounds) - set(channels))
    if unknown:
        raise InvalidInput("no_such_channel", f"Nothing was spent on {unknown[0][:40]}.",
                           fix=f"Choose among {', '.join(channels)}.", status=422)  # fmt: skip
    whole = float(found.now.sum())
    usual = found.now * (budget / whole if whole else 0.0)
    keep = numpy.where(told, wish.keep, 0.0)
    least, most = usual * numpy.maximum(0.0, 1 - keep), usual * (1 + keep)
    for one, name in enumerate(channels):
        low, high = wish.bounds.get(name, (None, None))
        if low is not None:
            least[one], most[one] = low, max(most[one], low)
        if high is not None:
            least[one], most[one] = least[one] if low is not None else min(least[one], high), high
    fits = float(least.sum()) - 1 <= budget <= float(most.sum()) + 1  # a minor unit for rounding
    if budget < 0 or (least > most).any() or not fits:
        raise InvalidInput(
            "budget_not_possible", "This budget does not fit the limits of the channels.",
            f"With these limits it can be {round(least.sum()):,} to {round(most.sum()):,} minor units.",
            "Widen the limits, or change the budget.", 422,
        )  # fmt: skip
    return least, most


def _steps(
    channels: tuple[str, ...], told: Array, found: Plan, kept: float | None, next_sum: int
) -> tuple[tuple[Step, ...], str, float | None]:
    """What the next sum brings in each channel that can be told, best first; whether one is best; from which margin
    the best pays."""
    if not told.any():
        return (), "unsure", None
    now = found.now / found.base
    before = found.brings(now)
    gains = numpy.column_stack([
        found.brings(now + (numpy.arange(len(channels)) == one) * next_sum / found.base)[:, one] - before[:, one]
        for one in range(len(channels))
    ])  # fmt: skip
    best = numpy.bincount(numpy.where(told, gains, -1.0).argmax(1), minlength=len(channels)) / len(gains)
    order = sorted(numpy.flatnonzero(told), key=lambda one: (-float(gains[:, one].mean()), channels[one]))
    steps = tuple(
        Step(channels[one], interval(gains[:, one]), interval(gains[:, one] / max(next_sum, 1)), float(best[one]))
        for one in order
    )
    first = steps[0]
    breakeven = next_sum / first.brings.middle if first.brings.middle > 0 else None
    pays = first.brings.low > 0 if kept is None else kept * first.brings.low >= next_sum
    if not pays:
        return steps, "unsure", breakeven
    return steps, "one" if first.best >= _SURE else "several", breakeven


def close_seconds(steps: tuple[Step, ...]) -> tuple[str, ...]:
    """The channels that may be the best as well as the first, which nothing yet tells apart."""
    return tuple(one.channel for one in steps if one.best >= _POSSIBLE)


def _test(channels: tuple[str, ...], found: Plan) -> str:
    """The channel an experiment would teach most about: where the widest doubt about money spent lies."""
    brought = found.brings(numpy.maximum(found.now, found.base) / found.base)
    low, high = numpy.quantile(brought, (0.025, 0.975), axis=0)
    return channels[int(numpy.argmax(high - low))]

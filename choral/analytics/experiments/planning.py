"""How many customers a plan needs, from the shop's own past, and by which day they have come by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import numpy as np

from choral.analytics.experiments import measuring, power
from choral.analytics.experiments.estimates import Floats, ratio, samples
from choral.analytics.experiments.outcomes import Outcome
from choral.analytics.experiments.power import Design
from choral.analytics.experiments.sequential import ALPHA
from choral.analytics.experiments.values import Arm, History, Sizes
from choral.analytics.reading import Reading
from choral.core.errors import InvalidInput


def planned(
    reading: Reading, outcome: Outcome, relative: float | None, effect: float | None, arms: tuple[Arm, ...],
    window_days: int, among: Sequence[int] | None, chance: float,
) -> Sizes:  # fmt: skip
    """See `Experiments.sizes`."""
    found = measuring.past(reading, outcome, window_days, among)
    values, before = (found.column(one).to_numpy() for one in ("o0", "p0"))
    below = found.column("o0_below").to_numpy() if "o0_below" in found.column_names else None
    known = history(outcome, values, below, before, reading.as_of.until)
    wanted = effect if effect is not None else (relative or 0.0) * known.mean
    if not 0.5 <= chance < 1.0 or not (relative or effect):
        raise InvalidInput("no_effect_given", "Say which effect is worth finding.",
                           fix="Give it in percent of today's mean, for instance 5, and a power of 50 to 99 %.",
                           status=422)  # fmt: skip
    both = arms or (Arm("control", "", 1, True), Arm("treated", "", 1))
    sized = sizes(known, both, wanted, chance, window_days, len(found))
    return replace(sized, days=_days(reading, sized.any_day_adjusted, len(found)) if among is None else None)


def history(outcome: Outcome, values: Floats, below: Floats | None, before: Floats, as_of: date | None) -> History:
    """Mean and variance of an outcome over customers, and how much of it the time before explains (r²)."""
    nobody = np.zeros(len(values), dtype=np.int64)
    one = (ratio(values, below, nobody, 1) if below is not None else samples(values, nobody, 1))[0]
    explained = 0.0
    if below is None and len(values) > 2 and values.std() > 0 and before.std() > 0:
        explained = float(np.corrcoef(values, before)[0, 1] ** 2)
    return History(str(outcome), outcome.unit, outcome.shape, len(values), one.mean, one.variance, explained, as_of)


def sizes(
    past: History, arms: tuple[Arm, ...], effect: float, chance: float, window_days: int, eligible: int,
    days: int | None = None,
) -> Sizes:  # fmt: skip
    """What a plan needs to show an effect (per customer, in the outcome's unit) of the weakest of its arms."""
    plain, adjusted = (_design(past, arms, effect, chance, share) for share in (0.0, past.explained))
    seen = power.smallest_effect(adjusted, eligible, any_day=True) if eligible and adjusted.spread > 0 else None
    return Sizes(
        past, effect, effect / past.mean if past.mean else None,
        power.units(plain, effect, any_day=True), power.units(adjusted, effect, any_day=True),
        power.units(plain, effect, any_day=False), power.units(adjusted, effect, any_day=False),
        eligible, days, seen, chance, window_days,
    )  # fmt: skip


def _design(past: History, arms: tuple[Arm, ...], effect: float, chance: float, explained: float) -> Design:
    """The comparison of the control with the arm of the smallest weight; the error rate is divided among the arms."""
    whole = sum(one.weight for one in arms)
    control = next((one for one in arms if one.control), arms[0])
    smallest = min((one.weight for one in arms if one is not control), default=1)
    shares = (smallest / whole, control.weight / whole)
    level, left = ALPHA / (len(arms) - 1), 1.0 - explained
    if past.shape == "binary":
        treated = min(max(past.mean + effect, 0.0), 1.0)
        base = power.proportions(past.mean, treated, shares, level, chance)
        return Design(base.treated_variance * left, base.control_variance * left, *shares, level, chance)
    return Design(past.variance * left, past.variance * left, *shares, level, chance)


def _days(reading: Reading, wanted: int | None, there: int) -> int | None:
    """In how many days so many different customers come by, as they did up to the last day of the data."""
    if wanted is None or wanted > there:
        return None
    found = reading.rows(
        """SELECT ($until::DATE - last_seen_at::DATE)::INTEGER + 1 AS days, count(*) AS customers
           FROM customers GROUP BY 1""",
        """SELECT days, sum(customers) OVER (ORDER BY days)::BIGINT AS reached
           FROM (SELECT days, sum(customers) AS customers FROM partials WHERE days > 0 GROUP BY days) ORDER BY days""",
        {"until": reading.as_of.until},
    )
    return next((int(row["days"]) for row in found if row["reached"] >= wanted), None)

"""Measured effects for other rooms: what an experiment showed, with its channel, campaign, period and money spent."""

from __future__ import annotations

from choral.analytics.experiments.sequential import multiple
from choral.analytics.experiments.values import ArmMean, Comparison, MeasuredEffect, OutcomeResult, ReadOut
from choral.analytics.reading import Reading


def of(found: ReadOut, reading: Reading | None) -> list[MeasuredEffect]:
    """The effects of a read-out, one an arm and outcome; none of one whose sample ratio fails or that is too small."""
    spend = _spend(found, reading)
    return [
        _effect(found, result, one, spend)
        for result in found.outcomes
        for one in result.comparisons
        if one.interval is not None and one.decision not in ("hidden", "too_few")
    ]


def _effect(found: ReadOut, result: OutcomeResult, one: Comparison, spend: int | None) -> MeasuredEffect:
    assert one.interval is not None  # those without were left out
    plan, interval = found.experiment.plan, one.interval
    arms: dict[str, ArmMean] = {each.arm: each for each in result.arms}
    treated, control = arms[one.arm].units, arms[one.control].units
    error = (interval.high - interval.effect) / multiple(treated + control, one.level)
    return MeasuredEffect(
        found.experiment.key, plan.name, result.outcome, result.unit, one.arm, plan.channel, plan.campaign_id,
        found.first_day, found.last_day, plan.window_days, treated, control, interval.effect, error, interval.low,
        interval.high, interval.relative, interval.effect * treated, interval.low * treated, interval.high * treated,
        one.decision, spend, found.causal,
    )  # fmt: skip


def _spend(found: ReadOut, reading: Reading | None) -> int | None:
    """What was paid for the experiment's campaign: media spend as imported, else what its touches cost."""
    campaign = found.experiment.plan.campaign_id
    if not campaign or reading is None:
        return None
    rows = reading.rows(
        "SELECT sum(cost)::BIGINT AS cost FROM touches WHERE campaign_id = $campaign",
        """SELECT coalesce((SELECT sum(amount)::BIGINT FROM spend WHERE campaign_id = $campaign
                              AND currency = $currency), sum(cost)::BIGINT) AS cost FROM partials""",
        {"campaign": campaign, "currency": found.currency},
    )
    return int(rows[0]["cost"]) if rows and rows[0]["cost"] is not None else None

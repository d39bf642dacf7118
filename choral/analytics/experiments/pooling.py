"""Many experiments at once: each one's first answer from sums alone, and what a channel brings over all of its own.

One pass over all lots; a person of several experiments is in each. Pooled effects weight each experiment by its sizes
(n_t n_c / (n_t + n_c)), never by its outcome, so that lucky small variances do not draw the mean to themselves.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from choral.analytics.experiments import measuring, readout, sequential
from choral.analytics.experiments.estimates import Difference, Sample, difference
from choral.analytics.experiments.values import Answer, ChannelEffect, Experiment, Interval
from choral.analytics.reading import Reading, Row

# What the pass sums up of a customer after the lot, and in the same time before it.
MEASURES = ("sales", "orders", "bought")
_SUMS = (
    "sum(y)", "sum(y * y)", "sum(x)", "sum(x * x)", "sum(x * y)", "count(*) FILTER (y <> 0)",
)  # fmt: skip
_NAMES = ("y", "yy", "x", "xx", "xy", "events")
_PER_BUCKET = """WITH first AS (
       SELECT experiment_id, customer, arg_min(variation_id, (happened_at, position)) AS arm,
              min(happened_at) AS drawn_at, any_value(days) AS days
       FROM lots JOIN (SELECT unnest($keys::VARCHAR[]) AS experiment_id, unnest($windows::BIGINT[]) AS days)
         USING (experiment_id) GROUP BY experiment_id, customer),
     ripe AS (SELECT * FROM first WHERE drawn_at + to_days(days::INTEGER) <= $end),
     sums AS (
       SELECT experiment_id, arm, ripe.customer,
              {sales} FILTER (happened_at >= drawn_at) AS sales_y, {sales} FILTER (happened_at < drawn_at) AS sales_x,
              {orders} FILTER (happened_at >= drawn_at AND NOT returned) AS orders_y,
              {orders} FILTER (happened_at < drawn_at AND NOT returned) AS orders_x
       FROM ripe LEFT JOIN orders ON orders.customer = ripe.customer
         AND happened_at >= drawn_at - to_days(days::INTEGER) AND happened_at < drawn_at + to_days(days::INTEGER)
       GROUP BY experiment_id, arm, ripe.customer),
     long AS (
       SELECT experiment_id, arm, unnest(['sales', 'orders', 'bought']) AS measure,
              unnest([coalesce(sales_y, 0), orders_y, least(orders_y, 1)])::DOUBLE AS y,
              unnest([coalesce(sales_x, 0), orders_x, least(orders_x, 1)])::DOUBLE AS x FROM sums)
   SELECT experiment_id, arm, measure, count(*) AS n, {sums} FROM long GROUP BY experiment_id, arm, measure""".format(
    sales="sum(CASE WHEN currency = $currency THEN amount END)", orders="count(orders.position)",
    sums=", ".join(f"{sum_} AS {name}" for sum_, name in zip(_SUMS, _NAMES, strict=True)),
)  # fmt: skip
_MERGE = f"""SELECT experiment_id, arm, measure, sum(n)::BIGINT AS n,
     {", ".join(f"sum({name}) AS {name}" for name in _NAMES)}
   FROM partials GROUP BY experiment_id, arm, measure ORDER BY experiment_id, measure, arm"""  # noqa: S608 - our own names


@dataclass(frozen=True)
class Compared:
    """One arm of an experiment against its control in one measure: the difference, and the units of both."""

    experiment: Experiment
    arm: str
    treated: int
    control: int
    found: Difference
    enough: bool


def compared(reading: Reading, experiments: Sequence[Experiment], measure: str = "") -> list[Compared]:
    """Every arm of these experiments against its control, in its primary measure or the one given."""
    asked = [one for one in experiments if (measure or one.plan.primary) in MEASURES and len(one.plan.arms) > 1]
    if not asked:
        return []
    rows = reading.rows(
        _PER_BUCKET, _MERGE,
        {"keys": [one.key for one in asked], "windows": [one.plan.window_days for one in asked],
         "end": measuring.end(reading), "currency": reading.as_of.currency},
    )  # fmt: skip
    sums: dict[tuple[str, str], dict[str, Row]] = {}
    for row in rows:
        sums.setdefault((row["experiment_id"], row["measure"]), {})[row["arm"]] = row
    return [
        found for one in asked for found in _compared(one, sums.get((one.key, measure or one.plan.primary), {}))
    ]  # fmt: skip


def answers(found: Iterable[Compared]) -> dict[str, Answer]:
    """The first arm's answer of each experiment, as its own page gives it before Holm's correction for more arms."""
    answered: dict[str, Answer] = {}
    for one in found:
        if one.experiment.key in answered:
            continue
        p = sequential.p_value(one.found.effect, one.found.error, one.found.units)
        decision = readout.decided(p, one.found.effect, one.enough and one.found.error > 0, hidden=False)
        interval = None if decision == "too_few" else readout.interval(one.found, sequential.ALPHA)
        answered[one.experiment.key] = Answer(one.arm, decision, interval)
    return answered


def by_channel(found: Iterable[Compared], costs: Mapping[str, int], measure: str) -> list[ChannelEffect]:
    """What a channel brings per treated customer, over all its experiments; `costs` per campaign in minor units."""
    groups: dict[str, list[Compared]] = {}
    for one in found:
        if one.enough and one.found.error > 0 and one.experiment.plan.channel:
            groups.setdefault(one.experiment.plan.channel, []).append(one)
    return [_pooled(channel, group, costs, measure) for channel, group in sorted(groups.items())]


def _pooled(channel: str, group: Sequence[Compared], costs: Mapping[str, int], measure: str) -> ChannelEffect:
    weights = [one.treated * one.control / (one.treated + one.control) for one in group]
    whole = sum(weights)
    effect = sum(w * one.found.effect for w, one in zip(weights, group, strict=True)) / whole
    error = math.sqrt(sum((w * one.found.error) ** 2 for w, one in zip(weights, group, strict=True))) / whole
    units, treated = sum(one.found.units for one in group), sum(one.treated for one in group)
    half = sequential.multiple(units) * error
    p = sequential.p_value(effect, error, units)
    known = [(one, costs[one.experiment.plan.campaign_id]) for one in group if one.experiment.plan.campaign_id in costs]
    cost = sum(paid for _, paid in known) / sum(one.treated for one, _ in known) if known else None
    return ChannelEffect(
        channel, measure, len(group), treated, units - treated, Interval(effect, effect - half, effect + half, p),
        error, readout.decided(p, effect, True, hidden=False), cost,
    )  # fmt: skip


def _compared(one: Experiment, arms: Mapping[str, Row]) -> list[Compared]:
    """The arms of one experiment, with what was known before taken out; θ is fitted within arms, over all of them."""
    control = next(arm.key for arm in one.plan.arms if arm.control)
    there = {arm.key: arms[arm.key] for arm in one.plan.arms if arm.key in arms}
    if control not in there:
        return []
    inside_xx = sum(row["xx"] - row["x"] ** 2 / row["n"] for row in there.values())
    inside_xy = sum(row["xy"] - row["x"] * row["y"] / row["n"] for row in there.values())
    theta = inside_xy / inside_xx if inside_xx > 0 else 0.0
    centre = sum(row["x"] for row in there.values()) / sum(row["n"] for row in there.values())
    samples = {key: _sample(row, theta, centre) for key, row in there.items()}
    base = there[control]
    return [
        Compared(
            one, key, int(row["n"]), int(base["n"]), difference(samples[key], samples[control]),
            min(row["n"], base["n"]) >= readout.FEWEST_UNITS
            and row["events"] + base["events"] >= readout.FEWEST_EVENTS,
        )
        for key, row in there.items() if key != control
    ]  # fmt: skip


def _sample(row: Row, theta: float, centre: float) -> Sample:
    n = int(row["n"])
    mean = row["y"] / n - theta * (row["x"] / n - centre)
    yy, xx, xy = (
        row[pair] - row[a] * row[b] / n for pair, a, b in (("yy", "y", "y"), ("xx", "x", "x"), ("xy", "x", "y"))
    )
    variance = (yy - 2 * theta * xy + theta**2 * xx) / max(n - 1, 1)
    return Sample(n, float(mean), max(float(variance), 0.0))


def costs(reading: Reading) -> dict[str, int]:
    """What each campaign cost, minor units of the shop's currency: media spend as imported, else its touches' costs."""
    rows = reading.rows(
        "SELECT campaign_id, sum(cost)::BIGINT AS cost FROM touches WHERE campaign_id IS NOT NULL GROUP BY campaign_id",
        """WITH paid AS (SELECT campaign_id, sum(amount)::BIGINT AS cost FROM spend
                         WHERE currency = $currency AND campaign_id <> '' GROUP BY campaign_id),
             told AS (SELECT campaign_id, sum(cost)::BIGINT AS cost FROM partials GROUP BY campaign_id)
           SELECT coalesce(paid.campaign_id, told.campaign_id) AS campaign_id, coalesce(paid.cost, told.cost) AS cost
           FROM paid FULL JOIN told ON paid.campaign_id = told.campaign_id
           WHERE coalesce(paid.cost, told.cost) IS NOT NULL ORDER BY 1""",
        {"currency": reading.as_of.currency},
    )  # fmt: skip
    return {row["campaign_id"]: int(row["cost"]) for row in rows}

"""The list of experiments: who drew what in which, from one pass over all lots; and those other tools tell of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from choral.analytics.experiments import estimates, told
from choral.analytics.experiments.readout import RATIO_FAILS
from choral.analytics.experiments.values import Answer, Check, Experiment, ExperimentRow
from choral.analytics.reading import Reading, Row

_LOTS = (
    """SELECT experiment_id, arm, any_value(name) AS name, any_value(arm_name) AS arm_name, mode(channel) AS channel,
              count(*) AS units, min("day") AS first_day, max("day") AS last_day
       FROM (SELECT experiment_id, customer, arg_min(variation_id, (happened_at, position)) AS arm,
                    any_value(experiment_name) AS name, any_value(variation_name) AS arm_name,
                    any_value(channel) AS channel, min("day") AS "day" FROM lots GROUP BY experiment_id, customer)
       GROUP BY experiment_id, arm""",
    """SELECT experiment_id, arm, any_value(name) AS name, any_value(arm_name) AS arm_name, mode(channel) AS channel,
              sum(units)::BIGINT AS units, min(first_day) AS first_day, max(last_day) AS last_day
       FROM partials WHERE arm IS NOT NULL GROUP BY experiment_id, arm ORDER BY experiment_id, arm""",
)


def lots(reading: Reading | None) -> dict[str, list[Row]]:
    """All lots there are, by experiment: a row an arm."""
    found: dict[str, list[Row]] = {}
    for row in reading.rows(*_LOTS) if reading else ():
        found.setdefault(row["experiment_id"], []).append(row)
    return found


def told_of(reading: Reading | None, known: set[str]) -> list[Experiment]:
    """The experiments that events tell of and nobody has written down here, the last begun first."""
    drawn = {key: rows for key, rows in lots(reading).items() if key not in known}
    campaigns = _campaigns(reading, drawn)
    ordered = sorted(drawn.items(), key=lambda one: (min(row["first_day"] for row in one[1]), one[0]), reverse=True)
    return [
        told.experiment(
            key, rows[0]["name"] or key, [(row["arm"], row["arm_name"] or "") for row in rows],
            rows[0]["channel"] or "", key if key in campaigns else "",
        )
        for key, rows in ordered
    ]  # fmt: skip


def row(
    one: Experiment, drawn: Sequence[Row], imported: Mapping[str, int], answer: Answer | None = None
) -> ExperimentRow:
    """One line: units, days, whether the arms have the sizes planned, and the answer where they have."""
    units = dict(imported) | {each["arm"]: int(each["units"]) for each in drawn}
    counts = [units.get(arm.key, 0) for arm in one.plan.arms]
    days = [each[name] for each in drawn for name in ("first_day", "last_day")]
    check = _check(one, counts)
    shown = answer if check != "failed" else None
    return ExperimentRow(one, sum(counts), check, min(days, default=None), max(days, default=None), shown)


def _check(one: Experiment, counts: Sequence[int]) -> Check:
    if not one.plan.shares_known or not sum(counts):
        return "unknown"
    return (
        "failed" if estimates.sample_ratio(counts, [arm.weight for arm in one.plan.arms])[2] < RATIO_FAILS else "passed"
    )


def _campaigns(reading: Reading | None, keys: Iterable[str]) -> set[str]:
    """Those of these keys that are a campaign's too: of the data set, or of touches."""
    wanted = list(keys)
    if reading is None or not wanted:
        return set()
    found = reading.rows(
        "SELECT DISTINCT campaign_id FROM touches WHERE list_contains($keys::VARCHAR[], campaign_id)",
        "SELECT campaign_id FROM partials UNION SELECT campaign_id FROM campaigns"
        " WHERE list_contains($keys::VARCHAR[], campaign_id) ORDER BY 1",
        {"keys": wanted},
    )
    return {each["campaign_id"] for each in found}

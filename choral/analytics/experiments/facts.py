"""The facts the room tells: what became of an experiment, and each lot drawn. No personal data in either."""

from __future__ import annotations

from choral.analytics.experiments.values import Arm, Experiment
from choral.core.event import Event
from choral.core.ids import new_id
from choral.customers import sets

CHANNEL = "experiment"


def changed(experiment: Experiment, state: str, now: int) -> Event:
    """An experiment was planned, started, stopped, put away or taken out again."""
    said = {"experiment_id": experiment.key, "experiment_name": experiment.plan.name, "state": state}
    return Event(str(new_id(now)), "Experiment Changed", now, channel=CHANNEL, properties=sets.raw(said))


def drawn(experiment: Experiment, arm: Arm, identifier: str, now: int) -> Event:
    """Somebody drew a lot: the event other tools of the field send too."""
    said = {
        "experiment_id": experiment.key, "experiment_name": experiment.plan.name, "variation_id": arm.key,
        "variation_name": arm.name,
    }  # fmt: skip
    channel = experiment.plan.channel or CHANNEL
    return Event(str(new_id(now)), "Experiment Viewed", now, (identifier,), channel, properties=sets.raw(said))

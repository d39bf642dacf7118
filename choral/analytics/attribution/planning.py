"""From a question to a plan: the days, the labels there are, each place's lookback; bad questions are refused here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import get_args

import pyarrow

from choral.analytics.attribution import touchpoints
from choral.analytics.attribution.intervals import lots_for
from choral.analytics.attribution.loading import Plan, labelled
from choral.analytics.attribution.markov import width
from choral.analytics.attribution.rules import Settings
from choral.analytics.attribution.values import Dimension, Question, Value, Who
from choral.analytics.reading import Reading
from choral.core.errors import InvalidInput

_DAY_MS = 86_400_000
_LONGEST = 365
_MANY, _LOTS_OF_MANY = 40, 128


@dataclass(frozen=True)
class Label:
    """A label there is: the place it belongs to, its touches in the days asked about, and what they cost by
    themselves (minor units, None where they say nothing)."""

    key: str
    place: str
    touches: int
    cost: int | None


@dataclass(frozen=True)
class Planned:
    """A plan, and the labels in the order of its codes."""

    plan: Plan
    labels: tuple[Label, ...]


def checked(question: Question) -> Question:
    """The question, or `InvalidInput` that says which part of it cannot be answered."""
    for name, value, kind in (("by", question.by, Dimension), ("value", question.value, Value),
                              ("who", question.who, Who)):  # fmt: skip
        if value not in get_args(kind):
            raise InvalidInput(
                "wrong_choice", f"“{str(value)[:40]}” is not possible for “{name}”.",
                fix=f"Choose one of: {', '.join(get_args(kind))}.",
            )  # fmt: skip
    days = [question.lookback, *(days for _channel, days in question.lookbacks)]
    if not all(1 <= one <= _LONGEST for one in days):
        raise InvalidInput("wrong_lookback", "A touch can count for 1 to 365 days.", fix="Choose from 1 to 365.")
    if not 0.01 <= question.half_life <= _LONGEST:
        raise InvalidInput("wrong_half_life", "A half life is 0.01 to 365 days.", fix="Choose another one.")
    if min(question.ends) < 0 or sum(question.ends) > 1:
        raise InvalidInput(
            "wrong_ends", "The shares of the first and the last touch are not possible.",
            "Both must be 0 or more and together at most 1.", "Choose for example 0.4 and 0.4.",
        )  # fmt: skip
    width(1, question.order)
    return question


def planned(reading: Reading, question: Question, people: Sequence[int] | None) -> Planned | None:
    """What to do for a question; None where there are no days to ask about."""
    since, until = question.since or reading.as_of.since, question.until or reading.as_of.until
    if since is None or until is None or reading.as_of.since is None or since > until:
        return None
    reach = max(question.lookback, *(days for _channel, days in question.lookbacks), 1)
    found, places = _labels(reading, question.by, since - timedelta(days=reach), until)
    width(len(found), question.order)
    own = dict(question.lookbacks)
    lots = lots_for(question.order)
    plan = Plan(
        since, until, question.by, question.value, question.who, question.unit == "touches", question.order,
        lots if len(found) <= _MANY else min(lots, _LOTS_OF_MANY),
        Settings(*question.ends, question.half_life * 24,
                 tuple(code for code, one in enumerate(found) if one.place in touchpoints.DIRECT)),
        tuple(one.key for one in found), tuple(one.place for one in found), places,
        tuple(own.get(place, question.lookback) * _DAY_MS for place in places), reading.as_of.currency,
        _ms(reading.as_of.until or until) + _DAY_MS, _ms(reading.as_of.since) - 60 * _DAY_MS,
        None if people is None else tuple(people),
    )  # fmt: skip
    return Planned(plan, found)


def everything(plan: Plan, since: date, until: date) -> Plan:
    """The plan by channel over all days and all people, for what is learned of the shop as a whole."""
    return replace(
        plan, since=since, until=until, by="channel", who="all", people=None, labels=plan.places,
        label_places=plan.places,
    )  # fmt: skip


def _labels(reading: Reading, by: Dimension, since: date, until: date) -> tuple[tuple[Label, ...], tuple[str, ...]]:
    """The labels with touches in these days (one met at two places belongs to the commoner), and all places."""
    places: dict[str, Counter[str]] = {}
    cost: dict[str, int | None] = {}
    for row in pyarrow.concat_tables(reading.each(labelled, by, since, until)).to_pylist():
        key = row["label"]
        places.setdefault(key, Counter())[row["place"]] += row["touches"]
        cost[key] = cost.get(key) if row["cost"] is None else (cost.get(key) or 0) + row["cost"]
    labels = tuple(
        Label(key, max((times, place) for place, times in of.items())[1], of.total(), cost[key])
        for key, of in sorted(places.items())
        if of.total()
    )
    return labels, tuple(sorted({place for of in places.values() for place in of}))


def _ms(day: date) -> int:
    return int(datetime.combine(day, time(), UTC).timestamp() * 1_000)

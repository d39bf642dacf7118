"""Gathers what the mining of sequences looks at: some customers' touches of a while before a day drawn for each.

A day drawn at random keeps the two groups alike: both are looked at for as long, and neither's touches are cut off by
what is to be explained. The draw is a hash of the customer's number: it never wanders.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta

import numpy as np
import numpy.typing as npt
import pyarrow

from choral.analytics.journeys.asking import Asking
from choral.analytics.journeys.groups import People
from choral.analytics.journeys.mining import Watched, mine
from choral.analytics.journeys.queries import SequenceQuery
from choral.analytics.journeys.rows import Arrays, Ints, Within, pieces, spans, whole
from choral.analytics.journeys.values import Outcome, Sequence, Sequences
from choral.analytics.journeys.ways import COLUMN
from choral.analytics.mart_tables import ORDER, REFUND
from choral.analytics.marts import Marts
from choral.core.errors import NotFound

DAY = 86_400_000_000
MOST_LABELS = 10  # the most frequent ones
_MOST_TOUCHES = 60  # of one customer: the last ones
_MOST_CUSTOMERS = 100_000  # looked at; of more, as many are drawn
_LEAST, _MOST_ROWS = 30, 60  # customers who must have a sequence, and who must not have it
_NONE = -1


@dataclass(frozen=True)
class Plan:
    """What is looked at: touches `window` µs before the drawn moment, the outcome `horizon` µs after it, drawn from
    `earliest` to `latest` (µs UTC); of all customers those whose hash falls below `share`."""

    outcome: Outcome
    by: str
    labels: tuple[str, ...]
    window: int
    horizon: int
    earliest: int
    latest: int
    share: float
    within: Within = Within()


def gather(marts: Marts, bucket: int, plan: Plan) -> pyarrow.Table:
    """Rows `customer, label, orders, outcome`, sorted; a label of -1 stands for a customer who was not met in the
    window; `orders` they made in it (two and more are 2)."""
    found = [_watched(part, plan) for part in whole(_labelled(marts, bucket, plan))]
    names = ("customer", "label", "orders", "outcome")
    if not found:
        kinds = (pyarrow.int64(), pyarrow.int8(), pyarrow.int8(), pyarrow.bool_())
        return pyarrow.table([pyarrow.array([], kind) for kind in kinds], names=list(names))
    return pyarrow.table({name: np.concatenate([one[name] for one in found]) for name in names})


def watched(parts: Iterable[pyarrow.Table], labels: int) -> Watched:
    """What was gathered of all buckets as the mining wants it; equal touches that follow one another are one."""
    joined = pyarrow.concat_tables(list(parts))
    customer, label, orders, outcome = (column.to_numpy() for column in joined.columns)
    firsts, ends = spans(customer)
    person = np.repeat(np.arange(len(firsts), dtype=np.int32), ends - firsts)
    new = np.ones(len(label), dtype=np.bool_)
    new[1:] = (label[1:] != label[:-1]) | (person[1:] != person[:-1])
    return Watched(person[new], label[new], outcome[firsts], labels, orders[firsts])


def having(marts: Marts, bucket: int, plan: Plan, steps: tuple[int, ...], until: int) -> pyarrow.Table:
    """The customers whose touches of the window before `until` hold the sequence: whom it says something about now."""
    found = [np.zeros(0, dtype=np.int64)]
    for part in whole(_labelled(marts, bucket, plan)):
        kept = (part["at"] >= until - plan.window) & (part["at"] < until) & (part["label"] >= 0)
        customer, label = part["customer"][kept], part["label"][kept]
        found.append(_with(customer, label, steps))
    return pyarrow.table({"customer": np.concatenate(found)})


def _with(customer: Ints, label: npt.NDArray[np.int8], steps: tuple[int, ...]) -> Ints:
    firsts, ends = spans(customer)
    row = firsts.copy()
    for step in steps:
        there = np.full(len(customer) + 1, len(customer), dtype=np.int64)
        rows = np.flatnonzero(label == step)
        there[rows] = rows
        row = np.minimum.accumulate(there[::-1])[::-1][np.minimum(row, len(customer))]
        row = np.where(row < ends, row + 1, len(customer) + 1)
    return customer[firsts[row <= len(customer)]]


def _labelled(marts: Marts, bucket: int, plan: Plan) -> Iterator[Arrays]:
    codes = {label: at for at, label in enumerate(plan.labels)}
    column = COLUMN[plan.by]
    for piece in pieces(marts, bucket, sorted({column, "name"})):
        ordered = piece.texts["name"].look(lambda one: one == ORDER, np.bool_)
        sale = ordered | piece.texts["name"].look(lambda one: one == REFUND, np.bool_)
        label = piece.texts[column].look(lambda one: codes.get(one or "", _NONE), np.int8)
        label = np.where(sale, np.int8(_NONE), label)  # what was bought before is held equal, it is no step
        part: Arrays = {"customer": piece.customer, "at": piece.at, "label": label, "order": ordered}
        kept = plan.within.rows(piece)
        chosen = _hash(piece.customer, 1) < plan.share
        kept = chosen if kept is None else kept & chosen
        yield {key: values[kept] for key, values in part.items()}


def _watched(part: Arrays, plan: Plan) -> Arrays:
    customer, at, label = part["customer"], part["at"], part["label"]
    firsts, ends = spans(customer)
    number = np.repeat(np.arange(len(firsts)), ends - firsts)
    drawn = plan.earliest + (_hash(customer[firsts], 2) * (plan.latest - plan.earliest)).astype(np.int64)
    moment = drawn[number]
    ordered = np.asarray(part["order"], dtype=np.bool_)
    later = _any(ordered & (at >= moment) & (at < moment + plan.horizon), number, len(firsts))
    seen = (at >= moment - plan.window) & (at < moment)
    if plan.outcome == "loss":  # among those who bought not long before
        counts = _any(ordered & (at >= moment - plan.horizon) & (at < moment), number, len(firsts))
        outcome = ~later
    else:
        counts, outcome = _any(seen & (label >= 0), number, len(firsts)), later
    rows = np.flatnonzero(seen & (label >= 0) & counts[number])
    rows = rows[_from_the_end(number[rows]) < _MOST_TOUCHES]
    absent = np.flatnonzero(counts & ~_any(np.isin(np.arange(len(at)), rows), number, len(firsts)))
    people = np.concatenate((number[rows], absent))
    labels = np.concatenate((label[rows], np.full(len(absent), _NONE, dtype=np.int8)))
    order = np.argsort(people, kind="stable")
    people = people[order]
    orders = np.minimum(np.bincount(number[ordered & seen], minlength=len(firsts)), 2).astype(np.int8)
    return {"customer": customer[firsts][people], "label": labels[order], "orders": orders[people],
            "outcome": outcome[people]}  # fmt: skip


def _any(marks: npt.NDArray[np.bool_], number: Ints, count: int) -> npt.NDArray[np.bool_]:
    return np.bincount(number[marks], minlength=count) > 0


def _from_the_end(number: Ints) -> Ints:
    """How many rows of the same customer come after each."""
    firsts, ends = spans(number)
    return np.repeat(ends, ends - firsts) - 1 - np.arange(len(number))


def _hash(customer: Ints, salt: int) -> npt.NDArray[np.float64]:
    """A number from 0 to below 1 that a customer always has (the finaliser of splitmix64, Steele and others 2014)."""
    z = customer.astype(np.uint64) + np.uint64(salt * 0x9E3779B97F4A7C15 & (1 << 64) - 1)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(11)).astype(np.float64) / float(1 << 53)


def answer(asking: Asking, query: SequenceQuery, people: Ints | None) -> Sequences:
    """See `Journeys.sequences`."""
    plan = plan_of(asking, query, people)
    if plan is None:
        return _nothing(asking, query)
    looked = watched(asking.reading.each(gather, plan), len(plan.labels))
    customers = len(looked.outcome)
    found = mine(looked, query.longest, max(_LEAST, customers // 200))
    rows = [
        Sequence(
            tuple(plan.labels[step] for step in one.steps), one.support, one.with_outcome,
            one.with_outcome / one.support, one.without_with_outcome / one.without, one.lift, one.low, one.high,
            one.low > 1 or one.high < 1,
        )
        for one in found
    ]  # fmt: skip
    rows.sort(key=lambda one: (not one.certain, -one.lift if one.certain else 0, -one.support, one.steps))
    with_outcome = int(looked.outcome.sum())
    return Sequences(
        query.outcome, query.by, query.window_days, query.horizon_days, customers, asking.reading.as_of.customers,
        with_outcome, with_outcome / customers if customers else 0.0, len(found), tuple(rows[:_MOST_ROWS]),
    )  # fmt: skip


def people(asking: Asking, query: SequenceQuery, within: Ints | None, steps: tuple[str, ...]) -> People:
    """See `Journeys.sequence_people`."""
    plan = plan_of(asking, query, within)
    names = {label: number for number, label in enumerate(plan.labels)} if plan else {}
    if plan is None or not 2 <= len(steps) <= 4 or not all(step in names for step in steps):
        raise NotFound("no_such_sequence", "There is no such sequence.", fix="Take one of the table.", status=404)
    until = asking.reading.as_of.until
    assert until is not None
    end = asking.moment(until + timedelta(days=1))
    return asking.listed(
        asking.reading.each(having, replace(plan, share=1.1), tuple(names[step] for step in steps), end)
    )


def plan_of(asking: Asking, query: SequenceQuery, people: Ints | None) -> Plan | None:
    """What is looked at; None when the data are shorter than what is asked for."""
    as_of = asking.reading.as_of
    if as_of.since is None or as_of.until is None:
        return None
    before = query.window_days if query.outcome == "purchase" else max(query.window_days, query.horizon_days)
    earliest = asking.moment(as_of.since) + before * DAY
    latest = asking.moment(as_of.until + timedelta(days=1)) - query.horizon_days * DAY
    if latest <= earliest:
        return None
    size = len(people) if people is not None else as_of.customers
    labels = asking.labels().of(query.by, sales=False, most=MOST_LABELS)
    return Plan(
        query.outcome, query.by, labels, query.window_days * DAY, query.horizon_days * DAY, earliest, latest,
        min(1.1, _MOST_CUSTOMERS / max(1, size)), Within(people=people),
    )  # fmt: skip


def _nothing(asking: Asking, query: SequenceQuery) -> Sequences:
    return Sequences(query.outcome, query.by, query.window_days, query.horizon_days, 0, asking.reading.as_of.customers,
                     0, 0.0, 0, ())  # fmt: skip

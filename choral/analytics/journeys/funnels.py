"""Funnels over the shop's touches: one pass a bucket, counts summed, people listed. The walk itself: `funnel.py`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import numpy as np
import numpy.typing as npt
import pyarrow

from choral.analytics.journeys import conditions, durations
from choral.analytics.journeys.asking import Asking
from choral.analytics.journeys.funnel import Bits, Reached, Rules, walk
from choral.analytics.journeys.groups import People
from choral.analytics.journeys.intervals import times, wilson
from choral.analytics.journeys.queries import FunnelQuery
from choral.analytics.journeys.rows import Arrays, Ints, Within, among, counted, pieces, whole
from choral.analytics.journeys.values import OTHERS, Funnel, FunnelGroup, FunnelStep, Step
from choral.analytics.marts import Marts
from choral.analytics.people import SEGMENTS

EVENTS, REACHED, TIME = 0, 1, 2  # what a line of a partial answer counts
_DAY = 86_400_000_000
_SHAPE = ("kind", "group", "step", "bin", "n")


@dataclass(frozen=True)
class Plan:
    """A funnel ready to run. `labels` number the groups by channel; `segments` are customers by value group."""

    steps: tuple[Step, ...]
    excluded: tuple[Step, ...]
    rules: Rules
    within: Within = field(default_factory=Within)
    labels: tuple[str, ...] = ()
    segments: tuple[Ints, npt.NDArray[np.int8]] | None = None

    @property
    def marks(self) -> tuple[Step, ...]:
        return (*self.steps, *self.excluded)


def answer(asking: Asking, query: FunnelQuery, people: Ints | None) -> Funnel:
    """See `Journeys.funnel`."""
    plan = _plan(asking, query, people)
    parts = asking.reading.each(counts_of, plan)
    lines = [np.stack([part[name].to_numpy() for name in _SHAPE], axis=1) for part in parts]
    kind, group, step, bins, n = (column.to_numpy() for column in summed(lines).columns)
    depth = len(plan.steps)
    by_step = [int(n[(kind == REACHED) & (step == at)].sum()) for at in range(depth)]
    steps = []
    for at, one in enumerate(plan.steps):
        timed = (kind == TIME) & (step == at)
        before = by_step[at - 1] if at else by_step[0]
        low, high = wilson(by_step[at], before)
        steps.append(
            FunnelStep(
                one, by_step[at], _share(by_step[at], by_step[0]), _share(by_step[at], before), low, high,
                by_step[at] - by_step[at + 1] if at + 1 < depth else 0, int(n[(kind == EVENTS) & (step == at)].sum()),
                times(bins[timed], n[timed]),
            )
        )  # fmt: skip
    keys = np.unique(group[kind == REACHED]).tolist() if query.split else []
    groups = [
        FunnelGroup(_group_name(key, plan), tuple(
            int(n[(kind == REACHED) & (group == key) & (step == at)].sum()) for at in range(depth)))
        for key in keys
    ]  # fmt: skip
    return Funnel(
        tuple(steps), tuple(sorted(groups, key=lambda one: (-one.customers[0], one.key))), query.window_days,
        query.order, plan.excluded, query.since, query.until, query.segment,
    )  # fmt: skip


def people(asking: Asking, query: FunnelQuery, within: Ints | None, step: int, lost: bool) -> People:
    """See `Journeys.funnel_people`."""
    plan = _plan(asking, replace(query, split=None), within)
    return asking.listed(asking.reading.each(people_of, plan, step, lost))


def _plan(asking: Asking, query: FunnelQuery, people: Ints | None) -> Plan:
    steps, excluded = (tuple(Step.read(text) for text in texts) for texts in (query.steps, query.excluded))
    rules = Rules(len(steps), round(query.window_days * _DAY), query.order, len(steps) if excluded else None)
    return Plan(
        steps, excluded, rules, asking.within(query.since, query.until, people),
        asking.labels().of("channel") if query.split == "channel" else (),
        asking.groups.values() if query.split == "value" else None,
    )  # fmt: skip


def _group_name(key: int, plan: Plan) -> str:
    if plan.labels:
        return plan.labels[key] if key < len(plan.labels) else OTHERS
    return list(SEGMENTS)[key - 1] if key else ""


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def counts_of(marts: Marts, bucket: int, plan: Plan) -> pyarrow.Table:
    """Touches of each step, customers that reached it and times to it, by group: `kind, group, step, bin, n`."""
    found: list[Ints] = []
    events = np.zeros(len(plan.steps), dtype=np.int64)
    for part in _parts(marts, bucket, plan):
        for step in range(len(plan.steps)):
            events[step] += np.count_nonzero(part["bits"] & part["bits"].dtype.type(1 << step))
        found.append(_counted(_walked(part, plan), part, plan))
    lines = [np.array([[EVENTS, 0, step, 0, n] for step, n in enumerate(events.tolist())], dtype=np.int64), *found]
    return summed(lines)


def summed(lines: list[Ints]) -> pyarrow.Table:
    """Lines of (kind, group, step, bin, n) with equal ones added."""
    joined = np.concatenate(lines) if lines else np.zeros((0, 5), dtype=np.int64)
    keys, places = np.unique(joined[:, :4], axis=0, return_inverse=True)
    totals = np.bincount(places.reshape(-1), weights=joined[:, 4], minlength=len(keys)).astype(np.int64)
    return pyarrow.table([*keys.T, totals] if len(keys) else [np.zeros(0, np.int64)] * 5, names=list(_SHAPE))


def people_of(marts: Marts, bucket: int, plan: Plan, step: int, lost: bool) -> pyarrow.Table:
    """The customers who did steps 0 to `step`; `lost`: and not the next one."""
    found = [np.zeros(0, dtype=np.int64)]
    for part in _parts(marts, bucket, plan):
        reached = _walked(part, plan)
        depth = reached.depth
        found.append(reached.customer[(depth == step + 1) if lost else (depth > step)])
    return pyarrow.table({"customer": np.concatenate(found)})


def _parts(marts: Marts, bucket: int, plan: Plan) -> Iterator[Arrays]:
    """All rows, customers whole: `customer, at, bits` and, for groups by channel, `channel`."""
    return whole(_marked(marts, bucket, plan))


def _marked(marts: Marts, bucket: int, plan: Plan) -> Iterator[Arrays]:
    texts = set(conditions.columns(plan.marks)) | ({"channel"} if plan.labels else set())
    codes = {label: at for at, label in enumerate(plan.labels)}
    for piece in pieces(marts, bucket, sorted(texts)):
        bits = conditions.bits(piece, plan.marks)
        kept = plan.within.rows(piece)
        if kept is not None:
            bits *= kept  # quicker than leaving the rows out
        part: Arrays = {"customer": piece.customer, "at": piece.at, "bits": _joined_exclusions(bits, plan)}
        if plan.labels:
            part["channel"] = piece.texts["channel"].look(lambda one: codes.get(one or "", len(codes)), np.int8)
        yield part


def _joined_exclusions(bits: Bits, plan: Plan) -> Bits:
    """All exclusions as one bit, the one after the steps."""
    if len(plan.excluded) < 2:
        return bits
    steps = bits.dtype.type(len(plan.steps))
    one = bits.dtype.type(1)
    joined: Bits = (bits & ((one << steps) - one)) | ((bits >> steps != 0) * (one << steps))
    return joined


def _walked(part: Arrays, plan: Plan) -> Reached:
    return walk(part["customer"], part["at"], part["bits"], plan.rules)


def _counted(reached: Reached, part: Arrays, plan: Plan) -> Ints:
    group = _groups(reached, part, plan)
    lines = []
    for step in range(plan.rules.steps):
        there = reached.first[step] >= 0
        lines.append(_lines(REACHED, group[there], step, np.zeros(int(there.sum()), dtype=np.int64)))
        if step and plan.rules.order != "any":
            lines.append(
                _lines(TIME, np.zeros(int(there.sum()), np.int64), step, durations.bins(reached.since[step][there]))
            )
    return np.concatenate(lines)


def _lines(kind: int, group: Ints, step: int, bins: Ints) -> Ints:
    keys, n = counted(group << np.int64(32) | bins)
    constant = np.full(len(keys), 0, dtype=np.int64)
    return np.stack([constant + kind, keys >> np.int64(32), constant + step, keys & np.int64((1 << 32) - 1), n], axis=1)


def _groups(reached: Reached, part: Arrays, plan: Plan) -> Ints:
    """The group of each customer: the channel of the touch their deepest attempt began with, or their value group."""
    if plan.labels:
        return part["channel"][np.maximum(reached.start, 0)].astype(np.int64)
    if plan.segments is not None:
        ids, codes = plan.segments
        inside = among(reached.customer, ids)
        places = np.minimum(np.searchsorted(ids, reached.customer), max(len(ids) - 1, 0))
        return np.where(inside, codes[places] if len(ids) else 0, -1).astype(np.int64) + 1
    return np.zeros(len(reached.customer), dtype=np.int64)

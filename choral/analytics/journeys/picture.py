"""From counted ways to what is shown: nodes, links, whole ways, passages, and the difference of two groups. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow

from choral.analytics.journeys import paths
from choral.analytics.journeys.asking import Asking
from choral.analytics.journeys.groups import People
from choral.analytics.journeys.intervals import newcombe, times
from choral.analytics.journeys.paths import ENDS_FROM, NOTHING, START, Asked
from choral.analytics.journeys.queries import PathQuery
from choral.analytics.journeys.rows import Ints
from choral.analytics.journeys.values import (
    OTHERS,
    JourneyDifference,
    JourneyLink,
    JourneyNode,
    JourneyRow,
    Journeys,
    LinkDifference,
    Passage,
    Step,
)  # fmt: skip
from choral.analytics.journeys.ways import (
    LONGER,
    PASSAGE,
    WAY,
    WITH_PASSAGE,
    Plan,
    counts_of,
    nodes_of,
    passing,
    people_of,
    summed,
)  # fmt: skip
from choral.core.errors import NotFound

_MOST_ROWS = 50
_UNTIMED = 4095
Key = tuple[int, int]


class Naming:
    """The labels of a plan: from numbers to names and back."""

    def __init__(self, plan: Plan, end: str) -> None:
        self._labels = (*plan.labels, OTHERS)
        self._channels = (*plan.channels, OTHERS)
        self._ends_in_orders, self._end = plan.end is None, end
        self._back = plan.asked.backwards
        self._deepest = plan.asked.depth + self._back

    def node(self, place: int, number: int) -> str:
        """The id of a node, as it stands in addresses."""
        return f"{-place if self._back else place}:{self.label(number)}"

    def label(self, number: int) -> str:
        """A node's label."""
        if number == LONGER:
            return "more"
        if number == 32:
            return "none"
        if number > 32:
            return f"order:{self._channels[number - 33]}" if self._ends_in_orders else f"reached:{self._end}"
        return self._labels[number - 1]

    def passage(self, number: int) -> str:
        """A label of passages."""
        if number in (START, NOTHING):
            return "start" if number == START else "none"
        return self.label(number + 1 if number < ENDS_FROM else number - ENDS_FROM + 33)

    def passing(self, label: str) -> int:
        """A label of passages as a number; `NotFound` `no_such_label`."""
        found = next((number for number in range(NOTHING, -1, -1) if self._known(number) == label), None)
        if found is None:
            raise NotFound("no_such_label", f"“{label[:60]}” is on none of these ways.", status=404)
        return found

    def _known(self, number: int) -> str | None:
        """The label of a number that stands for one."""
        ends = len(self._channels) if self._ends_in_orders else 1
        if number in (START, NOTHING) or number < len(self._labels) or ENDS_FROM <= number < ENDS_FROM + ends:
            return self.passage(number)
        return None

    def place(self, node: str) -> Key:
        """A node's place and number from its id; `NotFound` `no_such_node`."""
        place, _colon, label = node.partition(":")
        numbers = [*range(1, len(self._labels) + 1), 32, *range(33, 33 + len(self._channels)), LONGER]
        number = next((number for number in numbers if self.label(number) == label), None)
        far = abs(int(place)) if place.lstrip("-").isdecimal() and len(place) < 4 else self._deepest + 1
        if number is None or far > self._deepest:
            raise NotFound("no_such_node", f"There is no place “{node[:60]}” on these ways.", status=404)
        return far, number


def journeys(counted: pyarrow.Table, plan: Plan, naming: Naming, said: dict[str, object]) -> Journeys:
    """Everything that is shown of counted ways."""
    kind, key, n = (counted[name].to_numpy() for name in ("kind", "key", "n"))
    codes, customers = key[kind == WAY], n[kind == WAY]
    nodes = nodes_of(codes, plan.asked)
    whole = int(customers.sum())
    sums: dict[Key, int] = {}
    links: dict[tuple[Key, Key], int] = {}
    for place in range(nodes.shape[1]):
        for number, count in _added(nodes[:, place], customers):
            if number:
                sums[place, number] = count
        if place:
            pairs = (nodes[:, place - 1] << np.int64(8)) | nodes[:, place]
            for pair, count in _added(pairs, customers):
                if pair & 255:
                    links[(place - 1, pair >> 8), (place, pair & 255)] = count
    return Journeys(
        customers=whole,
        ordered=int(customers[paths.end_of(codes) > 0].sum()),
        nodes=tuple(
            JourneyNode(naming.node(*node), -node[0] if plan.asked.backwards else node[0], naming.label(node[1]), count,
                        count / whole)
            for node, count in sorted(sums.items(), key=lambda item: (item[0][0], -item[1], item[0][1]))
        ),
        links=tuple(
            JourneyLink(naming.node(*one), naming.node(*other), count, count / whole, count / sums[one])
            for (one, other), count in sorted(links.items(), key=lambda item: (item[0][0][0], -item[1], item[0]))
        ),
        rows=_rows(nodes, customers, whole, naming, plan.asked.backwards),
        passages=_passages(kind, key, n, naming),
        **said,  # type: ignore[arg-type]
    )  # fmt: skip


def difference(one: Journeys, other: Journeys) -> JourneyDifference:
    """Link by link: the share of all who start in each group (two proportions; Newcombe's interval of Wilson scores,
    1998), biggest difference first."""
    first, second = _entered(one), _entered(other)
    found = []
    for key in {*first, *second}:
        a, b = first.get(key, 0), second.get(key, 0)
        low, high = newcombe(a, one.customers, b, other.customers)
        shares = (a / one.customers if one.customers else 0.0), (b / other.customers if other.customers else 0.0)
        found.append(LinkDifference(*key, a, b, *shares, shares[0] - shares[1], low, high))
    return JourneyDifference(
        one, other, tuple(sorted(found, key=lambda row: (-abs(row.difference), row.source, row.target)))
    )


def _entered(found: Journeys) -> dict[tuple[str, str], int]:
    """Every link, and what the ways begin with (backwards: end with) as links from `start`."""
    begun = {("start", node.id): node.customers for node in found.nodes if node.step == 0}
    return begun | {(link.source, link.target): link.customers for link in found.links}


def _added(keys: Ints, counts: Ints) -> Sequence[tuple[int, int]]:
    values, places = np.unique(keys, return_inverse=True)
    sums = np.bincount(places, weights=counts, minlength=len(values)).astype(np.int64)
    return list(zip(values.tolist(), sums.tolist(), strict=True))


def _rows(nodes: Ints, customers: Ints, whole: int, naming: Naming, backwards: bool) -> tuple[JourneyRow, ...]:
    order = np.lexsort((*nodes.T[::-1], -customers))[:_MOST_ROWS]
    found = []
    for row, count in zip(nodes[order].tolist(), customers[order].tolist(), strict=True):
        labels = [naming.label(number) for number in row if number]
        end = labels.pop(0) if backwards else labels.pop()
        steps = tuple(reversed(labels)) if backwards else tuple(labels)
        found.append(JourneyRow(steps, end, count, count / whole))
    return tuple(found)


def _passages(kind: Ints, key: Ints, n: Ints, naming: Naming) -> tuple[Passage, ...]:
    people = dict(zip(key[kind == WITH_PASSAGE].tolist(), n[kind == WITH_PASSAGE].tolist(), strict=True))
    keys, counts = key[kind == PASSAGE], n[kind == PASSAGE]
    pairs, bins = keys >> np.int64(12), keys & np.int64(4095)
    sums = dict(_added(pairs, counts))
    leaving = dict(_added(pairs >> np.int64(6), counts))
    found = []
    for pair, total in sums.items():
        timed = (pairs == pair) & (bins != _UNTIMED)
        source, target = pair >> 6, pair & 63
        found.append(
            Passage(naming.passage(source), naming.passage(target), total, people[pair], total / leaving[source],
                    times(bins[timed], counts[timed]))
        )  # fmt: skip
    return tuple(sorted(found, key=lambda one: (-one.times, one.source, one.target)))


def answer(asking: Asking, query: PathQuery, people: Ints | None) -> Journeys:
    """See `Journeys.paths`."""
    plan = plan_of(asking, query, people)
    parts = asking.reading.each(counts_of, plan)
    counted = pyarrow.concat_tables(parts)
    said = {
        "by": query.by, "start": query.start, "end": query.end, "depth": query.depth, "backwards": query.backwards,
        "since": query.since, "until": query.until, "segment": query.segment,
    }  # fmt: skip
    return journeys(
        summed(*(counted[name].to_numpy() for name in ("kind", "key", "n"))), plan, Naming(plan, query.end), said
    )


def people(asking: Asking, query: PathQuery, within: Ints | None, node: str, to: str | None) -> People:
    """See `Journeys.path_people`."""
    plan = plan_of(asking, query, within)
    naming = Naming(plan, query.end)
    return asking.listed(
        asking.reading.each(people_of, plan, naming.place(node), naming.place(to) if to is not None else None)
    )


def passage_people(asking: Asking, query: PathQuery, within: Ints | None, source: str, target: str) -> People:
    """See `Journeys.passage_people`."""
    plan = plan_of(asking, query, within)
    naming = Naming(plan, query.end)
    pair = naming.passing(source) << 6 | naming.passing(target)
    return asking.listed(asking.reading.each(passing, plan, pair))


def plan_of(asking: Asking, query: PathQuery, people: Ints | None) -> Plan:
    """A question with everything that numbers stand for."""
    ends_in_orders = query.end in ("", "order", "none")
    ended = {"": None, "order": True, "none": False}.get(query.end, True)
    return Plan(
        query.by, asking.labels().of(query.by, sales=not ends_in_orders), asking.labels().of("channel"),
        Asked(query.depth, query.backwards, ended), Step.read(query.start) if query.start else None,
        None if ends_in_orders else Step.read(query.end), query.channel,
        asking.within(query.since, query.until, people),
    )  # fmt: skip

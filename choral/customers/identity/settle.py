"""Settles who is one person: loads the evidence that touches a set of identifiers and applies the rules to it.

Changes only the nodes in memory; `actions.py` writes them. The outcome is a function of the evidence alone, so it
does not matter in how many steps, or in which order, the evidence came.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import numpy as np
from django.db.backends.utils import CursorWrapper

from choral.customers import sets
from choral.customers.identity import rules
from choral.customers.identity.keys import Node, load

Pair = tuple[int, int]


class Workbench:
    """The identifiers at hand by number, and how those that were known stood before (customer, state, position)."""

    def __init__(self, cursor: CursorWrapper, nodes: dict[int, Node]) -> None:
        self.cursor = cursor
        self.nodes = nodes
        self.before: dict[int, tuple[int, int, int]] = {}
        self._note(nodes.values())

    def bring(self, keys: Iterable[int]) -> None:
        """Load what is not at hand yet."""
        fetched = load(self.cursor, {key for key in keys if key not in self.nodes})
        self.nodes |= fetched
        self._note(fetched.values())

    def moved(self) -> list[int]:
        """Those that belong to another person, or stand in another state, than before."""
        nodes = self.nodes
        return [key for key, was in self.before.items() if was[:2] != (nodes[key].customer, nodes[key].state)]

    def links_of(self, keys: Iterable[int], tiers: str) -> list[tuple[int, int, int]]:
        """All evidence (a, b, at) that touches these identifiers, of `tiers` such as "tier <= 7"."""
        among, wanted = sets.among_numbers(self.cursor), sets.as_json(keys)
        self.cursor.execute(
            f"SELECT a, b, at FROM identity_link WHERE a {among} AND {tiers}"  # noqa: S608
            f" UNION SELECT a, b, at FROM identity_link WHERE b {among} AND {tiers}",
            [wanted, wanted],
        )
        return list(self.cursor.fetchall())

    def _note(self, nodes: Iterable[Node]) -> None:
        self.before |= {node.key: (node.customer, node.state, node.position) for node in nodes if not node.fresh}


def settle_strong(bench: Workbench, links: Mapping[Pair, int], touched: Iterable[int] = ()) -> None:
    """Decide anew for the strong identifiers in `links` (pair -> earliest time) or `touched`, and all they reach."""
    nodes = bench.nodes
    edges = {pair: at for pair, at in links.items() if nodes[pair[1]].tier <= rules.LAST_STRONG}
    reached = {key for pair in edges for key in pair}
    reached |= {key for key in touched if nodes[key].tier <= rules.LAST_STRONG}
    frontier = {key for key in reached if _leads_on(nodes[key])}
    while frontier:
        for a, b, at in bench.links_of(frontier, f"tier <= {rules.LAST_STRONG}"):
            edges[a, b] = min(at, edges.get((a, b), at))
        further = {key for pair in edges for key in pair} - reached
        bench.bring(further)
        reached |= further
        frontier = {key for key in further if _leads_on(nodes[key])}
    if not reached:
        return
    members = [nodes[key] for key in sorted(reached)]
    group, state = rules.persons(_evidence(members, edges))
    for node, customer, now in zip(members, _standing(members, group), state.tolist(), strict=True):
        node.customer, node.state = customer, now


def settle_weak(bench: Workbench, links: Iterable[Pair], touched: Iterable[int] = ()) -> None:
    """Give each browser and device in `links`, `touched`, or beside a moved identifier to the one person it was
    seen with, or to nobody. Comes after `settle_strong`."""
    nodes, weak_only = bench.nodes, f"tier = {rules.WEAK}"
    edges = {pair for pair in links if nodes[pair[1]].tier == rules.WEAK}
    moved = bench.moved()
    if moved:
        edges |= {(a, b) for a, b, _ in bench.links_of(moved, weak_only)}
    bench.bring({key for pair in edges for key in pair})
    waiting = {key for pair in edges for key in pair if nodes[key].tier == rules.WEAK}
    waiting |= {key for key in touched if nodes[key].tier == rules.WEAK}
    reached: set[int] = set()
    while waiting:
        reached |= waiting
        asked = [key for key in waiting if _leads_on(nodes[key])]
        found = {(a, b) for a, b, _ in bench.links_of(asked, weak_only)} - edges if asked else set()
        edges |= found
        bench.bring({key for pair in found for key in pair})
        waiting = {key for pair in found for key in pair if nodes[key].tier == rules.WEAK} - reached
    _place({key for key in reached if nodes[key].state != rules.SHARED}, edges, nodes)


def _leads_on(node: Node) -> bool:
    return not node.fresh and node.state != rules.SHARED


def _evidence(members: list[Node], edges: Mapping[Pair, int]) -> rules.Evidence:
    key = np.array([node.key for node in members], dtype=np.int64)
    pairs = np.array(list(edges), dtype=np.int64).reshape(-1, 2)
    row = np.searchsorted(key, pairs)
    return rules.Evidence(
        tier=np.array([node.tier for node in members], dtype=np.int64),
        key=key,
        shared=np.array([node.state == rules.SHARED for node in members], dtype=bool),
        a=row[:, 0],
        b=row[:, 1],
        at=np.array(list(edges.values()), dtype=np.int64),
    )


def _standing(members: list[Node], group: rules.Ints) -> list[int]:
    """For each member the identifier that stands for its person: the strongest, then the first seen."""
    best: dict[int, tuple[int, int, int]] = {}
    labels = group.tolist()
    for node, label in zip(members, labels, strict=True):
        rank = (node.tier, node.position, node.key)
        if rank < best.get(label, (rules.SILENT + 1, 0, 0)):
            best[label] = rank
    return [best[label][2] for label in labels]


def _place(weak: set[int], edges: set[Pair], nodes: dict[int, Node]) -> None:
    around: defaultdict[int, set[int]] = defaultdict(set)
    for a, b in edges:
        around[a].add(b)
        around[b].add(a)
    public = {key for key in weak if len(around[key]) > rules.SHARED_ABOVE}
    for key in public:
        nodes[key].customer, nodes[key].state = key, rules.SHARED
    weak -= public
    beside = {key: around[key] & weak for key in weak}
    persons = {
        key: {nodes[a].customer for a in around[key] if nodes[a].tier < rules.WEAK and nodes[a].state == rules.NORMAL}
        for key in weak
    }
    alone: defaultdict[int, list[Node]] = defaultdict(list)
    for key, (person, group) in rules.attach(sorted(weak), persons, beside).items():
        node = nodes[key]
        node.state = rules.AMBIGUOUS if len(persons[key]) > 1 else rules.NORMAL
        if person is not None:
            node.customer = person
        else:
            alone[group].append(node)
    for members in alone.values():
        standing = min(members, key=lambda node: (node.position, node.key)).key
        for node in members:
            node.customer = standing

"""Settles who is one person: loads the evidence that touches a set of identifiers and applies the rules to it.

Changes only the nodes in memory; `actions.py` writes them. The outcome is a function of evidence, rules and
corrections alone, so it does not matter in how many steps, or in which order, they came.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import NamedTuple

import numpy as np

from choral.customers.identity import rules
from choral.customers.identity.bench import Pair, Workbench
from choral.customers.identity.keys import Node
from choral.customers.identity.kinds import RuleSet
from choral.customers.identity.passing import place

_STRONG, _WEAK = f"tier <= {rules.LAST_STRONG}", f"tier = {rules.WEAK}"


class Shown(NamedTuple):
    """What is known of a pair: its earliest time (µs UTC) and what events said of its proof (`rules.proof`)."""

    at: int
    said: int


def settle_strong(bench: Workbench, links: Mapping[Pair, Shown], touched: Iterable[int] = ()) -> None:
    """Decide anew for the strong identifiers in `links` or `touched`, and all they reach."""
    nodes = bench.nodes
    edges = {pair: shown for pair, shown in links.items() if nodes[pair[1]].tier <= rules.LAST_STRONG}
    reached = {key for pair in edges for key in pair}
    reached |= {key for key in touched if key in nodes and nodes[key].tier <= rules.LAST_STRONG}
    further = set(reached)
    while further:
        frontier = {key for key in further if bench.leads_on(nodes[key])}
        for a, b, at, said in bench.links_of(frontier, _STRONG) if frontier else ():
            known = edges.get((a, b))
            edges[a, b] = Shown(at, said) if known is None else Shown(min(at, known.at), said | known.said)
        ended = _overfull(bench, frontier, edges)
        found = {key for pair in edges if ended.isdisjoint(pair) for key in pair} | bench.joined(further)
        bench.bring(found - reached)
        further = {key for key in found - reached if key in nodes and nodes[key].tier <= rules.LAST_STRONG}
        reached |= further
        for pair in [pair for pair in edges if not (pair[0] in reached and pair[1] in reached)] if ended else ():
            del edges[pair]
    if not reached:
        return
    members = [nodes[key] for key in sorted(reached)]
    verdict = rules.persons(_evidence(bench, members, edges), bench.rules)
    standing = _standing(members, verdict.group)
    for node, customer, state, proven in zip(
        members, standing, verdict.state.tolist(), verdict.proven.tolist(), strict=True
    ):
        node.customer, node.state, node.proven = customer, state, int(proven)


def _overfull(bench: Workbench, frontier: set[int], edges: Mapping[Pair, Shown]) -> set[int]:
    """Those just followed that turn out to be public property: what is behind them need not be loaded."""
    if len(edges) <= rules.SHARED_ABOVE:
        return set()
    nodes = bench.nodes
    around: defaultdict[int, int] = defaultdict(int)
    for a, b in edges:
        around[a] += 1
        around[b] += 1
    most = {key: max(bench.rules.limit(nodes[key].text), rules.CROWDED_ABOVE) for key in frontier}
    ended = {key for key, limit in most.items() if around[key] > limit}
    for key in ended:
        nodes[key].state = rules.SHARED
    return ended


def settle_weak(
    bench: Workbench,
    links: Mapping[Pair, Shown],
    touched: Iterable[int] = (),
    carried: Collection[int] = (),
) -> None:
    """Give each browser, device and receipt in `links`, `touched`, or beside a moved identifier to the one person it
    was seen with, or to nobody. Comes after `settle_strong`; what passed by the persons `carried` has gone along."""
    nodes = bench.nodes
    edges = {pair: shown.said for pair, shown in links.items() if nodes[pair[1]].tier == rules.WEAK}
    all_moved = bench.moved()
    moved = [key for key in all_moved if bench.before[key][0] not in carried] if carried else all_moved
    for a, b, _, said in bench.links_of(moved, _WEAK) if moved else ():
        edges[a, b] = edges.get((a, b), 0) | said
    waiting = {key for pair in edges for key in pair} | {*touched} | bench.corrected(all_moved) | bench.single
    bench.bring(waiting)
    waiting = {key for key in waiting if key in nodes and nodes[key].tier >= rules.WEAK}
    reached: set[int] = set()
    while waiting:
        reached |= waiting
        partners = bench.corrected(waiting)  # one that people gave to somebody is followed, shared or not
        asked = [key for key in waiting if bench.leads_on(nodes[key])]
        found = bench.links_of(asked, _WEAK) if asked else []
        for a, b, _, said in found:
            edges[a, b] = edges.get((a, b), 0) | said
        further = {key for row in found for key in row[:2]} | partners
        bench.bring(further)
        waiting = {key for key in further if key in nodes and nodes[key].tier >= rules.WEAK} - reached
    place(bench, {key for key in reached if nodes[key].state != rules.SHARED or bench.is_joined(key)}, edges)


def _evidence(bench: Workbench, members: list[Node], edges: Mapping[Pair, Shown]) -> rules.Evidence:
    key = np.array([node.key for node in members], dtype=np.int64)
    row = np.searchsorted(key, np.array(list(edges), dtype=np.int64).reshape(-1, 2))
    known: RuleSet = bench.rules
    joins, aparts = bench.decided({node.key for node in members})
    return rules.Evidence(
        tier=np.array([node.tier for node in members], dtype=np.int64),
        key=key,
        shared=np.array([node.state == rules.SHARED for node in members], dtype=bool),
        blocked=np.array([known.silenced(node.text) for node in members], dtype=bool),
        limit=np.array([known.limit(node.text) for node in members], dtype=np.int64),
        a=row[:, 0],
        b=row[:, 1],
        at=np.array([shown.at for shown in edges.values()], dtype=np.int64),
        said=np.array([shown.said for shown in edges.values()], dtype=np.int64),
        joins=np.searchsorted(key, np.array(joins, dtype=np.int64).reshape(-1, 2)),
        aparts=np.searchsorted(key, np.array(aparts, dtype=np.int64).reshape(-1, 2)),
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

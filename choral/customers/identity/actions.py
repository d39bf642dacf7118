"""Keeps the identity view: takes a micro-batch of sightings, changes only the persons they touch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from django.db.backends.utils import CursorWrapper

from choral.customers import progress, sets
from choral.customers.identity import rules
from choral.customers.identity.keys import Node, find, load


@dataclass(frozen=True)
class Sighting:
    """One combination of identifiers in a batch: where it was first, its earliest time (µs UTC), its source."""

    ids: tuple[str, ...]
    position: int
    at: int
    source: str


@dataclass
class Absorbed:
    """What a batch did: the number of each identifier, the identifiers at hand, the persons whose set changed."""

    keys: dict[str, int]
    nodes: dict[int, Node]
    changed: set[int]

    def customer(self, text: str) -> int:
        return self.nodes[self.keys[text]].customer


def absorb(cursor: CursorWrapper, sightings: Iterable[Sighting]) -> Absorbed:
    """Add identifiers and evidence, then settle anew whoever they concern."""
    seen = list(sightings)
    keys, nodes = find(cursor, dict.fromkeys(text for sighting in seen for text in sighting.ids))
    _add_fresh(seen, keys, nodes)
    links = _changed_links(cursor, seen, keys, nodes)
    before = {key: (node.customer, node.state) for key, node in nodes.items() if not node.fresh}
    _settle_strong(cursor, links, nodes, before)
    _settle_weak(cursor, links, nodes, before)
    changed = _save(cursor, nodes, before)
    if changed:
        last = max(sighting.position for sighting in seen)
        progress.save(cursor, progress.VERSION, last)
    return Absorbed(keys, nodes, changed)


def _add_fresh(seen: list[Sighting], keys: dict[str, int], nodes: dict[int, Node]) -> None:
    first: dict[str, int] = {}
    for sighting in seen:
        for text in sighting.ids:
            if keys[text] not in nodes or text in first:
                first[text] = min(first.get(text, sighting.position), sighting.position)
                key = keys[text]
                nodes.setdefault(key, Node(key, text, rules.tier_of(text), key, 0, 0, fresh=True))
    for text, position in first.items():
        nodes[keys[text]].position = position


Pair = tuple[int, int]


def _changed_links(
    cursor: CursorWrapper, seen: list[Sighting], keys: dict[str, int], nodes: dict[int, Node]
) -> dict[Pair, int]:
    """Write evidence that is new or now known from an earlier time; each such pair with its earliest time."""
    found: dict[Pair, tuple[int, int, str]] = {}
    for sighting in seen:
        if len(sighting.ids) > 1:
            for a, b in rules.pairs(sighting.ids):
                pair = keys[a], keys[b]
                position, at, source = found.get(pair, (sighting.position, sighting.at, sighting.source))
                if sighting.position < position:
                    position, source = sighting.position, sighting.source
                found[pair] = position, min(at, sighting.at), source
    known = _known_links(cursor, [pair for pair in found if not (nodes[pair[0]].fresh or nodes[pair[1]].fresh)], nodes)
    changed = {pair: row for pair, row in found.items() if pair not in known or row[1] < known[pair]}
    sets.write(
        cursor,
        "identity_link",
        "a bigint, tier bigint, b bigint, position bigint, at bigint, source text",
        [(a, nodes[b].tier, b, *row) for (a, b), row in sorted(changed.items())],
        "ON CONFLICT (a, tier, b) DO UPDATE SET at = excluded.at",
    )
    return {pair: row[1] for pair, row in changed.items()}


def _known_links(cursor: CursorWrapper, pairs: list[Pair], nodes: dict[int, Node]) -> dict[Pair, int]:
    if not pairs:
        return {}
    cursor.execute(
        f"SELECT link.a, link.b, link.at FROM {sets.triples(cursor)} asked"  # noqa: S608
        " JOIN identity_link link ON link.a = asked.x AND link.tier = asked.y AND link.b = asked.z",
        [sets.as_json([(a, nodes[b].tier, b) for a, b in pairs])],
    )
    return {(a, b): at for a, b, at in cursor.fetchall()}


Before = dict[int, tuple[int, int]]


def _bring(cursor: CursorWrapper, keys: Iterable[int], nodes: dict[int, Node], before: Before) -> None:
    """Load what is not at hand yet, remembering how it was."""
    fetched = load(cursor, {key for key in keys if key not in nodes})
    nodes |= fetched
    before |= {key: (node.customer, node.state) for key, node in fetched.items()}


def _links_of(cursor: CursorWrapper, keys: Iterable[int], tiers: str) -> list[tuple[int, int, int]]:
    """All evidence (a, b, at) that touches these identifiers, of `tiers` such as "tier <= 7"."""
    among, wanted = sets.among_numbers(cursor), sets.as_json(keys)
    cursor.execute(
        f"SELECT a, b, at FROM identity_link WHERE a {among} AND {tiers}"  # noqa: S608
        f" UNION SELECT a, b, at FROM identity_link WHERE b {among} AND {tiers}",
        [wanted, wanted],
    )
    return list(cursor.fetchall())


def _settle_strong(cursor: CursorWrapper, links: Mapping[Pair, int], nodes: dict[int, Node], before: Before) -> None:
    edges = {pair: at for pair, at in links.items() if nodes[pair[1]].tier <= rules.LAST_STRONG}
    if not edges:
        return
    reached = {key for pair in edges for key in pair}
    frontier = {key for key in reached if _leads_on(nodes[key])}
    while frontier:
        for a, b, at in _links_of(cursor, frontier, f"tier <= {rules.LAST_STRONG}"):
            edges[a, b] = at
        fresh = {key for pair in edges for key in pair} - reached
        _bring(cursor, fresh, nodes, before)
        reached |= fresh
        frontier = {key for key in fresh if _leads_on(nodes[key])}
    members = [nodes[key] for key in sorted(reached)]
    group, state = rules.persons(_evidence(members, edges))
    standing = _standing(members, group)
    for node, customer, now in zip(members, standing, state.tolist(), strict=True):
        node.customer, node.state = customer, now


def _leads_on(node: Node) -> bool:
    return not node.fresh and node.state != rules.SHARED


def _evidence(members: list[Node], edges: Mapping[Pair, int]) -> rules.Evidence:
    key = np.array([node.key for node in members], dtype=np.int64)
    pairs = np.array(list(edges), dtype=np.int64)
    row = np.searchsorted(key, pairs)
    return rules.Evidence(
        tier=np.array([node.tier for node in members], dtype=np.int64),
        key=key,
        shared=np.array([node.state == rules.SHARED for node in members]),
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


def _settle_weak(cursor: CursorWrapper, links: Mapping[Pair, int], nodes: dict[int, Node], before: Before) -> None:
    """Give each browser and device to the one person it was seen with, or to nobody."""
    moved = [key for key, was in before.items() if was != (nodes[key].customer, nodes[key].state)]
    edges = {pair for pair in links if nodes[pair[1]].tier == rules.WEAK}
    if moved:
        edges |= {(a, b) for a, b, _ in _links_of(cursor, moved, f"tier = {rules.WEAK}")}
    reached: set[int] = set()
    while True:
        _bring(cursor, {key for pair in edges for key in pair}, nodes, before)
        weak = {key for pair in edges for key in pair if nodes[key].tier == rules.WEAK} - reached
        reached |= weak
        asked = [key for key in weak if _leads_on(nodes[key])]
        if not asked:
            break
        edges |= {(a, b) for a, b, _ in _links_of(cursor, asked, f"tier = {rules.WEAK}")}
    _place({key for key in reached if nodes[key].state != rules.SHARED}, edges, nodes)


def _place(weak: set[int], edges: set[Pair], nodes: dict[int, Node]) -> None:
    strong: defaultdict[int, set[int]] = defaultdict(set)
    for a, b in edges:
        if nodes[a].tier < rules.WEAK:
            strong[b].add(a)
    public = {key for key in weak if len(strong[key]) > rules.SHARED_ABOVE}
    weak -= public
    beside: defaultdict[int, set[int]] = defaultdict(set)
    for a, b in edges:
        if a in weak and b in weak:
            beside[a].add(b)
            beside[b].add(a)
    persons = {key: {nodes[a].customer for a in strong[key] if nodes[a].state == rules.NORMAL} for key in weak}
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
    for key in public:
        nodes[key].customer, nodes[key].state = key, rules.SHARED


def _save(cursor: CursorWrapper, nodes: dict[int, Node], before: Before) -> set[int]:
    """Write new and moved identifiers; the persons, old and new, whose set of identifiers changed."""
    fresh = sorted((node for node in nodes.values() if node.fresh), key=lambda node: node.key)
    sets.write(
        cursor,
        "identity_identifier",
        "key bigint, text text, tier bigint, customer bigint, state bigint, position bigint",
        [(node.key, node.text, node.tier, node.customer, node.state, node.position) for node in fresh],
    )
    moved = [(key, was) for key, was in before.items() if was != (nodes[key].customer, nodes[key].state)]
    if moved:
        cursor.execute(
            f"UPDATE identity_identifier SET customer = moved.y, state = moved.z FROM {sets.triples(cursor)} moved"  # noqa: S608
            " WHERE identity_identifier.key = moved.x",
            [sets.as_json([(key, nodes[key].customer, nodes[key].state) for key, _ in moved])],
        )
    changed = {node.customer for node in fresh}
    for key, (customer, _) in moved:
        changed |= {customer, nodes[key].customer}
    return changed

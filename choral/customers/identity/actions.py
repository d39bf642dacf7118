"""Keeps the identity view: takes in sightings, takes back a source's, and changes only the persons they touch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.backends.utils import CursorWrapper

from choral.customers import progress, sets
from choral.customers.identity import rules
from choral.customers.identity.keys import Node, find, load
from choral.customers.identity.settle import Pair, Workbench, settle_strong, settle_weak

_NODE = "key bigint, text text, tier bigint, customer bigint, state bigint, position bigint"
_LINK = "a bigint, tier bigint, b bigint, source text, position bigint, at bigint"


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

    def unchanged(self) -> dict[int, int]:
        """The person of each identifier at hand, for persons who have the same identifiers as before."""
        return {key: node.customer for key, node in self.nodes.items() if node.customer not in self.changed}


def absorb(cursor: CursorWrapper, sightings: Iterable[Sighting]) -> Absorbed:
    """Add identifiers and evidence, then settle anew whoever they concern."""
    seen = [(sighting, rules.pairs(sighting.ids)) for sighting in sightings]
    first: dict[str, int] = {}
    for sighting, pairs in seen:  # in the order of the log
        first.setdefault(sighting.ids[0], sighting.position)
        for a, b in pairs:
            first.setdefault(a, sighting.position)
            first.setdefault(b, sighting.position)
    keys, nodes = find(cursor, first)
    for text, position in first.items():
        key = keys[text]
        if key not in nodes:
            nodes[key] = Node(key, text, rules.tier_of(text), key, rules.NORMAL, position, fresh=True)
    bench = Workbench(cursor, nodes)
    links = _changed_links(bench, seen, keys)
    if links:
        settle_strong(bench, links)
        settle_weak(bench, links)
    return Absorbed(keys, nodes, _save(bench))


def unlink(cursor: CursorWrapper, sources: Iterable[str]) -> set[int]:
    """Take back all evidence of these sources; the identifiers it was about. To be followed by `retract`."""
    asked, of_sources = sets.as_json(sources), f"source {sets.among_texts(cursor)}"
    cursor.execute(f"SELECT a, b FROM identity_link WHERE {of_sources}", [asked])  # noqa: S608
    touched = {key for pair in cursor.fetchall() for key in pair}
    cursor.execute(f"DELETE FROM identity_link WHERE {of_sources}", [asked])  # noqa: S608
    return touched


def retract(cursor: CursorWrapper, touched: Iterable[int], subjects: Mapping[int, int]) -> set[int]:
    """Settle identifiers anew that have lost evidence or events; the persons, old and new, whose set changed.

    `subjects`: those of them that events which stay are about, with the first position of such an event. Who is
    neither a subject nor in any evidence was never seen: it goes.
    """
    touched = set(touched)
    bench = Workbench(cursor, load(cursor, touched))
    first = _first_positions(cursor, touched, subjects)
    gone = [bench.nodes.pop(key) for key in sorted(touched) if key not in first]
    for key, position in first.items():
        bench.nodes[key].position, bench.nodes[key].state = position, rules.NORMAL
    for node in gone:
        del bench.before[node.key]
    cursor.execute(
        f"DELETE FROM identity_identifier WHERE key {sets.among_numbers(cursor)}",  # noqa: S608
        [sets.as_json([node.key for node in gone])],
    )
    settle_strong(bench, {}, first)
    settle_weak(bench, (), first)
    progress.add(cursor, progress.VERSION, -sum(_mark(node.key, node.customer) for node in gone))
    return _save(bench) | {node.customer for node in gone}


def _first_positions(cursor: CursorWrapper, touched: Iterable[int], subjects: Mapping[int, int]) -> dict[int, int]:
    """Where each of these identifiers is first seen in what stays; without those that are not."""
    among, wanted = sets.among_numbers(cursor), sets.as_json(touched)
    cursor.execute(
        f"SELECT one, min(position) FROM (SELECT a AS one, position FROM identity_link WHERE a {among}"  # noqa: S608
        f" UNION ALL SELECT b, position FROM identity_link WHERE b {among}) AS seen GROUP BY one",
        [wanted, wanted],
    )
    first: dict[int, int] = dict(cursor.fetchall())
    for key, position in subjects.items():
        first[key] = min(position, first.get(key, position))
    return first


def _changed_links(
    bench: Workbench, seen: Iterable[tuple[Sighting, list[tuple[str, str]]]], keys: Mapping[str, int]
) -> dict[Pair, int]:
    """Write evidence that is new or now known from an earlier time; each such pair with its earliest time."""
    found: dict[tuple[int, int, int, str], tuple[int, int]] = {}
    for sighting, pairs in seen:
        for a, b in pairs:
            link = keys[a], bench.nodes[keys[b]].tier, keys[b], sighting.source
            position, at = found.get(link, (sighting.position, sighting.at))
            found[link] = position, min(at, sighting.at)
    known = _known_links(bench, found)
    changed = {link: row for link, row in found.items() if link not in known or row[1] < known[link]}
    sets.write(
        bench.cursor,
        "identity_link",
        _LINK,
        sorted((*link, *row) for link, row in changed.items()),
        "ON CONFLICT (a, tier, b, source) DO UPDATE SET at = excluded.at",
    )
    earliest: dict[Pair, int] = {}
    for (one, _tier, other, _source), (_position, at) in changed.items():
        earliest[one, other] = min(at, earliest.get((one, other), at))
    return earliest


def _known_links(bench: Workbench, found: Iterable[tuple[int, int, int, str]]) -> dict[tuple[int, int, int, str], int]:
    nodes = bench.nodes
    asked = [link for link in found if not (nodes[link[0]].fresh or nodes[link[2]].fresh)]
    if not asked:
        return {}
    bench.cursor.execute(
        f"SELECT link.a, link.tier, link.b, link.source, link.at FROM {sets.triples(bench.cursor)} asked"  # noqa: S608
        " JOIN identity_link link ON link.a = asked.x AND link.tier = asked.y AND link.b = asked.z",
        [sets.as_json(list(dict.fromkeys(link[:3] for link in asked)))],
    )
    return {(a, tier, b, source): at for a, tier, b, source, at in bench.cursor.fetchall()}


def _save(bench: Workbench) -> set[int]:
    """Write new and moved identifiers; the persons, old and new, whose set of identifiers changed."""
    nodes, before = bench.nodes, bench.before
    fresh = sorted((node for node in nodes.values() if node.fresh), key=lambda node: node.key)
    sets.write(
        bench.cursor,
        "identity_identifier",
        _NODE,
        [(node.key, node.text, node.tier, node.customer, node.state, node.position) for node in fresh],
    )
    altered = [node for key, was in before.items() if was != ((node := nodes[key]).customer, node.state, node.position)]
    sets.write(
        bench.cursor,
        "identity_identifier",
        _NODE,
        [(node.key, node.text, node.tier, node.customer, node.state, node.position) for node in altered],
        "ON CONFLICT (key) DO UPDATE SET customer = excluded.customer, state = excluded.state,"
        " position = excluded.position",
    )
    moved = [node for node in altered if before[node.key][0] != node.customer]
    version = sum(_mark(node.key, node.customer) for node in fresh)
    version += sum(_mark(node.key, node.customer) - _mark(node.key, before[node.key][0]) for node in moved)
    progress.add(bench.cursor, progress.VERSION, version)
    changed = {node.customer for node in fresh}
    for node in moved:
        changed |= {node.customer, before[node.key][0]}
    return changed


def _mark(key: int, customer: int) -> int:
    """What one line of the identity map adds to the version: equal maps have equal sums, in whatever way they arose.

    Multiplying by odd constants and folding the high half in is the usual mixing of 64-bit hashes (SplitMix64).
    """
    mixed = (key ^ (customer * 0x9E3779B97F4A7C15)) & 0xFFFFFFFFFFFFFFFF
    mixed = ((mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF
    return mixed ^ mixed >> 31

"""Keeps the identity view: takes in sightings, takes back a source's, and changes only the persons they touch."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass, field

from django.db.backends.utils import CursorWrapper

from choral.customers import progress, sets
from choral.customers.identity import rules
from choral.customers.identity.bench import Before, Pair, Workbench
from choral.customers.identity.carrying import carry, parts, whole
from choral.customers.identity.directions import rules_in_force
from choral.customers.identity.keys import Node, find, load
from choral.customers.identity.kinds import RuleSet
from choral.customers.identity.settle import Shown, settle_strong, settle_weak
from choral.customers.profiles.combining import Parts

Link = tuple[int, int, int, str]

_NODE = "key bigint, text text, tier bigint, customer bigint, state bigint, position bigint, proven bigint"
_LINK = "a bigint, tier bigint, b bigint, source text, position bigint, at bigint, said bigint"
_NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Sighting:
    """One combination of identifiers in a batch: where it was first, its earliest time (µs UTC), its source, and the
    kinds of identifiers that its events prove."""

    ids: tuple[str, ...]
    position: int
    at: int
    source: str
    proved: frozenset[str] = _NOTHING


@dataclass
class Absorbed:
    """What a batch did: the number of each identifier, the identifiers at hand, the persons whose set changed, and of
    large ones that others joined as a whole, of what they consist now."""

    keys: dict[str, int]
    nodes: dict[int, Node]
    changed: set[int]
    made: dict[int, Parts] = field(default_factory=dict)

    def unchanged(self, summed: Container[int] = ()) -> dict[int, int]:
        """The person of each identifier at hand, for persons who have the same identifiers as before, or whose row is
        as before this batch all the same (`summed`)."""
        return {
            key: node.customer
            for key, node in self.nodes.items()
            if node.customer not in self.changed or node.customer in summed
        }

    def newcomers(self) -> dict[int, list[Node]]:
        """The identifiers of each person who was not known before in any of them."""
        known = {node.customer for node in self.nodes.values() if not node.fresh} | self.made.keys()
        found: dict[int, list[Node]] = {}
        for node in self.nodes.values():
            if node.fresh and node.customer not in known:
                found.setdefault(node.customer, []).append(node)
        return found


def absorb(
    cursor: CursorWrapper,
    sightings: Iterable[Sighting],
    ruled: RuleSet | None = None,
    decided: Iterable[int] = (),
) -> Absorbed:
    """Add identifiers and evidence, then settle anew whoever they concern, and those whom corrections are about."""
    ruled = rules_in_force(cursor) if ruled is None else ruled
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
            state = rules.BLOCKED if ruled.silenced(text) else rules.NORMAL
            nodes[key] = Node(key, text, rules.tier_of(text), key, state, position, fresh=True)
    bench = Workbench(cursor, nodes, ruled)
    links = _changed_links(bench, seen, keys)
    touched = {*decided} | bench.with_correction(key for key, node in nodes.items() if node.fresh)
    if links or touched:
        touched |= bench.corrected(touched)
        bench.bring(touched)
        settle_strong(bench, links, touched)
        merged = whole(bench)
        carried, version = carry(bench, merged)
        settle_weak(bench, links, touched, carried)
        progress.add(cursor, progress.VERSION, version)
        joined = {old: merged[old] for old in carried}
        changed = save(bench) | joined.keys() | set(joined.values())
        return Absorbed(keys, nodes, changed, parts(bench, joined) if joined else {})
    return Absorbed(keys, nodes, save(bench))


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
    bench = Workbench(cursor, load(cursor, touched), rules_in_force(cursor))
    first = _first_positions(cursor, touched, subjects)
    gone = [bench.nodes.pop(key) for key in sorted(touched) if key not in first and key in bench.nodes]
    for key, position in first.items():
        bench.nodes[key].position, bench.nodes[key].state = position, rules.NORMAL
    others = bench.corrected(node.key for node in gone)
    for node in gone:
        del bench.before[node.key]
    cursor.execute(
        f"DELETE FROM identity_identifier WHERE key {sets.among_numbers(cursor)}",  # noqa: S608
        [sets.as_json([node.key for node in gone])],
    )
    bench.bring(others := others - {node.key for node in gone})
    settle_strong(bench, {}, {*first} | others)
    settle_weak(bench, {}, {*first} | others)
    progress.add(cursor, progress.VERSION, -sum(_mark(node.key, node.customer) for node in gone))
    return save(bench) | {node.customer for node in gone}


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
) -> dict[Pair, Shown]:
    """Write evidence that is new, now known from an earlier time or proved otherwise; what is known of
    each such pair."""
    found: dict[Link, tuple[int, int, int]] = {}
    for sighting, pairs in seen:
        for a, b in pairs:
            link = keys[a], bench.nodes[keys[b]].tier, keys[b], sighting.source
            position, at, said = found.get(link, (sighting.position, sighting.at, 0))
            said |= rules.proof(a, b, sighting.proved)
            found[link] = position, min(at, sighting.at), said
    known = _known_links(bench, found)
    changed = {link: row for link, row in found.items() if link not in known or _adds(row, known[link])}
    sets.write(
        bench.cursor,
        "identity_link",
        _LINK,
        sorted((*link, *row) for link, row in changed.items()),
        "ON CONFLICT (a, tier, b, source) DO UPDATE SET"
        " at = CASE WHEN excluded.at < identity_link.at THEN excluded.at ELSE identity_link.at END,"
        " said = identity_link.said | excluded.said",
    )
    shown: dict[Pair, Shown] = {}
    for (one, tier, other, source), (_position, at, said) in changed.items():
        if tier != rules.WEAK or source not in bench.rules.tablets:
            before = shown.get((one, other), Shown(at, 0))
            shown[one, other] = Shown(min(at, before.at), said | before.said)
    return shown


def _adds(row: tuple[int, int, int], known: tuple[int, int]) -> bool:
    return row[1] < known[0] or bool(row[2] & ~known[1])


def _known_links(bench: Workbench, found: Iterable[Link]) -> dict[Link, tuple[int, int]]:
    nodes = bench.nodes
    asked = [link for link in found if not (nodes[link[0]].fresh or nodes[link[2]].fresh)]
    if not asked:
        return {}
    bench.cursor.execute(
        f"SELECT link.a, link.tier, link.b, link.source, link.at, link.said"  # noqa: S608
        f" FROM {sets.triples(bench.cursor)} asked"
        " JOIN identity_link link ON link.a = asked.x AND link.tier = asked.y AND link.b = asked.z",
        [sets.as_json(list(dict.fromkeys(link[:3] for link in asked)))],
    )
    return {(a, tier, b, source): (at, said) for a, tier, b, source, at, said in bench.cursor.fetchall()}


def save(bench: Workbench) -> set[int]:
    """Write new and moved identifiers; the persons, old and new, whose set of identifiers changed."""
    nodes, before = bench.nodes, bench.before
    fresh = sorted((node for node in nodes.values() if node.fresh), key=lambda node: node.key)
    sets.write(
        bench.cursor,
        "identity_identifier",
        _NODE,
        [_row(node) for node in fresh],
    )
    altered = [nodes[key] for key, was in before.items() if was != _stands(nodes[key])]
    sets.write(
        bench.cursor,
        "identity_identifier",
        _NODE,
        [_row(node) for node in altered],
        "ON CONFLICT (key) DO UPDATE SET customer = excluded.customer, state = excluded.state,"
        " position = excluded.position, proven = excluded.proven",
    )
    moved = [node for node in altered if before[node.key][0] != node.customer]
    version = sum(_mark(node.key, node.customer) for node in fresh)
    version += sum(_mark(node.key, node.customer) - _mark(node.key, before[node.key][0]) for node in moved)
    progress.add(bench.cursor, progress.VERSION, version)
    changed = {node.customer for node in fresh}
    for node in moved:
        changed |= {node.customer, before[node.key][0]}
    return changed


def _stands(node: Node) -> Before:
    return node.customer, node.state, node.position, node.proven


def _row(node: Node) -> tuple[int, str, int, int, int, int, int]:
    return node.key, node.text, node.tier, node.customer, node.state, node.position, node.proven


def _mark(key: int, customer: int) -> int:
    """What one line of the identity map adds to the version: equal maps have equal sums, in whatever way they arose.

    Multiplying by odd constants and folding the high half in is the usual mixing of 64-bit hashes (SplitMix64).
    """
    mixed = (key ^ (customer * 0x9E3779B97F4A7C15)) & 0xFFFFFFFFFFFFFFFF
    mixed = ((mixed ^ mixed >> 30) * 0xBF58476D1CE4E5B9) & 0xFFFFFFFFFFFFFFFF
    return mixed ^ mixed >> 31

"""The identifiers, evidence and corrections at hand while persons are settled, loaded as they are asked for."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.backends.utils import CursorWrapper

from choral.customers import sets
from choral.customers.identity import rules
from choral.customers.identity.keys import Node, load
from choral.customers.identity.kinds import RuleSet

Pair = tuple[int, int]
Before = tuple[int, int, int, int]


class Workbench:
    """The identifiers at hand by number, and how those that were known stood before (customer, state, position,
    proven)."""

    def __init__(self, cursor: CursorWrapper, nodes: dict[int, Node], ruled: RuleSet) -> None:
        self.cursor = cursor
        self.nodes = nodes
        self.rules = ruled
        self.before: dict[int, Before] = {}
        self.anew: range = range(0)
        self.stood: dict[int, Before] = {}  # what an earlier part of the same dry run concluded
        self.single: set[int] = set()  # of persons carried as a whole: what must be settled one by one
        self._joins: dict[str, Pair] = {}
        self._aparts: dict[str, Pair] = {}
        self._asked: set[int] = set()
        self._any: bool | None = None
        self._note(nodes.values())

    def bring(self, keys: Iterable[int]) -> None:
        """Load what is not at hand yet."""
        fetched = load(self.cursor, {key for key in keys if key not in self.nodes})
        self.nodes |= fetched
        self._note(fetched.values())

    def begin_anew(self, tiers: range) -> None:
        """From now on identifiers of these tiers are loaded as if nothing were known of their being shared."""
        self.anew = tiers

    def moved(self) -> list[int]:
        """Those that belong to another person, stand in another state, or are proved otherwise than before."""
        nodes = self.nodes
        return [
            key
            for key, was in self.before.items()
            if was != ((node := nodes[key]).customer, node.state, was[2], node.proven)
        ]

    def leads_on(self, node: Node) -> bool:
        """Whether its evidence is loaded: a new one has none, shared and blocked ones are not followed."""
        shared = node.state == rules.SHARED and not (node.tier >= rules.WEAK and self.is_joined(node.key))
        return not (node.fresh or shared or self.rules.silenced(node.text))

    def links_of(self, keys: Iterable[int], tiers: str) -> list[tuple[int, int, int, int]]:
        """All evidence (a, b, at, said) that touches these identifiers, of `tiers` such as "tier <= 7"."""
        among, wanted = sets.among_numbers(self.cursor), sets.as_json(keys)
        where, more = f"{tiers}", []
        if self.rules.tablets and tiers == f"tier = {rules.WEAK}":
            where += f" AND NOT source {sets.among_texts(self.cursor)}"
            more = [sets.as_json(sorted(self.rules.tablets))]
        self.cursor.execute(
            f"SELECT a, b, at, said FROM identity_link WHERE a {among} AND {where}"  # noqa: S608
            f" UNION SELECT a, b, at, said FROM identity_link WHERE b {among} AND {where}",
            [wanted, *more, wanted, *more],
        )
        return list(self.cursor.fetchall())

    def joined(self, keys: Iterable[int]) -> set[int]:
        """Those that people made one with these."""
        wanted = self._load(keys)
        return {other for pair in self._joins.values() for other in _others(pair, wanted)}

    def corrected(self, keys: Iterable[int]) -> set[int]:
        """Those that people made one with these, or hold apart from them."""
        wanted = self._load(keys)
        return {
            other for pairs in (self._joins, self._aparts) for pair in pairs.values() for other in _others(pair, wanted)
        }

    def is_joined(self, key: int) -> bool:
        """Whether people made it one with another that is known."""
        return any(key in pair for pair in self._joins.values()) if self._joins else False

    def decided(self, keys: set[int]) -> tuple[list[Pair], list[Pair]]:
        """The joins and aparts among these, the oldest decision first."""
        self._load(keys)
        both = [
            [pair for _, pair in sorted(pairs.items()) if keys.issuperset(pair)]
            for pairs in (self._joins, self._aparts)
        ]
        return both[0], both[1]

    def suppose(self, pair: Pair) -> None:
        """Go by a join that nobody decided yet, as the newest decision."""
        self._joins["~"] = pair

    def any_decided(self) -> bool:
        """Whether people decided anything about what is at hand."""
        return bool(self._joins or self._aparts)

    def partners(self, key: int) -> tuple[list[int], list[int]]:
        """What a browser, device or receipt was made one with, the oldest decision first, and what it is held apart
        from."""
        both = [
            [other for _, pair in sorted(pairs.items()) for other in _others(pair, {key}) if other in self.nodes]
            for pairs in (self._joins, self._aparts)
        ]
        return both[0], both[1]

    def with_correction(self, keys: Iterable[int]) -> set[int]:
        """Those of these that a correction is about."""
        wanted = self._load(keys)
        return {key for pairs in (self._joins, self._aparts) for pair in pairs.values() for key in pair} & wanted

    def _load(self, keys: Iterable[int]) -> set[int]:
        wanted = set(keys)
        if self._any is None:
            self.cursor.execute("SELECT 1 FROM identity_correction WHERE withdrawn = 0 LIMIT 1")
            self._any = self.cursor.fetchone() is not None
        fresh = wanted - self._asked
        if self._any and fresh:
            self._asked |= fresh
            among, asked = sets.among_numbers(self.cursor), sets.as_json(fresh)
            for column in ("one", "other"):
                self.cursor.execute(
                    "SELECT id, joins, one, other FROM identity_correction"  # noqa: S608
                    f" WHERE {column} {among} AND withdrawn = 0",
                    [asked],
                )
                for number, joins, one, other in self.cursor.fetchall():
                    (self._joins if joins else self._aparts)[number] = one, other
        return wanted

    def _note(self, nodes: Iterable[Node]) -> None:
        for node in nodes:
            if node.fresh:
                continue
            self.before[node.key] = node.customer, node.state, node.position, node.proven
            if node.key in self.stood:
                node.customer, node.state, _, node.proven = self.stood[node.key]
                self.before[node.key] = self.stood[node.key]
            if node.tier in self.anew and node.state == rules.SHARED:
                node.state = rules.NORMAL


def _others(pair: Pair, keys: set[int]) -> Iterable[int]:
    if pair[0] in keys:
        yield pair[1]
    if pair[1] in keys:
        yield pair[0]

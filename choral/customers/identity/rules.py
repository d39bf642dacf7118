"""Who is the same person: the partition of identifiers that the rules, the evidence and corrections lead to.

Pure: a function of sets, never of their order. Evidence is a pair of identifiers seen in one event. Kinds are taken
from the strongest to the weakest; an identifier joins the person of the stronger ones it was seen with. It joins two
persons only when both may be one: two different users, or two different cards, are never made one by a weaker
identifier; such an identifier (a family's e-mail) becomes ambiguous and links nobody. A value that somebody proved
is theirs is not pulled to others who only typed it. Weak kinds (a browser, a device, a receipt) never join persons at
all: seen with two, they are shared and stand alone. What people decided by hand goes before all evidence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from choral.customers.identity.kinds import (
    CROWDED_ABOVE,
    LAST_STRONG,
    SHARED_ABOVE,
    SILENT,
    STRONG,
    TIERS,
    WEAK,
    Kind,
    RuleSet,
    tier_of,
)  # fmt: skip

__all__ = [
    "AMBIGUOUS", "BLOCKED", "CROWDED_ABOVE", "LAST_STRONG", "NORMAL", "SHARED", "SHARED_ABOVE", "SILENT", "STRONG",
    "TIERS", "WEAK", "Evidence", "Verdict", "attach", "pairs", "persons", "proof", "tier_of",
]  # fmt: skip
Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]
NORMAL, AMBIGUOUS, SHARED, BLOCKED = 0, 1, 2, 3
# What an event says of a pair: neither side proved, the first, the second, both; kept as the set (bits) of what was
# ever said, so that the owner may change later which kinds are trusted.
_SAYS_FIRST, _SAYS_SECOND = 1, 2


def pairs(ids: Sequence[str]) -> list[tuple[str, str]]:
    """The evidence in one event's identifiers: the strongest with each other one, stronger first."""
    if len(ids) < 2:
        return []
    linking = sorted((tier, text) for text in set(ids) if (tier := tier_of(text)) < SILENT)
    if len(linking) < 2:
        return []
    centre = linking[0][1]
    return [(centre, text) for _, text in linking[1:]]


def proof(a: str, b: str, proved: frozenset[str]) -> int:
    """What an event that proves these kinds says of a pair, as it is kept with the evidence."""
    if not proved:
        return 1
    first = _SAYS_FIRST if a.partition(":")[0] in proved else 0
    return 1 << (first | (_SAYS_SECOND if b.partition(":")[0] in proved else 0))


def verified(said: Ints, trusts_a: Flags, trusts_b: Flags) -> Flags:
    """Whether a pair was ever seen with both sides proved or trusted."""
    found = (said & 1 << 3) > 0
    found |= trusts_a & ((said & (1 << _SAYS_SECOND)) > 0)
    found |= trusts_b & ((said & (1 << _SAYS_FIRST)) > 0)
    return found | (trusts_a & trusts_b)


@dataclass(frozen=True)
class Evidence:
    """Identifiers as rows 0..n-1 and the pairs among them; arrays of equal length per group.

    `tier` and `key` (a fixed number of each identifier, for ties), `shared`: already known as public property,
    `blocked`: somebody said that it links nobody, `limit`: with how many stronger ones it is shared; `a`, `b`: rows
    of a pair with tier[a] <= tier[b], each pair once; `at`: its earliest event time (µs UTC), `said`: what events
    said of its proof. `joins` and `aparts`: pairs of rows that people made one, the oldest decision first, or held
    apart.
    """

    tier: Ints
    key: Ints
    shared: Flags
    blocked: Flags
    limit: Ints
    a: Ints
    b: Ints
    at: Ints
    said: Ints
    joins: Ints
    aparts: Ints


@dataclass(frozen=True)
class Verdict:
    """For each identifier the group it belongs to (a row number), its state, and whether somebody proved it theirs."""

    group: Ints
    state: Ints
    proven: Flags


@dataclass(frozen=True)
class _Case:
    """Evidence as the rules see it: `rank` of each identifier, pairs with rank[a] <= rank[b] that count."""

    kinds: tuple[Kind, ...]
    rank: Ints
    key: Ints
    a: Ints
    b: Ints
    at: Ints
    proved: Flags
    aparts: Ints
    group: Ints
    dead: Flags


def persons(evidence: Evidence, rules: RuleSet) -> Verdict:
    """Who is one person among identifiers of strong kinds."""
    rank, a, b = rules.ranks[evidence.tier], evidence.a, evidence.b
    turned = rank[a] > rank[b]
    a, b = np.where(turned, b, a), np.where(turned, a, b)
    stronger, all_ = _neighbours(rank, a, b)
    shared = evidence.shared | (stronger > evidence.limit) | (all_ > np.maximum(evidence.limit, CROWDED_ABOVE))
    trusts = rules.trusted[evidence.tier]
    proved = verified(evidence.said, trusts[evidence.a], trusts[evidence.b])
    proven = np.zeros(len(rank), dtype=bool)
    proven[np.concatenate([a[proved], b[proved]])] = True
    proven &= ~(trusts | shared)
    # Where somebody proved that a value is theirs, those who only typed it are not joined by it.
    counts = (proved | ~(proven[a] | proven[b])) & ~_held_apart(a, b, evidence.aparts)
    dead = shared | evidence.blocked | (rank == 0)
    group = _by_hand(len(rank), evidence.joins, evidence.aparts)
    case = _Case(
        rules.strong, rank, evidence.key, a[counts], b[counts], evidence.at[counts], proved[counts],
        evidence.aparts, group, dead,
    )  # fmt: skip
    for place, kind in enumerate(rules.strong, 1):
        chosen = (rank[case.b] == place) & ~dead[case.a] & ~dead[case.b]
        if kind.unique:
            chosen &= rank[case.a] != place
        if chosen.any():
            _join(case, kind, np.flatnonzero(chosen))
    state = np.where(dead, AMBIGUOUS, NORMAL)
    state = np.where(shared, SHARED, np.where(evidence.blocked, BLOCKED, state))
    return Verdict(group, state.astype(np.int64), proven)


def _neighbours(rank: Ints, a: Ints, b: Ints) -> tuple[Ints, Ints]:
    """How many stronger, and how many of any kind, each identifier was seen with."""
    size = len(rank)
    stronger = b[rank[a] < rank[b]]
    both = np.concatenate([a, b])
    return np.bincount(stronger, minlength=size).astype(np.int64), np.bincount(both, minlength=size).astype(np.int64)


def _held_apart(a: Ints, b: Ints, aparts: Ints) -> Flags:
    """Which pairs stand for something that people decided is not so."""
    if not len(aparts):
        return np.zeros(len(a), dtype=bool)
    pairs_, ruled = np.minimum(a, b) << 32 | np.maximum(a, b), np.sort(aparts, axis=1)
    return np.isin(pairs_, ruled[:, 0] << 32 | ruled[:, 1])


def _by_hand(size: int, joins: Ints, aparts: Ints) -> Ints:
    """The groups that people made; a join that would bring together what is held apart is left out."""
    group = np.arange(size, dtype=np.int64)
    for one, other in joins.tolist():
        mine, theirs = sorted((int(group[one]), int(group[other])))
        sides = np.sort(group[aparts], axis=1)
        if mine != theirs and not ((sides[:, 0] == mine) & (sides[:, 1] == theirs)).any():
            group[group == theirs] = mine
    return group


def _join(case: _Case, kind: Kind, chosen: Ints) -> None:
    """Let the identifiers of one kind join the groups of the stronger ones; changes `group` and `dead`."""
    group, dead, rank = case.group, case.dead, case.rank
    a, b = case.a[chosen], case.b[chosen]
    place = int(rank[b[0]])
    held = _held(case, place)
    upward = rank[a] < place
    wanting = np.stack([b[upward], group[a[upward]]], axis=1)
    # What an identifier was made one with by hand, or is held apart from, comes along as a wish of its own.
    own = np.unique(np.concatenate([b, a[~upward]]))
    own = own[held[group[own]].any(axis=1)]
    asked = np.unique(np.concatenate([wanting, np.stack([own, group[own]], axis=1)]), axis=0)
    wanted = np.bincount(asked[:, 0], minlength=len(group))
    # First those that contradict by themselves: one e-mail seen with two users.
    dead[_contradicts(case, asked[:, 0], asked[:, 1], held)] = True
    if kind.proof_to_join:
        typed = b[upward & ~case.proved[chosen]]
        dead[typed[wanted[typed] > 1]] = True
    # Then those that only contradict together: a chain of e-mails and persons, or too many of the kind.
    keep = ~dead[b] & ~dead[a]
    merged = _components(group, group[a[keep]], group[b[keep]])
    founders = np.unique(asked[~dead[asked[:, 0]], 1])
    together = np.zeros(len(group), dtype=bool)
    together[_contradicts(case, merged[founders], founders, held)] = True
    members = np.unique(np.concatenate([b[keep], a[keep & ~upward]]))
    together |= np.bincount(merged[members], minlength=len(group)) > kind.most
    bad = together[merged]
    dead[members[bad[members] & (wanted[members] > 1)]] = True
    keep &= ~dead[b] & ~dead[a] & (upward | ~bad[b])
    _trim(case, kind.most, chosen[keep], bad)
    keep &= ~dead[b]
    group[:] = _components(group, group[a[keep]], group[b[keep]])


def _trim(case: _Case, most: int, edges: Ints, bad: Flags) -> None:
    """In overfull groups the earliest seen keep their place, the excess stands alone."""
    edges = edges[bad[case.b[edges]] & (case.rank[case.a[edges]] < case.rank[case.b[edges]])]
    a, b = case.a[edges], case.b[edges]
    order = np.lexsort((case.key[b], case.at[edges]))
    taken: defaultdict[int, dict[int, None]] = defaultdict(dict)  # in order of first sight
    for person, identifier in zip(case.group[a[order]].tolist(), b[order].tolist(), strict=True):
        taken[person][identifier] = None
    for identifiers in taken.values():
        case.dead[list(identifiers)[most:]] = True


def _held(case: _Case, below: int) -> Ints:
    """How many identifiers of each stronger kind a group holds, and which side of what is held apart: one row a
    group, one column a rank, then one a pair."""
    counts = np.zeros((len(case.group), len(case.kinds) + 1 + len(case.aparts)), dtype=np.int64)
    stronger = np.flatnonzero((case.rank < below) & (case.rank > 0))
    np.add.at(counts, (case.group[stronger], case.rank[stronger]), 1)
    for column, pair in enumerate(case.aparts, len(case.kinds) + 1):
        np.add.at(counts, (case.group[pair], column), 1)
    return counts


def _contradicts(case: _Case, target: Ints, member: Ints, held: Ints) -> Ints:
    """Those targets whose members (groups) together break a rule: two hold a unique kind, or too many of one, or
    both sides of what is held apart."""
    if not len(target):
        return target
    order = np.argsort(target, kind="stable")
    names, starts = np.unique(target[order], return_index=True)
    mine = held[member[order]]
    total = np.add.reduceat(mine, starts, axis=0)
    holders = np.add.reduceat((mine > 0).astype(np.int64), starts, axis=0)
    pairs_ = len(case.aparts)
    unique = np.array([False] + [kind.unique for kind in case.kinds] + [True] * pairs_)
    most = np.array([0] + [kind.most for kind in case.kinds] + [0] * pairs_)
    return names[((holders > 1) & (unique | (total > most))).any(axis=1)]


def _components(group: Ints, a: Ints, b: Ints) -> Ints:
    """Groups after joining group a[i] with group b[i]; a group is named by its smallest row."""
    size = len(group)
    if not len(a):
        return group.copy()
    graph = coo_array((np.ones(len(a), dtype=np.int32), (a, b)), shape=(size, size))
    _, label = connected_components(graph, directed=False)
    smallest = np.full(label.max() + 1, size, dtype=np.int64)
    np.minimum.at(smallest, label, np.arange(size))
    return np.asarray(smallest[label[group]], dtype=np.int64)


def attach(
    weak: Iterable[int], seen_with: Mapping[int, set[int]], beside: Mapping[int, set[int]]
) -> dict[int, tuple[int | None, int]]:
    """For weak identifiers: the person each belongs to, or None and the smallest member of its own group.

    `seen_with`: persons each was seen with; `beside`: weak identifiers seen with each. One seen with two persons
    is left out (it maps to itself).
    """
    shared = {one for one in weak if len(seen_with.get(one, ())) > 1}
    placed: dict[int, tuple[int | None, int]] = {one: (None, one) for one in shared}
    free = [one for one in weak if one not in shared]
    for members in _reachable(free, beside, shared):
        found = {person for one in members for person in seen_with.get(one, ())}
        if len(found) == 1:
            placed |= dict.fromkeys(members, (next(iter(found)), members[0]))
            continue
        owned = {one for one in members if seen_with.get(one)}
        placed |= {one: (next(iter(seen_with[one])), one) for one in owned}
        for rest in _reachable([one for one in members if one not in owned], beside, shared | owned):
            placed |= dict.fromkeys(rest, (None, min(rest)))
    return placed


def _reachable(start: list[int], beside: Mapping[int, set[int]], barred: set[int]) -> Iterable[list[int]]:
    done: set[int] = set()
    for first in start:
        if first in done:
            continue
        done.add(first)
        members = [first]
        for one in members:  # grows while it is walked
            fresh = beside.get(one, set()) - done - barred
            done |= fresh
            members += fresh
        yield members

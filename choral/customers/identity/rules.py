"""Who is the same person: the kinds of identifiers as data, and the partition of identifiers they lead to.

Pure: a function of the set of evidence, never of its order. Evidence is a pair of identifiers seen in one event.
Kinds are taken from the strongest to the weakest; an identifier joins the person of the stronger ones it was seen
with. It joins two persons only when both may be one: two different users, or two different cards, are never made
one by a weaker identifier; such an identifier (a family's e-mail) becomes ambiguous and links nobody. Weak kinds
(a browser, a device) never join persons at all: seen with two, they are shared and stand alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Ints = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True)
class Kind:
    """How one kind of identifier takes part. `tier`: 1 is strongest. `unique`: a person has one, so it holds
    persons apart. `most`: how many of it one person may hold before the excess stands alone."""

    name: str
    tier: int
    unique: bool = False
    most: int = 10


STRONG = (
    Kind("user", 1, unique=True, most=1),
    Kind("card", 2, unique=True, most=5),
    Kind("token", 3, most=10),
    Kind("marketplace", 4, most=5),
    Kind("social", 5, most=10),
    Kind("email", 6, most=10),
    Kind("phone", 7, most=10),
)
LAST_STRONG = 7
WEAK = 8  # device, anonymous: say which browser, not who
SILENT = 9  # receipt, address, name: kept as seen, never link
TIERS = {kind.name: kind.tier for kind in STRONG} | {"device": WEAK, "anonymous": WEAK}

# An identifier seen with more than this many stronger ones is public property (a kiosk, the shop's own number).
SHARED_ABOVE = 50
# One seen with more than this many others of any kind is nobody either (a test account); it bounds what one
# identifier can cost, however often it is sent.
CROWDED_ABOVE = 1_000

NORMAL, AMBIGUOUS, SHARED = 0, 1, 2


def tier_of(text: str) -> int:
    """The tier of an identifier `kind:value`."""
    return TIERS.get(text.partition(":")[0], SILENT)


def pairs(ids: Sequence[str]) -> list[tuple[str, str]]:
    """The evidence in one event's identifiers: the strongest with each other one, stronger first."""
    if len(ids) < 2:
        return []
    linking = sorted((tier, text) for text in set(ids) if (tier := tier_of(text)) < SILENT)
    if len(linking) < 2:
        return []
    centre = linking[0][1]
    return [(centre, text) for _, text in linking[1:]]


@dataclass(frozen=True)
class Evidence:
    """Identifiers as rows 0..n-1 and the pairs among them; arrays of equal length per group.

    `tier` and `key` (a fixed number of each identifier, for ties), `shared`: already known as public property;
    `a`, `b`: rows of a pair with tier[a] <= tier[b], each pair once; `at`: its earliest event time (µs UTC).
    """

    tier: Ints
    key: Ints
    shared: Flags
    a: Ints
    b: Ints
    at: Ints


def persons(evidence: Evidence) -> tuple[Ints, Ints]:
    """For identifiers of strong kinds: the group each belongs to (a row number) and its state."""
    size = len(evidence.tier)
    group = np.arange(size, dtype=np.int64)
    stronger, all_ = _neighbours(evidence)
    shared = evidence.shared | (stronger > SHARED_ABOVE) | (all_ > CROWDED_ABOVE)
    dead = shared.copy()
    for kind in STRONG:
        chosen = (evidence.tier[evidence.b] == kind.tier) & ~dead[evidence.a] & ~dead[evidence.b]
        if kind.unique:
            chosen &= evidence.tier[evidence.a] != kind.tier
        if chosen.any():
            _join(kind, evidence, np.flatnonzero(chosen), group, dead)
    return group, np.where(shared, SHARED, np.where(dead, AMBIGUOUS, NORMAL)).astype(np.int64)


def _neighbours(evidence: Evidence) -> tuple[Ints, Ints]:
    """How many stronger, and how many of any kind, each identifier was seen with."""
    size = len(evidence.tier)
    stronger = evidence.b[evidence.tier[evidence.a] < evidence.tier[evidence.b]]
    both = np.concatenate([evidence.a, evidence.b])
    return np.bincount(stronger, minlength=size).astype(np.int64), np.bincount(both, minlength=size).astype(np.int64)


def _join(kind: Kind, evidence: Evidence, chosen: Ints, group: Ints, dead: Flags) -> None:
    """Let the identifiers of one kind join the groups of the stronger ones; changes `group` and `dead`."""
    a, b = evidence.a[chosen], evidence.b[chosen]
    held = _held(evidence.tier, group, kind.tier)
    upward = evidence.tier[a] < kind.tier
    asked = np.unique(np.stack([b[upward], group[a[upward]]], axis=1), axis=0)
    wanted = np.bincount(asked[:, 0], minlength=len(group))
    # First those that contradict by themselves: one e-mail seen with two users.
    alone = _contradicts(asked[:, 0], asked[:, 1], held)
    dead[alone] = True
    # Then those that only contradict together: a chain of e-mails and persons, or too many of the kind.
    keep = ~dead[b] & ~dead[a]
    merged = _components(group, group[a[keep]], group[b[keep]])
    founders = np.unique(asked[~dead[asked[:, 0]], 1])
    together = np.zeros(len(group), dtype=bool)
    together[_contradicts(merged[founders], founders, held)] = True
    members = np.unique(np.concatenate([b[keep], a[keep & ~upward]]))
    together |= np.bincount(merged[members], minlength=len(group)) > kind.most
    bad = together[merged]
    dead[members[bad[members] & (wanted[members] > 1)]] = True
    keep &= ~dead[b] & ~dead[a] & (upward | ~bad[b])
    _trim(kind, evidence, chosen[keep], group, bad, dead)
    keep &= ~dead[b]
    group[:] = _components(group, group[a[keep]], group[b[keep]])


def _trim(kind: Kind, evidence: Evidence, edges: Ints, group: Ints, bad: Flags, dead: Flags) -> None:
    """In overfull groups the earliest seen keep their place, the excess stands alone."""
    edges = edges[bad[evidence.b[edges]] & (evidence.tier[evidence.a[edges]] < kind.tier)]
    a, b = evidence.a[edges], evidence.b[edges]
    order = np.lexsort((evidence.key[b], evidence.at[edges]))
    taken: defaultdict[int, dict[int, None]] = defaultdict(dict)  # in order of first sight
    for person, identifier in zip(group[a[order]].tolist(), b[order].tolist(), strict=True):
        taken[person][identifier] = None
    for identifiers in taken.values():
        dead[list(identifiers)[kind.most :]] = True


def _held(tier: Ints, group: Ints, below: int) -> Ints:
    """How many identifiers of each stronger kind a group holds: one row a group, one column a tier."""
    counts = np.zeros((len(group), LAST_STRONG + 1), dtype=np.int64)
    stronger = np.flatnonzero(tier < below)
    np.add.at(counts, (group[stronger], tier[stronger]), 1)
    return counts


def _contradicts(target: Ints, member: Ints, held: Ints) -> Ints:
    """Those targets whose members (groups) together break a rule: two hold a unique kind, or too many of one."""
    if not len(target):
        return target
    order = np.argsort(target, kind="stable")
    names, starts = np.unique(target[order], return_index=True)
    mine = held[member[order]]
    total = np.add.reduceat(mine, starts, axis=0)
    holders = np.add.reduceat((mine > 0).astype(np.int64), starts, axis=0)
    unique = np.array([False] + [kind.unique for kind in STRONG])
    most = np.array([0] + [kind.most for kind in STRONG])
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

"""A large person that becomes another as a whole: what only passes by goes along in one statement, not one by one.

It saves time and changes no outcome: whoever might settle otherwise is handed back to be settled one by one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from choral.customers import sets
from choral.customers.identity import rules
from choral.customers.identity.bench import Workbench
from choral.customers.profiles.combining import WHOLE, Parts

CARRIED_ABOVE = 200  # identifiers of one person; below, one by one is as quick
Keys = NDArray[np.uint64]
_PASSING = f"tier >= {rules.WEAK}"


def whole(bench: Workbench) -> dict[int, int]:
    """Persons all of whose strong identifiers moved, unchanged otherwise, to one other person that lost nobody."""
    went: defaultdict[int, set[int]] = defaultdict(set)
    unlike: set[int] = set()
    for key, was in bench.before.items():
        node = bench.nodes[key]
        if node.tier >= rules.WEAK:
            continue
        went[was[0]].add(node.customer)
        if (node.state, node.proven) != (was[1], was[3]):
            unlike.add(was[0])
    return {
        old: new
        for old, targets in went.items()
        if len(targets) == 1
        and old not in unlike
        and (new := next(iter(targets))) != old
        and went.get(new, {new}) == {new}
    }


def carry(bench: Workbench, moved: Mapping[int, int]) -> tuple[set[int], int]:
    """Let what passes by go along with persons (old -> new) that are large.

    Returns the persons it did that for, and what the version of the identity map changes by. Identifiers of theirs
    that must be settled one by one are at hand afterwards (`bench.single`).
    """
    large = _large(bench, moved)
    version = 0
    for old in sorted(large):
        bench.single |= _entangled(bench, old, moved[old])
        bench.bring(bench.single)
        left = sets.as_json(bench.single)
        among = sets.among_numbers(bench.cursor)
        bench.cursor.execute(
            f"SELECT key FROM identity_identifier WHERE customer = %s AND {_PASSING} AND NOT key {among}",  # noqa: S608
            [old, left],
        )
        keys = np.array([row[0] for row in bench.cursor.fetchall()], dtype=np.uint64)
        bench.cursor.execute(
            f"UPDATE identity_identifier SET customer = %s WHERE customer = %s AND {_PASSING}"  # noqa: S608
            f" AND NOT key {among}",
            [moved[old], old, left],
        )
        version += int(marks(keys, moved[old]).sum(dtype=np.uint64)) - int(marks(keys, old).sum(dtype=np.uint64))
        _remember(bench, old, moved[old])
    return large, version


def marks(keys: Keys, customer: int) -> Keys:
    """What lines of the identity map add to its version: equal maps have equal sums, in whatever way they arose.

    Multiplying by odd constants and folding the high half in is the usual mixing of 64-bit hashes (SplitMix64).
    """
    mixed = keys ^ np.uint64(customer * 0x9E3779B97F4A7C15 & 0xFFFFFFFFFFFFFFFF)
    mixed = (mixed ^ mixed >> np.uint64(30)) * np.uint64(0xBF58476D1CE4E5B9)
    return np.asarray(mixed ^ mixed >> np.uint64(31), dtype=np.uint64)


def _large(bench: Workbench, moved: Mapping[int, int]) -> set[int]:
    if not moved:
        return set()
    bench.cursor.execute(
        f"SELECT customer FROM identity_identifier WHERE customer {sets.among_numbers(bench.cursor)}"  # noqa: S608
        f" AND {_PASSING} GROUP BY customer HAVING count(*) > %s",
        [sets.as_json(list(moved)), CARRIED_ABOVE],
    )
    return {row[0] for row in bench.cursor.fetchall()}


def _entangled(bench: Workbench, old: int, new: int) -> set[int]:
    """What passed by both, what was seen beside other passing ones, and what people decided about."""
    theirs = [key for key, node in bench.nodes.items() if node.tier < rules.WEAK and node.customer == new]
    mine = [key for key in theirs if key in bench.before and bench.before[key][0] == old]
    others = sorted(set(theirs) - set(mine))
    among, cursor = sets.among_numbers(bench.cursor), bench.cursor
    cursor.execute(
        f"SELECT one.b FROM identity_link one WHERE one.a {among} AND one.tier = {rules.WEAK} AND EXISTS"  # noqa: S608
        f" (SELECT 1 FROM identity_link two WHERE two.b = one.b AND two.a {among})"
        " UNION SELECT link.b FROM identity_identifier i JOIN identity_link link ON link.a = i.key"
        f" WHERE i.customer = %s AND i.{_PASSING}"
        " UNION SELECT i.key FROM identity_identifier i JOIN identity_link link ON link.a = i.key"
        f" WHERE i.customer = %s AND i.{_PASSING}"
        " UNION SELECT i.key FROM identity_identifier i JOIN identity_correction c ON c.one = i.key"
        f" WHERE i.customer = %s AND i.{_PASSING}"
        " UNION SELECT i.key FROM identity_identifier i JOIN identity_correction c ON c.other = i.key"
        f" WHERE i.customer = %s AND i.{_PASSING}",
        [sets.as_json(mine), sets.as_json(others), old, old, old, old],
    )
    return {row[0] for row in cursor.fetchall()}


def _remember(bench: Workbench, old: int, new: int) -> None:
    """What is at hand went along too; it is as it now stands in the table."""
    for key, node in bench.nodes.items():
        if node.tier >= rules.WEAK and not node.fresh and node.customer == old and key not in bench.single:
            node.customer = new
            bench.before[key] = new, *bench.before[key][1:]


def parts(bench: Workbench, joined: Mapping[int, int]) -> dict[int, Parts]:
    """Of what each person that others joined as a whole (old -> new) consists; without those that lost somebody."""
    found = {new: Parts() for new in joined.values()}
    for old, new in joined.items():
        found[new].persons[old] = WHOLE
    lost: set[int] = set()
    for key, node in bench.nodes.items():
        was, made = bench.before[key][0] if key in bench.before else None, found.get(node.customer)
        if was == node.customer:
            continue
        if was is not None and (was in joined or was in found):
            if joined.get(was) != node.customer:
                lost.add(joined.get(was, was))
        elif made is not None and was is not None:
            made.persons[was] = made.persons.get(was, 0) + 1
        elif made is not None:
            made.fresh, made.known = made.fresh + 1, made.known or node.tier < rules.WEAK
    return {new: made for new, made in found.items() if new not in lost}

"""Places browsers, devices and receipts: each belongs to the one person it was seen with, or to nobody."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from choral.customers.identity import rules
from choral.customers.identity.bench import Pair, Workbench
from choral.customers.identity.keys import Node

# What an event must have said for a pair of a person's address and a browser to be proved: the first side at least.
_PROVED = 1 << 1 | 1 << 3
Placed = dict[int, tuple[int | None, int]]


def place(bench: Workbench, weak: set[int], edges: Mapping[Pair, int]) -> None:
    """Give each of `weak` to a person, or to nobody, by these pairs (with what was said of their proof)."""
    nodes = bench.nodes
    around: defaultdict[int, dict[int, int]] = defaultdict(dict)
    for (a, b), said in edges.items():
        around[a][b] = said
        around[b][a] = said
    public = _public(bench, weak, around)
    free = weak - public
    persons, beside = {}, {}
    for key in free:
        persons[key] = _seen_with(bench, key, around[key])
        beside[key] = around[key].keys() & free
    _by_hand(bench, free, persons, beside)
    placed = rules.attach(sorted(free), persons, beside)
    if bench.any_decided():
        _keep_apart(bench, placed)
    alone: defaultdict[int, list[Node]] = defaultdict(list)
    for key, (person, group) in placed.items():
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


def _public(bench: Workbench, weak: set[int], around: Mapping[int, Mapping[int, int]]) -> set[int]:
    """Those that many use, or that somebody blocked: they stand alone, unless somebody said whose they are."""
    found = set()
    for key in weak:
        node = bench.nodes[key]
        if bench.rules.silenced(node.text):
            node.customer, node.state = key, rules.BLOCKED
            found.add(key)
        elif len(around.get(key, ())) > bench.rules.limit(node.text) and not bench.is_joined(key):
            node.customer, node.state = key, rules.SHARED
            found.add(key)
    return found


def _seen_with(bench: Workbench, key: int, around: Mapping[int, int]) -> set[int]:
    """The persons a browser was seen with; an address that somebody proved theirs counts only where it was proved."""
    nodes = bench.nodes
    found = set()
    for other, said in around.items():
        node = nodes[other]
        if node.tier < rules.WEAK and node.state == rules.NORMAL and (said & _PROVED or not node.proven):
            found.add(node.customer)
    return found


def _by_hand(bench: Workbench, free: set[int], persons: dict[int, set[int]], beside: dict[int, set[int]]) -> None:
    """What people decided goes before what was seen; changes `persons` and `beside`."""
    if not bench.any_decided():
        return
    nodes = bench.nodes
    for key in sorted(free):
        joins, aparts = bench.partners(key)
        persons[key] -= {nodes[one].customer for one in aparts if nodes[one].tier < rules.WEAK}
        for one in aparts:
            beside[key] = beside[key] - {one}
        strong = [nodes[one].customer for one in joins if nodes[one].tier < rules.WEAK]
        if strong:
            persons[key] = {strong[0]}
        beside[key] = beside[key] | {one for one in joins if one in free}


def _keep_apart(bench: Workbench, placed: Placed) -> None:
    """Whoever came back to a person they are held apart from, by way of others, stands alone."""
    nodes = bench.nodes
    for key in sorted(placed):
        for other in bench.partners(key)[1]:
            if nodes[other].tier < rules.WEAK:
                together = placed[key][0] == nodes[other].customer
            else:  # of two that pass by, the one with the smaller number stays
                together = other in placed and other < key and _one(placed[key], placed[other])
            if together:
                placed[key] = None, ~key


def _one(mine: tuple[int | None, int], theirs: tuple[int | None, int]) -> bool:
    return mine[0] == theirs[0] and (mine[0] is not None or mine[1] == theirs[1])

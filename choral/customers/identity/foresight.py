"""Dry runs: what a merge or other rules would do; everything happens in memory, nothing is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import connections

from choral.customers.identity import anew
from choral.customers.identity.bench import Workbench
from choral.customers.identity.directions import rules_in_force
from choral.customers.identity.keys import Node
from choral.customers.identity.kinds import RuleSet
from choral.customers.identity.settle import settle_strong, settle_weak


@dataclass(frozen=True)
class Merged:
    """The person two would become: its number, the identifiers (texts) that would come along though they belong to
    neither now, and those of the two that would stand apart; those held apart by people now."""

    customer: int
    along: tuple[str, ...]
    apart: tuple[str, ...]
    held_apart: tuple[tuple[str, str], ...]


def merge(one: Sequence[Node], other: Sequence[Node]) -> Merged:
    """What becomes of two persons (their identifiers, the strongest first) when they are made one."""
    both = {node.key for node in (*one, *other)}
    with connections["views"].cursor() as cursor:
        bench = Workbench(cursor, {}, rules_in_force(cursor))
        bench.bring(both)
        pair = one[0].key, other[0].key
        bench.suppose(pair)
        settle_strong(bench, {}, pair)
        settle_weak(bench, {}, pair)
        sides = {node.key for node in one}, {node.key for node in other}
        held = [two for two in bench.decided(both)[1] if (two[0] in sides[0]) != (two[1] in sides[0])]
        nodes = bench.nodes
    customer = nodes[pair[0]].customer
    along = [node for node in nodes.values() if node.customer == customer and node.key not in both]
    before = {one[0].customer, other[0].customer}
    apart = [nodes[key] for key in both if nodes[key].customer not in (customer, *before)]
    return Merged(customer, _texts(along), _texts(apart), tuple((nodes[a].text, nodes[b].text) for a, b in held))


def other_rules(ruled: RuleSet) -> tuple[int, int, int]:
    """How many persons would have other identifiers under these rules, how many identifiers would move, and how many
    there are."""
    with connections["views"].cursor() as cursor:
        outcome = anew.foresee(cursor, ruled)
        cursor.execute("SELECT count(*) FROM identity_identifier")
        return len(outcome.changed), outcome.moved, int(cursor.fetchone()[0])


def _texts(nodes: Sequence[Node]) -> tuple[str, ...]:
    return tuple(node.text for node in sorted(nodes, key=lambda node: (node.tier, node.position, node.key)))

"""Settles everybody anew from the evidence kept, after the rules changed, or only to see what would change."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from django.db.backends.utils import CursorWrapper

from choral.customers.identity import rules
from choral.customers.identity.actions import save
from choral.customers.identity.bench import Before, Workbench
from choral.customers.identity.directions import rules_in_force
from choral.customers.identity.kinds import RuleSet
from choral.customers.identity.settle import settle_strong, settle_weak

_AT_ONCE = 20_000
_STRONG, _PASSING = range(1, rules.LAST_STRONG + 1), range(rules.WEAK, rules.SILENT + 1)


@dataclass
class Outcome:
    """What other rules change: persons (old and new) whose set of identifiers changed, and identifiers that moved."""

    changed: set[int] = field(default_factory=set)
    moved: int = 0


def resettle(cursor: CursorWrapper) -> Outcome:
    """Write what the rules in force make of the evidence; it equals a view built from the log with these rules."""
    return _settle(cursor, rules_in_force(cursor), save)


def foresee(cursor: CursorWrapper, ruled: RuleSet) -> Outcome:
    """What these rules would make of the evidence; writes nothing."""
    stood: dict[int, Before] = {}
    return _settle(cursor, ruled, lambda bench: _note(bench, stood), stood)


def _settle(
    cursor: CursorWrapper,
    ruled: RuleSet,
    conclude: Callable[[Workbench], set[int]],
    stood: dict[int, Before] | None = None,
) -> Outcome:
    outcome = Outcome()
    for tiers, strong in ((_STRONG, True), (_PASSING, False)):  # whoever passes by belongs to persons already settled
        for keys in _chunks(cursor, tiers):
            bench = Workbench(cursor, {}, ruled)
            bench.stood = stood if stood is not None else {}
            bench.begin_anew(tiers)
            bench.bring(keys)
            if strong:
                settle_strong(bench, {}, keys)
            else:
                settle_weak(bench, {}, keys)
            outcome.moved += sum(was[0] != bench.nodes[key].customer for key, was in bench.before.items())
            outcome.changed |= conclude(bench)
    return outcome


def _note(bench: Workbench, stood: dict[int, Before]) -> set[int]:
    changed: set[int] = set()
    for key, was in bench.before.items():
        node = bench.nodes[key]
        now = node.customer, node.state, node.position, node.proven
        if now != was:
            stood[key] = now
            if now[0] != was[0]:
                changed |= {was[0], now[0]}
    return changed


def _chunks(cursor: CursorWrapper, tiers: range) -> Iterator[list[int]]:
    last = -1
    while True:
        cursor.execute(
            "SELECT key FROM identity_identifier WHERE key > %s AND tier BETWEEN %s AND %s ORDER BY key LIMIT %s",
            [last, tiers[0], tiers[-1], _AT_ONCE],
        )
        keys = [row[0] for row in cursor.fetchall()]
        if not keys:
            return
        yield keys
        last = keys[-1]

"""The identity view's promise to people: which identifiers they have and why these are one person."""

from __future__ import annotations

from collections.abc import Sequence

from choral.books import Tx
from choral.customers.identity import queries
from choral.customers.identity.rules import NORMAL
from choral.customers.privacy.contract import Kept, Section

KEPT = (
    Kept("identity_identifier", "pseudonymous identifiers and the customer each belongs to", "to recognise a customer",
         "made from the log; erased with the customer"),
    Kept("identity_link", "which two identifiers stood in one event", "to explain and undo why they are one person",
         "made from the log; erased with the customer"),
    Kept("identity_correction", "pseudonymous identifiers that staff made one or holds apart", "to go by it",
         "made from the log; erased with the customer"),
    Kept("identity_rules", "the rules in force, with pseudonymous identifiers that are blocked", "to go by them",
         "while they hold"),
)  # fmt: skip


def told(identifiers: Sequence[str]) -> list[Section]:
    """Each identifier, and each pair seen together with the event that shows it."""
    customers = set(queries.resolve(identifiers).values())
    nodes = {node.key: node for node in queries.members(customers) if node.text in set(identifiers)}
    pairs = queries.evidence(nodes)
    around = queries.by_keys({key for pair in pairs for key in pair[:2]})
    own = [
        {"identifier": node.text, "counts": node.state == NORMAL, "position": node.position} for node in nodes.values()
    ]
    why = [
        # Of somebody else's identifier only the kind is told: it is theirs.
        {"one": _shown(around[a].text, a in nodes), "other": _shown(around[b].text, b in nodes), "position": position,
         "at": at, "source": source}
        for a, b, position, at, source, _ in pairs
    ]  # fmt: skip
    return [
        Section("identity", "Identifiers", tuple(own)),
        Section("identity", "Why these identifiers are one person", tuple(why)),
    ]


def erase(tx: Tx, identifiers: Sequence[str]) -> int:
    """Nothing: the view follows the log."""
    return 0


def _shown(text: str, own: bool) -> str:
    return text if own else f"{text.partition(':')[0]}:…"

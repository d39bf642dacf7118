"""What the room keeps about a person, for export; and its erasure."""

from __future__ import annotations

from collections.abc import Sequence

from choral.books import Tx
from choral.customers.audiences import actions, queries
from choral.customers.identity import queries as identity
from choral.customers.identity.keys import key_of
from choral.customers.privacy.contract import Kept, Section

KEPT = (
    Kept("audiences_membership", "Which audiences a customer is in", "Choosing whom to write to", "while they are in"),
)


def told(identifiers: Sequence[str]) -> list[Section]:
    """The audiences the person with these identifiers is in, and since when."""
    rows = tuple(
        {"audience": key, "name": name, "entered_at": at} for _, key, name, at in queries.memberships(_ids(identifiers))
    )
    return [Section("audiences", "Groups the shop has put you in", rows)] if rows else []


def erase(tx: Tx, identifiers: Sequence[str]) -> int:
    """Take them out of every audience and list."""
    return actions.erase(tx, sorted(_ids(identifiers)))


def _ids(identifiers: Sequence[str]) -> set[int]:
    """The ids the person has, and those any of these identifiers would give: the views may have forgotten them."""
    return {*identity.resolve(identifiers).values(), *map(key_of, identifiers)}

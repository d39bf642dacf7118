"""The records' promise to people: their personal values told whole, and forgotten with the index that finds them."""

from __future__ import annotations

from collections.abc import Sequence

from choral.books import Tx
from choral.customers.privacy.contract import Kept, Section
from choral.customers.records import queries
from choral.customers.records.actions import forget_people

_AS_THEY = "as the values they come from"
KEPT = (
    Kept("records_record", "names, contacts, addresses and other personal values with source and time",
         "to serve and address the customer", "the customer is erased or inactive for longer than the rule says"),
    Kept("records_subject", "identifiers of whom personal values are kept", "to tell the values apart", _AS_THEY),
    Kept("records_gram", "threes of letters of names and contacts", "to find the customer", _AS_THEY),
)  # fmt: skip


def told(identifiers: Sequence[str]) -> list[Section]:
    """Every value of every source, the newest first."""
    rows = [
        {"field": one.field, "value": one.value, "at": one.at, "source": one.source, "identifier": one.identifier}
        for one in queries.of_identifiers(identifiers, personal=True)
    ]
    return [Section("records", "Personal values", tuple(rows))]


def erase(tx: Tx, identifiers: Sequence[str]) -> int:
    """Delete the values and their places in the index."""
    return forget_people(tx, identifiers)

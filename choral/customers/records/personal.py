"""The records' promise to people: their personal values told whole, and forgotten with the words that find them."""

from __future__ import annotations

from collections.abc import Sequence

from choral.books import Tx
from choral.customers.privacy.contract import Kept, Section
from choral.customers.records import queries
from choral.customers.records.actions import forget_people

KEPT = (
    Kept("records_record", "names, contacts, addresses and other personal values with source and time",
         "to serve and address the customer", "the customer is erased or inactive for longer than the rule says"),
    Kept("records_word", "words of names and contacts", "to find the customer", "as the values they come from"),
)  # fmt: skip


def told(identifiers: Sequence[str]) -> list[Section]:
    """Every value of every source, the newest first."""
    rows = [
        {"field": one.field, "value": one.value, "at": one.at, "source": one.source, "identifier": one.identifier}
        for one in queries.of_identifiers(identifiers, personal=True)
    ]
    return [Section("records", "Personal values", tuple(rows))]


def erase(tx: Tx, identifiers: Sequence[str]) -> int:
    """Delete the values and their words."""
    return forget_people(tx, identifiers)

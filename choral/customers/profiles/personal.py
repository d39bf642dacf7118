"""The profile view's promise to people: traits, figures by channel, and the sums lists show."""

from __future__ import annotations

import json
from collections.abc import Sequence

from choral.books import Tx
from choral.customers.identity import queries as identity
from choral.customers.privacy.contract import Kept, Section
from choral.customers.profiles import queries

KEPT = (
    Kept("profiles_trait", "stated traits, each with source and time", "to serve the customer as they said", _VIEW := (
        "made from the log; erased with the customer")),
    Kept("profiles_figure", "how often and for how much on which channel", "to know the customer", _VIEW),
    Kept("profiles_moment", "a short line of each event", "the time line", _VIEW),
    Kept("profiles_customer", "sums of a customer", "lists and filters", _VIEW),
)  # fmt: skip


def told(identifiers: Sequence[str]) -> list[Section]:
    """Traits and figures; the events themselves are told whole from the log."""
    mine = set(identifiers)
    customers = set(identity.resolve(identifiers).values())
    keys = [node.key for node in identity.members(customers) if node.text in mine]
    traits = [
        {"field": field, "value": json.loads(value), "at": at, "source": source}
        for field, (at, value, source) in queries.traits(keys).items()
    ]
    names = ("channel", "currency", "events", "orders", "revenue", "refunded", "first_at", "last_at")
    figures = [dict(zip(names, row, strict=True)) for row in queries.figures(keys)]
    return [
        Section("profiles", "Traits", tuple(traits)),
        Section("profiles", "Activity by channel (amounts in minor units)", tuple(figures)),
    ]


def erase(tx: Tx, identifiers: Sequence[str]) -> int:
    """Nothing: the view follows the log."""
    return 0

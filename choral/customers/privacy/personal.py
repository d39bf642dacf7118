"""The room's own promise to people: their requests and what they said no to."""

from __future__ import annotations

from collections.abc import Sequence

from choral.books import Tx
from choral.customers.identity import queries as identity
from choral.customers.privacy import queries
from choral.customers.privacy.actions import forget_person
from choral.customers.privacy.contract import Kept, Section

KEPT = (
    Kept("privacy_request", "which right a customer used, and when it was answered", "to answer within a month",
         "the customer is erased: then without the customer"),
    Kept("privacy_restriction", "pseudonymous identifiers whose person said no", "to keep to it",
         "it is lifted, or the customer is erased"),
    Kept("privacy_erasure", "while it runs: what is to be erased; then keyed hashes and counts",
         "to finish after a crash, and to erase again after a restore", "the contents: the end of the erasure"),
    Kept("privacy_erasedposition", "which events an erasure rewrites", "to finish after a crash", "its end"),
    Kept("privacy_barred", "keyed hashes of identifiers", "to keep out who asked never to come back", "for ever"),
    Kept("books_audit", "who of the staff did what to which customer", "to account for it",
         "as the rule says; the customer's part is put out by an erasure"),
    Kept("books_idempotency", "answers to writes, eight days", "to do a write once", "eight days"),
    Kept("books_outbox", "facts on their way to the log", "to tell what happened", "seconds"),
)  # fmt: skip


def told(identifiers: Sequence[str]) -> list[Section]:
    """Requests, and restrictions in force."""
    customers = [str(one) for one in set(identity.resolve(identifiers).values())]
    rows = [
        {"kind": one.kind, "state": one.state, "at": one.opened_at, "due_at": one.due_at}
        for one in queries.requests_of(customers)
    ]
    rows += [{"kind": one.kind, "state": "in force", "at": one.since} for one in queries.restrictions_of(identifiers)]
    return [Section("privacy", "Requests and restrictions", tuple(rows))]


def erase(tx: Tx, identifiers: Sequence[str]) -> int:
    """The restrictions; requests stay, without the customer."""
    customers = [str(one) for one in set(identity.resolve(identifiers).values())]
    return forget_person(tx, identifiers, customers)

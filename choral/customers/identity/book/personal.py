"""What identity's book keeps about a person, and how it forgets it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict

from django.db import connection

from choral.books import Tx
from choral.customers import sets
from choral.customers.identity.book import queries
from choral.customers.privacy.contract import Kept, Section

KEPT = (
    Kept("identity_book_correction", "pseudonymous identifiers that staff made one or holds apart, and why",
         "to recognise a customer", "erased with the customer"),
    Kept("identity_book_valuerule", "identifiers that staff blocked or allowed to be shared, as they were entered",
         "so that strangers are not taken for one person", "while the rule holds; the value is erased on request"),
    Kept("identity_book_kindrule", "the shop's own rules by kind of identifier, and who set them",
         "to recognise customers", "while they hold"),
    Kept("identity_book_edition", "how often the rules were changed", "order among those who change them",
         "a number, about nobody"),
)  # fmt: skip


def told(identifiers: Sequence[str]) -> list[Section]:
    """Decisions of people about these identifiers: made one with, held apart from, blocked or allowed."""
    decided = [asdict(one) for one in queries.corrections_of(identifiers, holding=False)]
    among = set(identifiers)
    ruled = [asdict(one) for one in queries.value_rules(holding=False) if one.subject in among]
    sections = [
        Section("identity", "Decisions about who is one person", tuple(decided)),
        Section("identity", "Identifiers with a rule of their own", tuple(ruled)),
    ]
    return [section for section in sections if section.rows]


def erase(tx: Tx, identifiers: Sequence[str]) -> int:
    """Forget decisions about these identifiers and the values as they were entered; how many rows.

    A rule of a value stays (the shop's own number stays blocked), without the value.
    """
    asked = sets.as_json(identifiers)
    among = _among()
    gone = tx.execute(
        f"DELETE FROM identity_book_correction WHERE one {among} OR other {among}",  # noqa: S608
        [asked, asked],
    )
    return gone + tx.execute(
        f"UPDATE identity_book_valuerule SET shown = '' WHERE subject {among} AND shown <> ''",  # noqa: S608
        [asked],
    )


def _among() -> str:
    with connection.cursor() as cursor:
        return sets.among_texts(cursor)

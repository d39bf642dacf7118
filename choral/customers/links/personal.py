"""What the room keeps about a person, to be told to them or erased."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from choral.books import Tx
from choral.customers import sets
from choral.customers.links.words import evidence
from choral.customers.privacy.contract import Kept, Section

KEPT = (
    Kept(
        "links_suggestion", "which two customers may be one person, how likely, and what was decided",
        "recognising customers", "until one of the two is erased",
    ),
)  # fmt: skip


def told(identifiers: Sequence[str]) -> list[Section]:
    """Suggestions that this person may be the same as another customer, without saying who the other is."""
    with connection.cursor() as cursor:
        among, asked = sets.among_texts(cursor), sets.as_json(identifiers)
        cursor.execute(
            "SELECT found_at, probability, state, levels FROM links_suggestion"  # noqa: S608 - our own names
            f" WHERE one {among} OR other {among} ORDER BY id",
            [asked, asked],
        )
        rows = [
            {"found_at": at, "probability": probability, "state": state,
             "evidence": ", ".join(one.words for one in evidence(levels))}
            for at, probability, state, levels in cursor.fetchall()
        ]  # fmt: skip
    return [Section("links", "Suggestions that two customers are one person", tuple(rows))] if rows else []


def erase(tx: Tx, identifiers: Sequence[str]) -> int:
    """Forget the suggestions about a person; how many."""
    with connection.cursor() as cursor:
        among = sets.among_texts(cursor)
    asked = sets.as_json(identifiers)
    return tx.execute(f"DELETE FROM links_suggestion WHERE one {among} OR other {among}", (asked, asked))  # noqa: S608

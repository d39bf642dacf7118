"""What the room keeps about a person, to be told to them or erased: which arm of which experiment they drew."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from choral.books import Tx
from choral.customers import sets
from choral.customers.privacy.contract import Kept, Section

KEPT = (
    Kept(
        "experiments_assignment", "which arm of an experiment somebody drew", "to measure what the shop does",
        "until the person is erased",
    ),
)  # fmt: skip


def told(identifiers: Sequence[str]) -> list[Section]:
    """The lots drawn; times in µs UTC."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.name, a.arm, a.at FROM experiments_assignment a JOIN experiments_experiment e"  # noqa: S608
            f" ON e.id = a.experiment WHERE a.identifier {sets.among_texts(cursor)} ORDER BY a.at, a.id",
            [sets.as_json(identifiers)],
        )
        rows = tuple({"experiment": name, "arm": arm, "at": at} for name, arm, at in cursor.fetchall())
    return [Section("experiments", "Experiments taken part in", rows)] if rows else []


def erase(tx: Tx, identifiers: Sequence[str]) -> int:
    """Forget the lots a person drew; how many."""
    with connection.cursor() as cursor:
        among = sets.among_texts(cursor)
    return tx.execute(
        f"DELETE FROM experiments_assignment WHERE identifier {among}",  # noqa: S608 - our own words
        (sets.as_json(identifiers),),
    )

"""Takes persons out of the identity view: the evidence about their identifiers, then whoever it concerned anew."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.backends.utils import CursorWrapper

from choral.customers import sets


def unlink_identifiers(cursor: CursorWrapper, keys: Iterable[int]) -> set[int]:
    """Delete all evidence that touches these identifiers; they and the others it was about. Then comes `retract`."""
    asked, among = sets.as_json(keys), sets.among_numbers(cursor)
    touched: set[int] = set()
    for side in ("a", "b"):
        cursor.execute(f"SELECT a, b FROM identity_link WHERE {side} {among}", [asked])  # noqa: S608
        touched |= {key for pair in cursor.fetchall() for key in pair}
        cursor.execute(f"DELETE FROM identity_link WHERE {side} {among}", [asked])  # noqa: S608
    for side in ("one", "other"):  # what staff decided about them goes too
        cursor.execute(f"SELECT one, other FROM identity_correction WHERE {side} {among}", [asked])  # noqa: S608
        touched |= {key for pair in cursor.fetchall() for key in pair}
        cursor.execute(f"DELETE FROM identity_correction WHERE {side} {among}", [asked])  # noqa: S608
    return touched

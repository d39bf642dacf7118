"""Takes identifiers out of the profile view: time line, traits and figures."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.backends.utils import CursorWrapper

from choral.customers import sets


def positions_about(cursor: CursorWrapper, keys: Iterable[int]) -> list[int]:
    """Where in the log the counted events about these identifiers are, in order."""
    cursor.execute(
        f"SELECT position FROM profiles_moment WHERE subject {sets.among_numbers(cursor)} ORDER BY position",  # noqa: S608
        [sets.as_json(keys)],
    )
    return [row[0] for row in cursor.fetchall()]


def forget_identifiers(cursor: CursorWrapper, keys: Iterable[int]) -> int:
    """Delete everything about these identifiers; how many lines of the time line."""
    asked, among = sets.as_json(keys), sets.among_numbers(cursor)
    gone = 0
    for table in ("profiles_trait", "profiles_figure", "profiles_moment"):
        cursor.execute(f"DELETE FROM {table} WHERE subject {among}", [asked])  # noqa: S608
        gone = int(cursor.rowcount)
    return gone

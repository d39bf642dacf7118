"""Who has done nothing for long: asked by the rules of retention."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connections

from choral.customers import sets

_SILENT = """FROM profiles_customer c WHERE c.known = 1 AND c.first_at < %s AND NOT EXISTS (
    SELECT 1 FROM identity_identifier i JOIN profiles_moment m ON m.subject = i.key AND m.at >= %s
    WHERE i.customer = c.customer AND NOT (m.name {among}))"""


def silent_since(moment: int, passive: Sequence[str], limit: int) -> list[int]:
    """Known customers without an event since a time (µs UTC) but `passive` ones, those gone longest first."""
    with connections["views"].cursor() as cursor:
        silent = _SILENT.format(among=sets.among_texts(cursor))
        cursor.execute(
            f"SELECT c.customer {silent} ORDER BY c.last_at, c.customer LIMIT %s",  # noqa: S608
            [moment, moment, sets.as_json(passive), limit],
        )
        return [row[0] for row in cursor.fetchall()]


def count_silent_since(moment: int, passive: Sequence[str]) -> int:
    """How many they are."""
    with connections["views"].cursor() as cursor:
        silent = _SILENT.format(among=sets.among_texts(cursor))
        cursor.execute(f"SELECT count(*) {silent}", [moment, moment, sets.as_json(passive)])  # noqa: S608
        return int(cursor.fetchone()[0])

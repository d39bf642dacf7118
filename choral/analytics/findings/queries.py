"""Reads the room's book."""

from __future__ import annotations

from datetime import date

from django.db import connection

from choral.analytics.findings.rules import Away
from choral.analytics.findings.values import Said


def away() -> dict[str, Away]:
    """What was put away, by key."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT key, until, money, size, by, at FROM finding_away")
        return {
            key: Away(key, date.fromisoformat(until), money, size, by, at)
            for key, until, money, size, by, at in cursor.fetchall()
        }


def said(limit: int) -> list[Said]:
    """What was said, newest first."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key, said_at, until, money, text FROM finding_said ORDER BY said_at DESC, id LIMIT %s", (limit,)
        )
        return [Said(key, at, date.fromisoformat(until), money, text) for key, at, until, money, text in cursor]

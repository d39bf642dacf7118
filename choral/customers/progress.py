"""How far the consumer has read the log; kept in the views, in the same transaction as what it concluded."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connections
from django.db.backends.utils import CursorWrapper

POSITION, VERSION = "position", "version"
_VERSIONS = 1 << 63


@dataclass(frozen=True)
class ConsumerStatus:
    """Where the consumer stands: `waiting` events not yet read, `age` of the oldest of them in µs (0 for none)."""

    position: int
    head: int
    waiting: int
    age: int


def read(name: str) -> int:
    """A number of the identity view's state, 0 before there is one."""
    with connections["views"].cursor() as cursor:
        return _read(cursor, name)


def save(cursor: CursorWrapper, name: str, value: int) -> None:
    """Set a number of the identity view's state."""
    cursor.execute(
        "INSERT INTO identity_state (name, value) VALUES (%s, %s)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        [name, value],
    )


def add(cursor: CursorWrapper, name: str, value: int) -> None:
    """Add to a number of the state, modulo 2^63."""
    if value:
        save(cursor, name, (_read(cursor, name) + value) % _VERSIONS)


def withdrawn() -> list[str]:
    """The sources whose events no longer count, by name."""
    with connections["views"].cursor() as cursor:
        cursor.execute("SELECT source FROM identity_withdrawn ORDER BY source")
        return [row[0] for row in cursor.fetchall()]


def _read(cursor: CursorWrapper, name: str) -> int:
    cursor.execute("SELECT value FROM identity_state WHERE name = %s", [name])
    row = cursor.fetchone()
    return int(row[0]) if row else 0

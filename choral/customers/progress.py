"""How far the consumer has read the log; kept in the views, in the same transaction as what it concluded."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connections
from django.db.backends.utils import CursorWrapper

POSITION, VERSION = "position", "version"


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
        cursor.execute("SELECT value FROM identity_state WHERE name = %s", [name])
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def save(cursor: CursorWrapper, name: str, value: int) -> None:
    cursor.execute(
        "INSERT INTO identity_state (name, value) VALUES (%s, %s)"
        " ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        [name, value],
    )

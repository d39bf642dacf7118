"""Reads destinations, how far they are, and what they did not take."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection

from choral.connectors.forwarding.values import DeadLetter, Destination, Settings
from choral.core.errors import NotFound

_COLUMNS = (
    "id, name, url, events, sources, identifiers, purpose, write_key, state, position, size, attempts, retry_at,"
    " problem, delivered, delivered_at, generation, created_at,"
    " (SELECT count(*) FROM forwarding_dead d WHERE d.destination_id = forwarding_destination.id AND d.state = 'open')"
)
_SELECT = f"SELECT {_COLUMNS} FROM forwarding_destination"  # noqa: S608
_DEAD = "SELECT id, destination_id, first, last, events, attempts, problem, at, state FROM forwarding_dead"


def every(head: int) -> list[Destination]:
    """All destinations, oldest first; `head` is where the log ends."""
    return [_destination(row, head) for row in _rows(f"{_SELECT} ORDER BY created_at, id")]


def one(destination: str, head: int) -> Destination:
    """One destination; `NotFound` `no_such_destination`."""
    found = _rows(f"{_SELECT} WHERE id = %s", [destination])
    if not found:
        raise NotFound("no_such_destination", "There is no such destination.", status=404)
    return _destination(found[0], head)


def due(now: int, upto: int) -> list[str]:
    """The destinations for which something may wait and whose pause is over."""
    found = _rows(
        "SELECT id FROM forwarding_destination WHERE state = 'on' AND retry_at <= %s AND position < %s ORDER BY id",
        [now, upto],
    )
    return [row[0] for row in found]


def dead(destination: str, state: str, before: int | None, limit: int) -> list[DeadLetter]:
    """What a destination did not take, newest first."""
    found = _rows(
        f"{_DEAD} WHERE destination_id = %s AND state = %s AND id < %s ORDER BY id DESC LIMIT %s",
        [destination, state, before or 1 << 62, limit],
    )
    return [DeadLetter(*row) for row in found]


def dead_letter(number: int) -> DeadLetter:
    """One line of it; `NotFound` `no_such_dead_letter`."""
    found = _rows(f"{_DEAD} WHERE id = %s", [number])
    if not found:
        raise NotFound("no_such_dead_letter", "There is no such line.", status=404)
    return DeadLetter(*found[0])


def _destination(row: Sequence[Any], head: int) -> Destination:
    (made, name, url, events, sources, identifiers, purpose, write_key, state, position, size, attempts, retry_at,
     problem, delivered, delivered_at, generation, created_at, lines) = row  # fmt: skip
    settings = Settings(
        name, url, tuple(json.loads(events)), tuple(json.loads(sources)), identifiers, purpose, write_key
    )
    return Destination(
        made, settings, state, position, max(0, head - position), size, attempts, retry_at, problem, delivered,
        delivered_at, lines, generation, created_at,
    )  # fmt: skip


def _rows(sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())

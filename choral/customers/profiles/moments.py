"""Reads of the time line by other rooms: where somebody's orders stand in the log, and what they did, in short."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connections

from choral.customers import sets
from choral.customers.profiles.rules import ORDER, REFUND, Moment

_MOMENT = ", ".join(Moment._fields)


def order_positions(keys: Iterable[int], after: int, most: int) -> list[int]:
    """The positions after `after` of the newest `most` orders and refunds of these identifiers, oldest first."""
    with connections["views"].cursor() as cursor:
        # "+position" keeps SQLite from walking the whole log from `after` instead of one person's time line.
        cursor.execute(
            f"SELECT position FROM profiles_moment WHERE subject {sets.among_numbers(cursor)}"  # noqa: S608
            " AND +position > %s AND name IN (%s, %s) ORDER BY at DESC, position DESC LIMIT %s",
            [sets.as_json(keys), after, ORDER, REFUND, most],
        )
        return sorted(row[0] for row in cursor.fetchall())


def newest(keys: Iterable[int], most: int) -> list[Moment]:
    """The newest `most` lines of the time line of these identifiers, newest first."""
    with connections["views"].cursor() as cursor:
        cursor.execute(
            f"SELECT {_MOMENT} FROM profiles_moment WHERE subject {sets.among_numbers(cursor)}"  # noqa: S608
            " ORDER BY at DESC, position DESC LIMIT %s",
            [sets.as_json(keys), most],
        )
        return [Moment(*row) for row in cursor.fetchall()]


def latest_at() -> int:
    """When the last thing of a known customer happened (µs UTC), 0 in an empty shop."""
    with connections["views"].cursor() as cursor:
        cursor.execute("SELECT max(last_at) FROM profiles_customer WHERE known = 1")
        return int(cursor.fetchone()[0] or 0)

"""Lets the time line say less about events that are old: asked by the rules of retention."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connections, transaction

from choral.customers import sets
from choral.customers.profiles.rules import Moment

# An event whose line says nothing particular has been aged already, or never said anything.
_OLD = "FROM profiles_moment WHERE at < %s AND label IS NOT NULL AND name {among}"


def count_old(names: Sequence[str], before: int) -> int:
    """How many lines of these kinds of events from before a time (µs UTC) still say something particular."""
    with connections["views"].cursor() as cursor:
        old = _OLD.format(among=sets.among_texts(cursor))
        cursor.execute(f"SELECT count(*) {old}", [before, sets.as_json(names)])
        return int(cursor.fetchone()[0])


def old_positions(names: Sequence[str], before: int, limit: int) -> list[int]:
    """Where in the log they are, the oldest first."""
    with connections["views"].cursor() as cursor:
        old = _OLD.format(among=sets.among_texts(cursor))
        cursor.execute(f"SELECT position {old} ORDER BY position LIMIT %s", [before, sets.as_json(names), limit])
        return [row[0] for row in cursor.fetchall()]


def say_less(moments: Sequence[Moment]) -> None:
    """Write these lines as their events say it now."""
    rows = [(one.campaign, one.place, one.label, one.order_id, one.position) for one in moments]
    with transaction.atomic(using="views"), connections["views"].cursor() as cursor:
        cursor.executemany(
            "UPDATE profiles_moment SET campaign = %s, place = %s, label = %s, order_id = %s WHERE position = %s", rows
        )

"""Reads the owner's rules of recommendation."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from choral.customers.recommend.rules import Rules, changed


@dataclass(frozen=True)
class RuleRow:
    """One rule as it was set: when (µs UTC) and by whom."""

    kind: str
    subject: str
    value: str
    at: int
    actor: str


def rows() -> list[RuleRow]:
    """All rules that were set, by kind and subject."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, subject, value, at, actor FROM recommend_rule ORDER BY kind, subject")
        return [RuleRow(*row) for row in cursor.fetchall()]


def rules() -> Rules:
    """The rules that hold: the defaults, with what the owner has set."""
    found = Rules()
    for row in rows():
        found = changed(found, row.kind, row.subject, row.value)
    return found

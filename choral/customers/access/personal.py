"""What the room keeps about a person, to be told to them or erased."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection

from choral.books import Tx
from choral.customers import sets
from choral.customers.privacy.contract import Kept, Section

KEPT = (
    Kept(
        "access_token", "tokens in somebody's hand and what they open", "access to places", "until the person is erased"
    ),
    Kept("access_loan", "to whom a token was lent", "access to places", "until the person is erased"),
    Kept("access_read", "where and when a token was read", "access to places", "for 90 days"),
)


_HELD = {
    "Tokens held": ("access_token", "value, kind, state, issued_at, ends_at", "holder"),
    "Tokens borrowed": ("access_loan", "starts_at, ends_at, ended_at, may_pay", "borrower"),
    "Readings of tokens": ("access_read", "at, place, value, leaving, allowed, reason", "person"),
}


def told(identifiers: Sequence[str]) -> list[Section]:
    """Tokens held and borrowed, what they open, and the readings of the last 90 days; times in µs UTC."""
    sections = []
    with connection.cursor() as cursor:
        among, asked = sets.among_texts(cursor), sets.as_json(identifiers)
        for title, (table, columns, who) in _HELD.items():
            cursor.execute(f"SELECT {columns} FROM {table} WHERE {who} {among} ORDER BY id", [asked])  # noqa: S608
            sections.append(_section(title, columns, cursor.fetchall()))
        columns = "place, starts_at, ends_at, days, opens, closes, entries, used, made_at, revoked_at"
        cursor.execute(
            f"SELECT {columns} FROM access_grant WHERE token_id IN"  # noqa: S608 - our own names
            f" (SELECT id FROM access_token WHERE holder {among}) ORDER BY id",
            [asked],
        )
        sections.append(_section("Rights of tokens", columns, cursor.fetchall()))
    return [section for section in sections if section.rows]


def erase(tx: Tx, identifiers: Sequence[str]) -> int:
    """Forget tokens, rights, loans and readings of a person; their tokens open nothing any more. How many rows."""
    with connection.cursor() as cursor:
        among = sets.among_texts(cursor)
    asked = sets.as_json(identifiers)
    mine = f"token_id IN (SELECT id FROM access_token WHERE holder {among})"  # noqa: S608 - our own names
    gone = tx.execute(f"DELETE FROM access_read WHERE person {among}", (asked,))  # noqa: S608
    gone += tx.execute(f"DELETE FROM access_loan WHERE borrower {among}", (asked,))  # noqa: S608
    for table in ("access_read", "access_loan", "access_grant", "access_presence"):
        gone += tx.execute(f"DELETE FROM {table} WHERE {mine}", (asked,))  # noqa: S608
    return gone + tx.execute(f"DELETE FROM access_token WHERE holder {among}", (asked,))  # noqa: S608


def _section(title: str, columns: str, rows: Sequence[Sequence[Any]]) -> Section:
    names = [name.strip() for name in columns.split(",")]
    return Section("access", title, tuple(dict(zip(names, row, strict=True)) for row in rows))

"""SQL for whole sets of rows, written once for SQLite and PostgreSQL; knows no table.

Sets travel as one parameter: a JSON text when they are looked up, rows (SQLite) or arrays (PostgreSQL) when they
are written. The cursors are Django's, so placeholders are `%s` on both engines.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import msgspec
from django.db.backends.utils import CursorWrapper

Row = tuple[Any, ...]
_encode = msgspec.json.encode


def is_sqlite(cursor: CursorWrapper) -> bool:
    return bool(cursor.db.vendor == "sqlite")


def prepare_writing(cursor: CursorWrapper) -> None:
    """Let the one connection that writes whole batches keep more of the file at hand (up to 128 MB)."""
    if is_sqlite(cursor):
        cursor.execute("PRAGMA cache_size = -128000")


def as_json(values: Iterable[object]) -> str:
    """A set (of numbers, texts or pairs) as the one parameter the fragments below expect."""
    return _encode(values if isinstance(values, list) else list(values)).decode()


def raw(value: object) -> msgspec.Raw:
    """A value as the raw JSON an event's properties are."""
    return msgspec.Raw(_encode(value))


def among_numbers(cursor: CursorWrapper) -> str:
    """`column {among_numbers}`: is one of the whole numbers in the JSON parameter."""
    if is_sqlite(cursor):
        return "IN (SELECT value FROM json_each(%s))"
    return "IN (SELECT value::bigint FROM json_array_elements_text(%s::json))"


def among_texts(cursor: CursorWrapper) -> str:
    """`column {among_texts}`: is one of the texts in the JSON parameter."""
    if is_sqlite(cursor):
        return "IN (SELECT value FROM json_each(%s))"
    return "IN (SELECT value FROM json_array_elements_text(%s::json))"


def triples(cursor: CursorWrapper) -> str:
    """A table of three whole numbers x, y, z from the JSON parameter [[x, y, z], ..]."""
    if is_sqlite(cursor):
        return "(SELECT value ->> 0 AS x, value ->> 1 AS y, value ->> 2 AS z FROM json_each(%s))"
    return (
        "(SELECT (value ->> 0)::bigint AS x, (value ->> 1)::bigint AS y, (value ->> 2)::bigint AS z"
        " FROM json_array_elements(%s::json) AS value)"
    )


def functions(cursor: CursorWrapper) -> dict[str, str]:
    """How the engine says smaller-of, greater-of, and a group's channels in order, for `str.format`."""
    if is_sqlite(cursor):
        return {"least": "min", "greatest": "max", "joined": "group_concat(channel, ',')"}
    joined = "string_agg(channel, ',' ORDER BY channel COLLATE \"C\")"
    return {"least": "least", "greatest": "greatest", "joined": joined}


def write(cursor: CursorWrapper, table: str, columns: str, rows: Sequence[Row], conflict: str = "") -> None:
    """Insert many rows with one statement; `columns` is "name type, ..", `conflict` the ON CONFLICT clause."""
    if not rows:
        return
    described = [column.split() for column in columns.split(",")]
    names = ", ".join(name for name, _ in described)
    if is_sqlite(cursor):
        marks = ", ".join(["%s"] * len(described))
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks}) {conflict}", rows)  # noqa: S608
        return
    arrays = ", ".join(f"%s::{kind}[]" for _, kind in described)
    cursor.execute(
        f"INSERT INTO {table} ({names}) SELECT * FROM unnest({arrays}) {conflict}",  # noqa: S608
        [list(column) for column in zip(*rows, strict=True)],
    )


def create(cursor: CursorWrapper, statements: Sequence[str]) -> None:
    """Make tables written in PostgreSQL's words; SQLite gets its own spelling of 64 bits and of clustering.

    `/*bytes*/` behind a text column makes it sort by bytes, so that a range finds what begins with a word.
    """
    for statement in statements:
        text = statement if is_sqlite(cursor) else statement.replace("/*bytes*/", 'COLLATE "C"')
        if is_sqlite(cursor):
            text = text.replace("BIGINT", "INTEGER").replace("/*clustered*/", "WITHOUT ROWID")
        cursor.execute(text)

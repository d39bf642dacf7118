"""Which events came before, for ever: decided set by set in the views, by whole message ids within a source.

An id is kept as 128 bits of its hash: 64 are the key, 64 more guard against two ids that share a key. The position
stands beside it, so the same question asked again gets the same answer. Knows cursors, no framework; every cursor
takes `%s` placeholders, `vendor` is "sqlite" or "postgresql".
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import blake2b
from struct import Struct
from typing import Any, Protocol

_TABLES = (
    # Clustered by the hash: one tree instead of a table and its index.
    "CREATE TABLE IF NOT EXISTS seen (key {integer} NOT NULL, guard {integer} NOT NULL, position {integer} NOT NULL,"
    " PRIMARY KEY (key, guard)){clustered}",
    "CREATE TABLE IF NOT EXISTS duplicates (position {integer} PRIMARY KEY)",
)
_two_numbers = Struct(">qq").unpack
Row = tuple[str, str, int]  # source, message id, position in the log


class Cursor(Protocol):
    """What is needed of a cursor of the views database, inside its transaction."""

    @property
    def rowcount(self) -> int: ...
    def execute(self, sql: str, params: Sequence[Any] = ..., /) -> Any: ...
    def executemany(self, sql: str, params: Sequence[Sequence[Any]], /) -> Any: ...
    def fetchall(self) -> list[Any]: ...


def prepare(cursor: Cursor, vendor: str) -> None:
    """Make the tables `seen` and `duplicates` where they are missing."""
    kinds = {"integer": "INTEGER", "clustered": " WITHOUT ROWID"}
    if vendor == "postgresql":
        kinds = {"integer": "BIGINT", "clustered": ""}
        # Without asking first, every batch would bring a notice that the table is there already.
        cursor.execute("SELECT 1 WHERE to_regclass('duplicates') IS NOT NULL")
        if cursor.fetchall():
            return
    for statement in _TABLES:
        cursor.execute(statement.format(**kinds))


def first_seen(cursor: Cursor, vendor: str, rows: Sequence[Row]) -> list[bool]:
    """For each row whether it is the first of its id in its source; the others are noted as duplicates.

    The row that was noted first stays the first, so rows should come in the order of the log. Repeating a call
    changes nothing and gives the same answer.
    """
    hashed = [(*_hash(source, message_id), position) for source, message_id, position in rows]
    new = _insert(cursor, vendor, hashed)
    if new == len(rows):  # nearly always: nothing to look up
        return [True] * len(rows)
    known = _positions(cursor, vendor, [key for key, _, _ in hashed])
    first = [known[key, guard] == position for key, guard, position in hashed]
    repeated = [(row[2],) for row, is_first in zip(hashed, first, strict=True) if not is_first]
    if repeated:
        cursor.executemany("INSERT INTO duplicates (position) VALUES (%s) ON CONFLICT DO NOTHING", repeated)
    return first


def rename(cursor: Cursor, vendor: str, rows: Sequence[tuple[str, str, str, int]]) -> None:
    """Note events under other ids: (source, old id, new id, position); those that are not noted are passed over."""
    for source, old, new, position in rows:
        cursor.execute("DELETE FROM seen WHERE key = %s AND guard = %s AND position = %s",
                       (*_hash(source, old), position))  # fmt: skip
        if cursor.rowcount:
            _insert(cursor, vendor, [(*_hash(source, new), position)])


def excluded(cursor: Cursor, after: int, upto: int) -> list[int]:
    """Positions of duplicates past `after` and up to `upto`, in order."""
    cursor.execute(
        "SELECT position FROM duplicates WHERE position > %s AND position <= %s ORDER BY position", (after, upto)
    )
    return [row[0] for row in cursor.fetchall()]


def _hash(source: str, message_id: str) -> tuple[int, int]:
    # The length of the source stands in front, so that no other split of the same text gives the same hash.
    text = f"{len(source)}:{source}{message_id}"
    key, guard = _two_numbers(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest())
    return key, guard


def _insert(cursor: Cursor, vendor: str, hashed: list[tuple[int, int, int]]) -> int:
    """Note what is new; how many were. The first of equal ids wins, also within one set."""
    in_order = sorted(hashed)  # neighbours in the tree are written together; of equal ids the lowest position first
    if vendor == "sqlite":
        cursor.executemany("INSERT OR IGNORE INTO seen (key, guard, position) VALUES (%s, %s, %s)", in_order)
    elif in_order:
        cursor.execute(
            "INSERT INTO seen (key, guard, position) SELECT * FROM unnest(%s::bigint[], %s::bigint[], %s::bigint[])"
            " ON CONFLICT DO NOTHING",
            [list(column) for column in zip(*in_order, strict=True)],
        )
    return cursor.rowcount if in_order else 0


def _positions(cursor: Cursor, vendor: str, keys: list[int]) -> dict[tuple[int, int], int]:
    """What is noted under these keys; more than one of them where two ids share a key."""
    if vendor == "sqlite":
        among, parameter = "IN (SELECT value FROM json_each(%s))", json.dumps(keys)
    else:
        among, parameter = "= ANY(%s::bigint[])", keys  # type: ignore[assignment]
    cursor.execute(f"SELECT key, guard, position FROM seen WHERE key {among}", (parameter,))  # noqa: S608
    return {(key, guard): position for key, guard, position in cursor.fetchall()}

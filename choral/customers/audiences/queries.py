"""Reads the book of audiences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from choral.customers import sets
from choral.customers.audiences import tree
from choral.customers.audiences.tree import Condition, Definition

_COLUMNS = (
    "a.id, a.key, a.name, a.definition, a.version, a.fixed, a.archived_at, a.created_at, a.updated_at, a.updated_by,"
    " a.settled_version, a.settled_at"
)


@dataclass(frozen=True)
class Kept:
    """A row of the book. Its members are known when `settled_version` is its version."""

    number: int
    key: str
    name: str
    definition: Definition
    version: int
    fixed: bool
    archived_at: int | None
    created_at: int
    updated_at: int
    updated_by: str
    settled_version: int
    settled_at: int

    @property
    def settled(self) -> bool:
        return self.settled_version == self.version


@dataclass(frozen=True)
class KeptVersion:
    """What an audience said from `at` (µs UTC) on."""

    version: int
    name: str
    definition: Definition
    at: int
    by: str


def audiences(archived: bool = False) -> list[Kept]:
    """Those in use by name, or those put away."""
    where = f"archived_at IS {'NOT NULL' if archived else 'NULL'}"
    rows = _rows(f"SELECT {_COLUMNS} FROM audiences_audience a WHERE {where} ORDER BY lower(name), id")  # noqa: S608
    return [_kept(row) for row in rows]


def unsettled() -> list[Kept]:
    """Those whose members do not stand for what they say now; archived ones that still have members too."""
    return [
        _kept(row)
        for row in _rows(
            f"SELECT {_COLUMNS} FROM audiences_audience a WHERE NOT fixed AND ((archived_at IS NULL AND"  # noqa: S608
            " settled_version <> version) OR (archived_at IS NOT NULL AND EXISTS (SELECT 1 FROM audiences_membership m"
            " WHERE m.audience_id = a.id))) ORDER BY id"
        )
    ]


def in_use() -> bool:
    """Whether there is any audience to follow, or an archived one that is not empty yet."""
    return bool(_rows("SELECT 1 FROM audiences_audience WHERE archived_at IS NULL AND NOT fixed LIMIT 1")) or bool(
        unsettled()
    )


def one(key: str) -> Kept | None:
    """One by its key."""
    found = _rows(f"SELECT {_COLUMNS} FROM audiences_audience a WHERE key = %s", [key])  # noqa: S608
    return _kept(found[0]) if found else None


def trees() -> dict[str, Condition]:
    """What each moving audience in use says, by key."""
    return {one.key: one.definition.who for one in audiences() if not one.fixed}


def versions(number: int) -> list[KeptVersion]:
    """All it ever said, newest first."""
    rows = _rows("SELECT version, name, definition, at, by FROM audiences_version WHERE audience_id = %s"
                 " ORDER BY version DESC", [number])  # fmt: skip
    return [KeptVersion(row[0], row[1], tree.decode(row[2]), row[3], row[4]) for row in rows]


def sizes() -> dict[int, int]:
    """How many are in each."""
    return dict(_rows("SELECT audience_id, count(*) FROM audiences_membership GROUP BY audience_id"))


def trend(number: int, days: int = 90) -> list[tuple[date, int]]:
    """How many were in at the end of each day, oldest first."""
    rows = _rows("SELECT day, members FROM audiences_size WHERE audience_id = %s ORDER BY day DESC LIMIT %s",
                 [number, days])  # fmt: skip
    return [(row[0] if isinstance(row[0], date) else date.fromisoformat(row[0]), row[1]) for row in reversed(rows)]


def members(number: int) -> list[int]:
    """Everybody who is in, by id."""
    rows = _rows("SELECT customer FROM audiences_membership WHERE audience_id = %s ORDER BY customer", [number])
    return [row[0] for row in rows]


def member_page(number: int, after: int, limit: int) -> list[tuple[int, int]]:
    """(customer, entered at) of members with an id above `after`."""
    return _rows("SELECT customer, entered_at FROM audiences_membership WHERE audience_id = %s AND customer > %s"
                 " ORDER BY customer LIMIT %s", [number, after, limit])  # fmt: skip


def memberships(customers: Iterable[int]) -> list[tuple[int, str, str, int]]:
    """(customer, key, name, entered at) of all audiences these customers are in."""
    with connection.cursor() as cursor:
        among = sets.among_numbers(cursor)
    return _rows(
        "SELECT m.customer, a.key, a.name, m.entered_at FROM audiences_membership m"  # noqa: S608
        f" JOIN audiences_audience a ON a.id = m.audience_id WHERE m.customer {among} ORDER BY m.entered_at, a.key",
        [sets.as_json(customers)],
    )


def on_lists() -> Iterator[tuple[int, str]]:
    """(customer, key) of the members of frozen lists."""
    yield from _rows("SELECT m.customer, a.key FROM audiences_membership m JOIN audiences_audience a"
                     " ON a.id = m.audience_id WHERE a.fixed")  # fmt: skip


def lists_mark() -> str:
    """A text that changes with the frozen lists."""
    return str(_rows("SELECT count(*), max(id) FROM audiences_audience WHERE fixed")[0])


def _kept(row: tuple[Any, ...]) -> Kept:
    number, key, name, definition, version, fixed, *rest = row
    return Kept(number, key, name, tree.decode(definition), version, bool(fixed), *rest)


def _rows(sql: str, params: list[Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params or [])
        return list(cursor.fetchall())

"""Reads the room's book."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from choral.customers import sets


@dataclass(frozen=True)
class Request:
    """A person's request. Times in µs UTC; `closed_at` is None while it is open."""

    id: str
    kind: str
    customer: str
    state: str
    opened_by: str
    opened_at: int
    due_at: int
    closed_by: str
    closed_at: int | None


@dataclass(frozen=True)
class Restriction:
    """An identifier whose person said no to a kind of use."""

    identifier: str
    kind: str
    since: int
    by: str


_REQUEST = "id, kind, customer, state, opened_by, opened_at, due_at, closed_by, closed_at"
_RESTRICTION = "identifier, kind, since, by"


def requests(state: str | None = None, limit: int = 200) -> list[Request]:
    """Requests, the soonest due first among the open ones, then the newest."""
    where, params = ("WHERE state = %s", [state]) if state else ("", [])
    sql = f"SELECT {_REQUEST} FROM privacy_request {where}"  # noqa: S608
    order = " ORDER BY CASE WHEN state = 'open' THEN 0 ELSE 1 END, due_at, id LIMIT %s"
    return [Request(*row) for row in _rows(sql + order, [*params, limit])]


def request(request_id: str) -> Request | None:
    """One request."""
    rows = _rows(f"SELECT {_REQUEST} FROM privacy_request WHERE id = %s", [request_id])  # noqa: S608
    return Request(*rows[0]) if rows else None


def requests_of(customers: Iterable[str]) -> list[Request]:
    """All requests of these customers, oldest first."""
    sql = f"SELECT {_REQUEST} FROM privacy_request WHERE customer {_among()} ORDER BY opened_at"  # noqa: S608
    return [Request(*row) for row in _rows(sql, [sets.as_json(customers)])]


def restrictions_of(identifiers: Iterable[str]) -> list[Restriction]:
    """What the persons of these identifiers said no to."""
    sql = f"SELECT {_RESTRICTION} FROM privacy_restriction WHERE identifier {_among()} ORDER BY since"  # noqa: S608
    return [Restriction(*row) for row in _rows(sql, [sets.as_json(identifiers)])]


def restricted_identifiers(kinds: Iterable[str]) -> list[str]:
    """Every identifier with a restriction of one of these kinds."""
    sql = f"SELECT DISTINCT identifier FROM privacy_restriction WHERE kind {_among()}"  # noqa: S608
    return [row[0] for row in _rows(sql, [sets.as_json(kinds)])]


def _among() -> str:
    with connection.cursor() as cursor:
        return sets.among_texts(cursor)


def _rows(sql: str, params: list[Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


@dataclass(frozen=True)
class Erasure:
    """An erasure as it stands. State: waiting, running, done, cancelled. Times in µs UTC, None while not yet.

    `steps` says of each step that is done how much it erased; `customer` and `identifiers` are empty once it is done.
    """

    id: str
    state: str
    reason: str
    never_again: bool
    asked_by: str
    asked_at: int
    due_at: int
    started_at: int | None
    finished_at: int | None
    customer: str
    identifiers: tuple[str, ...]
    steps: dict[str, int]


_ERASURE = (
    "id, state, reason, never_again, asked_by, asked_at, due_at, started_at, finished_at, customer, identifiers, steps"
)


def erasures(limit: int = 200) -> list[Erasure]:
    """Erasures, the newest first."""
    return _erasures("ORDER BY asked_at DESC, id DESC LIMIT %s", [limit])


def erasure(erasure_id: str) -> Erasure | None:
    """One erasure."""
    found = _erasures("WHERE id = %s", [erasure_id])
    return found[0] if found else None


def erasures_due(now: int) -> list[Erasure]:
    """Those that are to be done or gone on with, oldest first."""
    return _erasures("WHERE state = 'running' OR (state = 'waiting' AND due_at <= %s) ORDER BY asked_at", [now])


def erasures_of(customer: str) -> list[Erasure]:
    """Those of a customer that are not yet done."""
    return _erasures("WHERE customer = %s AND state IN ('waiting', 'running') ORDER BY asked_at", [customer])


def found_values(erasure_id: str) -> list[tuple[str, str]]:
    """The values a running erasure searches for, by field."""
    rows = _rows("SELECT found FROM privacy_erasure WHERE id = %s", [erasure_id])
    return [(field, value) for field, value in json.loads(rows[0][0] or "[]")] if rows else []


def noted_positions(erasure_id: str) -> list[int]:
    """The positions of the log a running erasure rewrites, in order."""
    sql = "SELECT position FROM privacy_erasedposition WHERE erasure = %s ORDER BY position"
    return [row[0] for row in _rows(sql, [erasure_id])]


def barred() -> frozenset[str]:
    """The keyed hashes of identifiers that must not come in again."""
    return frozenset(row[0] for row in _rows("SELECT hash FROM privacy_barred", []))


def _erasures(where: str, params: list[Any]) -> list[Erasure]:
    rows = _rows(f"SELECT {_ERASURE} FROM privacy_erasure {where}", params)  # noqa: S608
    return [
        Erasure(
            id_, state, reason, bool(never), by, asked, due, started, finished, customer,
            tuple(json.loads(identifiers or "[]")), json.loads(steps),
        )
        for id_, state, reason, never, by, asked, due, started, finished, customer, identifiers, steps in rows
    ]  # fmt: skip


@dataclass(frozen=True)
class Kept:
    """How long a category is kept where somebody decided otherwise than the default (`days` None: for ever)."""

    category: str
    days: int | None
    reason: str
    by: str
    at: int


@dataclass(frozen=True)
class Run:
    """What a rule of retention has done: everything of a category from before a time (µs UTC)."""

    at: int
    category: str
    before: int
    count: int


def kept() -> dict[str, Kept]:
    """The categories whose rule was changed."""
    return {row[0]: Kept(*row) for row in _rows("SELECT category, days, reason, by, at FROM privacy_retentionrule", [])}


def runs(limit: int = 100) -> list[Run]:
    """What the rules have done, the newest first."""
    sql = "SELECT at, category, before, count FROM privacy_retentionrun ORDER BY id DESC LIMIT %s"
    return [Run(*row) for row in _rows(sql, [limit])]


def classified() -> dict[str, str]:
    """The fields whose class was changed."""
    return dict(_rows("SELECT field, level FROM privacy_fieldclass", []))


def count_closed(before: int) -> int:
    """How many requests were closed before a time (µs UTC)."""
    return int(_rows("SELECT count(*) FROM privacy_request WHERE closed_at < %s", [before])[0][0])

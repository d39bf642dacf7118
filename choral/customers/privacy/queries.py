"""Reads the room's book."""

from __future__ import annotations

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

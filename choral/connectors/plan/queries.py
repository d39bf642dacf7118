"""Reads the plan, what came otherwise, what came at all, and how far the log was checked."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection

from choral.connectors.plan.values import Expected, Property, Violation
from choral.core.errors import NotFound

_EXPECTED = "SELECT id, source, event, properties, description, version, changed_at FROM plan_expected"


def plan(source: str | None = None) -> list[Expected]:
    """The plan by event; of one source with what is expected of all."""
    if source is None:
        return [_expected(row) for row in _rows(f"{_EXPECTED} ORDER BY event, source")]
    return [_expected(row) for row in _rows(f"{_EXPECTED} WHERE source IN ('', %s) ORDER BY event, source", [source])]


def line(number: str) -> Expected:
    """One event of the plan; `NotFound` `no_such_expected_event`."""
    found = _rows(f"{_EXPECTED} WHERE id = %s", [number])
    if not found:
        raise NotFound("no_such_expected_event", "The plan has no such event.", status=404)
    return _expected(found[0])


def violations(of: str | None = None, named: str | None = None, limit: int = 500) -> list[Violation]:
    """The most frequent first."""
    where, params = ["1 = 1"], list[Any]()
    for column, value in (("source", of), ("event", named)):
        if value:
            where, params = [*where, f"{column} = %s"], [*params, value]
    found = _rows(
        "SELECT source, event, kind, property, count, first_at, last_at, samples FROM plan_violation"  # noqa: S608
        f" WHERE {' AND '.join(where)} ORDER BY count DESC, source, event, kind, property LIMIT %s",
        [*params, limit],
    )
    return [
        Violation(source, event, kind, name, count, first, last, tuple(json.loads(samples)))
        for source, event, kind, name, count, first, last, samples in found
    ]


def kinds() -> int:
    """How many different violations there are."""
    return int(_rows("SELECT count(*) FROM plan_violation")[0][0])


def seen() -> list[tuple[str, str, int, int, int]]:
    """(source, event, count, good, last_at), the most frequent first."""
    found = _rows("SELECT source, event, count, good, last_at FROM plan_seen ORDER BY count DESC, source, event")
    return [(source, event, count, good, last) for source, event, count, good, last in found]


def position() -> int | None:
    """The last position of the log that was checked; None before checking began."""
    found = _rows("SELECT position FROM plan_progress WHERE id = 1")
    return int(found[0][0]) if found else None


def _expected(row: Sequence[Any]) -> Expected:
    number, source, event, properties, description, version, changed_at = row
    read = tuple([Property(**(one | {"allowed": tuple(one["allowed"])})) for one in json.loads(properties)])
    return Expected(number, source, event, read, description, version, changed_at)


def _rows(sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())

"""Reading the audit log: who did what to what, newest first."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

_LONGEST_PAGE = 500


@dataclass(frozen=True)
class AuditLine:
    """One line; `at` in microseconds UTC; `before` and `after` hold what differs."""

    id: int
    at: int
    actor: str
    action: str
    subject: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    address: str


@dataclass(frozen=True)
class AuditFilter:
    """Which lines: exact actor and action, a part of the subject, from (included) and to (excluded) in µs UTC."""

    actor: str | None = None
    action: str | None = None
    subject: str | None = None
    since: int | None = None
    until: int | None = None


def audit_lines(chosen: AuditFilter, before: int | None = None, limit: int = 50) -> list[AuditLine]:
    """At most `limit` lines, newest first; `before` is the id after which to go on."""
    conditions, params = _where(chosen)
    if before is not None:
        conditions.append("id < %s")
        params.append(before)
    where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, at, actor, action, subject, before, after, address FROM books_audit"  # noqa: S608 - own words
            f"{where} ORDER BY id DESC LIMIT %s",
            [*params, min(limit, _LONGEST_PAGE)],
        )
        return [_line(row) for row in cursor.fetchall()]


def all_audit_lines(chosen: AuditFilter) -> Iterator[AuditLine]:
    """Every line that matches, page after page, so that an export holds little memory."""
    before: int | None = None
    while page := audit_lines(chosen, before, _LONGEST_PAGE):
        yield from page
        before = page[-1].id


def audit_words() -> tuple[list[str], list[str]]:
    """The actors and the actions that occur, for choices."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT actor FROM books_audit ORDER BY actor LIMIT 200")
        actors = [row[0] for row in cursor.fetchall()]
        cursor.execute("SELECT DISTINCT action FROM books_audit ORDER BY action LIMIT 200")
        return actors, [row[0] for row in cursor.fetchall()]


def _where(chosen: AuditFilter) -> tuple[list[str], list[Any]]:
    conditions: list[str] = []
    params: list[Any] = []
    for column, value in (("actor", chosen.actor), ("action", chosen.action)):
        if value:
            conditions.append(f"{column} = %s")
            params.append(value)
    if chosen.subject:
        escaped = chosen.subject.replace("!", "!!").replace("%", "!%").replace("_", "!_")
        conditions.append("subject LIKE %s ESCAPE '!'")
        params.append(f"%{escaped}%")
    for sign, moment in ((">=", chosen.since), ("<", chosen.until)):
        if moment is not None:
            conditions.append(f"at {sign} %s")
            params.append(moment)
    return conditions, params


def _line(row: tuple[Any, ...]) -> AuditLine:
    number, at, actor, action, subject, *said, address = row
    before, after = (json.loads(value) if isinstance(value, str) else value for value in said)
    return AuditLine(number, at, actor, action, subject, before, after, address)

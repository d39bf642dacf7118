"""Reads identity's book: corrections, values with a rule of their own, the rules as a whole."""

from __future__ import annotations

import json
from collections.abc import Iterable

from django.db import connection

from choral.customers import sets
from choral.customers.identity.book.values import Correction, ValueRule
from choral.customers.identity.kinds import DEFAULTS, RuleSet, changed

_CORRECTION = "id, kind, one, other, reason, by, at, coalesce(withdrawn_by, ''), coalesce(withdrawn_at, 0)"
_VALUE = "id, subject, rule, most, shown, reason, by, at, coalesce(withdrawn_at, 0)"
Row = tuple[object, ...]


def correction(number: str) -> Correction | None:
    """One correction."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_CORRECTION} FROM identity_book_correction WHERE id = %s", [number])  # noqa: S608
        row = cursor.fetchone()
    return Correction(*row) if row else None


def corrections(before: str | None = None, limit: int = 50, holding: bool = False) -> list[Correction]:
    """Corrections, newest first; `before` is the id after which to go on; `holding`: only those not withdrawn."""
    where = "id < %s" + (" AND withdrawn_at IS NULL" if holding else "")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {_CORRECTION} FROM identity_book_correction WHERE {where} ORDER BY id DESC LIMIT %s",  # noqa: S608
            [before or "~", limit],
        )
        return [Correction(*row) for row in cursor.fetchall()]


def corrections_of(identifiers: Iterable[str], holding: bool = True) -> list[Correction]:
    """Corrections that are about any of these identifiers, newest first."""
    asked = sets.as_json(identifiers)
    holds = " AND withdrawn_at IS NULL" if holding else ""
    with connection.cursor() as cursor:
        among = sets.among_texts(cursor)
        cursor.execute(
            f"SELECT {_CORRECTION} FROM identity_book_correction WHERE one {among}{holds}"  # noqa: S608
            f" UNION SELECT {_CORRECTION} FROM identity_book_correction WHERE other {among}{holds} ORDER BY 1 DESC",
            [asked, asked],
        )
        return [Correction(*row) for row in cursor.fetchall()]


def value_rules(holding: bool = True) -> list[ValueRule]:
    """Values with a rule of their own, newest first."""
    where = " WHERE withdrawn_at IS NULL" if holding else ""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_VALUE} FROM identity_book_valuerule{where} ORDER BY id DESC")  # noqa: S608
        return [ValueRule(*row) for row in cursor.fetchall()]


def ruleset() -> RuleSet:
    """The rules as the book has them, seeing the changes of the transaction it is asked in."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, settings FROM identity_book_kindrule")
        kinds = {kind: changed(DEFAULTS[kind], json.loads(said)) for kind, said in cursor.fetchall()}
    values = value_rules()
    return RuleSet(
        kinds,
        frozenset(one.subject for one in values if one.rule == "block"),
        {one.subject: one.most for one in values if one.rule == "allow"},
        frozenset(one.subject.removeprefix("source:") for one in values if one.rule == "tablet"),
    )

"""Reads customers' personal values, whole or masked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection

from choral.customers import sets
from choral.customers.records.rules import fold, masked

_LIKE_ABOVE = "￿"


@dataclass(frozen=True)
class Personal:
    """One value about a person: which field, what is shown of it, said when (µs UTC), where, of which identifier."""

    identifier: str
    field: str
    value: str
    at: int
    source: str


def of_identifiers(identifiers: Iterable[str], personal: bool) -> list[Personal]:
    """All values of these identifiers, newest first; masked unless `personal`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT identifier, field, value, at, source FROM records_record"  # noqa: S608
            f" WHERE identifier {sets.among_texts(cursor)} ORDER BY at DESC, identifier, field",
            [sets.as_json(identifiers)],
        )
        rows = cursor.fetchall()
    return [
        Personal(identifier, field, value if personal else masked(field, value), at, source)
        for identifier, field, value, at, source in rows
    ]


def beginning_with(terms: list[str], limit: int) -> list[str]:
    """Identifiers whose values have, for each term, a word that begins with it."""
    if not terms:
        return []
    one = "SELECT identifier FROM records_word WHERE word >= %s AND word < %s"
    sql = " INTERSECT ".join([one] * len(terms))
    bounds = [bound for term in terms for bound in (term, term + _LIKE_ABOVE)]
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} LIMIT %s", [*bounds, limit])  # noqa: S608
        return [row[0] for row in cursor.fetchall()]


def containing(part: str, limit: int) -> list[str]:
    """Identifiers with a word that has `part` anywhere in it; reads every word (but numbers), so the last resort."""
    within = "instr" if connection.vendor == "sqlite" else "strpos"  # a third of what LIKE costs
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT identifier FROM records_word WHERE word >= 'a' AND {within}(word, %s) > 0"  # noqa: S608
            " LIMIT %s",
            [fold(part), limit],
        )
        return [row[0] for row in cursor.fetchall()]

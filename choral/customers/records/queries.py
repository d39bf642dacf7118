"""Reads customers' personal values, whole or masked."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from django.db import connection
from django.db.backends.utils import CursorWrapper

from choral.customers import sets
from choral.customers.records import index
from choral.customers.records.rules import BEFORE, SEARCHABLE, masked, words
from choral.customers.records.tables import NAMED

_LOOKED_AT = 100  # candidates first looked at; then four times as many each time
_PIECE = 20_000  # identifiers read at a time


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
            f"SELECT identifier, field, value, at, source FROM {NAMED}"  # noqa: S608
            f" WHERE identifier {sets.among_texts(cursor)} ORDER BY at DESC, identifier, field",
            [sets.as_json(identifiers)],
        )
        rows = cursor.fetchall()
    return [
        Personal(identifier, field, value if personal else masked(field, value), at, source)
        for identifier, field, value, at, source in rows
    ]


def birthdays(after: str) -> list[tuple[str, str]]:
    """Identifier and birthday of everybody born after a day (ISO 8601, as text)."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT identifier, value FROM {NAMED} WHERE field = 'birthday' AND value > %s",  # noqa: S608
            [after],
        )
        return list(cursor.fetchall())


def in_pieces(fields: Sequence[str]) -> Iterator[tuple[str, str, str, int]]:
    """All values of these fields as (identifier, field, value, at), a piece at a time, an identifier's together."""
    last = -1
    while True:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT max(subject) FROM (SELECT subject FROM records_subject WHERE subject > %s"
                " ORDER BY subject LIMIT %s) AS piece",
                [last, _PIECE],
            )
            upto = cursor.fetchone()[0]
            if upto is None:
                return
            cursor.execute(
                f"SELECT identifier, field, value, at FROM {NAMED} WHERE subject > %s AND subject <= %s"  # noqa: S608
                f" AND field {sets.among_texts(cursor)} ORDER BY subject",
                [last, upto, sets.as_json(fields)],
            )
            rows = cursor.fetchall()
        last = upto
        yield from rows


def beginning_with(terms: list[str], limit: int) -> list[str]:
    """Identifiers whose values have, for each term, a word that begins with it."""
    return _found([BEFORE + term for term in terms], limit, lambda word, term: word.startswith(term), terms)


def containing(part: str, limit: int) -> list[str]:
    """Identifiers whose values have a word with `part` (three letters or more) anywhere in it."""
    return _found([part], limit, str.__contains__, [part])


def _found(texts: list[str], limit: int, fits: Callable[[str, str], bool], terms: list[str]) -> list[str]:
    """Identifiers the index offers for `texts`, of whom for each term a word really `fits`."""
    found: list[str] = []
    with connection.cursor() as cursor:
        offered, size = iter(index.candidates(cursor, texts)), _LOOKED_AT
        while len(found) < limit and (some := list(islice(offered, size))):
            found += _fitting(cursor, some, fits, terms)
            size *= 4
    return found[:limit]


def _fitting(
    cursor: CursorWrapper, subjects: list[int], fits: Callable[[str, str], bool], terms: list[str]
) -> list[str]:
    cursor.execute(
        f"SELECT identifier, field, value FROM {NAMED} WHERE subject {sets.among_numbers(cursor)}"  # noqa: S608
        " ORDER BY subject",
        [sets.as_json(subjects)],
    )
    spelled: dict[str, set[str]] = {}
    for identifier, field, value in cursor.fetchall():
        if field in SEARCHABLE:
            spelled.setdefault(identifier, set()).update(words(field, value))
    return [one for one, mine in spelled.items() if all(any(fits(word, term) for word in mine) for term in terms)]


def of_fields(fields: Iterable[str]) -> list[tuple[str, str, str, int, str]]:
    """(identifier, field, value, at, source) of every value of these fields."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT identifier, field, value, at, source FROM {NAMED} WHERE field {sets.among_texts(cursor)}",  # noqa: S608
            [sets.as_json(fields)],
        )
        return list(cursor.fetchall())


def fields_mark(fields: Iterable[str]) -> str:
    """A text that changes when a value of these fields does."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*), max(at), sum(at % 1000003) FROM records_record WHERE field {sets.among_texts(cursor)}",  # noqa: S608
            [sets.as_json(fields)],
        )
        return str(cursor.fetchone())

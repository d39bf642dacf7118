"""The only writers of customers' personal values."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.db import connection

from choral.books import Tx
from choral.core.event import Event
from choral.core.ids import new_id
from choral.customers import sets
from choral.customers.records.rules import LONGEST_VALUE, SEARCHABLE, field_name, words


class Value(NamedTuple):
    """Something said about an identifier; `at` in µs UTC. The latest wins, ties by the greater text."""

    identifier: str
    field: str
    value: str
    at: int
    source: str


def remember(tx: Tx, values: Iterable[Value]) -> int:
    """Keep the newest of each field and source; doing it again changes nothing. The log is where these values come
    from, so no fact is told. Returns how many fields were offered."""
    newest: dict[tuple[str, str, str], Value] = {}
    for value in values:
        clean = value._replace(field=field_name(value.field), value=value.value.replace("\0", "")[:LONGEST_VALUE])
        key = clean.identifier, clean.field, clean.source
        if key not in newest or (clean.at, clean.value) > (newest[key].at, newest[key].value):
            newest[key] = clean
    known = _known(tx, sorted({row.identifier for row in newest.values()}))
    rows = sorted(row for key, row in newest.items() if key not in known or (row.at, row.value) > known[key])
    tx.many(
        "INSERT INTO records_record (identifier, field, value, at, source) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT (identifier, field, source) DO UPDATE SET value = excluded.value, at = excluded.at"
        " WHERE (excluded.at, excluded.value) > (records_record.at, records_record.value)",
        rows,
    )
    said_anew = [row for key, row in newest.items() if key not in known or known[key][1] != row.value]
    _index(tx, sorted({row.identifier for row in said_anew if row.field in SEARCHABLE}))
    return len(newest)


def forget(tx: Tx, sources: Iterable[str]) -> int:
    """Take back all that these sources said; how many values. Doing it again changes nothing."""
    among, asked = _among(), sets.as_json(sources)
    touched = tx.rows(f"SELECT DISTINCT identifier FROM records_record WHERE source {among}", [asked])  # noqa: S608
    gone = tx.execute(f"DELETE FROM records_record WHERE source {among}", [asked])  # noqa: S608
    _index(tx, [row[0] for row in touched])
    return gone


def forget_people(tx: Tx, identifiers: Iterable[str]) -> int:
    """Delete all that is known of these identifiers, for an erasure; how many values."""
    among, asked = _among(), sets.as_json(identifiers)
    tx.execute(f"DELETE FROM records_word WHERE identifier {among}", [asked])  # noqa: S608
    return tx.execute(f"DELETE FROM records_record WHERE identifier {among}", [asked])  # noqa: S608


def rectify(tx: Tx, identifier: str, field: str, value: str) -> None:
    """Correct a personal value by hand; the fact tells that it happened and which field, never the value."""
    name = field_name(field)
    remember(tx, [Value(identifier, name, value, tx.now, tx.actor.name)])
    tx.audit("customer.rectified", identifier, after={"field": name})
    tx.tell(
        Event(
            id=str(new_id(tx.now)), name="Customer Rectified", at=tx.now, ids=(identifier,), channel="console",
            properties=sets.raw({"field": name}),
        )
    )  # fmt: skip


def _known(tx: Tx, identifiers: list[str]) -> dict[tuple[str, str, str], tuple[int, str]]:
    """(at, value) of what is kept of these identifiers, by identifier, field and source."""
    found = tx.rows(
        f"SELECT identifier, field, source, at, value FROM records_record WHERE identifier {_among()}",  # noqa: S608
        [sets.as_json(identifiers)],
    )
    return {(identifier, field, source): (at, value) for identifier, field, source, at, value in found}


def _among() -> str:
    with connection.cursor() as cursor:
        return sets.among_texts(cursor)


def _index(tx: Tx, identifiers: list[str]) -> None:
    """Write the words of these identifiers' searchable values anew."""
    if not identifiers:
        return
    among, asked = _among(), sets.as_json(identifiers)
    tx.execute(f"DELETE FROM records_word WHERE identifier {among}", [asked])  # noqa: S608
    found = tx.rows(f"SELECT identifier, field, value FROM records_record WHERE identifier {among}", [asked])  # noqa: S608
    tx.many(
        "INSERT INTO records_word (word, identifier) VALUES (%s, %s)",
        sorted(
            {
                (word, identifier)
                for identifier, field, value in found
                if field in SEARCHABLE
                for word in words(field, value)
            }
        ),
    )

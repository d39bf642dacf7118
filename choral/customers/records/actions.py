"""The only writers of customers' personal values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from django.db import connection
from django.db.backends.utils import CursorWrapper

from choral.books import Tx
from choral.core.event import Event
from choral.core.ids import new_id
from choral.customers import sets
from choral.customers.records import index
from choral.customers.records.rules import LONGEST_VALUE, SEARCHABLE, field_name, indexed

Kept = tuple[int, str]  # when (µs UTC), what
Values = dict[int, dict[tuple[str, str], Kept]]  # subject -> (field, source) -> what is kept
_NOTHING = -(1 << 63), ""
_COLUMNS = "subject bigint, field text, source text, at bigint, value text"
_REPLACE = "ON CONFLICT (subject, field, source) DO UPDATE SET at = excluded.at, value = excluded.value"


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
    newest: dict[tuple[str, str, str], Kept] = {}
    for identifier, field, value, at, source in values:
        key = identifier, field_name(field), source
        said = at, value.replace("\0", "")[:LONGEST_VALUE]
        if key not in newest or said > newest[key]:
            newest[key] = said
    with connection.cursor() as cursor:
        _lock(cursor)
        subjects = _numbered(cursor, dict.fromkeys(key[0] for key in newest))
        known = _kept(cursor, subjects.values())
        changed = {
            (subject, field, source): said
            for (identifier, field, source), said in newest.items()
            if said > known.get(subject := subjects[identifier], {}).get((field, source), _NOTHING)
        }
        sets.write(cursor, "records_record", _COLUMNS, sorted((*key, *said) for key, said in changed.items()), _REPLACE)
        _index(cursor, known, _with(known, changed))
    return len(newest)


def forget(tx: Tx, sources: Iterable[str]) -> int:
    """Take back all that these sources said; how many values. Doing it again changes nothing."""
    gone = set(sources)
    with connection.cursor() as cursor:
        _lock(cursor)
        cursor.execute(
            f"SELECT DISTINCT subject FROM records_record WHERE source {sets.among_texts(cursor)}",  # noqa: S608
            [sets.as_json(gone)],
        )
        known = _kept(cursor, [row[0] for row in cursor.fetchall()])
        left = {
            subject: {key: said for key, said in mine.items() if key[1] not in gone} for subject, mine in known.items()
        }
        return _leave(cursor, known, left)


def forget_people(tx: Tx, identifiers: Iterable[str]) -> int:
    """Delete all that is known of these identifiers, for an erasure; how many values."""
    with connection.cursor() as cursor:
        _lock(cursor)
        known = _kept(cursor, _numbers(cursor, identifiers).values())
        return _leave(cursor, known, {})


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


def _lock(cursor: CursorWrapper) -> None:
    """One writer at a time, who alone gives numbers and rewrites rows of the index; SQLite has but one anyway."""
    if not sets.is_sqlite(cursor):
        cursor.execute("LOCK TABLE records_subject IN SHARE ROW EXCLUSIVE MODE")


def _numbers(cursor: CursorWrapper, identifiers: Iterable[str]) -> dict[str, int]:
    cursor.execute(
        f"SELECT identifier, subject FROM records_subject WHERE identifier {sets.among_texts(cursor)}",  # noqa: S608
        [sets.as_json(identifiers)],
    )
    return dict(cursor.fetchall())


def _numbered(cursor: CursorWrapper, identifiers: Iterable[str]) -> dict[str, int]:
    """The number of each identifier; newcomers get the next ones."""
    known = _numbers(cursor, identifiers)
    cursor.execute("SELECT coalesce(max(subject), 0) FROM records_subject")
    last = int(cursor.fetchone()[0])
    fresh = {one: number for number, one in enumerate((one for one in identifiers if one not in known), last + 1)}
    sets.write(cursor, "records_subject", "subject bigint, identifier text", [(n, one) for one, n in fresh.items()])
    return known | fresh


def _kept(cursor: CursorWrapper, subjects: Iterable[int]) -> Values:
    """What is kept of these subjects, of those of whom anything is."""
    cursor.execute(
        f"SELECT subject, field, source, at, value FROM records_record"  # noqa: S608
        f" WHERE subject {sets.among_numbers(cursor)}",
        [sets.as_json(subjects)],
    )
    found: Values = {}
    for subject, field, source, at, value in cursor.fetchall():
        found.setdefault(subject, {})[field, source] = at, value
    return found


def _with(known: Values, changed: Mapping[tuple[int, str, str], Kept]) -> Values:
    """What is kept of the subjects of whom something changed, after the change."""
    after: Values = {}
    for (subject, field, source), said in changed.items():
        if subject not in after:
            after[subject] = dict(known.get(subject, {}))
        after[subject][field, source] = said
    return after


def _leave(cursor: CursorWrapper, known: Values, left: Values) -> int:
    """Of what is known keep only what is `left`; a subject of whom nothing is left goes. How many values went."""
    gone = [(subject, *key) for subject, mine in known.items() for key in mine if key not in left.get(subject, {})]
    cursor.executemany("DELETE FROM records_record WHERE subject = %s AND field = %s AND source = %s", gone)
    nobody = sets.as_json(subject for subject in known if not left.get(subject))
    cursor.execute(f"DELETE FROM records_subject WHERE subject {sets.among_numbers(cursor)}", [nobody])  # noqa: S608
    _index(cursor, known, {subject: left.get(subject, {}) for subject in known})
    return len(gone)


def _index(cursor: CursorWrapper, before: Values, after: Values) -> None:
    """Bring the index from what was kept of the subjects in `after` to what is."""
    came = {subject: _texts(mine) for subject, mine in after.items()}
    gone = {subject: _texts(before[subject]) for subject in came if subject in before}
    altered = [subject for subject, texts in came.items() if texts != gone.get(subject, set())]
    index.update(
        cursor, {one: gone[one] for one in altered if one in gone}, {one: came[one] for one in altered if came[one]}
    )


def _texts(kept: Mapping[tuple[str, str], Kept]) -> set[str]:
    return {text for (field, _), (_, value) in kept.items() if field in SEARCHABLE for text in indexed(field, value)}

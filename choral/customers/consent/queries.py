"""Reads the ledger of consents: always the book itself, so whoever wrote sees what they wrote."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorWrapper

from choral.core.errors import NotFound
from choral.customers import sets
from choral.customers.consent.rules import ANY, Line
from choral.customers.consent.values import ConsentCount, ConsentEntry, ConsentPage, Purpose, Wording

_COLUMNS = "id, identifier, purpose, channel, state, until, wording, basis, place, origin, actor, at, recorded"
# A grant of a source that was withdrawn counts no more; its refusals stay.
_COUNTS = "(state <> 'granted' OR origin = '' OR origin NOT IN (SELECT origin FROM consent_void))"
_LINE = "identifier, state, until, basis, at, id"
# More identifiers than this are cheaper to pick out of one walk over what was said about the purpose.
_WALK_ABOVE = 20_000
Scope = tuple[str, str]


@dataclass(frozen=True)
class EntryFilter:
    """Which lines: exact purpose, channel, state, place; identifiers; said from (included) to (excluded), µs UTC."""

    purpose: str | None = None
    channel: str | None = None
    state: str | None = None
    place: str | None = None
    identifiers: tuple[str, ...] | None = None
    since: int | None = None
    until: int | None = None


def purposes(retired: bool = False) -> list[Purpose]:
    """The purposes in the shop's order, with their newest texts; `retired` ones too."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT one.key, kind, basis, names, place, retired_at, wording.version, wording.texts"
            " FROM consent_purpose one JOIN consent_wording wording ON wording.purpose = one.key AND wording.version ="
            " (SELECT max(version) FROM consent_wording newest WHERE newest.purpose = one.key) ORDER BY place, one.key"
        )
        rows = cursor.fetchall()
    found = [
        Purpose(key, kind, basis, _read(names), place, gone, version, _read(texts))
        for key, kind, basis, names, place, gone, version, texts in rows
    ]
    return [one for one in found if retired or one.retired_at is None]


def purpose(key: str) -> Purpose:
    """One purpose, retired or not; `NotFound` `no_such_purpose`."""
    for one in purposes(retired=True):
        if one.key == key:
            return one
    raise NotFound("no_such_purpose", "There is no such purpose.", fix="Look in the list of purposes.", status=404)


def wordings(key: str) -> list[Wording]:
    """All versions of a purpose's text, newest first, with how many entries rest on each."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT purpose, version, texts, made_at, made_by, (SELECT count(*) FROM consent_entry entry"
            " WHERE entry.purpose = wording.purpose AND entry.wording = wording.version) FROM consent_wording wording"
            " WHERE purpose = %s ORDER BY version DESC",
            [key],
        )
        return [Wording(row[0], row[1], _read(row[2]), *row[3:]) for row in cursor.fetchall()]


def lines(identifiers: Iterable[str], purpose: str, channel: str) -> dict[str, list[Line]]:
    """What these identifiers said that touches a purpose on a channel, wider statements included."""
    wanted = set(identifiers)
    with connection.cursor() as cursor:
        sql = (
            f"SELECT {_LINE} FROM consent_entry WHERE purpose IN (%s, '{ANY}') AND channel IN (%s, '{ANY}')"  # noqa: S608
            f" AND {_COUNTS}"
        )
        if len(wanted) > _WALK_ABOVE:
            cursor.execute(sql, [purpose, channel])
        else:
            cursor.execute(f"{sql} AND identifier {sets.among_texts(cursor)}",
                           [purpose, channel, sets.as_json(wanted)])  # fmt: skip
        found: defaultdict[str, list[Line]] = defaultdict(list)
        for identifier, state, until, basis, at, entry in cursor:
            if identifier in wanted:
                found[identifier].append(Line(identifier, state, until or 0, basis, at, entry))
    return found


def scopes(identifiers: Iterable[str]) -> list[tuple[Scope, Line]]:
    """Everything these identifiers said, each with its purpose and channel."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT purpose, channel, {_LINE} FROM consent_entry WHERE identifier {sets.among_texts(cursor)}"  # noqa: S608
            f" AND {_COUNTS}",
            [sets.as_json(identifiers)],
        )
        return [
            ((purpose, channel), Line(identifier, state, until or 0, basis, at, entry))
            for purpose, channel, identifier, state, until, basis, at, entry in cursor.fetchall()
        ]


def entries(chosen: EntryFilter, personal: bool, before: int | None = None, limit: int = 50) -> ConsentPage:
    """Lines of the ledger, the last written first; proofs only for readers who may see personal values."""
    conditions, params = [], []
    for column, value in (("purpose", chosen.purpose), ("channel", chosen.channel), ("state", chosen.state),
                          ("place", chosen.place)):  # fmt: skip
        if value:
            conditions.append(f"{column} = %s")
            params.append(value)
    for condition, moment in (("at >= %s", chosen.since), ("at < %s", chosen.until), ("id < %s", before)):
        if moment is not None:
            conditions.append(condition)
            params.append(moment)  # type: ignore[arg-type]
    with connection.cursor() as cursor:
        if chosen.identifiers is not None:
            conditions.append(f"identifier {sets.among_texts(cursor)}")
            params.append(sets.as_json(chosen.identifiers))
        where = f" WHERE {' AND '.join(conditions)}" if conditions else ""
        cursor.execute(f"SELECT {_COLUMNS} FROM consent_entry{where} ORDER BY id DESC LIMIT %s",  # noqa: S608
                       [*params, limit + 1])  # fmt: skip
        rows = cursor.fetchall()
        shown = rows[:limit]
        proofs = _proofs(cursor, [row[0] for row in shown]) if personal else {}
    found = tuple(_entry(row, proofs) for row in shown)
    return ConsentPage(found, str(found[-1].id) if len(rows) > limit else None)


def entry(number: int) -> ConsentEntry:
    """One line with its proof; `NotFound` `no_such_entry`."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {_COLUMNS} FROM consent_entry WHERE id = %s", [number])  # noqa: S608
        row = cursor.fetchone()
        if row is None:
            raise NotFound("no_such_entry", "There is no such line in the ledger.", status=404)
        return _entry(row, _proofs(cursor, [number]))


def counts() -> list[ConsentCount]:
    """How many identifiers last said what, by purpose and channel; pauses are not counted."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT purpose, channel, state, count(*) FROM (SELECT purpose, channel, state, row_number() OVER ("  # noqa: S608
            "PARTITION BY identifier, purpose, channel ORDER BY CASE state WHEN 'pending' THEN 1 ELSE 0 END, at DESC,"
            " CASE state WHEN 'granted' THEN 1 ELSE 0 END, id DESC) AS rank FROM consent_entry"
            f" WHERE state <> 'paused' AND {_COUNTS}) AS ranked WHERE rank = 1 GROUP BY purpose, channel, state"
        )
        found: defaultdict[Scope, dict[str, int]] = defaultdict(dict)
        for purpose, channel, state, number in cursor.fetchall():
            found[purpose, channel][state] = number
    return [
        ConsentCount(
            *scope, said.get("granted", 0), said.get("denied", 0) + said.get("withdrawn", 0), said.get("pending", 0)
        )
        for scope, said in sorted(found.items())
    ]


def places() -> list[str]:
    """Where things were said, for choices."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT place FROM consent_entry ORDER BY place LIMIT 200")
        return [row[0] for row in cursor.fetchall()]


def _entry(row: tuple[Any, ...], proofs: Mapping[int, dict[str, object]]) -> ConsentEntry:
    values: Any = (*row, proofs.get(row[0], {}))
    return ConsentEntry(*values)


def _proofs(cursor: CursorWrapper, numbers: list[int]) -> dict[int, dict[str, object]]:
    cursor.execute(f"SELECT entry, said FROM consent_proof WHERE entry {sets.among_numbers(cursor)}",  # noqa: S608
                   [sets.as_json(numbers)])  # fmt: skip
    return {number: json.loads(said) for number, said in cursor.fetchall()}


def _read(value: Any) -> Any:
    return json.loads(value) if isinstance(value, str) else value


def all_scopes() -> list[tuple[Scope, Line]]:
    """Everything everybody said, each with its purpose and channel."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT purpose, channel, {_LINE} FROM consent_entry WHERE {_COUNTS}")  # noqa: S608
        return [
            ((purpose, channel), Line(identifier, state, until or 0, basis, at, entry))
            for purpose, channel, identifier, state, until, basis, at, entry in cursor.fetchall()
        ]


def ledger_mark() -> str:
    """A text that changes with the ledger."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM consent_entry), (SELECT max(id) FROM consent_entry),"
            " (SELECT count(*) FROM consent_void)"
        )
        return str(cursor.fetchone())

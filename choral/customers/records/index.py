"""Keeps and asks the index of personal values: which subjects may have a word that begins with, or contains, a text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from django.db.backends.utils import CursorWrapper
from pyroaring import BitMap

from choral.customers import sets
from choral.customers.records import grams

_COLUMNS = "gram bigint, part bigint, subjects bytea"
_REPLACE = "ON CONFLICT (gram, part) DO UPDATE SET subjects = excluded.subjects"

Texts = Mapping[int, Iterable[str]]


def update(cursor: CursorWrapper, gone: Texts, came: Texts) -> None:
    """Take subjects out of the rows of the texts they had, and put them into those of the texts they have.

    One transaction at a time: whoever calls holds the lock on the subjects.
    """
    out = {(three, part): BitMap(who) for three, part, who in grams.rows(grams.entries(gone))}
    into = {(three, part): BitMap(who) for three, part, who in grams.rows(grams.entries(came))}
    touched = sorted(out.keys() | into.keys())
    known = _rows(cursor, touched)
    written, emptied = [], []
    for place in touched:
        subjects = (known.get(place, BitMap()) - out.get(place, BitMap())) | into.get(place, BitMap())
        if subjects:
            subjects.run_optimize()
            written.append((*place, subjects.serialize()))
        elif place in known:
            emptied.append(place)
    sets.write(cursor, "records_gram", _COLUMNS, written, _REPLACE)
    if emptied:
        cursor.executemany("DELETE FROM records_gram WHERE gram = %s AND part = %s", emptied)


def candidates(cursor: CursorWrapper, texts: Iterable[str]) -> BitMap:
    """The subjects that have all threes of all these texts; none where the texts have no three."""
    asked = sorted({three for text in texts for three in grams.grams(text)})
    cursor.execute(
        f"SELECT gram, subjects FROM records_gram WHERE gram {sets.among_numbers(cursor)}",  # noqa: S608
        [sets.as_json(asked)],
    )
    found: dict[int, BitMap] = {}
    for three, subjects in cursor.fetchall():
        found.setdefault(three, BitMap()).__ior__(BitMap.deserialize(bytes(subjects)))
    if len(found) < len(asked) or not asked:
        return BitMap()
    return BitMap.intersection(*found.values())


def _rows(cursor: CursorWrapper, places: Iterable[tuple[int, int]]) -> dict[tuple[int, int], BitMap]:
    by_part: dict[int, list[int]] = {}
    for three, part in places:
        by_part.setdefault(part, []).append(three)
    return {
        (three, part): BitMap.deserialize(bytes(subjects))
        for part, asked in by_part.items()
        for three, subjects in _of_part(cursor, part, asked)
    }


def _of_part(cursor: CursorWrapper, part: int, asked: list[int]) -> Iterator[tuple[int, bytes]]:
    cursor.execute(
        f"SELECT gram, subjects FROM records_gram WHERE part = %s AND gram {sets.among_numbers(cursor)}",  # noqa: S608
        [part, sets.as_json(asked)],
    )
    yield from cursor.fetchall()

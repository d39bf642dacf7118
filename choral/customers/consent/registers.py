"""Opposition lists: a file of telephone numbers becomes keyed hashes, and is asked before anybody is called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from itertools import islice
from tempfile import TemporaryFile
from typing import IO

from django.db import connection

from choral.books import Tx
from choral.core.clock import SYSTEM_CLOCK, to_datetime
from choral.core.errors import InvalidInput
from choral.core.identifiers import seen
from choral.customers import sets
from choral.customers.consent.checks import is_key

_AT_ONCE = 5_000
_LONGEST_LINE = 400  # bytes


def numbers(file: IO[bytes], secret: bytes, region: str) -> Iterator[str | None]:
    """The identifier of each line's telephone number, None for a line without one; nothing else of it is kept.

    The number stands in the first field of the line (comma, semicolon or tab); a head line is one without a number.
    """
    while line := file.readline(_LONGEST_LINE):
        text = line.decode("utf-8-sig", "replace").strip()
        if not text:
            continue
        first = text.replace(";", ",").replace("\t", ",").split(",")[0].strip().strip("\"'")
        found = seen("phone", first, secret, region)
        yield str(found) if found else None


@contextmanager
def read_whole(numbers: Iterable[str | None]) -> Iterator[tuple[Iterator[str], int]]:
    """All codes of a file, and how many lines had no number; kept in a temporary file, so that millions fit."""
    with TemporaryFile("w+", encoding="ascii") as kept:
        unread = 0
        for one in numbers:
            if one is None:
                unread += 1
            else:
                kept.write(f"{one}\n")
        kept.seek(0)
        yield (line.rstrip("\n") for line in kept), unread


def load(tx: Tx, key: str, listed_on: date, identifiers: Iterable[str]) -> int:
    """Take a list in the place of the one before; how many numbers it has.

    Of a number that was on the earlier list too, the day it was first seen on one is kept: a consent given later than
    that counts. Raises `InvalidInput` `empty_list` when there is no number in it, `list_of_tomorrow`.
    """
    if not is_key(key):
        raise InvalidInput("bad_key", "This short name cannot be used.", fix="Take small letters, as in rpo.",
                           status=422)  # fmt: skip
    if listed_on > to_datetime(tx.now).date():
        raise InvalidInput("list_of_tomorrow", "The list is of a day to come.", fix="Give the day it was drawn.",
                           status=422)  # fmt: skip
    at = SYSTEM_CLOCK.now()
    rows = iter(identifiers)
    while some := list(islice(rows, _AT_ONCE)):
        tx.many(
            "INSERT INTO consent_registered (register, identifier, since, load) VALUES (%s, %s, %s, %s)"
            " ON CONFLICT (register, identifier) DO UPDATE SET load = excluded.load",
            [(key, one, at, at) for one in dict.fromkeys(some)],
        )
    tx.execute("DELETE FROM consent_registered WHERE register = %s AND load <> %s", (key, at))
    kept = int(tx.rows("SELECT count(*) FROM consent_registered WHERE register = %s", (key,))[0][0])
    if not kept:
        raise InvalidInput("empty_list", "There is no telephone number in this file.",
                           "Each line begins with one number, in any usual spelling.",
                           "Look whether it is the right file; the list before stays in force.", 422)  # fmt: skip
    tx.execute(
        "INSERT INTO consent_register (key, listed_on, loaded_at, loaded_by, numbers) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT (key) DO UPDATE SET listed_on = excluded.listed_on, loaded_at = excluded.loaded_at,"
        " loaded_by = excluded.loaded_by, numbers = excluded.numbers",
        (key, listed_on, tx.now, tx.actor.name, kept),
    )
    tx.audit("consent.list_loaded", key, after={"listed_on": listed_on.isoformat(), "numbers": kept})
    return kept


def loaded() -> dict[str, tuple[date, int, int]]:
    """The lists there are: day, when loaded (µs UTC), how many numbers."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT key, listed_on, loaded_at, numbers FROM consent_register")
        return {key: (_day(day), at, count) for key, day, at, count in cursor.fetchall()}


def opposed(key: str, identifiers: Iterable[str]) -> dict[str, int]:
    """Those of these telephone identifiers that are on a list, with the time since when."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT identifier, since FROM consent_registered WHERE register = %s AND identifier"  # noqa: S608
            f" {sets.among_texts(cursor)}",
            [key, sets.as_json(identifiers)],
        )
        return dict(cursor.fetchall())


def _day(value: date | str) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value)

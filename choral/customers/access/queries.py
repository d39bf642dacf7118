"""Reads tokens, what they open, places and readings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connection

from choral.core.errors import NotFound
from choral.customers import sets
from choral.customers.access.values import Grant, Loan, Place, ReadLine, Rights, Token

TOKEN = "id, value, kind, holder, state, reason, reusable, issued_at, ends_at, replaced_by, last_read_at"  # noqa: S105 - columns
GRANT = "id, token_id, place, starts_at, ends_at, days, opens, closes, entries, passback, used, made_at, revoked_at"
LOAN = "id, token_id, borrower, may_pay, starts_at, ends_at, ended_at"
_READ = "id, at, value, token_id, place, reader, leaving, allowed, reason, person"
_PLACE = "code, name, kind, within, store"
Rows = Callable[[str, Sequence[Any]], list[tuple[Any, ...]]]


def token_of(row: Sequence[Any]) -> Token:
    """A row of `TOKEN` as a value."""
    number, value, kind, holder, state, reason, reusable, issued_at, ends_at, replaced_by, last_read_at = row
    return Token(
        number, value, kind, holder, state, reason, bool(reusable), issued_at, ends_at, replaced_by, last_read_at
    )


def grant_of(row: Sequence[Any]) -> Grant:
    """A row of `GRANT` as a value."""
    number, token, place, starts, ends, days, opens, closes, entries, passback, used, made_at, revoked_at = row
    rights = Rights(place, starts, ends, days, opens, closes, entries, bool(passback))
    return Grant(number, token, rights, used, made_at, revoked_at)


def loan_of(row: Sequence[Any]) -> Loan:
    """A row of `LOAN` as a value."""
    number, token, borrower, may_pay, starts_at, ends_at, ended_at = row
    return Loan(number, token, borrower, bool(may_pay), starts_at, ends_at, ended_at)


def one(token_id: str) -> Token:
    """A token by its id; `NotFound` `no_such_token`."""
    found = _rows(f"SELECT {TOKEN} FROM access_token WHERE id = %s", [token_id])  # noqa: S608
    if not found:
        raise NotFound("no_such_token", "There is no such token.", status=404)
    return token_of(found[0])


def by_value(value: str) -> Token | None:
    """The token that goes by a number now."""
    found = _rows(f"SELECT {TOKEN} FROM access_token WHERE value = %s AND state <> 'returned'", [value.strip()])  # noqa: S608
    return token_of(found[0]) if found else None


def tokens(state: str | None, holders: Iterable[str] | None, part: str, before: str | None, limit: int) -> list[Token]:
    """Tokens, the last issued first; `before` is the id of the last one seen."""
    where, params = ["1 = 1"], list[Any]()
    if state:
        where, params = [*where, "state = %s"], [*params, state]
    if before:
        where, params = [*where, "id < %s"], [*params, before]
    if part:
        where.append("upper(value) LIKE %s ESCAPE '!'")
        params.append(f"%{_literally(part.upper())}%")
    with connection.cursor() as cursor:
        if holders is not None:
            where, params = [*where, f"holder {sets.among_texts(cursor)}"], [*params, sets.as_json(holders)]
        cursor.execute(
            f"SELECT {TOKEN} FROM access_token WHERE {' AND '.join(where)} ORDER BY id DESC LIMIT %s",  # noqa: S608
            [*params, limit],
        )
        return [token_of(row) for row in cursor.fetchall()]


def count(state: str) -> int:
    """How many tokens are in a state."""
    return int(_rows("SELECT count(*) FROM access_token WHERE state = %s", [state])[0][0])


def grants(token_id: str) -> tuple[Grant, ...]:
    """What a token was ever given, newest first."""
    found = _rows(f"SELECT {GRANT} FROM access_grant WHERE token_id = %s ORDER BY id DESC", [token_id])  # noqa: S608
    return tuple(map(grant_of, found))


def loans(token_id: str) -> tuple[Loan, ...]:
    """To whom a token was ever lent, newest first."""
    found = _rows(f"SELECT {LOAN} FROM access_loan WHERE token_id = %s ORDER BY id DESC", [token_id])  # noqa: S608
    return tuple(map(loan_of, found))


def reads(token_id: str | None, place: str | None, refused: bool, before: int | None, limit: int) -> list[ReadLine]:
    """Readings, the last received first."""
    where, params = ["1 = 1"], list[Any]()
    for condition, value in (("token_id = %s", token_id), ("place = %s", place), ("id < %s", before)):
        if value:
            where, params = [*where, condition], [*params, value]
    if refused:
        where, params = [*where, "allowed = %s"], [*params, False]
    found = _rows(
        f"SELECT {_READ} FROM access_read WHERE {' AND '.join(where)} ORDER BY id DESC LIMIT %s",  # noqa: S608
        [*params, limit],
    )
    return [
        ReadLine(number, at, value, token, at_place, reader, bool(leaving), bool(allowed), reason, person)
        for number, at, value, token, at_place, reader, leaving, allowed, reason, person in found
    ]


def places() -> tuple[Place, ...]:
    """All places, by name."""
    return tuple(Place(*row) for row in _rows(f"SELECT {_PLACE} FROM access_place ORDER BY name, code"))  # noqa: S608


def around(rows: Rows, code: str) -> list[Place]:
    """A place and those it lies within, the innermost first; none when it is not known."""
    found = rows(
        "WITH RECURSIVE around(code, depth) AS (SELECT code, 0 FROM access_place WHERE code = %s UNION ALL"
        " SELECT outer_place.within, around.depth + 1 FROM access_place AS outer_place JOIN around"
        " ON outer_place.code = around.code WHERE outer_place.within <> '' AND around.depth < 5)"
        " SELECT place.code, place.name, place.kind, place.within, place.store FROM around JOIN access_place AS place"
        " ON place.code = around.code ORDER BY around.depth",
        [code],
    )
    return [Place(*row) for row in found]


def _rows(sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def _literally(part: str) -> str:
    return part.replace("!", "!!").replace("%", "!%").replace("_", "!_")

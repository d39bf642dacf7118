"""Reads boards, notes, queries, schedules and sendings."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import msgspec
from django.db import connection

from choral.analytics.boards.values import (
    Arrangement,
    Board,
    Card,
    MailServer,
    Note,
    Query,
    Schedule,
    Sending,
)
from choral.core.errors import NotFound

_BOARD = (
    "SELECT id, owner, name, readers, period, compare, cards, before, created_at, changed_at FROM boards_board"
)  # fmt: skip
_QUERY = "SELECT id, name, sql, owner, shared, changed_at FROM boards_query"
_SCHEDULE = "SELECT id, board_id, weekday, hour, members, active, next_at, author FROM boards_schedule"


def boards() -> list[Board]:
    """All that are there, by name."""
    return [board_of(row) for row in rows(f"{_BOARD} WHERE removed_at IS NULL ORDER BY lower(name), id")]


def board(board_id: str, removed: bool = False) -> Board:
    """One; `NotFound` `no_such_board`."""
    found = rows(f"{_BOARD} WHERE id = %s{'' if removed else ' AND removed_at IS NULL'}", [board_id])
    if not found:
        raise no_board()
    return board_of(found[0])


def no_board() -> NotFound:
    """What is said of a board that is not there, or not theirs to see."""
    return NotFound("no_such_board", "There is no such board.", status=404)


def notes(since: date | None, until: date | None) -> list[Note]:
    """What happened on some days (all without), first day first."""
    found = rows(
        "SELECT id, day, words, author FROM boards_note WHERE removed_at IS NULL AND day >= %s AND day <= %s"
        " ORDER BY day, id",
        [since or date(1, 1, 1), until or date(9999, 12, 31)],
    )
    return [Note(row[0], _day(row[1]), row[2], row[3]) for row in found]


def saved(owner: str) -> list[Query]:
    """The queries of somebody, and those shared by others, by name."""
    found = rows(f"{_QUERY} WHERE removed_at IS NULL AND (owner = %s OR shared) ORDER BY lower(name), id", [owner])
    return [Query(row[0], row[1], row[2], row[3], bool(row[4]), row[5]) for row in found]


def schedules(board_id: str | None = None) -> list[Schedule]:
    """All, or those of a board; soonest first."""
    where, params = ("WHERE board_id = %s", [board_id]) if board_id else ("", [])
    return [_schedule(row) for row in rows(f"{_SCHEDULE} {where} ORDER BY next_at, id", params)]


def schedule(schedule_id: str) -> Schedule:
    """One; `NotFound` `no_such_schedule`."""
    found = rows(f"{_SCHEDULE} WHERE id = %s", [schedule_id])
    if not found:
        raise NotFound("no_such_schedule", "There is no such schedule.", status=404)
    return _schedule(found[0])


def due(now: int) -> list[Schedule]:
    """The schedules whose time has come and whose board is there."""
    found = rows(
        f"{_SCHEDULE} WHERE active AND next_at <= %s AND board_id IN"
        " (SELECT id FROM boards_board WHERE removed_at IS NULL) ORDER BY next_at, id",
        [now],
    )
    return [_schedule(row) for row in found]


def sendings(schedule_id: str, limit: int = 20) -> list[Sending]:
    """What became of the last e-mails of a schedule, newest first."""
    found = rows(
        "SELECT schedule_id, due_at, member, state, problem, at FROM boards_sending WHERE schedule_id = %s"
        " ORDER BY due_at DESC, id DESC LIMIT %s",
        [schedule_id, limit],
    )
    return [Sending(*row) for row in found]


def server() -> tuple[MailServer, str] | None:
    """The mail server and its password; None before the owner connected one."""
    found = rows("SELECT host, port, security, username, sender, password FROM boards_server WHERE id = 1")
    return (MailServer(*found[0][:5]), found[0][5]) if found else None


def board_of(row: Sequence[Any]) -> Board:
    """A board from its row."""
    arranged = Arrangement(
        row[2], tuple(json.loads(row[3])), row[4], row[5] or None, msgspec.json.decode(row[6], type=tuple[Card, ...])
    )
    return Board(row[0], row[1], arranged, bool(row[7]), row[8], row[9])


def rows(sql: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return list(cursor.fetchall())


def _schedule(row: Sequence[Any]) -> Schedule:
    return Schedule(row[0], row[1], row[2], row[3], tuple(json.loads(row[4])), bool(row[5]), row[6], row[7])


def _day(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value

"""What may stand on a board, which days a rule means, and when a schedule is due. Pure."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import get_args
from zoneinfo import ZoneInfo

from choral.analytics.boards.values import EVERYBODY, Arrangement, Board, Card, CardKind, Reader
from choral.analytics.metrics.catalogue import metric
from choral.analytics.metrics.values import Compare
from choral.analytics.values import AsOf, By
from choral.core.clock import to_datetime, to_microseconds
from choral.core.errors import InvalidInput
from choral.team import may
from choral.team.rules import ROLES

MOST_CARDS = 40
READY = "monday"  # the board that is there before anybody has made one
_PERIOD = re.compile(r"(?:[1-9]\d{0,2})[dwm]|all")


def checked(one: Arrangement) -> Arrangement:
    """The arrangement with its texts cut to size; `InvalidInput` `bad_board` where something cannot be shown."""
    name = one.name.strip()[:120]
    if not name:
        raise _bad("The board has no name.", "Give it one.")
    if unknown := set(one.readers) - {*ROLES, EVERYBODY}:
        raise _bad(f"There is no role {', '.join(sorted(unknown))[:60]}.", f"Use {', '.join(ROLES)} or *.")
    if one.compare not in (None, *get_args(Compare)):
        raise _bad("There is no such comparison.", "Use previous, year or nothing.")
    if len(one.cards) > MOST_CARDS:
        raise _bad(f"A board holds {MOST_CARDS} cards at most.", "Put some on a second board.")
    period(one.period)
    return replace(one, name=name, cards=tuple(_card(card) for card in one.cards))


def period(rule: str) -> str:
    """The rule, if it is one; `InvalidInput` `bad_board`."""
    if not _PERIOD.fullmatch(rule):
        raise _bad(f"“{rule[:20]}” are no days.", "Write 28d, 12w, 12m or all.")
    return rule


def days(rule: str, as_of: AsOf) -> tuple[date | None, date | None]:
    """The days a rule means: whole weeks (Monday to Sunday) and whole months where the data have one, else the days
    there are; never days before the data begin."""
    first, last = as_of.since, as_of.until
    if first is None or last is None or rule == "all":
        return first, last
    count, unit = int(rule[:-1]), rule[-1]
    if unit == "d":
        return max(first, last - timedelta(days=count - 1)), last
    if unit == "w":
        end = last - timedelta(days=(last.weekday() + 1) % 7)
        begin = end - timedelta(days=7 * count - 1)
    else:
        end = last if (last + timedelta(days=1)).day == 1 else last.replace(day=1) - timedelta(days=1)
        months = end.year * 12 + end.month - count
        begin = date(months // 12, months % 12 + 1, 1)
    return (max(first, begin), end) if end >= first else (first, last)


def due_after(now: int, weekday: int, hour: int, zone: str) -> int:
    """The next time (µs UTC) after `now` at an hour of a weekday (0: any day) on the clocks of a zone."""
    local = to_datetime(now).astimezone(ZoneInfo(zone))
    day = local.date()
    while True:
        at = datetime(day.year, day.month, day.day, hour, tzinfo=ZoneInfo(zone))
        if weekday in (0, day.isoweekday()) and to_microseconds(at) > now:
            return to_microseconds(at)
        day += timedelta(days=1)


def may_read(board: Board, reader: Reader) -> bool:
    """Whether a board is theirs to see."""
    shared = board.arrangement.readers
    return board.owner == reader.name or EVERYBODY in shared or reader.role in shared


def may_change(board: Board, reader: Reader) -> bool:
    """Whether a board is theirs to change: their own, or any for the owner of the shop."""
    return board.owner == reader.name or may(reader.role, "settings.manage")


def _card(one: Card) -> Card:
    cut = replace(one, title=one.title.strip()[:120], text=one.text.strip()[:2_000], channel=one.channel[:60],
                  store=one.store[:60])  # fmt: skip
    if one.kind not in get_args(CardKind) or one.by not in get_args(By):
        raise _bad("There is no such picture.", f"Use {', '.join(get_args(CardKind))}; by day, week or month.")
    if one.period:
        period(one.period)
    if one.kind == "text":
        if not cut.text:
            raise _bad("A card of words has none.", "Write some.")
        return replace(cut, metric="", split=None)
    known = metric(one.metric)
    if one.split is not None and one.split not in known.splits:
        raise _bad(f"{known.name} cannot be split by {one.split}.", f"Use {', '.join(known.splits) or 'nothing'}.")
    return replace(cut, split=None) if one.kind == "figure" else cut


def _bad(what: str, fix: str) -> InvalidInput:
    return InvalidInput("bad_board", what, fix=fix, status=422)

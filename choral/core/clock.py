"""The only place that reads the wall clock; everything else is given the time."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Protocol

MICROSECOND = 1
SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


class Clock(Protocol):
    """Something that tells the time in microseconds since 1970-01-01 UTC."""

    def now(self) -> int: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> int:
        return time.time_ns() // 1_000


class FixedClock:
    """A clock that stands still until it is moved; for tests, replays and rehearsals."""

    def __init__(self, now: int) -> None:
        self._now = now

    def now(self) -> int:
        return self._now

    def advance(self, microseconds: int) -> None:
        self._now += microseconds


SYSTEM_CLOCK = SystemClock()


def to_datetime(microseconds: int) -> datetime:
    """An aware UTC datetime for a count of microseconds since 1970."""
    return datetime.fromtimestamp(microseconds / SECOND, tz=UTC)


def to_microseconds(moment: datetime) -> int:
    """Microseconds since 1970 UTC; a naive datetime is refused because its zone would be a guess."""
    if moment.tzinfo is None:
        raise ValueError("A time without a zone was given; say which zone it is in.")
    delta = moment.astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    return (delta.days * 86_400 + delta.seconds) * SECOND + delta.microseconds

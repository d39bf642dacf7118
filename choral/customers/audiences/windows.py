"""Windows in time: whether a moment is inside, and when that will change by itself. Pure; times in µs UTC."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from choral.core.clock import DAY, to_datetime, to_microseconds
from choral.customers.audiences.tree import Window

ALWAYS = -(1 << 62), 1 << 62


@dataclass(frozen=True)
class Moment:
    """A point in time in a time zone."""

    now: int
    zone: str

    @cached_property
    def today(self) -> date:
        return to_datetime(self.now).astimezone(ZoneInfo(self.zone)).date()

    def midnight(self, day: date) -> int:
        """When a day begins."""
        return to_microseconds(datetime.combine(day, time(), ZoneInfo(self.zone)))


def bounds(window: Window | None, moment: Moment) -> tuple[int, int]:
    """From (included) and to (excluded)."""
    if window is None:
        return ALWAYS
    if window.when == "between":
        since = moment.midnight(window.since) if window.since else ALWAYS[0]
        return since, moment.midnight(window.until + timedelta(days=1)) if window.until else ALWAYS[1]
    border = moment.now - (window.days or 0) * DAY + 1
    return (border, moment.now + 1) if window.when == "last" else (ALWAYS[0], border)


def turns(window: Window | None, at: int, moment: Moment) -> Iterator[int]:
    """The times after now at which something that happened at `at` enters or leaves the window."""
    if window is None or window.when == "between":
        return
    leaves = at + (window.days or 0) * DAY
    if window.when == "last" and at > moment.now:
        yield at
    if leaves > moment.now:
        yield leaves

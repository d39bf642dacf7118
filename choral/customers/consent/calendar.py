"""When a channel may be used: days, hours and holidays of a country's rules, in the customer's time zone. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import msgspec

from choral.core.clock import to_datetime, to_microseconds

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOLIDAY, EVE = "holiday", "eve"
_LOOKED_AHEAD = 21  # days; no law forbids a channel for longer
_MOST_ROUNDS = 200
_END = to_microseconds(datetime(9999, 1, 1, tzinfo=UTC))  # beyond it there is no calendar


class Holiday(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A public holiday: a day of every year (`day` as MM-DD) or `easter` days after Easter Sunday."""

    name: str
    day: str = ""
    easter: int | None = None
    since: int = 0
    until: int = 9999


class Window(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Hours of some days: mon to sun, `holiday`, or `eve` (a day before a holiday, Sundays excepted)."""

    days: tuple[str, ...]
    start: time
    end: time


class Hours(msgspec.Struct, frozen=True):
    """The windows in which a channel may be used, from a day (included) to a day (excluded)."""

    windows: tuple[Window, ...]
    valid_from: date | None = None
    valid_to: date | None = None

    def holds(self, day: date) -> bool:
        return (self.valid_from is None or day >= self.valid_from) and (self.valid_to is None or day < self.valid_to)


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Meeus, Astronomical Algorithms, chapter 8)."""
    a, b, c = year % 19, year // 100, year % 100
    h = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    k = (32 + 2 * (b % 4) + 2 * (c // 4) - h - c % 4) % 7
    m = (a + 11 * h + 22 * k) // 451
    month, day = divmod(h + k - 7 * m + 114, 31)
    return date(year, month, day + 1)


def holidays_of(year: int, holidays: Iterable[Holiday]) -> dict[date, str]:
    """The public holidays of a year, by day."""
    found = {}
    for one in holidays:
        if not one.since <= year <= one.until:
            continue
        if one.easter is not None:
            found[easter(year) + timedelta(days=one.easter)] = one.name
        else:
            month, day = one.day.split("-")
            found[date(year, int(month), int(day))] = one.name
    return found


def next_allowed(at: int, rules: Sequence[Hours], zone: str, holidays: Sequence[Holiday]) -> int | None:
    """The first moment not before `at` (µs UTC) that all rules allow; None when there is none in three weeks."""
    if at > _END:
        return at
    here = ZoneInfo(zone)
    moment = at
    for _ in range(_MOST_ROUNDS):
        before = moment
        for rule in rules:
            found = _next(moment, rule, here, holidays)
            if found is None:
                return None
            moment = found
        if moment == before:
            return moment
    return None


def _next(at: int, rule: Hours, zone: ZoneInfo, holidays: Sequence[Holiday]) -> int | None:
    first = to_datetime(at).astimezone(zone).date()
    for offset in range(_LOOKED_AHEAD):
        day = first + timedelta(days=offset)
        if not rule.holds(day):
            return max(at, _instant(day, time.min, zone))
        for window in sorted(_windows(day, rule, holidays), key=lambda one: one.start):
            if at < _instant(day, window.end, zone):
                return max(at, _instant(day, window.start, zone))
    return None


def _windows(day: date, rule: Hours, holidays: Sequence[Holiday]) -> list[Window]:
    """The windows of a day: a holiday's own, else those of its eve (if the rule has any), else the weekday's."""
    kind = DAYS[day.weekday()]
    if day in holidays_of(day.year, holidays):
        kind = HOLIDAY
    elif kind != "sun":
        after = day + timedelta(days=1)
        eves = [one for one in rule.windows if EVE in one.days]
        if eves and after in holidays_of(after.year, holidays):
            kind = EVE
    return [one for one in rule.windows if kind in one.days]


def _instant(day: date, clock: time, zone: ZoneInfo) -> int:
    return to_microseconds(datetime.combine(day, clock, zone))

"""Which days of the year shops do not go by their usual week. Pure."""

from __future__ import annotations

from datetime import date, timedelta


def feast(since: date, until: date) -> str:
    """The key of the first great feast within some days (both included), '' for none."""
    for year in (since.year, until.year):
        for key, first, last in _of(year):
            if first <= until and last >= since:
                return key
    return ""


def _of(year: int) -> tuple[tuple[str, date, date], ...]:
    easter = easter_sunday(year)
    thanks = date(year, 11, 22)
    black = thanks + timedelta(days=(3 - thanks.weekday()) % 7 + 1)  # the day after the fourth Thursday
    return (
        ("new_year", date(year, 1, 1), date(year, 1, 1)),
        ("easter", easter - timedelta(days=3), easter + timedelta(days=1)),
        ("may_day", date(year, 5, 1), date(year, 5, 1)),
        ("assumption", date(year, 8, 15), date(year, 8, 15)),
        ("black_friday", black - timedelta(days=1), black),
        ("christmas", date(year, 12, 22), date(year, 12, 26)),
        ("new_year", date(year, 12, 31), date(year, 12, 31)),
    )


def easter_sunday(year: int) -> date:
    """Easter of the Gregorian calendar (Meeus 1991, Astronomical Algorithms, chapter 8)."""
    century, rest = divmod(year, 100)
    golden = year % 19
    leap = century - century // 4 - (8 * century + 13) // 25
    epact = (leap + 19 * golden + 15) % 30
    epact -= epact // 28 * (1 - epact // 28 * (29 // (epact + 1)) * ((21 - golden) // 11))
    weekday = (year + year // 4 + epact + 2 - century + century // 4) % 7
    offset = epact - weekday
    month = 3 + (offset + 40) // 44
    return date(year, month, offset + 28 - 31 * (month // 4))

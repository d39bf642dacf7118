"""Cells as people write them to values: money, numbers, moments; a cell that is none says why. Pure."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from choral.connectors.values import DateOrder, Reading
from choral.core.clock import to_microseconds

_SIGNS = re.compile(r"[\s\u00a0\u202f'’€$£]|(?:EUR|USD|GBP|CHF)", re.IGNORECASE)
_NUMBER = re.compile(r"^[-+]?\d+(?:\.\d+)?$")
# Groups of three, or of two before the last three as in India.
_GROUPED = {
    ",": re.compile(r"^[-+]?\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d+)?$"),
    ".": re.compile(r"^[-+]?\d{1,3}(?:\.\d{2,3})*\.\d{3}(?:,\d+)?$"),
}
_MOMENT = re.compile(
    r"^(\d{1,4})[-/.](\d{1,2})[-/.](\d{1,4})"
    r"(?:[T ,]+(\d{1,2})[:h](\d{2})(?::(\d{2})(?:[.,](\d{1,6}))?)?\s*([AaPp][Mm])?\s*(Z|[+-]\d{2}:?\d{2})?)?$"
)
_ORDERS: dict[DateOrder, tuple[int, int, int]] = {"ymd": (0, 1, 2), "dmy": (2, 1, 0), "mdy": (2, 0, 1)}


class Unreadable(ValueError):
    """A cell that is not what its column is; the text says why."""


def number(cell: str, reading: Reading) -> Decimal:
    """1.234,50 and 1,234.50 by the file's decimal mark; (12.00) and 12.00- are below zero, as accounts write them."""
    bare = _SIGNS.sub("", cell)
    if bare.startswith("(") and bare.endswith(")"):
        bare = f"-{bare[1:-1]}"
    if bare.endswith("-"):
        bare = f"-{bare[:-1]}"
    grouping = "." if reading.decimal == "," else ","
    if grouping in bare and not _GROUPED[grouping].match(bare):
        # 1,5 among 2.50 and 3.00: taking the comma for a grouping mark would make it 15.
        raise Unreadable(f"“{cell[:40]}” is not a number with “{reading.decimal}” before its decimals")
    bare = bare.replace(grouping, "").replace(reading.decimal, ".")
    if not _NUMBER.match(bare):
        raise Unreadable(f"“{cell[:40]}” is not a number with “{reading.decimal}” before its decimals")
    try:
        return Decimal(bare)
    except InvalidOperation as error:
        raise Unreadable(f"“{cell[:40]}” is not a number") from error


def moment(cell: str, reading: Reading) -> int:
    """µs since 1970 UTC of a day or a day with a time; without a zone it is the shop's."""
    match = _MOMENT.match(cell.strip())
    if not match:
        raise Unreadable(f"“{cell[:40]}” is not a date")
    groups = match.groups()
    order: DateOrder = "ymd" if len(groups[0]) == 4 else reading.dates
    parts = [int(groups[place]) for place in _ORDERS[order]]
    year = parts[0] + 2000 if parts[0] < 70 and len(groups[_ORDERS[order][0]]) <= 2 else parts[0]
    hour = int(groups[3] or 0)
    if groups[7]:
        hour = hour % 12 + (12 if groups[7].lower() == "pm" else 0)
    micro = int((groups[6] or "0").ljust(6, "0"))
    try:
        plain = datetime(year, parts[1], parts[2], hour, int(groups[4] or 0), int(groups[5] or 0), micro)  # noqa: DTZ001
    except ValueError as error:
        raise Unreadable(f"“{cell[:40]}” is no day there ever was (read as {_words(reading.dates)})") from error
    return to_microseconds(_zoned(plain, groups[8], reading.time_zone))


def _zoned(plain: datetime, zone: str | None, home: str) -> datetime:
    if zone is None:
        return plain.replace(tzinfo=ZoneInfo(home))
    utc = plain.replace(tzinfo=ZoneInfo("UTC"))
    if zone == "Z":
        return utc
    hours, minutes = int(zone[1:3]), int(zone[-2:])
    return utc - timedelta(hours=hours, minutes=minutes) * (-1 if zone[0] == "-" else 1)


def _words(order: DateOrder) -> str:
    return {"ymd": "year, month, day", "dmy": "day, month, year", "mdy": "month, day, year"}[order]

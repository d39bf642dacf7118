"""One cell of a table: a value of a column's kind, as a person reads it and as a CSV file carries it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from django.utils.functional import Promise

from choral.core.clock import to_datetime
from choral.core.money import Money
from choral.interfaces.web import formats

Text = str | Promise
Kind = Literal["text", "number", "money", "percent", "day", "time", "ago", "code"]
BadgeTone = Literal["", "plain", "good", "warn", "bad", "info"]
NUMERIC = frozenset({"number", "money", "percent"})


@dataclass(frozen=True)
class Cell:
    """A value with more than its text: a link, a badge's tone (then it is a badge), a quiet second line, an icon."""

    value: object
    href: str = ""
    tone: BadgeTone = ""
    note: Text = ""
    icon: str = ""


@dataclass(frozen=True)
class Shown:
    """A cell ready for the template; `title` is what hovering says (the exact time)."""

    text: Text
    kind: Kind
    href: str = ""
    tone: BadgeTone = ""
    note: Text = ""
    icon: str = ""
    title: str = ""
    machine: str = ""

    @property
    def numeric(self) -> bool:
        return self.kind in NUMERIC


def show(kind: Kind, given: object) -> Shown:
    """The cell as a person reads it; None is an empty cell."""
    cell = given if isinstance(given, Cell) else Cell(given)
    value: Any = cell.value
    title = machine = ""
    if value is None or value == "":
        text: Text = "–" if kind in NUMERIC else ""
    elif kind in ("time", "ago"):
        text = formats.ago(value) if kind == "ago" else formats.short_moment(value)
        title, machine = formats.moment(value), to_datetime(value).isoformat()
    else:
        text = _WRITTEN[kind](value)
    return Shown(text, kind, cell.href, cell.tone, cell.note, cell.icon, title, machine)


def plain(kind: Kind, given: object) -> str:
    """The cell as a CSV file carries it: no thousands separators, times ISO 8601 UTC; safe in a spreadsheet."""
    value: Any = given.value if isinstance(given, Cell) else given
    if value is None:
        return ""
    if isinstance(value, Money):
        return f"{value.major} {value.currency}"
    if kind in ("time", "ago"):
        return to_datetime(value).isoformat()
    if isinstance(value, date | int | float) and not isinstance(value, bool):
        return str(value)
    return inert(str(value))


def inert(text: str) -> str:
    """A text no spreadsheet takes for a formula (OWASP, CSV injection): a leading quote before = + - @ tab, return."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


_WRITTEN: dict[str, Callable[[Any], Text]] = {
    "text": lambda value: value if isinstance(value, Promise) else str(value),
    "code": str,
    "number": lambda value: formats.number(value, 0 if isinstance(value, int) else 1),
    "money": formats.money,
    "percent": formats.percent,
    "day": formats.day,
}

"""One value as conditions compare it: its texts, its number, its date; the same in memory and in columns. Pure."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from choral.customers.audiences.tree import Test, Value

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class Plain(NamedTuple):
    """`texts`: the value, or each of a list; `folded`: all of them without case and accents, one a line."""

    texts: tuple[str, ...]
    folded: str
    number: float | None
    day: date | None


NOTHING = Plain((), "", None, None)


def plain(value: object) -> Plain:
    """What conditions see of a JSON value; an object says nothing but that it is there."""
    if isinstance(value, bool):
        return _of_texts(["true" if value else "false"])
    if isinstance(value, int | float):
        number = float(value) if abs(value) < 1e300 and math.isfinite(value) else None
        return Plain((), "", number, None)
    if isinstance(value, str):
        return _of_texts([value])
    if isinstance(value, list):
        return _of_texts([text_of(one) for one in value if isinstance(one, str | int | float)])
    return NOTHING


def text_of(value: object) -> str:
    """A scalar as text: whole numbers without a point, truth as `true` and `false`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value)


def number_of(value: Value) -> float | None:
    """The number a condition's value spells, if it does."""
    if isinstance(value, int | float):
        return float(value)
    return float(value) if re.fullmatch(r"-?\d{1,15}(\.\d{1,9})?", value) else None


def fold(text: str) -> str:
    """Without case and accents, as the columns' engine folds."""
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(letter for letter in decomposed if unicodedata.category(letter) != "Mn").lower()


def passes(test: Test, found: Plain | None, today: date | None) -> bool:
    """Whether a value (None: there is none) passes a test; only `unknown` passes without one."""
    if found is None or test.how == "unknown":
        return found is None and test.how == "unknown"
    if test.how == "known":
        return True
    if test.how in ("is", "in"):
        numbers = [number_of(value) for value in test.values]
        return any(text_of(value) in found.texts for value in test.values) or (
            found.number is not None and found.number in numbers
        )
    if test.how == "contains":
        return any(fold(text_of(value)) in found.folded for value in test.values)
    if test.how in ("days_ago", "days_ahead"):
        if found.day is None or today is None:
            return False
        gone = (today - found.day).days
        return 0 <= (gone if test.how == "days_ago" else -gone) <= _numbers(test)[0]
    if test.how in ("anniversary_ago", "anniversary_ahead"):
        if found.day is None or today is None:
            return False
        gone = (today - anniversary(found.day, today, test.how == "anniversary_ahead")).days
        return abs(gone) <= _numbers(test)[0]
    return found.number is not None and compares(test, found.number)


def anniversary(day: date, today: date, ahead: bool) -> date:
    """The next day of the year of a date, today included, or the last."""
    found = yearly(day, today.year)
    if ahead and found < today:
        return yearly(day, today.year + 1)
    return yearly(day, today.year - 1) if not ahead and found > today else found


def yearly(day: date, year: int) -> date:
    """The day of a year on which a date comes round; 29 February on the 28th where there is none."""
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    return day.replace(year=year, day=28 if (day.month, day.day) == (2, 29) and not leap else day.day)


def compares(test: Test, number: float) -> bool:
    """Whether a number passes a test of numbers."""
    values = _numbers(test)
    match test.how:
        case "at_least":
            return number >= values[0]
        case "at_most":
            return number <= values[0]
        case "more":
            return number > values[0]
        case "less":
            return number < values[0]
        case "between":
            return values[0] <= number <= values[1]
        case _:
            return number in values


def _numbers(test: Test) -> list[float]:
    return [number for value in test.values if (number := number_of(value)) is not None]


def _of_texts(texts: Iterable[str]) -> Plain:
    kept = tuple(texts)
    found = _DAY.match(kept[0]) if len(kept) == 1 else None
    return Plain(kept, "\n".join(map(fold, kept)), None, _date(found.group()) if found else None)


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None

"""A panel: one figure for each unit and period, without gaps; read from a table of comma-separated values. Pure."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from io import StringIO

import numpy as np

from choral.analytics.geo.simplex import Floats
from choral.analytics.geo.values import Grain
from choral.core.errors import InvalidInput

EMPTY: Floats = np.zeros((0, 0))
MOST_CELLS = 2_000_000
_UNIT = ("unit", "location", "store", "store_id", "region", "geo", "area", "dma")
_DAY = ("day", "date")
_VALUE = ("value", "y", "sales", "amount", "kpi", "outcome")


@dataclass(frozen=True)
class Panel:
    """`values[t, j]` is the figure of `units[j]` in the period of `days` days that begins on `starts[t]`."""

    units: tuple[str, ...]
    starts: tuple[date, ...]
    days: int
    values: Floats

    def places(self, units: Iterable[str]) -> list[int]:
        """The columns of some units, in the panel's order; unknown ones are left out."""
        wanted = set(units)
        return [place for place, unit in enumerate(self.units) if unit in wanted]

    def without(self, units: Iterable[str]) -> Panel:
        """The same less some units."""
        gone = set(units)
        kept = [place for place, unit in enumerate(self.units) if unit not in gone]
        return Panel(tuple(self.units[place] for place in kept), self.starts, self.days, self.values[:, kept])


def around(panel: Panel, starts: date, ends: date, grain: Grain) -> tuple[Panel, int]:
    """Whole periods before `starts` and from it to `ends`, and how many lie before. `panel` is one of days.

    Weeks are counted from `starts` in both directions, so that none holds days of both; what is left over at either
    end is not used.
    """
    step = 7 if grain == "week" else 1
    if not panel.starts:
        return Panel(panel.units, (), step, panel.values), 0
    first, stop = panel.starts[0], min(ends, panel.starts[-1]) + timedelta(days=1)
    edge = min(max(starts, first), panel.starts[-1] + timedelta(days=1))
    before = (edge - first).days // step
    after = max((stop - edge).days // step, 0)
    begin = (edge - first).days - before * step
    chosen = panel.values[begin : begin + (before + after) * step]
    summed = chosen.reshape(before + after, step, len(panel.units)).sum(axis=1)
    days = tuple(edge + timedelta(days=step * (number - before)) for number in range(before + after))
    return Panel(panel.units, days, step, summed), before


def past(panel: Panel, grain: Grain) -> tuple[Panel, int]:
    """All whole periods up to the last day, and how many."""
    if not panel.starts:
        return panel, 0
    return around(panel, panel.starts[-1] + timedelta(days=1), panel.starts[-1], grain)


def of_rows(rows: Sequence[tuple[str, date, float]], since: date, until: date) -> Panel:
    """A panel of days from rows (unit, day, figure); a day without a row has 0."""
    units = sorted({unit for unit, _, _ in rows})
    place = {unit: number for number, unit in enumerate(units)}
    many = (until - since).days + 1
    values = np.zeros((many, len(units)))
    for unit, day, value in rows:
        values[(day - since).days, place[unit]] += value
    return Panel(tuple(units), tuple(since + timedelta(days=number) for number in range(many)), 1, values)


def read(text: str) -> tuple[Panel, tuple[str, ...]]:
    """A panel of days from a CSV with a heading (unit, day as YYYY-MM-DD, value), and the units left out because a day
    is missing. Raises `InvalidInput`: `bad_panel`."""
    lines = csv.reader(StringIO(text.removeprefix("\ufeff")), delimiter=_delimiter(text))
    heading = [cell.strip().casefold() for cell in next(lines, [])]
    columns = [_column(heading, names, wanted) for names, wanted in ((_UNIT, "unit"), (_DAY, "day"), (_VALUE, "value"))]
    found: dict[tuple[str, date], float] = {}
    for number, cells in enumerate(lines, 2):
        if any(cell.strip() for cell in cells):
            unit, day, value = _row(cells, columns, number)
            if (unit, day) in found:
                raise _bad(f"Line {number} has “{unit}” on {day} a second time.", "Give one line a unit and day.")
            found[unit, day] = value
            if len(found) > MOST_CELLS:
                raise _bad(f"The table has more than {MOST_CELLS:,} lines.", "Send fewer units, or sums by week.")
    if not found:
        raise _bad("The table has no lines.", "Send a line for each unit and day.")
    return _whole(found)


def _whole(found: dict[tuple[str, date], float]) -> tuple[Panel, tuple[str, ...]]:
    days = {day for _, day in found}
    since, until = min(days), max(days)
    if (until - since).days >= 4_000:
        raise _bad("The table spans more than ten years.", "Send fewer years.")
    counted: dict[str, int] = {}
    for unit, _ in found:
        counted[unit] = counted.get(unit, 0) + 1
    whole = (until - since).days + 1
    left_out = tuple(sorted(unit for unit, many in counted.items() if many < whole))
    kept = [(unit, day, value) for (unit, day), value in found.items() if counted[unit] == whole]
    if not kept:
        raise _bad("No unit has a figure on every day.", "Fill in the days that are missing, with 0 where it was 0.")
    return of_rows(kept, since, until), left_out


def _row(cells: Sequence[str], columns: Sequence[int], number: int) -> tuple[str, date, float]:
    try:
        unit, day, value = (cells[place].strip() for place in columns)
        amount = float(value.replace(",", "."))
        if not unit or len(unit) > 120 or not math.isfinite(amount):
            raise ValueError
        return unit, date.fromisoformat(day), amount
    except (IndexError, ValueError) as error:
        raise _bad(
            f"Line {number} cannot be read.", "A line is a unit, a day as 2026-03-31, and a number."
        ) from error  # fmt: skip


def _column(heading: Sequence[str], names: Sequence[str], wanted: str) -> int:
    for name in names:
        if name in heading:
            return heading.index(name)
    raise _bad(f"The table has no column “{wanted}”.", f"Call it one of: {', '.join(names)}.")


def _delimiter(text: str) -> str:
    first = text.split("\n", 1)[0]
    return max(",;\t", key=first.count)


def _bad(what: str, fix: str) -> InvalidInput:
    return InvalidInput("bad_panel", what, "An area's figures need a table of unit, day and value.", fix, 422)

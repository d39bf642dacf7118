"""How answers look: a table for people, JSON for programs, progress with rate and time left on stderr."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import click
import msgspec

from choral.core.clock import to_datetime
from choral.core.money import Money

Cell = object
Progress = Callable[[str, int, int], None]  # stage, done, total (0: unknown)
_NARROWEST = 12


def show_json(answer: object) -> None:
    """One JSON document; dataclasses become objects, days ISO 8601, amounts stay minor units."""
    click.echo(msgspec.json.format(msgspec.json.encode(answer, enc_hook=_other), indent=2).decode())


def show_table(columns: Sequence[str], rows: Sequence[Sequence[Cell]], empty: str) -> None:
    """Aligned columns, numbers to the right; cut to the width of a terminal, whole when piped."""
    if not rows:
        click.echo(empty)
        return
    texts = [[_text(cell) for cell in row] for row in rows]
    right = [all(_is_number(row[index]) for row in rows) for index in range(len(columns))]
    widths = [max(len(columns[index]), *(len(row[index]) for row in texts)) for index in range(len(columns))]
    terminal = sys.stdout.isatty()
    widths = _fitted(widths, right, shutil.get_terminal_size().columns) if terminal else widths
    heading = _line(columns, widths, right)
    click.echo(click.style(heading, bold=True) if terminal and "NO_COLOR" not in os.environ else heading)
    for row in texts:
        click.echo(_line(row, widths, right))


def show_facts(facts: Sequence[tuple[str, Cell]]) -> None:
    """Names and values, one a line."""
    width = max((len(name) for name, _ in facts), default=0)
    for name, value in facts:
        click.echo(f"{name:<{width}}  {_text(value)}".rstrip())


def money(minor: int | None, currency: str | None) -> Decimal | None:
    """An amount in major units, for a column whose title says the currency."""
    return None if minor is None else Money(minor, currency or "EUR").major


def moment(microseconds: int | None, time_zone: str) -> str:
    """A time as the shop's people read it: `2026-11-24 21:20`, in the shop's zone."""
    if not microseconds:
        return ""
    return to_datetime(microseconds).astimezone(ZoneInfo(time_zone)).strftime("%Y-%m-%d %H:%M")


@contextmanager
def progress(quiet: bool = False) -> Iterator[Progress]:
    """A bar for each stage on stderr, with rate and time left; nothing when `quiet`."""
    from tqdm import tqdm  # deferred: only long work shows a bar

    bar: tqdm[object] | None = None
    shown = ""

    def step(stage: str, done: int, total: int) -> None:
        nonlocal bar, shown
        if quiet:
            return
        if bar is None or stage != shown:
            if bar is not None:
                bar.close()
            shown = stage
            bar = tqdm(
                total=total or None, desc=stage.capitalize(), unit_scale=True, unit="", file=sys.stderr, mininterval=0.5
            )
        bar.total = total or None
        bar.update(done - bar.n)

    try:
        yield step
    finally:
        if bar is not None:
            bar.close()


def _is_number(cell: Cell) -> bool:
    return cell is None or (isinstance(cell, int | float | Decimal) and not isinstance(cell, bool))


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, int | Decimal):
        return f"{cell:,}"
    if isinstance(cell, float):
        return f"{cell:,.2f}"
    # What came from outside must not steer the terminal.
    return "".join(sign if sign.isprintable() else " " for sign in str(cell))


def _fitted(widths: list[int], right: list[bool], columns: int) -> list[int]:
    """The widest text columns give way until the line fits."""
    fitted = list(widths)
    while sum(fitted) + 2 * (len(fitted) - 1) > columns:
        widest = max((i for i in range(len(fitted)) if not right[i]), key=lambda i: fitted[i], default=None)
        if widest is None or fitted[widest] <= _NARROWEST:
            break
        fitted[widest] -= 1
    return fitted


def _line(cells: Sequence[str], widths: list[int], right: list[bool]) -> str:
    parts = []
    for cell, width, is_number in zip(cells, widths, right, strict=True):
        cut = cell if len(cell) <= width else f"{cell[: width - 1]}…"
        parts.append(f"{cut:>{width}}" if is_number else f"{cut:<{width}}")
    return "  ".join(parts).rstrip()


def _other(value: object) -> object:
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    raise NotImplementedError(f"{type(value).__name__} has no JSON form")

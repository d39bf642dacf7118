"""The rows of a file, one at a time whatever its size; a row that cannot be divided is told, not lost."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from choral.connectors.values import Reading

LONGEST_CELL = 100_000  # characters; a quote that never closes would swallow the rest of the file
csv.field_size_limit(LONGEST_CELL)
_UNCLOSED = "a quote is not closed, or a cell is longer than 100,000 characters"


class Row(NamedTuple):
    """Its number in the file (the head is row 1), its cells, and why it could not be divided ("" when it could)."""

    number: int
    cells: list[str]
    problem: str = ""


def read_rows(path: Path, reading: Reading, width: int) -> Iterator[Row]:
    """All rows below the head that are not empty. `width` is how many columns a row has to have."""
    with path.open(encoding=reading.encoding, errors="replace", newline="") as handle:
        lines = _Lines(handle)
        reader = csv.reader(lines, delimiter=reading.delimiter)
        number = 0
        while True:
            number += 1
            lines.record.clear()
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield Row(number, lines.give_back(reading.delimiter), _UNCLOSED)
                continue
            if lines.swallowed(reading.delimiter, len(cells) == width):
                yield Row(number, lines.give_back(reading.delimiter), _UNCLOSED)
                continue
            if (number == 1 and reading.header) or not any(cell.strip() for cell in cells):
                continue
            extra = [cell for cell in cells[width:] if cell.strip()]
            if extra:
                yield Row(number, cells, f"it has {len(cells)} cells, the head has {width}: is a cell not quoted?")
            else:
                yield Row(number, (cells + [""] * (width - len(cells)))[:width])


class _Lines:
    """Lines for the csv reader; those of the record it is at are kept, so that after a stray quote only its own line is
    lost and the lines it swallowed are read again."""

    def __init__(self, handle: Iterable[str]) -> None:
        self._handle = iter(handle)
        self._again: deque[str] = deque()
        self._ended = False
        self.record: list[str] = []

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        self._ended = False
        try:
            line = self._again.popleft() if self._again else next(self._handle)
        except StopIteration:
            self._ended = True
            raise
        self.record.append(line)
        return line.replace("\0", "")

    def swallowed(self, delimiter: str, fits: bool) -> bool:
        """Whether the record just read is several rows held together by a quote: the file ended inside it, or it runs
        over lines and has not the columns of the head, or its closing quote is followed by more text."""
        if self._ended or len(self.record) < 2:
            return self._ended
        return not fits or not _well_quoted(self.record, delimiter)

    def give_back(self, delimiter: str) -> list[str]:
        """The cells of the record's first line, as they stand; its other lines come again."""
        first, *others = self.record or [""]
        self._again.extendleft(reversed(others))
        return first.replace("\0", "").rstrip("\r\n").split(delimiter)


def _well_quoted(record: list[str], delimiter: str) -> bool:
    lines = (line.replace("\0", "") for line in record)
    try:
        return len(list(csv.reader(lines, delimiter=delimiter, strict=True))) == 1
    except csv.Error:
        return False

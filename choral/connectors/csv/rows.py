"""The rows of a file, one at a time whatever its size; a row that cannot be divided is told, not lost."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from choral.connectors.values import Reading

LONGEST_CELL = 100_000  # characters; a quote that never closes would swallow the rest of the file
csv.field_size_limit(LONGEST_CELL)


class Row(NamedTuple):
    """Its number in the file (the head is row 1), its cells, and why it could not be divided ("" when it could)."""

    number: int
    cells: list[str]
    problem: str = ""


def read_rows(path: Path, reading: Reading, width: int) -> Iterator[Row]:
    """All rows below the head that are not empty. `width` is how many columns a row has to have."""
    with path.open(encoding=reading.encoding, errors="replace", newline="") as handle:
        reader = csv.reader((line.replace("\0", "") for line in handle), delimiter=reading.delimiter)
        number = 0
        while True:
            number += 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error:
                yield Row(number, [], "a quote is not closed, or a cell is longer than 100,000 characters")
                continue
            if (number == 1 and reading.header) or not any(cell.strip() for cell in cells):
                continue
            extra = [cell for cell in cells[width:] if cell.strip()]
            if extra:
                yield Row(number, cells, f"it has {len(cells)} cells, the head has {width}: is a cell not quoted?")
            else:
                yield Row(number, (cells + [""] * (width - len(cells)))[:width])

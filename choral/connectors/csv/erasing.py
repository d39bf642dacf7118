"""Where people stand in the files of imports: rows that wait or were refused, found and taken out for an erasure."""

from __future__ import annotations

import csv
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

IsAbout = Callable[[str], bool]
_PART = ".part"


def rows_about(file: Path, encoding: str, delimiter: str, is_cell: IsAbout) -> Iterator[list[str]]:
    """The rows of a file that have a cell about the person."""
    if file.is_file():
        for cells in _rows(file, encoding, delimiter):
            if _about(cells, is_cell):
                yield cells


def drop_rows(file: Path, encoding: str, delimiter: str, is_cell: IsAbout) -> int:
    """Write the file anew without the rows about the person, the old bytes overwritten first; how many went."""
    if not any(True for _ in rows_about(file, encoding, delimiter, is_cell)):
        return 0
    part, gone = file.with_name(file.name + _PART), 0
    with part.open("w", encoding=encoding, errors="replace", newline="") as handle:
        writer = csv.writer(handle, delimiter=delimiter)
        for cells in _rows(file, encoding, delimiter):
            if _about(cells, is_cell):
                gone += 1
            else:
                writer.writerow(cells)
        handle.flush()
        os.fsync(handle.fileno())
    _overwrite(file)
    part.replace(file)
    return gone


def _rows(file: Path, encoding: str, delimiter: str) -> Iterator[list[str]]:
    with file.open(encoding=encoding, errors="replace", newline="") as handle:
        lines = (line.replace("\0", "") for line in handle)
        reader = csv.reader(lines, delimiter=delimiter)
        while True:
            try:
                yield next(reader)
            except StopIteration:
                return
            except csv.Error:
                continue  # a row that cannot be divided is passed over by the import too


def _about(cells: Sequence[str], is_cell: IsAbout) -> bool:
    return any(is_cell(cell) for cell in cells)


def _overwrite(file: Path) -> None:
    with file.open("r+b") as handle:
        size, blank = file.stat().st_size, b"\0" * 65_536
        for start in range(0, size, len(blank)):
            handle.write(blank[: size - start])
        handle.flush()
        os.fsync(handle.fileno())

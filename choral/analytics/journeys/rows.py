"""Reads the touches of a bucket as arrays, a few row groups at a time, every customer whole; no analysis here.

The files are sorted by customer, time and position in the log: two touches of the same moment keep the log's order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow
import pyarrow.parquet

from choral.analytics.marts import Marts

Ints = npt.NDArray[np.int64]
Marks = npt.NDArray[np.bool_]
Arrays = dict[str, npt.NDArray[Any]]
ROWS_AT_ONCE = 1_000_000  # bounds memory: some 40 MiB of arrays
_MICROSECOND = pyarrow.int64()


@dataclass(frozen=True)
class Coded:
    """A text column: a number for each row, which is a place in `values`; the last value stands for rows without."""

    codes: npt.NDArray[np.int32]
    values: tuple[str | None, ...]

    def look(self, of: Callable[[str | None], int], dtype: type[np.generic]) -> npt.NDArray[Any]:
        """What a function says of each row's value, asked once for each value."""
        return np.array([of(value) for value in self.values], dtype=dtype)[self.codes]


@dataclass(frozen=True)
class Piece:
    """Some neighbouring rows: customer, moment (µs UTC), and the text columns asked for."""

    customer: Ints
    at: Ints
    texts: Mapping[str, Coded]


@dataclass(frozen=True)
class Within:
    """Which touches and customers count: moments from `since` (µs UTC) to before `until`; sorted customers, or all."""

    since: int | None = None
    until: int | None = None
    people: Ints | None = None

    def rows(self, piece: Piece) -> Marks | None:
        """The rows that count, None when all do."""
        kept: Marks | None = None
        if self.since is not None:
            kept = piece.at >= self.since
        if self.until is not None:
            before = piece.at < self.until
            kept = before if kept is None else kept & before
        if self.people is not None:
            inside = among(piece.customer, self.people)
            kept = inside if kept is None else kept & inside
        return kept


def pieces(marts: Marts, bucket: int, texts: Sequence[str], table: str = "touches") -> Iterator[Piece]:
    """The rows of a bucket in their order, `ROWS_AT_ONCE` or a row group at a time."""
    file = pyarrow.parquet.ParquetFile(marts.files(table)[bucket], read_dictionary=list(texts))
    groups: list[int] = []
    rows = 0
    for group in range(file.num_row_groups):
        groups.append(group)
        rows += file.metadata.row_group(group).num_rows
        if rows >= ROWS_AT_ONCE or group == file.num_row_groups - 1:
            yield _piece(file.read_row_groups(groups, columns=["customer", "happened_at", *texts]), texts)
            groups, rows = [], 0


def whole(parts: Iterator[Arrays]) -> Iterator[Arrays]:
    """The same arrays cut where a customer ends: the last one of each part waits for the next. `customer` is sorted."""
    waiting: Arrays | None = None
    for part in parts:
        joined = part if waiting is None else {key: np.concatenate((waiting[key], part[key])) for key in part}
        customers = joined["customer"]
        if not len(customers):
            waiting = joined
            continue
        cut = int(np.searchsorted(customers, customers[-1]))
        waiting = {key: values[cut:] for key, values in joined.items()}
        if cut:
            yield {key: values[:cut] for key, values in joined.items()}
    if waiting is not None and len(waiting["customer"]):
        yield waiting


def among(customers: Ints, people: Ints) -> Marks:
    """Which of these customers are among the sorted people."""
    if not len(people):
        return np.zeros(len(customers), dtype=np.bool_)
    places = np.minimum(np.searchsorted(people, customers), len(people) - 1)
    found: Marks = people[places] == customers
    return found


def first_rows(customers: npt.NDArray[Any]) -> Ints:
    """Where each customer's rows begin, in the order of the rows."""
    if not len(customers):
        return np.zeros(0, dtype=np.int64)
    changes = np.flatnonzero(customers[1:] != customers[:-1]) + 1
    return np.concatenate((np.zeros(1, dtype=np.int64), changes))


def spans(customers: npt.NDArray[Any]) -> tuple[Ints, Ints]:
    """Where each customer's rows begin, and where they end (the row after the last)."""
    firsts = first_rows(customers)
    return firsts, np.append(firsts[1:], len(customers)) if len(firsts) else firsts


def counted(keys: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], Ints]:
    """Each different key, sorted, and how often it occurs; by sorting, which is five times quicker than a hash here."""
    ordered = np.sort(keys)
    firsts, ends = spans(ordered)
    return ordered[firsts], ends - firsts


def _piece(found: pyarrow.Table, texts: Sequence[str]) -> Piece:
    at = found["happened_at"].cast(pyarrow.timestamp("us", "UTC")).cast(_MICROSECOND)
    return Piece(
        found["customer"].to_numpy(), at.to_numpy(), {name: _coded(found[name]) for name in texts}
    )  # fmt: skip


def _coded(column: pyarrow.ChunkedArray) -> Coded:
    """The dictionaries of the row groups made one."""
    joined = column.unify_dictionaries().combine_chunks()
    if isinstance(joined, pyarrow.ChunkedArray):
        joined = joined.chunk(0) if joined.num_chunks else pyarrow.array([], pyarrow.dictionary("int32", "string"))
    values = joined.dictionary.to_pylist()
    codes = joined.indices.fill_null(len(values)).to_numpy()
    return Coded(codes.astype(np.int32, copy=False), (*values, None))

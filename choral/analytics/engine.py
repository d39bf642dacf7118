"""Where an analysis runs: one SQL per bucket of customers, then one that merges the partial answers.

The same two statements run in this process, or on a cluster whose machines see the same files (`dask_engine.py`).
A statement per bucket may use `orders`, `order_lines`, `touches`, `sessions`, `lots`, `customers` (its bucket) and
every dataset; the merging one sees what they answered as `partials` (with `part`, which answer a row is of), all
datasets, and the sums by day.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Protocol

import duckdb
import pyarrow
import pyarrow.parquet

from choral.analytics import duck
from choral.analytics.duck import Params
from choral.analytics.mart_tables import BUCKETS
from choral.analytics.marts import Marts

Work = Callable[..., pyarrow.Table]
_BUCKETS_AT_ONCE = min(4, os.cpu_count() or 1)  # each holds a piece of its bucket in memory
_ROWS_AT_ONCE = 6_000_000  # lines and touches taken at once in one process: bounds memory, and spares 16 small queries


@dataclass(frozen=True)
class Source:
    """The files an analysis reads: marts of one version and the datasets they were made with, as SQL by name."""

    marts: Marts
    datasets: dict[str, str] = field(hash=False)
    time_zone: str


class Engine(Protocol):
    """Something that runs an analysis over all buckets."""

    def run(self, source: Source, per_bucket: str, merge: str, params: Params | None = None) -> pyarrow.Table:
        """The merged answer; `params` are bound as `$name` in both statements."""
        ...

    def each(self, source: Source, work: Work, given: Sequence[object]) -> list[pyarrow.Table]:
        """What `work(marts, bucket, *given)` says of each bucket, in their order; a function of a module."""
        ...

    def close(self) -> None: ...


class InProcess:
    """DuckDB in this process; buckets are taken together while their rows fit comfortably."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._database: duckdb.DuckDBPyConnection | None = None
        self._spans: dict[str, Sequence[range]] = {}

    def run(self, source: Source, per_bucket: str, merge: str, params: Params | None = None) -> pyarrow.Table:
        with self._cursor(source.time_zone) as cursor:
            parts = [partial(cursor, source, span, per_bucket, params) for span in self._split(source.marts)]
            return merged(cursor, source, parts, merge, params)

    def each(self, source: Source, work: Work, given: Sequence[object]) -> list[pyarrow.Table]:
        with ThreadPoolExecutor(_BUCKETS_AT_ONCE) as pool:  # the arrays' libraries let go of the interpreter's lock
            return list(pool.map(lambda bucket: work(source.marts, bucket, *given), ALL_BUCKETS))

    def close(self) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None

    def _cursor(self, time_zone: str) -> duckdb.DuckDBPyConnection:
        """A connection of its own for the asking thread; the database with its cache of file footers is shared."""
        with self._lock:
            if self._database is None:
                self._database = duck.connect(time_zone)
            cursor = self._database.cursor()
        duck.run(cursor, f"SET TimeZone = '{time_zone}'")
        return cursor

    def _split(self, marts: Marts) -> Sequence[range]:
        name = marts.version.name
        if name not in self._spans:
            files = zip(marts.files("order_lines"), marts.files("touches"), strict=True)
            rows = [sum(pyarrow.parquet.read_metadata(file).num_rows for file in pair) for pair in files]
            self._spans = {name: spans(rows)}
        return self._spans[name]


def spans(rows: Sequence[int], most: int = _ROWS_AT_ONCE) -> list[range]:
    """Neighbouring buckets taken together while their rows stay below `most`; at least one at a time."""
    found, start, total = [], 0, 0
    for bucket, count in enumerate(rows):
        if bucket > start and total + count > most:
            found.append(range(start, bucket))
            start, total = bucket, 0
        total += count
    return [*found, range(start, len(rows))]


def partial(
    database: duckdb.DuckDBPyConnection, source: Source, buckets: range, sql: str, params: Params | None
) -> pyarrow.Table:
    """The answer of the statement per bucket over some buckets."""
    return duck.table(database, _with(source.marts.bucket(buckets) | source.datasets, sql), params)


def merged(
    database: duckdb.DuckDBPyConnection, source: Source, parts: Sequence[pyarrow.Table], sql: str, params: Params | None
) -> pyarrow.Table:
    """The answer of the merging statement over partial answers."""
    numbered = [
        one.append_column("part", pyarrow.array([number] * len(one), pyarrow.int32()))
        for number, one in enumerate(parts)
    ]
    database.register("partials", pyarrow.concat_tables(numbered, promote_options="permissive"))
    try:
        return duck.table(database, _with(source.marts.whole() | source.datasets, sql), params)
    finally:
        database.unregister("partials")


def _with(tables: dict[str, str], sql: str) -> str:
    """The statement with the tables it names put before it; those it does not name cost nothing."""
    used = [f"{name} AS NOT MATERIALIZED (FROM {source})" for name, source in tables.items() if name in sql]
    if not used:
        return sql
    return f"WITH {', '.join(used)} {sql}" if not sql.lstrip().startswith("WITH ") else _joined(used, sql)


def _joined(used: list[str], sql: str) -> str:
    return f"WITH {', '.join(used)}, {sql.lstrip().removeprefix('WITH ')}"


def open_engine(url: str | None) -> Engine:
    """The engine at `CHORAL_ENGINE_URL` (tcp://.. of a Dask scheduler), or this process."""
    if not url:
        return InProcess()
    from choral.analytics.dask_engine import OnDask  # deferred: 1 s and an optional extra

    return OnDask(url)


ALL_BUCKETS = range(BUCKETS)

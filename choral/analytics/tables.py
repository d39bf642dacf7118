"""The analyst's tables: lazy, described, read only; and their own SELECT, kept away from files and network."""

from __future__ import annotations

import html
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import duckdb
import pyarrow

from choral.analytics import apart, duck
from choral.analytics.reading import Desk, Reading
from choral.analytics.table_columns import COLUMNS
from choral.core.errors import InvalidInput, Unavailable
from choral.events.lake import place, writer
from choral.events.lake.datasets import DATASETS, Datasets

if TYPE_CHECKING:
    import pandas
    import polars

_HEAD = 5
_SELECT = "SELECT"


class Tables:
    """All tables by name, as attributes: `tables.orders`. `names` lists them."""

    def __init__(self, lake: str, desk: Desk) -> None:
        self._lake, self._desk = lake, desk

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all tables."""
        return tuple(COLUMNS) + tuple(DATASETS)

    def __getattr__(self, name: str) -> Table:
        if name not in self.names:
            raise AttributeError(f"There is no table {name}; there are {', '.join(self.names)}.")
        return Table(self, f'FROM "{name}"', name)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self.names]

    def sql(self, query: str, most: int | None = None, seconds: float = 30.0) -> Table:
        """A SELECT over the tables; see `Analytics.sql`. It is checked now, and run when its rows are asked for."""
        with self._opened() as database:
            _checked(database, query)
            _guarded(database, f"SELECT * FROM ({query}\n) LIMIT 0", seconds)
        return Table(self, query, "answer", most, seconds)

    def apart(self, query: str, most: int, seconds: float) -> pyarrow.Table:
        """At most `most` rows of a SELECT, run in a process of its own with limits; see `Analytics.sql_apart`."""
        with duck.connect(self._desk.as_of().time_zone) as database:
            _checked(database, query)
        reading = self._desk.reading()
        views, files = self._views(reading)
        whole = f"SELECT * FROM ({query}\n) LIMIT {most:d}"
        return apart.run([*views, *_shut(files)], whole, seconds, self._desk.as_of().time_zone)

    def fetch(self, query: str, seconds: float) -> pyarrow.Table:
        """The rows of a query; interrupted after `seconds`."""
        with self._opened() as database:
            return _guarded(database, query, seconds)

    @contextmanager
    def _opened(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A database of its own with a view of each table, that can read their files and nothing else."""
        reading = self._desk.reading()
        with duck.connect(reading.source.time_zone if reading else self._desk.as_of().time_zone) as database:
            views, files = self._views(reading)
            for statement in [*views, *_shut(files)]:
                duck.run(database, statement)
            yield database

    def _views(self, reading: Reading | None) -> tuple[list[str], list[str]]:
        """The statements that make a view of each table, and the files these read."""
        views, files = list[str](), list[str]()
        for name in ("customers", "orders", "order_lines", "touches", "sessions"):
            if reading is None:
                columns = ", ".join(f'NULL::{kind} AS "{column}"' for column, (kind, _) in COLUMNS[name].items())
                source = f"(SELECT {columns} WHERE false)"
            else:
                source = reading.source.marts.whole()[name]
                files += reading.source.marts.files(name)
            chosen = _shown(name) if reading else "*"
            views.append(f"CREATE VIEW {name} AS SELECT {chosen} FROM {source}")
        scans = {"events": writer.scan(self._lake, "events")} | (
            reading.source.datasets if reading else {name: Datasets(self._lake).scan(name) for name in DATASETS}
        )
        for name, source in scans.items():
            views.append(f'CREATE VIEW "{name}" AS FROM {source}')
            files += [uri.removeprefix("file://") for uri in place.files(self._lake, name)]
        return views, files


class Table:
    """Rows that are only read when asked for: `head`, `to_arrow`, `to_polars`, `to_pandas`, `rows`.

    Amounts are integer minor units (cents) of `currency`; times are UTC, days of the shop's zone.
    """

    def __init__(self, tables: Tables, query: str, name: str, most: int | None = None, seconds: float = 120.0) -> None:
        self._tables, self._query, self._name, self._most, self._seconds = tables, query, name, most, seconds

    @property
    def columns(self) -> dict[str, str]:
        """What each column holds, by its name."""
        if self._name in DATASETS:
            return {column.name: column.description for column in DATASETS[self._name].columns}
        known = COLUMNS.get(self._name, {})
        return {
            one: known[one][1] if one in known else ""
            for one in self._fetch(f"{self._selected()} LIMIT 0").column_names
        }

    def to_arrow(self) -> pyarrow.Table:
        """All rows as a pyarrow table."""
        return self._fetch(self._selected() + (f" LIMIT {self._most:d}" if self._most is not None else ""))

    def to_polars(self) -> polars.DataFrame:
        """All rows as a polars data frame."""
        import polars  # deferred: an optional extra

        frame = polars.from_arrow(self.to_arrow())
        assert isinstance(frame, polars.DataFrame)  # a table never becomes a series
        return frame

    def to_pandas(self) -> pandas.DataFrame:
        """All rows as a pandas data frame."""
        return self.to_arrow().to_pandas()

    def rows(self) -> list[dict[str, Any]]:
        """All rows as dictionaries."""
        return duck.rows(self.to_arrow())

    def head(self, rows: int = _HEAD) -> pyarrow.Table | pandas.DataFrame:
        """The first rows, as pandas shows them where it is installed."""
        found = self._fetch(f"{self._selected()} LIMIT {rows:d}")
        try:
            return found.to_pandas()
        except ImportError:
            return found

    def filter(self, condition: str) -> Table:
        """Only rows for which an SQL condition holds: `orders.filter("total > 10000")`."""
        return self.sql(f"SELECT * FROM this WHERE {condition}")

    def sql(self, query: str) -> Table:
        """A SELECT over this table (`this`) and all others."""
        whole = f"WITH this AS ({self._query}\n) {query}"
        found = self._tables.sql(whole, self._most, self._seconds)
        found._name = self._name
        return found

    def count(self) -> int:
        """How many rows there are."""
        return int(self._fetch(f"SELECT count(*) AS n FROM ({self._query}\n)").column(0)[0].as_py())

    def explain(self) -> str:
        """How the engine would go about it."""
        with self._tables._opened() as database:
            _checked(database, self._query)
            found = database.execute(f"EXPLAIN {self._query}").fetchall()
        return "\n".join(str(row[-1]) for row in found)

    def _selected(self) -> str:
        return f"SELECT * FROM ({self._query}\n)"

    def _fetch(self, query: str) -> pyarrow.Table:
        return self._tables.fetch(query, self._seconds)

    def __repr__(self) -> str:
        return f"{self._name}: {', '.join(self._fetch(f'{self._selected()} LIMIT 0').column_names)}"

    def _repr_html_(self) -> str:
        found = self._fetch(f"{self._selected()} LIMIT {_HEAD}")
        told = self.columns
        head = "".join(
            f'<th title="{html.escape(told.get(name, ""), quote=True)}">{html.escape(name)}</th>'
            for name in found.column_names
        )
        body = "".join(
            "<tr>" + "".join(f"<td>{html.escape(str(value))}</td>" for value in row.values()) + "</tr>"
            for row in found.to_pylist()
        )
        return f"<table><caption>{html.escape(self._name)}</caption><tr>{head}</tr>{body}</table>"


def _shut(files: list[str]) -> list[str]:
    """The statements after which a database can read these files and nothing else."""
    listed = ", ".join(place.quoted(file) for file in files)
    return [
        f"SET allowed_paths = [{listed}]", "SET enable_external_access = false", "SET lock_configuration = true"
    ]  # fmt: skip


def _checked(database: duckdb.DuckDBPyConnection, query: str) -> None:
    """Refuse what is not exactly one SELECT."""
    try:
        statements = database.extract_statements(query)
    except duckdb.Error as error:
        raise _refused(error) from error
    if len(statements) != 1 or str(statements[0].type).rpartition(".")[2].upper() != _SELECT:
        raise InvalidInput(
            "not_a_select", "Only one SELECT can be run here.", "The tables are for reading.", "Write one SELECT."
        )


def _guarded(database: duckdb.DuckDBPyConnection, query: str, seconds: float) -> pyarrow.Table:
    late = threading.Event()

    def stop() -> None:
        late.set()
        database.interrupt()

    timer = threading.Timer(seconds, stop)
    timer.start()
    try:
        return duck.table(database, query)
    except duckdb.OutOfMemoryException as error:
        raise Unavailable("too_much_memory", "The query needs too much memory.", fix="Ask for less at once.") from error
    except (duckdb.Error, RuntimeError) as error:
        if late.is_set():
            raise InvalidInput(
                "took_too_long",
                f"The query was stopped after {seconds:g} seconds.",
                "Others use this machine too.",
                "Choose fewer rows, or give it more time in a notebook.",
            ) from error
        raise _refused(error) from error
    finally:
        timer.cancel()


def _refused(error: Exception) -> InvalidInput:
    return InvalidInput("sql_refused", "The query cannot be run.", str(error)[:500], "Correct it and try again.")


def _shown(name: str) -> str:
    made = {"at": "happened_at"} | ({"total": "amount"} if name == "orders" else {})
    return ", ".join(f'{made[column]} AS "{column}"' if column in made else f'"{column}"' for column in COLUMNS[name])

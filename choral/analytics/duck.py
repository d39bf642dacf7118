"""How DuckDB is opened here: bounded memory, the shop's time zone, no network, and rows back as plain values."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Mapping
from functools import cache
from typing import Any

import duckdb
import pyarrow

Params = Mapping[str, object]


def connect(time_zone: str, spill: str | None = None, memory: str = "1GB") -> duckdb.DuckDBPyConnection:
    """A database in memory. `spill` is a folder for what does not fit into `memory`; without one, a private folder
    of this process in the system's place for temporary files, gone when it ends; empty: nothing is spilled."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory,
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
        "temp_directory": _spill() if spill is None else spill,
    }
    database = duckdb.connect(config=config)
    run(database, f"SET TimeZone = '{time_zone}'")
    run(database, "SET parquet_metadata_cache = true")
    return database


@cache
def _spill() -> str:
    folder = tempfile.mkdtemp(prefix="choral-spill-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def run(database: duckdb.DuckDBPyConnection, sql: str, params: Params | None = None) -> None:
    """Run a statement to its end (a statement streams: without fetching it may not have finished)."""
    database.execute(sql, dict(params or {})).fetchall()


def table(database: duckdb.DuckDBPyConnection, sql: str, params: Params | None = None) -> pyarrow.Table:
    """A query's whole answer."""
    used = {name: value for name, value in (params or {}).items() if f"${name}" in sql}
    return database.sql(sql, params=used or None).to_arrow_table()


def rows(found: pyarrow.Table) -> list[dict[str, Any]]:
    """Rows as dictionaries of plain values."""
    listed: list[dict[str, Any]] = found.to_pylist()
    return listed

"""How DuckDB is opened here: bounded memory, the shop's time zone, no network, and rows back as plain values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb
import pyarrow

Params = Mapping[str, object]


def connect(time_zone: str, spill: str | None = None, memory: str = "1GB") -> duckdb.DuckDBPyConnection:
    """A database in memory. `spill` is a folder for what does not fit into `memory`."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory,
        "autoinstall_known_extensions": "false",
        "autoload_known_extensions": "false",
    }
    if spill:
        config["temp_directory"] = spill
    database = duckdb.connect(config=config)
    run(database, f"SET TimeZone = '{time_zone}'")
    run(database, "SET parquet_metadata_cache = true")
    return database


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

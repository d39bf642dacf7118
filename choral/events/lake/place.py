"""Where the lake's Delta tables are, and how DuckDB is told to read one; nothing here knows what a table means."""

from __future__ import annotations

from pathlib import Path

import pyarrow
from deltalake import DeltaTable, WriterProperties

WRITER = WriterProperties(compression="ZSTD", compression_level=1)
# DuckDB's names of the few types the lake uses; needed where a table has no file yet.
_SQL_TYPES = {
    pyarrow.string(): "VARCHAR",
    pyarrow.int64(): "BIGINT",
    pyarrow.int32(): "INTEGER",
    pyarrow.float64(): "DOUBLE",
    pyarrow.bool_(): "BOOLEAN",
    pyarrow.date32(): "DATE",
    pyarrow.timestamp("us", "UTC"): "TIMESTAMPTZ",
    pyarrow.list_(pyarrow.string()): "VARCHAR[]",
}


def address(lake: str, table: str) -> str:
    """The address of one table; a lake in a folder gets its folder made."""
    if "://" not in lake:
        Path(lake).mkdir(parents=True, exist_ok=True)
    return f"{lake.rstrip('/')}/{table}"


def open_table(lake: str, table: str, version: int | None = None) -> DeltaTable | None:
    """The Delta table at a version (by default the newest), or None when nothing was ever written to it."""
    where = address(lake, table)
    return DeltaTable(where, version=version) if DeltaTable.is_deltatable(where) else None


def files(lake: str, table: str) -> list[str]:
    """Its active files, in a stable order."""
    found = open_table(lake, table)
    return sorted(found.file_uris()) if found else []


def stored(lake: str, table: str) -> tuple[list[str], set[str] | None]:
    """Its active files and the names of the columns they hold: a table written by an earlier release may have less."""
    found = open_table(lake, table)
    if found is None:
        return [], None
    return sorted(found.file_uris()), {field.name for field in found.schema().fields}


def scan(schema: pyarrow.Schema, found: list[str], held: set[str] | None = None) -> str:
    """SQL that reads a list of files with the columns of `schema`, in its order; no rows when there are no files.

    With `held`, columns that are not in it are empty.
    """
    types = {field.name: _SQL_TYPES[field.type] for field in schema}
    if not found:
        empty = ", ".join(f'NULL::{kind} AS "{name}"' for name, kind in types.items())
        return f"(SELECT {empty} WHERE false)"  # noqa: S608
    columns = ", ".join(
        f'"{name}"' if held is None or name in held else f'NULL::{kind} AS "{name}"' for name, kind in types.items()
    )
    listed = ", ".join(quoted(uri.removeprefix("file://")) for uri in found)
    return (
        f"(SELECT {columns} FROM read_parquet([{listed}], union_by_name = true,"  # noqa: S608
        " hive_partitioning = true, hive_types_autocast = false))"
    )


def quoted(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"

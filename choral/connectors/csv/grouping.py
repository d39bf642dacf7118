"""Rows of one order brought together, wherever in the file they stand, in bounded memory."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pyarrow

from choral.connectors.csv.items import Cells, Item, Reader, Taken, order
from choral.connectors.csv.rows import Row
from choral.connectors.values import Reading, Refused

_AT_ONCE = 50_000
_INCOMPLETE = ("order_incomplete", "Another row of this order cannot be read, so the order is left out whole.")


def orders(reader: Reader, reading: Reading, rows: Iterator[Row]) -> Iterator[Taken]:
    """The orders of a file in the order of their first rows; refused rows come first, as they are met.

    An order with a row that cannot be read is refused whole: with a line missing its sum would be wrong.
    """
    broken: set[str] = set()
    with TemporaryDirectory(prefix="choral-import-") as folder:
        database = duckdb.connect(
            str(Path(folder) / "rows.duckdb"), config={"memory_limit": "500MB", "temp_directory": folder}
        )
        with database:
            run = database.execute
            run("CREATE TABLE rows (order_id VARCHAR, number BIGINT, cells VARCHAR, said VARCHAR)").fetchall()
            waiting: list[tuple[str, int, str, str]] = []
            for row in rows:
                cells = reader.cells(row)
                if isinstance(cells, Refused):
                    broken.add(reader.raw(row, "order_id"))
                    yield cells
                    continue
                said = json.dumps({key: _packed(value) for key, value in cells.items()}, ensure_ascii=False)
                waiting.append((cells["order_id"], row.number, json.dumps(row.cells, ensure_ascii=False), said))
                if len(waiting) >= _AT_ONCE:
                    _put(database, waiting)
                    waiting = []
            _put(database, waiting)
            found = database.sql(
                "SELECT order_id, list(number ORDER BY number) AS numbers, list(cells ORDER BY number) AS cells,"
                " list(said ORDER BY number) AS said FROM rows GROUP BY order_id ORDER BY min(number)"
            )
            for batch in found.to_arrow_reader(2_000):
                for group in batch.to_pylist():
                    yield from _told(reading, group, group["order_id"] in broken)


def _told(reading: Reading, group: dict[str, Any], broken: bool) -> Iterator[Taken]:
    rows: list[tuple[int, Cells]] = [
        (number, {key: _unpacked(value) for key, value in json.loads(said).items()})
        for number, said in zip(group["numbers"], group["said"], strict=True)
    ]
    found = _INCOMPLETE if broken else order(reading, rows)
    cells = tuple(tuple(json.loads(one)) for one in group["cells"])
    if isinstance(found, Item):
        yield replace(found, cells=cells)
        return
    code, words = found
    for number, one in zip(group["numbers"], cells, strict=True):
        yield Refused(number, code, words, one)


def _put(database: duckdb.DuckDBPyConnection, rows: list[tuple[str, int, str, str]]) -> None:
    if not rows:
        return
    names = ["order_id", "number", "cells", "said"]
    database.register("arrived", pyarrow.table(dict(zip(names, map(list, zip(*rows, strict=True)), strict=True))))
    database.execute("INSERT INTO rows SELECT * FROM arrived").fetchall()
    database.unregister("arrived")


def _packed(value: object) -> object:
    return {"d": str(value)} if isinstance(value, Decimal) else value


def _unpacked(value: Any) -> Any:
    return Decimal(value["d"]) if isinstance(value, dict) else value

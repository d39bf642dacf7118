"""The connectors' promise to people: rows of imports that wait or were refused, samples of columns, names of files."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from choral.books import Tx
from choral.connectors import queries
from choral.connectors.actions import forget_rows, redescribe_import
from choral.connectors.csv.erasing import drop_rows, rows_about
from choral.core.ids import key64
from choral.customers.privacy.contract import Kept, Section
from choral.customers.privacy.traces import ERASED, Traces
from choral.home import Home

KEPT = (
    Kept("connectors_import", "the name of a file and up to five samples of each column",
         "to show what an import was", "samples about an erased customer are taken out"),
    Kept("connectors_importedrow", "hashes of what was imported", "to know the same row again",
         "erased with the customer"),
    Kept("imports/", "files that wait to be imported, and the rows that were refused",
         "to import, correct and send again", "the import is done; refused rows as the rule says"),
)  # fmt: skip


def told(identifiers: Sequence[str]) -> list[Section]:
    """Nothing is kept by identifier; see `found`."""
    return []


def erase(tx: Tx, identifiers: Sequence[str]) -> int:
    """The hashes by which an import knows its rows again."""
    return forget_rows(tx, [key64(one) for one in identifiers])


def found(home: Home, traces: Traces) -> list[Section]:
    """The rows about a person in files that wait or were refused."""
    rows = [
        {"import": row["id"], "file": row["name"], "row": cells}
        for row, file, encoding, delimiter in _files(home)
        for cells in rows_about(file, encoding, delimiter, traces.is_cell)
    ]
    return [Section("connectors", "Rows of files that wait or were refused", tuple(rows))]


def scrub(tx: Tx, home: Home, traces: Traces) -> int:
    """Take rows, samples and names of files about a person out; how many."""
    gone = sum(
        drop_rows(file, encoding, delimiter, traces.is_cell) for _, file, encoding, delimiter in _files(home)
    )  # fmt: skip
    for row in queries.all_imports():
        name = ERASED if traces.stands_in(row["name"]) else row["name"]
        columns = _without_samples(row["columns"], traces)
        result = row["result"] if not traces.stands_in(json.dumps(row["result"], ensure_ascii=False)) else {}
        if (name, columns, result) != (row["name"], row["columns"], row["result"]):
            redescribe_import(tx, row["id"], name, columns, result)
            gone += 1
    plain = [f"{kind}:{value}" for kind in ("email", "phone", "user", "card") for value in traces.plain]
    return gone + forget_rows(tx, [key64(one) for one in plain])


def expire(home: Home, what: str, before: int, dry: bool) -> int:
    """Files too old for a rule of retention: `refused` rows of imports that ended, or files `waiting` to be imported,
    from before a time (µs UTC). They are deleted unless `dry`; how many."""
    folder, gone = home.path / "imports", 0
    for row in queries.all_imports():
        ended = row["finished_at"] or row["created_at"]
        old = ended < before and row["state"] != "running"
        name = f"{row['id']}.refused.csv" if what == "refused" else f"{row['id']}.data"
        if old and (folder / name).is_file():
            gone += 1
            if not dry:
                (folder / name).unlink(missing_ok=True)
    return gone


def _files(home: Home) -> Iterator[tuple[dict[str, Any], Path, str, str]]:
    """Each import's files that are there: its row, the file, encoding and delimiter."""
    folder = home.path / "imports"
    for row in queries.all_imports():
        reading = row["reading"]
        for name, encoding, delimiter in (
            (f"{row['id']}.data", reading.get("encoding", "utf-8"), reading.get("delimiter", ",")),
            (f"{row['id']}.refused.csv", "utf-8-sig", ","),
        ):
            if (folder / name).is_file():
                yield row, folder / name, encoding, delimiter


def _without_samples(columns: list[dict[str, Any]], traces: Traces) -> list[dict[str, Any]]:
    """Without any sample when one is about the person: the others may be from the same row."""
    samples = (str(sample) for one in columns for sample in one.get("samples", ()))
    return [{**one, "samples": []} for one in columns] if any(map(traces.is_cell, samples)) else columns

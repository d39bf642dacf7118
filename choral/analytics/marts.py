"""The marts: customer-bucketed, sorted Parquet files made from the lake, swapped in whole, named by what they say.

A version is the log position, the version of identity, the versions of the datasets and the time zone it was made
from: the same version always holds the same rows. They can be deleted at any time.
"""

from __future__ import annotations

import json
import logging
import os
import shutil
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow
import pyarrow.compute

from choral.analytics import duck
from choral.analytics.mart_tables import BUCKETED, BUCKETS, STATEMENTS, WHOLE
from choral.core.ids import digest, key64
from choral.core.money import minor_digits
from choral.events.lake import place, writer
from choral.events.lake.datasets import Datasets

_log = logging.getLogger(__name__)
_CURRENT = "current"
_ANSWERS, _MOST_ANSWERS = "answers", 1_000
_LAYOUT = 10  # raise it whenever mart_tables.py changes what a table holds
_POSITIVE = (1 << 63) - 1
_PASSING = ("anonymous:", "device:", "receipt:")  # say which browser or purchase, not who


@dataclass(frozen=True)
class Version:
    """What marts were made from."""

    position: int
    identity: int
    datasets: tuple[tuple[str, int], ...]
    time_zone: str
    currency: str
    withdrawals: int = 0
    layout: int = _LAYOUT

    @property
    def name(self) -> str:
        return digest(json.dumps(asdict(self), sort_keys=True), 8).hex()


@dataclass(frozen=True)
class Marts:
    """One finished version on disk."""

    folder: Path
    version: Version

    def files(self, table: str) -> list[str]:
        """Its files: one a bucket, in the order of the buckets, or the only one."""
        if table in WHOLE:
            return [str(self.folder / f"{table}.parquet")]
        return [str(self.folder / f"{table}.{bucket:02}.parquet") for bucket in range(BUCKETS)]

    def bucket(self, numbers: range) -> dict[str, str]:
        """SQL that reads each bucketed table's rows of some buckets, by the table's name."""
        return {table: _read(self.files(table)[numbers.start : numbers.stop]) for table in BUCKETED}

    def whole(self) -> dict[str, str]:
        """SQL that reads all rows of each table, by the table's name."""
        return {table: _read(self.files(table)) for table in (*BUCKETED, *WHOLE)}


def current(lake: str) -> Marts | None:
    """The newest finished version, None before there is one."""
    try:
        name = (_folder(lake) / _CURRENT).read_text("utf-8")
        manifest = json.loads((_folder(lake) / name / "manifest.json").read_text("utf-8"))
    except FileNotFoundError:
        return None
    if manifest["layout"] != _LAYOUT:
        return None  # made by another release: as good as none
    manifest["datasets"] = tuple((dataset, version) for dataset, version in manifest["datasets"])
    return Marts(_folder(lake) / name, Version(**manifest))


def wanted(lake: str, identity: int, time_zone: str, currency: str) -> Version:
    """The version that marts made now would have."""
    datasets = tuple(sorted(Datasets(lake).versions().items()))
    return Version(writer.position(lake), identity, datasets, time_zone, currency, writer.withdrawals(lake))


def refresh(lake: str, identity_map: pyarrow.Table, identity: int, time_zone: str, currency: str) -> Marts:
    """Make the marts of now, unless they are there, and swap them in; readers of the old version are not disturbed.

    `identity_map` has the columns `identifier`, `customer` and `says_who` (whether it names a person, as a card does,
    or only a browser or a receipt); events whose subject it does not know belong to a customer of their own.
    """
    version = wanted(lake, identity, time_zone, currency)
    there = current(lake)
    if there is not None and there.version == version:
        return there
    root = _folder(lake)
    building = root / f"building-{version.name}"
    try:
        try:
            _build(lake, identity_map, version, building)
        except duckdb.OutOfMemoryException as error:
            # What several threads hold at once may not fit where one alone, slower, spills its way through.
            _log.warning("the marts did not fit into memory, made again by one thread: %s", error)
            _build(lake, identity_map, version, building, threads=1)
        return _swap(root, building, Marts(root / version.name, version))
    finally:
        shutil.rmtree(building, ignore_errors=True)


def _build(lake: str, identity_map: pyarrow.Table, version: Version, folder: Path, threads: int | None = None) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    given = {
        "time_zone": version.time_zone, "currency": version.currency, "per_unit": 10 ** minor_digits(version.currency),
    }  # fmt: skip
    with _database(lake, identity_map, version.time_zone, folder) as database:
        if threads:
            duck.run(database, f"SET threads = {threads}")
        for statement in STATEMENTS:
            _run(database, statement, {name: value for name, value in given.items() if f"${name}" in statement})
        _write(database, folder)
    (folder / "manifest.json").write_text(json.dumps(asdict(version)), "utf-8")


def _run(database: duckdb.DuckDBPyConnection, statement: str, given: Mapping[str, object]) -> None:
    try:
        duck.run(database, statement, given)
    except duckdb.OutOfMemoryException as error:
        raise duckdb.OutOfMemoryException(f"{' '.join(statement.split()[:4])}: {error}") from error


@contextmanager
def _database(
    lake: str, identity_map: pyarrow.Table, time_zone: str, folder: Path
) -> Iterator[duckdb.DuckDBPyConnection]:
    spill = folder / "spill"
    with duck.connect(time_zone, str(spill)) as database:
        duck.run(database, f"CREATE TEMP VIEW lake_events AS FROM {writer.scan(lake, 'events')}")
        duck.run(database, f"CREATE TEMP VIEW lake_lines AS FROM {writer.scan(lake, 'order_lines')}")
        duck.run(database, f"CREATE TEMP VIEW lake_products AS FROM {Datasets(lake).scan('products')}")
        database.register("identity", _with_strangers(database, identity_map))
        yield database
    shutil.rmtree(spill, ignore_errors=True)


def _with_strangers(database: duckdb.DuckDBPyConnection, identity_map: pyarrow.Table) -> pyarrow.Table:
    """The map, and beside it every subject it does not know with the number identity would give it."""
    database.register("known", identity_map)
    found = duck.table(
        database,
        "SELECT DISTINCT subject FROM lake_events ANTI JOIN known ON identifier = subject"
        " WHERE subject <> '' ORDER BY subject",
    )
    subjects = found.column(0)
    numbers = pyarrow.array([key64(text) & _POSITIVE for text in subjects.to_pylist()], pyarrow.int64())
    says_who = pyarrow.array([not text.startswith(_PASSING) for text in subjects.to_pylist()], pyarrow.bool_())
    columns = ["identifier", "customer", "says_who"]
    strangers = pyarrow.table([subjects, numbers, says_who], names=columns)
    return pyarrow.concat_tables([identity_map.select(columns), strangers])


def _write(database: duckdb.DuckDBPyConnection, folder: Path) -> None:
    options = "(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)"
    for table in BUCKETED:
        for bucket in range(BUCKETS):
            file = place.quoted(str(folder / f"{table}.{bucket:02}.parquet"))
            rows = f"SELECT * EXCLUDE (bucket) FROM {table} WHERE bucket = {bucket}"  # noqa: S608
            duck.run(database, f"COPY ({rows}) TO {file} {options}")
    for table in WHOLE:
        duck.run(database, f"COPY {table} TO {place.quoted(str(folder / f'{table}.parquet'))} {options}")


def _swap(root: Path, building: Path, made: Marts) -> Marts:
    """Rename into place, point `current` at it, and drop all versions but this one and the one before."""
    before = current(str(root.parent))
    shutil.rmtree(made.folder, ignore_errors=True)
    building.rename(made.folder)
    pointer = root / f"{_CURRENT}.new"
    pointer.write_text(made.folder.name, "utf-8")
    pointer.replace(root / _CURRENT)
    kept = {made.folder, before.folder if before else made.folder, root / _ANSWERS}
    for folder in root.iterdir():
        if folder.is_dir() and folder not in kept:
            shutil.rmtree(folder, ignore_errors=True)
    return made


def forget_old(lake: str) -> int:
    """Delete every version but the one in force, and all kept answers, for an erasure; how many files."""
    kept, gone = current(lake), 0
    root = _folder(lake)
    for folder in root.iterdir() if root.is_dir() else ():
        if folder.is_dir() and (kept is None or folder != kept.folder):
            gone += sum(1 for file in folder.rglob("*") if file.is_file())
            shutil.rmtree(folder, ignore_errors=True)
    return gone


def _folder(lake: str) -> Path:
    return Path(lake.removeprefix("file://")) / "marts"


def _read(files: list[str]) -> str:
    return f"read_parquet([{', '.join(place.quoted(file) for file in files)}])"


def remembered(marts: Marts, key: str) -> Any | None:
    """An answer kept under a key that names all it depends on, None when there is none."""
    file = marts.folder.parent / _ANSWERS / f"{key}.json"
    try:
        found = json.loads(file.read_text("utf-8"))
    except FileNotFoundError:
        return None
    with suppress(OSError):  # only so that it is known to be in use
        os.utime(file)
    return found


def remember(marts: Marts, key: str, answer: Mapping[str, Any] | list[Any]) -> None:
    """Keep an answer, beside the marts because it may outlive them; of too many, those not read longest go."""
    folder = marts.folder.parent / _ANSWERS
    folder.mkdir(exist_ok=True)
    part = folder / f"{key}.{os.getpid()}.{threading.get_ident()}.part"
    part.write_text(json.dumps(answer), "utf-8")
    part.replace(folder / f"{key}.json")
    kept = sorted(folder.glob("*.json"), key=lambda file: (file.stat().st_mtime_ns, file.name))
    for file in kept[:-_MOST_ANSWERS]:
        file.unlink(missing_ok=True)

"""The columns audiences are counted on: the lake's events by number of identifier, in Parquet files that only grow.

Events keep the identifier as it was seen; who that is stands in `ids`, written anew whenever identity changes, so a
merge costs nothing here. A segment holds what came between two positions of the lake; many small ones become one.
The whole folder may be deleted at any time.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import duckdb
import pyarrow

from choral.core.clock import SECOND, SYSTEM_CLOCK
from choral.customers.audiences.stated import stated_rows
from choral.customers.identity import queries as identity
from choral.customers.identity.keys import key_of
from choral.customers.identity.rules import LAST_STRONG
from choral.customers.profiles.rules import IDENTIFIED
from choral.events.lake import place, writer

_LAYOUT = 1
_MOST_SEGMENTS = 12
_KEPT_SECONDS = 900.0  # files nobody names any more: a reader may still be at them
_OPTIONS = "(FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)"
_WHOLE, _TEXT, _FLAG, _NUMBER = pyarrow.int64(), pyarrow.string(), pyarrow.bool_(), pyarrow.float64()
_NAMES: dict[str, list[tuple[str, pyarrow.DataType]]] = {
    "events": [
        ("key", _WHOLE), ("position", _WHOLE), ("happened", _WHOLE), ("name", _TEXT), ("channel", _TEXT),
        ("amount", _WHOLE), ("currency", _TEXT), ("properties", _TEXT),
    ],
    "lines": [
        ("key", _WHOLE), ("position", _WHOLE), ("happened", _WHOLE), ("returned", _FLAG), ("product_id", _TEXT),
        ("category", _TEXT), ("quantity", _NUMBER), ("total", _WHOLE), ("currency", _TEXT),
    ],
    "traits": [
        ("key", _WHOLE), ("field", _TEXT), ("source", _TEXT), ("happened", _WHOLE), ("value", _TEXT),
        ("texts", pyarrow.list_(_TEXT)), ("folded", _TEXT), ("number", _NUMBER), ("day", pyarrow.date32()),
    ],
    "ids": [("key", _WHOLE), ("n", pyarrow.int32()), ("kind", _TEXT)],
    "people": [("n", pyarrow.int32()), ("customer", _WHOLE), ("known", _FLAG)],
}  # fmt: skip
SCHEMAS = {name: pyarrow.schema(columns) for name, columns in _NAMES.items()}
SEGMENTED = ("events", "lines", "traits")
_SORTED = {"events": "name, happened", "lines": "product_id, happened", "traits": "field, key"}


@dataclass(frozen=True)
class Columns:
    """One state: the log position it reaches, the identity it knows, how many people there are, its files."""

    folder: str
    position: int
    identity: int
    withdrawals: int
    people: int
    files: dict[str, list[str]]
    layout: int = _LAYOUT

    @property
    def version(self) -> str:
        return f"{self.position}.{self.identity}.{self.withdrawals}"

    def scan(self, table: str) -> str:
        """SQL that reads a table."""
        return place.scan(SCHEMAS[table], [f"{self.folder}/{name}" for name in self.files[table]])


def current(lake: str) -> Columns | None:
    """The newest state, None before there is one."""
    try:
        said = json.loads((_folder(lake) / "current.json").read_text("utf-8"))
    except FileNotFoundError:
        return None
    return Columns(**said) if said["layout"] == _LAYOUT else None


def behind(lake: str, version: int) -> bool:
    """Whether a refresh would find something to do."""
    there = current(lake)
    return there is None or (there.position, there.withdrawals, there.identity) != (
        writer.position(lake), writer.withdrawals(lake), version,
    )  # fmt: skip


def refresh(lake: str, version: int) -> Columns:
    """Bring the columns up to the lake and to identity, whose version is given; cheap when little is new.

    To be called by one process at a time, with an identity that knows all the lake holds.
    """
    position, withdrawals, there = writer.position(lake), writer.withdrawals(lake), current(lake)
    folder = _folder(lake)
    folder.mkdir(parents=True, exist_ok=True)
    if there is None or there.withdrawals != withdrawals or there.position > position:
        there = Columns(str(folder), 0, -1, withdrawals, 0, {name: [] for name in SCHEMAS})
    files = {name: list(found) for name, found in there.files.items()}
    people = there.people
    with _database(folder) as database:
        if position > there.position or version != there.identity:
            database.register("known", identity.keyed_map())
        if version != there.identity:
            people = _write_people(database, folder, version, files)
        if position > there.position:
            _write_segment(database, lake, folder, there.position, position, files)
        if len(files["events"]) > _MOST_SEGMENTS:
            _join_segments(database, folder, position, files)
    made = Columns(str(folder), position, version, withdrawals, people, files)
    _point(folder, made)
    return made


def forget(lake: str) -> None:
    """Delete all columns: the next refresh makes them from the lake as it is then."""
    shutil.rmtree(_folder(lake), ignore_errors=True)


def run(database: duckdb.DuckDBPyConnection, sql: str, params: dict[str, object] | None = None) -> None:
    """Run a statement to its end."""
    database.execute(sql, params or {}).fetchall()


@contextmanager
def _database(folder: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    spill = folder / "spill"
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": "1GB", "temp_directory": str(spill), "preserve_insertion_order": False,
    }  # fmt: skip
    with duckdb.connect(config=config) as database:
        yield database
    shutil.rmtree(spill, ignore_errors=True)


def _write_people(
    database: duckdb.DuckDBPyConnection, folder: Path, version: int, files: dict[str, list[str]]
) -> int:  # fmt: skip
    """Who everybody is: people numbered from 0 in the order of their ids, and the identifiers of each."""
    run(
        database,
        "CREATE TEMP TABLE people AS SELECT (row_number() OVER (ORDER BY customer) - 1)::INTEGER AS n, customer, known"  # noqa: S608
        f" FROM (SELECT customer, bool_or(tier <= {LAST_STRONG}) AS known FROM known GROUP BY customer)",
    )
    ids = "SELECT key, n, split_part(text, ':', 1) AS kind FROM known JOIN people USING (customer) ORDER BY key"
    for name, sql in (("people", "FROM people ORDER BY n"), ("ids", ids)):
        files[name] = [f"{name}-{version:x}.parquet"]
        _copy(database, sql, folder / files[name][0])
    counted = database.execute("SELECT count(*) FROM people").fetchone()
    return int(counted[0]) if counted else 0


def _write_segment(
    database: duckdb.DuckDBPyConnection, lake: str, folder: Path, after: int, upto: int, files: dict[str, list[str]]
) -> None:
    run(
        database,
        f"CREATE TEMP VIEW fresh AS FROM {writer.scan(lake, 'events')}"
        f" WHERE position > {after} AND position <= {upto} AND subject <> ''",
    )
    _number_subjects(database)
    events = (
        'SELECT s.key, position, epoch_us("at") AS happened, name, channel, amount, currency, properties'
        " FROM fresh JOIN subjects AS s ON s.text = subject"
    )
    lines = (
        'SELECT s.key, position, epoch_us("at") AS happened, returned, product_id, category, quantity, total, currency'  # noqa: S608
        f" FROM {writer.scan(lake, 'order_lines')} JOIN subjects AS s ON s.text = subject"
        f" WHERE position > {after} AND position <= {upto}"
    )
    identified = (
        'SELECT s.key, source, epoch_us("at") AS happened, properties FROM fresh JOIN subjects AS s ON s.text = subject'  # noqa: S608
        f" WHERE name = '{IDENTIFIED}'"
    )
    database.register("stated", stated_rows(database.sql(identified).to_arrow_table(), SCHEMAS["traits"]))
    for name, sql in (("events", events), ("lines", lines), ("traits", "FROM stated")):
        file = f"{name}-{after}-{upto}.parquet"
        _copy(database, f"FROM ({sql}) ORDER BY {_SORTED[name]}", folder / file)
        files[name].append(file)


def _number_subjects(database: duckdb.DuckDBPyConnection) -> None:
    """The number of each subject: identity's, or the one it would give."""
    new = "SELECT DISTINCT subject FROM fresh ANTI JOIN known ON text = subject"
    strangers = database.sql(new).to_arrow_table().column(0)
    keys = pyarrow.array([key_of(text) for text in strangers.to_pylist()], _WHOLE)
    database.register("strangers", pyarrow.table([keys, strangers], names=["key", "text"]))
    run(
        database,
        "CREATE TEMP TABLE subjects AS SELECT key, text FROM known SEMI JOIN fresh ON text = subject"
        " UNION ALL SELECT key, text FROM strangers",
    )


def _join_segments(
    database: duckdb.DuckDBPyConnection, folder: Path, position: int, files: dict[str, list[str]]
) -> None:  # fmt: skip
    for name in SEGMENTED:
        source = place.scan(SCHEMAS[name], [str(folder / file) for file in files[name]])
        files[name] = [f"{name}-0-{position}.parquet"]
        _copy(database, f"FROM {source} ORDER BY {_SORTED[name]}", folder / files[name][0])


def _copy(database: duckdb.DuckDBPyConnection, sql: str, file: Path) -> None:
    part = file.with_suffix(".part")
    run(database, f"COPY ({sql}) TO {place.quoted(str(part))} {_OPTIONS}")
    part.replace(file)


def _point(folder: Path, made: Columns) -> None:
    """Say what is current, and drop files that nobody has named for a while."""
    pointer = folder / "current.json.new"
    pointer.write_text(json.dumps(asdict(made)), "utf-8")
    pointer.replace(folder / "current.json")
    named = {file for listed in made.files.values() for file in listed}
    for file in folder.glob("*.parquet"):
        if file.name not in named and file.stat().st_mtime < SYSTEM_CLOCK.now() / SECOND - _KEPT_SECONDS:
            file.unlink(missing_ok=True)


def _folder(lake: str) -> Path:
    return Path(lake.removeprefix("file://")) / "columns"

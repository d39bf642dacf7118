"""The files of the purchases view: what a line and a product hold, where the finished version is, how one is read."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.ipc

from choral.core.ids import digest, key64
from choral.customers import versions

BUCKETS = 16
LAYOUT = 2  # raise it whenever a file would hold something else
LINES = pyarrow.schema(
    [
        ("at", pyarrow.int64()),  # µs UTC
        ("position", pyarrow.int64()),
        ("product", pyarrow.int32()),  # row of the products file, -1 for a line without product
        ("store", pyarrow.int32()),  # place in the manifest's list, -1 when unknown
        ("channel", pyarrow.int32()),  # place in the manifest's list
        ("quantity", pyarrow.float64()),
        ("total", pyarrow.int64()),  # minor units of the shop's currency, 0 in other currencies
        ("discount", pyarrow.int64()),
        ("returned", pyarrow.bool_()),
    ]
)


@dataclass(frozen=True)
class Version:
    """What a view was made from: equal versions hold equal bytes."""

    position: int
    withdrawals: int
    table: int  # of the lake's lines: an erasure rewrites them without moving the position
    datasets: tuple[tuple[str, int], ...]
    currency: str
    layout: int = LAYOUT

    @property
    def name(self) -> str:
        return digest(json.dumps(asdict(self), sort_keys=True), 8).hex()


@dataclass(frozen=True)
class Manifest:
    """A finished version on disk; `until` is the time of its last line, µs UTC."""

    folder: Path
    version: Version
    stores: tuple[str, ...]
    channels: tuple[str, ...]
    lines: int
    until: int


def bucket_of(subject: str) -> int:
    """Which of the files holds an identifier's lines."""
    return key64(subject) % BUCKETS


def root(lake: str) -> Path:
    """Where the versions of the view are kept."""
    return versions.root(lake, "purchases")


def current(lake: str) -> Manifest | None:
    """The newest finished version of this release's layout, None before there is one."""
    name = versions.current(root(lake))
    if name is None:
        return None
    folder = root(lake) / name
    try:
        told = json.loads((folder / "manifest.json").read_text("utf-8"))
    except FileNotFoundError:
        return None
    if told["version"]["layout"] != LAYOUT:
        return None
    told["version"]["datasets"] = tuple((one, number) for one, number in told["version"]["datasets"])
    return Manifest(
        folder, Version(**told["version"]), tuple(told["stores"]), tuple(told["channels"]), told["lines"],
        told["until"],
    )  # fmt: skip


def finish(lake: str, building: Path, made: Manifest) -> None:
    """Put a finished version in place."""
    told = {key: value for key, value in asdict(made).items() if key != "folder"}
    (building / "manifest.json").write_text(json.dumps(told), "utf-8")
    versions.swap(root(lake), building, made.version.name)


def write(file: Path, table: pyarrow.Table) -> None:
    """A table as one uncompressed batch, so that a reader maps it and copies nothing."""
    with pyarrow.OSFile(str(file), "wb") as sink, pyarrow.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table.combine_chunks(), max_chunksize=max(1, len(table)))


def mapped(file: Path) -> pyarrow.Table:
    """A table as `write` left it, mapped into memory; the pages are read when they are touched."""
    return pyarrow.ipc.open_file(pyarrow.memory_map(str(file))).read_all()


def numbers(table: pyarrow.Table, column: str) -> Any:
    """A column of whole or floating numbers as a numpy array, without copying where it is one batch."""
    chunks = table.column(column)
    if chunks.num_chunks == 0:
        return chunks.combine_chunks().to_numpy(zero_copy_only=False)
    return (chunks.chunk(0) if chunks.num_chunks == 1 else chunks.combine_chunks()).to_numpy(zero_copy_only=False)

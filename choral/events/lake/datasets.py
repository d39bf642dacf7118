"""Datasets: reference and media tables that an import brings as a whole; Delta tables whose past can be restored.

What happened to people is not here: that is in the log.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import duckdb
import pyarrow
import pyarrow.parquet
from deltalake import CommitProperties, write_deltalake

from choral.core.errors import Conflict, InvalidInput, NotFound
from choral.events.lake import place

Mode = Literal["replace", "merge"]


@dataclass(frozen=True)
class Column:
    """One column: its name, its Arrow type, and what it says in plain words."""

    name: str
    type: pyarrow.DataType
    description: str


@dataclass(frozen=True)
class Dataset:
    """A table of a fixed shape. `key` is what a merge replaces by; it must be present in every row."""

    name: str
    description: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]

    @property
    def schema(self) -> pyarrow.Schema:
        return pyarrow.schema([(column.name, column.type) for column in self.columns])


@dataclass(frozen=True)
class Put:
    """What an import did: rows given, and the versions to go back to (`before` is None when there was no table)."""

    name: str
    rows: int
    version: int
    before: int | None


_TEXT, _DAY, _WHOLE, _AMOUNT = pyarrow.string(), pyarrow.date32(), pyarrow.int32(), pyarrow.int64()
DATASETS = {
    dataset.name: dataset
    for dataset in (
        Dataset(
            "products",
            "What can be sold.",
            ("product_id",),
            (
                Column("product_id", _TEXT, "the product's id, as order lines name it"),
                Column("name", _TEXT, "what it is called"),
                Column("department", _TEXT, "the widest group it belongs to"),
                Column("category", _TEXT, "the group within the department"),
                Column("brand", _TEXT, "whose brand"),
                Column("manufacturer", _TEXT, "who makes it"),
                Column("size", _TEXT, "the package"),
                Column("cost", _AMOUNT, "what one piece costs the shop, in minor units of the shop's currency"),
            ),
        ),
        Dataset(
            "stores",
            "Where it is sold.",
            ("store_id",),
            (
                Column("store_id", _TEXT, "the store's id, as orders name it"),
                Column("name", _TEXT, "what people call it"),
            ),
        ),
        Dataset(
            "campaigns",
            "What was sent to chosen customers, and when it ran.",
            ("campaign_id",),
            (
                Column("campaign_id", _TEXT, "the campaign's id, as touches name it"),
                Column("name", _TEXT, "what it is called"),
                Column("kind", _TEXT, "which kind of campaign"),
                Column("channel", _TEXT, "by which channel it went out"),
                Column("starts", _DAY, "first day"),
                Column("ends", _DAY, "last day, included"),
            ),
        ),
        Dataset(
            "coupons",
            "Which coupon of which campaign is good for which product.",
            ("coupon_id", "product_id", "campaign_id"),
            (
                Column("coupon_id", _TEXT, "the coupon's code"),
                Column("product_id", _TEXT, "a product it is good for"),
                Column("campaign_id", _TEXT, "the campaign that gave it out"),
            ),
        ),
        Dataset(
            "placements",
            "Where a product stood out, in which store, in which week.",
            ("product_id", "store_id", "week"),
            (
                Column("product_id", _TEXT, "the product shown"),
                Column("store_id", _TEXT, "the store it was shown in"),
                Column("week", _WHOLE, "number of the week, counted from 1 at the first week of the data"),
                Column("display", _TEXT, "code of the place inside the store; 0 for none"),
                Column("mailer", _TEXT, "code of the place in the weekly mailer; 0 for none"),
            ),
        ),
        Dataset(
            "spend",
            "What was paid for media: advertising of any kind, printed, broadcast, posted or on line.",
            ("channel", "campaign_id", "creative", "region", "starts"),
            (
                Column("channel", _TEXT, "the medium or channel it was paid for"),
                Column("campaign_id", _TEXT, "the campaign, as touches name it; nothing for none"),
                Column("creative", _TEXT, "which text, picture or film; nothing for all"),
                Column("region", _TEXT, "where it ran; nothing for everywhere"),
                Column("starts", _DAY, "first day"),
                Column("ends", _DAY, "last day, included; the amount is spread evenly over the days"),
                Column("amount", _AMOUNT, "minor units paid"),
                Column("currency", _TEXT, "currency of the amount (ISO 4217)"),
                Column("impressions", _AMOUNT, "how often it was shown, heard or delivered"),
                Column("clicks", _AMOUNT, "how often it was followed"),
            ),
        ),
    )
}


class Datasets:
    """The datasets of one lake. Rows are streamed: memory does not grow with their number."""

    def __init__(self, lake: str) -> None:
        self._lake = lake

    def put(self, name: str, reader: pyarrow.RecordBatchReader, mode: Mode = "replace", cause: str = "") -> Put:
        """Replace a dataset by the reader's rows, or merge them in by the dataset's key (a later row wins).

        Columns are taken by name; those not given are empty, in a merge they keep what they held. `cause` (an import's
        id) is kept with the version.
        Raises `NotFound` for an unknown dataset, `InvalidInput` for an unknown column, a value of the wrong type
        or an empty key; then nothing has changed.
        """
        dataset = definition(name)
        taken = _Taken()
        rows = _shaped(dataset, reader, taken)
        before = self.version(name)
        try:
            if mode == "merge" and before is not None:
                self._merge(dataset, rows, set(reader.schema.names), cause)
            else:
                self._write(dataset, rows, cause)
        except Exception as error:
            if taken.refusal is not None:  # the writer only passes the text of an error of its input on
                raise taken.refusal from error
            raise
        version = self.version(name)
        assert version is not None  # it was just written
        return Put(name, taken.rows, version, before)

    def restore(self, name: str, version: int | None, expected: int | None = None) -> int:
        """Make the dataset what it was at `version` (None: empty); the number of the new version.

        With `expected`, raises `Conflict` when the dataset has changed since that version: undoing an import must
        not undo a later one.
        """
        dataset = definition(name)
        table = place.open_table(self._lake, name)
        if table is None:
            raise NotFound("no_such_version", f"The dataset {name} was never imported.", status=404)
        if expected is not None and table.version() != expected:
            raise Conflict(
                "dataset_changed",
                f"The dataset {name} was changed since.",
                "Another import came after the one to be undone.",
                "Undo the later import first.",
                status=409,
            )
        if version is None:
            self._write(dataset, dataset.schema.empty_table().to_reader(), "restored to nothing")
        else:
            table.restore(version)
        return self.version(name) or 0

    def version(self, name: str) -> int | None:
        """The version in force, None when it was never imported."""
        table = place.open_table(self._lake, definition(name).name)
        return table.version() if table else None

    def versions(self) -> dict[str, int]:
        """The version in force of every dataset that was ever imported."""
        return {name: version for name in DATASETS if (version := self.version(name)) is not None}

    def rows(self, name: str) -> int:
        """How many rows it has."""
        table = place.open_table(self._lake, definition(name).name)
        return int(table.count()) if table else 0

    def scan(self, name: str) -> str:
        """SQL that reads its rows."""
        return place.scan(definition(name).schema, *place.stored(self._lake, name))

    def _merge(self, dataset: Dataset, rows: pyarrow.RecordBatchReader, given_names: set[str], cause: str) -> None:
        """Spool what came (a stream is read once), then write the old rows whose key did not come, and what came."""
        with tempfile.TemporaryDirectory(prefix="choral-merge-") as folder:
            spool = Path(folder) / "given.parquet"
            with pyarrow.parquet.ParquetWriter(spool, dataset.schema, compression="zstd") as writer:
                for batch in rows:
                    writer.write_batch(batch)
            key = ", ".join(f'"{column}"' for column in dataset.key)
            given = f"read_parquet({place.quoted(str(spool))}, file_row_number = true)"
            columns = ", ".join(
                f'{"came" if name in given_names else "held"}."{name}"' for name in dataset.schema.names
            )
            with duckdb.connect(config={"memory_limit": "600MB", "temp_directory": folder}) as database:
                merged = database.sql(
                    f"WITH held AS (FROM {self.scan(dataset.name)}), came AS (FROM {given}"  # noqa: S608
                    f" QUALIFY row_number() OVER (PARTITION BY {key} ORDER BY file_row_number DESC) = 1)"
                    f" SELECT * FROM held ANTI JOIN came USING ({key})"
                    f" UNION ALL SELECT {columns} FROM came LEFT JOIN held USING ({key})"
                )
                self._write(dataset, merged.to_arrow_reader(65_536), cause)

    def _write(self, dataset: Dataset, rows: pyarrow.RecordBatchReader, cause: str) -> None:
        write_deltalake(
            place.address(self._lake, dataset.name),
            rows,
            mode="overwrite",
            schema_mode="overwrite",
            description=dataset.description,
            configuration={"delta.deletedFileRetentionDuration": "interval 30 days"},
            writer_properties=place.WRITER,
            commit_properties=CommitProperties(custom_metadata={"cause": cause}),
        )


def definition(name: str) -> Dataset:
    """The dataset of this name; `NotFound` with the known names otherwise."""
    if name not in DATASETS:
        raise NotFound(
            "no_such_dataset",
            f"There is no dataset “{name[:60]}”.",
            fix=f"Choose one of: {', '.join(DATASETS)}.",
            status=404,
        )
    return DATASETS[name]


@dataclass
class _Taken:
    """How many rows went through, and why the stream was broken off."""

    rows: int = 0
    refusal: InvalidInput | None = None


def _shaped(dataset: Dataset, reader: pyarrow.RecordBatchReader, taken: _Taken) -> pyarrow.RecordBatchReader:
    """The reader's rows in the dataset's shape. The first batch is read at once, so that mistakes show early."""
    unknown = set(reader.schema.names) - set(dataset.schema.names)
    missing = set(dataset.key) - set(reader.schema.names)
    if unknown or missing:
        raise InvalidInput(
            "wrong_columns",
            f"These columns do not fit the dataset {dataset.name}.",
            f"Unknown: {', '.join(sorted(unknown)) or 'none'}; missing: {', '.join(sorted(missing)) or 'none'}.",
            f"Its columns are: {', '.join(dataset.schema.names)}.",
        )

    def batches() -> Iterator[pyarrow.RecordBatch]:
        for batch in reader:
            taken.rows += len(batch)
            try:
                arrays = [_column(dataset, column, batch) for column in dataset.columns]
            except InvalidInput as refusal:
                taken.refusal = refusal
                raise
            yield pyarrow.record_batch(arrays, dataset.schema)

    return pyarrow.RecordBatchReader.from_batches(dataset.schema, _primed(batches()))


def _primed(batches: Iterator[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
    first = next(batches, None)

    def again() -> Iterator[pyarrow.RecordBatch]:
        if first is not None:
            yield first
        yield from batches

    return again()


def _column(dataset: Dataset, column: Column, batch: pyarrow.RecordBatch) -> pyarrow.Array:
    if column.name not in batch.schema.names:
        return pyarrow.nulls(len(batch), column.type)
    values = batch.column(column.name)
    if column.name in dataset.key and values.null_count:
        raise InvalidInput(
            "empty_key", f"A row of {dataset.name} has no {column.name}.", fix=f"Every row needs its {column.name}."
        )
    try:
        return values if values.type == column.type else values.cast(column.type)
    except pyarrow.ArrowException as error:
        raise InvalidInput(
            "wrong_type",
            f"A value of {dataset.name}.{column.name} is not of the type {column.type}.",
            f"{error}",
            f"It must be: {column.description}.",
        ) from error

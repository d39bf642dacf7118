"""Products and media spend go to the lake as datasets, merged by their keys; an undo restores what was before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pyarrow

from choral.connectors.csv.comparing import Counts, compare
from choral.connectors.csv.items import Item, Taken
from choral.connectors.csv.place import Place
from choral.connectors.values import Draft, Refused
from choral.core.clock import SYSTEM_CLOCK
from choral.events.lake.datasets import Datasets, definition

TABLES = ("products", "spend")  # kinds of rows that are the rows of the dataset of that name
_PIECE = 2_000


def put_table(
    place: Place, found: Draft, taken: Iterator[Taken], counts: Counts, refuse: Callable[[list[Refused]], None]
) -> dict[str, Any]:
    """Merge them in; the version before and after, for the undo. Columns the file has not keep what they held."""
    dataset = definition(found.kind)
    mapped = {one.field for one in found.columns}
    # A row of spend says all there is to say of it; a file of costs says nothing of products' names.
    whole = found.kind == "spend"
    names = [name for name in dataset.schema.names if whole or name in mapped or name in dataset.key]
    schema = pyarrow.schema([dataset.schema.field(name) for name in names])

    def batches() -> Iterator[pyarrow.RecordBatch]:
        piece: list[Taken] = []
        for one in taken:
            piece.append(one)
            if len(piece) == _PIECE:
                yield batch(piece)
                piece = []
        yield batch(piece)

    def batch(piece: list[Taken]) -> pyarrow.RecordBatch:
        compared = compare(place, found, piece)
        counts.add(compared)
        refuse(compared.refused)
        rows = [one.body for one in piece if isinstance(one, Item)]
        return pyarrow.RecordBatch.from_pylist([{name: row.get(name) for name in names} for row in rows], schema)

    reader = pyarrow.RecordBatchReader.from_batches(schema, batches())
    put = Datasets(place.home.lake).put(found.kind, reader, "merge", found.id)
    source = place.events.create_source(found.name, "store", source_id=place.source(found.id))
    place.events.accept(
        source,
        [
            {
                "name": "Dataset Imported", "id": f"dataset-{found.kind}-{put.version}", "at": SYSTEM_CLOCK.now(),
                "properties": {"dataset": found.kind, "rows": put.rows, "version": put.version},
            }
        ],
    )  # fmt: skip
    return {"version": put.version, "before": put.before}


def restore_table(place: Place, kind: str, result: dict[str, Any]) -> None:
    """Make the dataset what it was before; `Conflict` when a later import changed it since."""
    if "version" in result:
        Datasets(place.home.lake).restore(kind, result["before"], expected=result["version"])

"""Products go to the lake as a dataset, merged by their number; an undo restores what was there before."""

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

_PIECE = 2_000


def put_products(
    place: Place, found: Draft, taken: Iterator[Taken], counts: Counts, refuse: Callable[[list[Refused]], None]
) -> dict[str, Any]:
    """Merge them in; the version before and after, for the undo."""
    schema = definition("products").schema

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
        return pyarrow.RecordBatch.from_pylist([{name: row.get(name) for name in schema.names} for row in rows], schema)

    put = Datasets(place.home.lake).put(
        "products", pyarrow.RecordBatchReader.from_batches(schema, batches()), "merge", found.id
    )
    source = place.events.create_source(found.name, "store", source_id=place.source(found.id))
    place.events.accept(
        source,
        [
            {
                "name": "Dataset Imported", "id": f"dataset-products-{put.version}", "at": SYSTEM_CLOCK.now(),
                "properties": {"dataset": "products", "rows": put.rows, "version": put.version},
            }
        ],
    )  # fmt: skip
    return {"version": put.version, "before": put.before}


def restore_products(place: Place, result: dict[str, Any]) -> None:
    """Make the dataset what it was before; `Conflict` when a later import changed it since."""
    if "version" in result:
        Datasets(place.home.lake).restore("products", result["before"], expected=result["version"])

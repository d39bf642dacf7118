"""Reads a connector's stream from its cursor on: events to the log, rows to the lake, then the cursor moves."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pyarrow

from choral.books import SYSTEM, act
from choral.connectors import queries
from choral.connectors.actions import move_cursor
from choral.connectors.contract import Connector, Stream
from choral.core.clock import SYSTEM_CLOCK
from choral.core.errors import InvalidInput
from choral.events.door import Events
from choral.events.lake.datasets import Datasets
from choral.events.store import Source
from choral.home import Home

Progress = Callable[[str, int, int], None]


def pull(home: Home, events: Events, connector: Connector, stream: Stream, progress: Progress) -> int:
    """Take in what is new of one stream; how many events or rows. Killed anywhere it goes on, and nothing counts twice:
    what was read after the last cursor comes again with the same ids."""
    manifest = connector.manifest
    source = events.create_source(manifest.label, "store", source_id=manifest.key)
    cursor = queries.cursor_of(manifest.key, stream.name)
    taken = 0
    for page in connector.read(stream.name, cursor):
        if page.rows is not None:
            taken += _put(home, events, source, stream, page.rows, progress)
        else:
            accepted = events.accept_lines(source, page.lines)
            if accepted.refused:
                first = accepted.refused[0]
                raise InvalidInput(first.code, f"An event of {manifest.label} was refused: {first.message}")
            taken += len(page.lines)
            progress(stream.name, int(page.cursor) if page.cursor.isdecimal() else taken, stream.rows or 0)
        act(move_cursor, SYSTEM, manifest.key, stream.name, page.cursor)
    return taken


def _put(
    home: Home, events: Events, source: Source, stream: Stream, rows: pyarrow.RecordBatchReader, progress: Progress
) -> int:
    put = Datasets(home.lake).put(stream.name, _counted(rows, stream, progress), cause=source.id)
    events.accept(
        source,
        [
            {
                "name": "Dataset Imported", "id": f"dataset-{stream.name}-{put.version}", "at": SYSTEM_CLOCK.now(),
                "properties": {"dataset": stream.name, "rows": put.rows, "version": put.version},
            }
        ],
    )  # fmt: skip
    return put.rows


def _counted(rows: pyarrow.RecordBatchReader, stream: Stream, progress: Progress) -> pyarrow.RecordBatchReader:
    def batches() -> Iterator[pyarrow.RecordBatch]:
        done = 0
        for batch in rows:
            done += len(batch)
            progress(stream.name, done, stream.rows or done)
            yield batch

    return pyarrow.RecordBatchReader.from_batches(rows.schema, batches())

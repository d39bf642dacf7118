"""The lake's writer: follows the log up to where the consumer is and appends each event to Delta exactly once.

The log position travels as Delta's application transaction, in the same commit as the rows. Lines are written before
events and the position of `events` counts, so after a crash between the two only the missing half is written.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

import pyarrow
import pyarrow.compute
from deltalake import CommitProperties, DeltaTable, Transaction, write_deltalake

from choral.events.lake import place
from choral.events.lake.rows import event_rows, order_line_rows, placed
from choral.events.lake.tables import PARTITION, TABLES
from choral.events.store import EventLog

# Positions between two (the first excluded, the second included) that must not count: repetitions.
Excluded = Callable[[int, int], Collection[int]]
MOST_EVENTS = 25_000  # of one commit: some 0.15 GB of memory when each is an order of ten lines
MOST_FILES = 48  # of one table, beyond the number of its months, before compaction
_APPLICATION = "choral-log"
_WITHDRAWN = "choral-withdrawn:"
ERASED = "choral-erased"
EVENTS_TABLE = "events"
# The table's own history keeps the least and greatest value of these columns of every file: no texts, they may be
# somebody's.
STATISTICS = {"delta.dataSkippingStatsColumns": "position,at"}
_SETTINGS = {
    **STATISTICS,
    # A flush every 10 s makes 8,640 commits a day; a day of them is enough to look back.
    "delta.logRetentionDuration": "interval 1 day",
    "delta.deletedFileRetentionDuration": "interval 1 hour",
}


@dataclass(frozen=True)
class LakeStatus:
    """How far the lake is: log position, files and rows of each table."""

    position: int
    files: dict[str, int]
    rows: dict[str, int]


def position(lake: str) -> int:
    """The log position up to which the lake holds every event, 0 for an empty lake."""
    return _reached(lake, "events")


def flush(
    lake: str,
    log: EventLog,
    upto: int,
    excluded: Excluded,
    most: int = MOST_EVENTS,
    withdrawn: Collection[str] = (),
) -> int:
    """Write what the log holds after the lake's position, up to `upto` (the consumer's position).

    Works in commits of about `most` events until all is written, and tidies up when files have become many. Returns
    the new position. Safe to repeat and to kill at any time; one process at a time. `withdrawn`: all sources whose
    events no longer count; their rows go first and none come any more.
    """
    withdraw(lake, withdrawn)
    done = position(lake)
    while done < upto:
        batches = log.read(done, most)
        if not batches:
            break
        last = min(batches[-1].last, upto)
        events = placed(batches, done, last, excluded(done, last), withdrawn)
        _append(lake, "order_lines", order_line_rows(events), last)
        _append(lake, "events", event_rows(events), last)
        done = last
    tidy(lake)
    return done


def withdraw(lake: str, sources: Collection[str]) -> bool:
    """Delete the rows of these sources from both tables, once for ever; whether anything was left to do.

    That it is done stands in the same commit as the deletion, so it may be asked for again, and after a crash.
    """
    done = False
    for name in ("order_lines", "events") if sources else ():  # `events` last: its count says that both are done
        table = place.open_table(lake, name)
        left = [one for one in sources if table and table.transaction_version(_WITHDRAWN + one) is None]
        if table is None or not left:
            continue
        count = (table.transaction_version(_WITHDRAWN) or 0) + len(left)
        marks = [Transaction(_WITHDRAWN + one, 1) for one in left] + [Transaction(_WITHDRAWN, count)]
        noted = CommitProperties(app_transactions=marks)
        table.delete(
            f"source IN ({', '.join(map(place.quoted, left))})",
            writer_properties=place.WRITER,
            commit_properties=noted,
        )
        if table.transaction_version(_WITHDRAWN) != count:  # without a row to delete there was no commit
            write_deltalake(table, TABLES[name].empty_table(), mode="append", commit_properties=noted)
        done = True
    return done


def withdrawals(lake: str) -> int:
    """How many sources were withdrawn and customers erased: with the position it says which rows the lake holds."""
    table = place.open_table(lake, "events")
    return sum(int(table.transaction_version(one) or 0) for one in (_WITHDRAWN, ERASED)) if table else 0


def tidy(lake: str, most: int = MOST_FILES) -> None:
    """Join small files of a month into one where there are many, and remove files nobody reads any more."""
    for name in TABLES:
        table = place.open_table(lake, name)
        if table is None or len(table.file_uris()) <= most + len(table.partitions()):
            continue
        table.optimize.compact(writer_properties=place.WRITER)
        table.vacuum(retention_hours=1, dry_run=False, enforce_retention_duration=False)


def scan(lake: str, name: str) -> str:
    """SQL that reads the table `events` or `order_lines`."""
    return place.scan(TABLES[name], place.files(lake, name))


def status(lake: str) -> LakeStatus:
    """Where the writer is, for the page that shows the health of the house."""
    tables = {name: place.open_table(lake, name) for name in TABLES}
    return LakeStatus(
        position(lake),
        {name: len(table.file_uris()) if table else 0 for name, table in tables.items()},
        {name: int(table.count()) if table else 0 for name, table in tables.items()},
    )


def _append(lake: str, name: str, rows: pyarrow.Table, last: int) -> None:
    reached = _reached(lake, name)
    if reached >= last:
        return
    if reached:
        rows = rows.filter(pyarrow.compute.field("position") > reached)
    if not len(rows) and name != "events":
        return  # nothing to say; `events` alone keeps the position
    table = place.open_table(lake, name)
    write_deltalake(
        table or _create(lake, name),
        rows,
        mode="append",
        writer_properties=place.WRITER,
        commit_properties=CommitProperties(app_transactions=[Transaction(_APPLICATION, last)]),
    )


def _create(lake: str, name: str) -> DeltaTable:
    return DeltaTable.create(
        place.address(lake, name), TABLES[name], mode="ignore", partition_by=[PARTITION], configuration=_SETTINGS
    )


def _reached(lake: str, name: str) -> int:
    table = place.open_table(lake, name)
    return int(table.transaction_version(_APPLICATION) or 0) if table else 0

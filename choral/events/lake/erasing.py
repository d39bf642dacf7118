"""Lets the lake follow a log that was rewritten, and leaves nothing of what the rows were in any file of it.

Rows are named by their positions, never by what is in them: a table's own history keeps the conditions of deletions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import groupby
from pathlib import Path

from deltalake import CommitProperties, DeltaTable, Transaction, write_deltalake

from choral.events.lake import place
from choral.events.lake.rows import Placed, event_rows, order_line_rows
from choral.events.lake.writer import ERASED, EVENTS_TABLE, STATISTICS

_AT_ONCE = 5_000  # positions in one condition


def refresh(lake: str, rewritten: Sequence[Placed], counted: Collection[int]) -> int:
    """Replace the rows of these events by what the log says of them now; how many rows of `events` there are of them.

    `counted`: which of them count at all (no repetition, no source withdrawn). Doing it again changes nothing.
    """
    after = [one for one in rewritten if one.position in counted]
    positions = [one.position for one in rewritten]
    for name, rows in (("order_lines", order_line_rows(after)), (EVENTS_TABLE, event_rows(after))):
        table = place.open_table(lake, name)
        if table is None:
            continue
        for some in _divided(positions):
            listed = ", ".join(map(str, some))
            table.delete(f"position IN ({listed})", writer_properties=place.WRITER)
        count = int(table.transaction_version(ERASED) or 0) + 1
        noted = CommitProperties(app_transactions=[Transaction(ERASED, count)])
        write_deltalake(table, rows, mode="append", writer_properties=place.WRITER, commit_properties=noted)
    return len(after)


def forget_history(lake: str) -> int:
    """Delete the files that no row is in any more and the history that names what was in them; how many files.

    A reader that began before may lose a file under its hands; it reads the new ones when it asks again.
    """
    gone = 0
    for name in ("order_lines", EVENTS_TABLE):
        table = place.open_table(lake, name)
        if table is None:
            continue
        table.alter.set_table_properties(STATISTICS)  # tables made before this was a rule kept values of columns
        table.create_checkpoint()
        gone += len(table.vacuum(retention_hours=0, dry_run=False, enforce_retention_duration=False))
        gone += _drop_old_commits(table)
    return gone


def positions_within(lake: str, positions: Sequence[int]) -> Iterator[int]:
    """Those of these positions that the lake has reached."""
    table = place.open_table(lake, EVENTS_TABLE)
    reached = int(table.transaction_version("choral-log") or 0) if table else 0
    return (one for one in positions if one <= reached)


def _divided(positions: Sequence[int]) -> Iterator[list[int]]:
    for _, group in groupby(enumerate(positions), key=lambda item: item[0] // _AT_ONCE):
        yield [position for _, position in group]


def _drop_old_commits(table: DeltaTable) -> int:
    """Commits before the checkpoint are read by nobody; on an object store the table's own rule deletes them."""
    folder = Path(table.table_uri.removeprefix("file://")) / "_delta_log"
    if "://" in table.table_uri.removeprefix("file://") or not folder.is_dir():
        return 0
    checkpoints = sorted(int(file.name.split(".")[0]) for file in folder.glob("*.checkpoint.parquet"))
    if not checkpoints:
        return 0
    old = [file for file in folder.iterdir() if _version(file) is not None and _version(file) < checkpoints[-1]]  # type: ignore[operator]
    for file in old:
        file.unlink(missing_ok=True)
    return len(old)


def _version(file: Path) -> int | None:
    number = file.name.split(".")[0]
    return int(number) if number.isdecimal() else None

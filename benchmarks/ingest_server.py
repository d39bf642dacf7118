"""The real server of a home, with the log of one's choice behind it: the two baselines of the ingest benchmark.

python -m benchmarks.ingest_server HOME PORT nothing|file|log
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from choral.events.store import Batch, EventLog
from choral.events.store.sqlite import SqliteLog
from choral.events.writer import LogWriter
from choral.home import Home
from choral.interfaces.edge import serve
from choral.interfaces.edge.application import Edge


class NothingLog(SqliteLog):
    """Knows the sources and keeps no event: what HTTP, parsing and verdicts cost alone."""

    def append(self, batches: Sequence[Batch]) -> list[int]:
        return [1 for _ in batches]


class FileLog(SqliteLog):
    """Appends the bytes of the events to a plain file and has the disk confirm them: what durability must cost."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self._file = os.open(Path(path).with_suffix(".raw"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def append(self, batches: Sequence[Batch]) -> list[int]:
        os.write(self._file, b"".join(batch.payload for batch in batches))
        os.fdatasync(self._file)
        return [1 for _ in batches]


class _OtherLog(Edge):
    log: type[SqliteLog] = NothingLog

    def _open(self) -> tuple[EventLog, LogWriter]:
        log = self.log(self._home.log_url.removeprefix("sqlite://"))
        writer = LogWriter(log)
        self._close = [writer.close, log.close]
        return log, writer


class NothingEdge(_OtherLog):
    log = NothingLog


class FileEdge(_OtherLog):
    log = FileLog


EDGES: dict[str, type[Edge]] = {"nothing": NothingEdge, "file": FileEdge, "log": Edge}

if __name__ == "__main__":
    serve(Home.at(sys.argv[1]), "127.0.0.1", int(sys.argv[2]), "edge", edge=EDGES[sys.argv[3]])

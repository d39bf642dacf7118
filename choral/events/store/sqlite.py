"""The log on SQLite: a file of its own, WAL, synchronous=FULL, one zstd row a batch."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import zstandard

from choral.core.errors import Conflict, NotFound, Unavailable
from choral.events.store.contract import Batch, RejectedRow, Source, Stored, storable

Result = TypeVar("Result")

_SCHEMA = """
CREATE TABLE IF NOT EXISTS batches (
    first INTEGER PRIMARY KEY, count INTEGER NOT NULL, source TEXT NOT NULL,
    received_at INTEGER NOT NULL, payload BLOB NOT NULL, personal BLOB
) STRICT;
CREATE INDEX IF NOT EXISTS batches_personal ON batches(first) WHERE personal IS NOT NULL;
CREATE TABLE IF NOT EXISTS rejected (
    id INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT NOT NULL, received_at INTEGER NOT NULL,
    code TEXT NOT NULL, message TEXT NOT NULL, event BLOB NOT NULL, message_id TEXT NOT NULL,
    state TEXT NOT NULL DEFAULT 'open'
) STRICT;
CREATE INDEX IF NOT EXISTS rejected_open ON rejected(state, id);
CREATE TABLE IF NOT EXISTS sources (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, channel TEXT NOT NULL, write_key TEXT NOT NULL UNIQUE,
    created_at INTEGER NOT NULL, enabled INTEGER NOT NULL DEFAULT 1
) STRICT;
"""
_PAGE_LIMIT = 64  # batches fetched at a time while reading
_TIMEOUT_S = 10  # how long to wait for another process's lock
_CHECKPOINT_ROUNDS = 4
_FEW_PAGES, _MANY_PAGES = 2_000, 32_000  # 8 and 128 MB of write-ahead log
_PATIENCE_MS = 50
_SCRUB_TRIES, _SCRUB_PAUSE_S = 20, 0.25


class SqliteLog:
    """`EventLog` in one SQLite file; readers use a connection per thread, writers share one behind a lock."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._local = threading.local()
        self._opened: list[sqlite3.Connection] = []
        self._writing = threading.Lock()
        self._writer = self._connect()
        self._compressor = zstandard.ZstdCompressor(level=1)
        self._writer.executescript(_SCHEMA)

    def append(self, batches: Sequence[Batch]) -> list[int]:
        def write(db: sqlite3.Connection) -> list[int]:
            last = self._head(db)
            firsts, rows, refused = [], [], []
            for batch in batches:
                firsts.append(last + 1 if batch.count else 0)
                if batch.count:
                    payload = self._compressor.compress(batch.payload)
                    personal = self._compressor.compress(batch.personal) if batch.personal else None
                    rows.append((last + 1, batch.count, batch.source, batch.received_at, payload, personal))
                    last += batch.count
                refused += [
                    (batch.source, batch.received_at, r.code, storable(r.message), r.event, storable(r.message_id))
                    for r in batch.rejected
                ]
            db.executemany("INSERT INTO batches VALUES (?, ?, ?, ?, ?, ?)", rows)
            if refused:
                db.executemany(
                    "INSERT INTO rejected(source, received_at, code, message, event, message_id)"
                    " VALUES (?, ?, ?, ?, ?, ?)",
                    refused,
                )
            return firsts

        return self._write(write)

    def read(self, after: int, limit: int = 5_000) -> list[Stored]:
        found: list[Stored] = []
        total = 0
        decompress = zstandard.ZstdDecompressor().decompress
        for row in self._batches_from(after):
            first, count, source, received_at, payload, personal = row
            found.append(
                Stored(
                    first,
                    count,
                    source,
                    received_at,
                    decompress(payload),
                    decompress(personal) if personal else None,
                )
            )
            total += count
            if total >= limit:
                break
        return found

    def _batches_from(self, after: int) -> Iterator[tuple[int, int, str, int, bytes, bytes | None]]:
        db = self._reader()
        start = db.execute("SELECT max(first) FROM batches WHERE first <= ?", (after + 1,)).fetchone()[0] or 0
        while True:
            rows = db.execute(
                "SELECT first, count, source, received_at, payload, personal FROM batches"
                " WHERE first >= ? AND first + count - 1 > ? ORDER BY first LIMIT ?",
                (start, after, _PAGE_LIMIT),
            ).fetchall()
            yield from rows
            if len(rows) < _PAGE_LIMIT:
                return
            start = rows[-1][0] + 1

    def head(self) -> int:
        return self._head(self._reader())

    def oldest_waiting(self, after: int) -> int | None:
        row = (
            self._reader()
            .execute(
                "SELECT received_at FROM batches WHERE first + count - 1 > ? AND first >="
                " coalesce((SELECT max(first) FROM batches WHERE first <= ?), 0) ORDER BY first LIMIT 1",
                (after, after + 1),
            )
            .fetchone()
        )
        return row[0] if row else None

    def clear_personal(self, upto: int) -> int:
        return self._write(
            lambda db: (
                db.execute(
                    "UPDATE batches SET personal = NULL WHERE personal IS NOT NULL AND first + count - 1 <= ?",
                    (upto,),
                ).rowcount
            )
        )

    def rewrite(self, first: int, payload: bytes, personal: bytes | None) -> None:
        self.rewrite_all([(first, payload, personal)])

    def rewrite_all(self, batches: Sequence[tuple[int, bytes, bytes | None]]) -> None:
        compress = zstandard.ZstdCompressor(level=1).compress  # the other one serves the appending thread
        packed = [(compress(payload), compress(personal) if personal else None, first)
                  for first, payload, personal in batches]  # fmt: skip

        def write(db: sqlite3.Connection) -> None:
            for row in packed:
                changed = db.execute("UPDATE batches SET payload = ?, personal = ? WHERE first = ?", row).rowcount
                if not changed:
                    raise NotFound("no_such_batch", f"The log has no batch at position {row[2]}.")

        self._write(write)

    def every_rejected(self, after: int = 0, limit: int = 1_000) -> list[RejectedRow]:
        rows = self._reader().execute(
            "SELECT id, source, received_at, code, message, event, message_id, state FROM rejected WHERE id > ?"
            " ORDER BY id LIMIT ?",
            (after, limit),
        )
        return [RejectedRow(*row) for row in rows]

    def empty_rejected(self, ids: Sequence[int]) -> int:
        def write(db: sqlite3.Connection) -> int:
            db.executemany(
                "UPDATE rejected SET event = x'', message = '', message_id = '', state = 'erased' WHERE id = ?",
                [(one,) for one in ids],
            )
            return len(ids)

        return self._write(write)

    def count_rejected(self, before: int) -> int:
        row = self._reader().execute("SELECT count(*) FROM rejected WHERE received_at < ?", (before,)).fetchone()
        return int(row[0])

    def drop_rejected(self, before: int) -> int:
        return self._write(lambda db: db.execute("DELETE FROM rejected WHERE received_at < ?", (before,)).rowcount)

    def scrub(self) -> None:
        """Deleted bytes are overwritten (`secure_delete`); the write-ahead log still has them: empty it."""
        for _ in range(_SCRUB_TRIES):
            with self._writing:
                busy = self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
            if not busy:
                return
            time.sleep(_SCRUB_PAUSE_S)
        raise Unavailable(
            "log_in_use", "The event log is being read without pause.", "Its write-ahead log cannot be emptied.",
            "It is tried again by itself.", 503,
        )  # fmt: skip

    def add_source(self, source: Source) -> None:
        row = (
            source.id,
            source.name,
            source.channel,
            source.write_key,
            source.created_at,
            int(source.enabled),
        )
        try:
            self._write(lambda db: db.execute("INSERT INTO sources VALUES (?, ?, ?, ?, ?, ?)", row))
        except sqlite3.IntegrityError as error:
            raise Conflict("source_exists", "A source with this id or write key exists already.") from error

    def sources(self) -> list[Source]:
        rows = self._reader().execute(
            "SELECT id, name, channel, write_key, created_at, enabled FROM sources ORDER BY created_at, id"
        )
        return [Source(row[0], row[1], row[2], row[3], row[4], bool(row[5])) for row in rows]

    def set_source(self, source_id: str, *, name: str | None = None, enabled: bool | None = None) -> None:
        values = (name, None if enabled is None else int(enabled), source_id)
        changed = self._write(
            lambda db: (
                db.execute(
                    "UPDATE sources SET name = coalesce(?, name), enabled = coalesce(?, enabled) WHERE id = ?",
                    values,
                ).rowcount
            )
        )
        if not changed:
            raise NotFound("no_such_source", "There is no such source.", status=404)

    def rejected(
        self, *, state: str = "open", before: int | None = None, limit: int = 50, source: str | None = None
    ) -> list[RejectedRow]:
        rows = self._reader().execute(
            "SELECT id, source, received_at, code, message, event, message_id, state FROM rejected"
            " WHERE state = ? AND id < ? AND (? IS NULL OR source = ?) ORDER BY id DESC LIMIT ?",
            (state, before or 1 << 62, source, source, limit),
        )
        return [RejectedRow(*row) for row in rows]

    def rejected_counts(self) -> dict[str, int]:
        return dict(
            self._reader().execute("SELECT code, count(*) FROM rejected WHERE state = 'open' GROUP BY code ORDER BY 1")
        )

    def settle_rejected(self, rejected_id: int, state: str) -> None:
        changed = self._write(
            lambda db: db.execute("UPDATE rejected SET state = ? WHERE id = ?", (state, rejected_id)).rowcount
        )
        if not changed:
            raise NotFound("no_such_rejected_event", "There is no such refused event.", status=404)

    def checkpoint(self) -> None:
        db = self._reader()
        for _ in range(_CHECKPOINT_ROUNDS):  # the longer the first took, the more was written meanwhile
            _, pages, moved = db.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchone()
            if pages - moved < _FEW_PAGES:
                break
        if pages < _MANY_PAGES:
            return
        # Writing that never pauses would let the write-ahead log grow for ever: begin it anew. Writers wait for the
        # few pages that are left; a reader that is slow to leave keeps it for another time.
        with self._writing:
            db.execute(f"PRAGMA busy_timeout = {_PATIENCE_MS}")
            try:
                db.execute("PRAGMA wal_checkpoint(RESTART)").fetchall()
            finally:
                db.execute(f"PRAGMA busy_timeout = {_TIMEOUT_S * 1000}")

    def close(self) -> None:
        for connection in self._opened:
            connection.close()
        self._opened.clear()

    def _write(self, work: Callable[[sqlite3.Connection], Result]) -> Result:
        """Run `work` in one immediate transaction; a full or failing disk becomes `Unavailable`."""
        with self._writing, _storage_errors():
            db = self._writer
            db.execute("BEGIN IMMEDIATE")
            try:
                result = work(db)
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise
            return result

    @staticmethod
    def _head(db: sqlite3.Connection) -> int:
        row = db.execute("SELECT first + count - 1 FROM batches ORDER BY first DESC LIMIT 1").fetchone()
        return row[0] if row else 0

    def _reader(self) -> sqlite3.Connection:
        if not hasattr(self._local, "db"):
            self._local.db = self._connect()
        connection: sqlite3.Connection = self._local.db
        return connection

    def _connect(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._path, isolation_level=None, check_same_thread=False, timeout=_TIMEOUT_S)
        db.executescript(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0;"
            "PRAGMA cache_size = -16000; PRAGMA mmap_size = 268435456; PRAGMA secure_delete = ON;"
        )
        self._opened.append(db)
        return db


@contextmanager
def _storage_errors() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        raise Unavailable(
            "storage_unavailable",
            "The event log cannot be written at the moment.",
            f"The disk answered: {error}.",
            "Make space on the disk of the home folder; senders keep their events and try again.",
            status=503,
        ) from error

"""The log on PostgreSQL: a schema of its own, COPY of zstd bytes, one row a batch; many processes may append."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
import zstandard
from psycopg_pool import ConnectionPool, PoolTimeout

from choral.core.errors import Conflict, NotFound, Unavailable
from choral.events.store.contract import Batch, RejectedRow, Source, Stored, storable

Result = TypeVar("Result")
Connection = psycopg.Connection[tuple[Any, ...]]

_SCHEMA = """
CREATE SCHEMA IF NOT EXISTS log;
CREATE TABLE IF NOT EXISTS log.batches (
    first bigint PRIMARY KEY, count integer NOT NULL, source text NOT NULL,
    received_at bigint NOT NULL, payload bytea NOT NULL, personal bytea
);
CREATE INDEX IF NOT EXISTS batches_personal ON log.batches(first) WHERE personal IS NOT NULL;
-- What zstd has packed cannot be packed again; trying costs time.
ALTER TABLE log.batches ALTER payload SET STORAGE EXTERNAL, ALTER personal SET STORAGE EXTERNAL;
CREATE TABLE IF NOT EXISTS log.head (only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one), last bigint NOT NULL);
INSERT INTO log.head (last) VALUES (0) ON CONFLICT DO NOTHING;
CREATE TABLE IF NOT EXISTS log.rejected (
    id bigserial PRIMARY KEY, source text NOT NULL, received_at bigint NOT NULL,
    code text NOT NULL, message text NOT NULL, event bytea NOT NULL, message_id text NOT NULL,
    state text NOT NULL DEFAULT 'open'
);
CREATE INDEX IF NOT EXISTS rejected_open ON log.rejected(state, id);
CREATE TABLE IF NOT EXISTS log.sources (
    id text PRIMARY KEY, name text NOT NULL, channel text NOT NULL, write_key text NOT NULL UNIQUE,
    created_at bigint NOT NULL, enabled boolean NOT NULL DEFAULT true
);
"""
_MAKING = 0x43484F52_4C4F47  # advisory lock while tables are made: two processes may start at once
_PAGE_LIMIT = 64  # batches fetched at a time while reading
_MOST_CONNECTIONS = 16
_WAIT_SECONDS = 10.0
# "No answer", "no space", "too many connections" and their kin: later it may work.
_PASSING = (psycopg.OperationalError, psycopg.InterfaceError, psycopg.errors.InternalError_, PoolTimeout)


class PostgresLog:
    """`EventLog` in the schema `log` of a PostgreSQL database.

    The one row of `log.head` is locked from taking a position to the commit, in whatever process: so positions have
    no gaps, and whoever sees one sees all before it.
    """

    def __init__(self, url: str) -> None:
        self._pool = ConnectionPool(
            url, min_size=0, max_size=_MOST_CONNECTIONS, timeout=_WAIT_SECONDS, open=False,
            check=ConnectionPool.check_connection,  # after a restart of the server old connections are no use
            kwargs={"autocommit": True, "connect_timeout": 5, "options": "-c synchronous_commit=on"},
        )  # fmt: skip
        self._packing = threading.Lock()
        self._compressor = zstandard.ZstdCompressor(level=1)
        with _storage_errors():
            self._pool.open()
        self._run(_make)

    def append(self, batches: Sequence[Batch]) -> list[int]:
        packed = [(self._pack(batch.payload), self._pack(batch.personal)) for batch in batches]
        total = sum(batch.count for batch in batches)

        def write(db: Connection) -> list[int]:
            with db.transaction():
                _add_rejected(db, batches)
                if not total:
                    return [0] * len(batches)
                # Packing is done and refused events are in: the lock is held for the copy and the commit only.
                row = db.execute("UPDATE log.head SET last = last + %s RETURNING last", (total,)).fetchone()
                assert row is not None
                return _copy(db, batches, packed, row[0] - total)

        return self._run(write)

    def read(self, after: int, limit: int = 5_000) -> list[Stored]:
        found: list[Stored] = []
        total = 0
        decompress = zstandard.ZstdDecompressor().decompress
        with self._connection() as db:
            for first, count, source, received_at, payload, personal in _batches_from(db, after):
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

    def head(self) -> int:
        return int(self._rows("SELECT last FROM log.head")[0][0])

    def oldest_waiting(self, after: int) -> int | None:
        rows = self._rows(
            "SELECT received_at FROM log.batches WHERE first + count - 1 > %s AND first >="
            " coalesce((SELECT max(first) FROM log.batches WHERE first <= %s), 0) ORDER BY first LIMIT 1",
            after, after + 1,
        )  # fmt: skip
        return rows[0][0] if rows else None

    def clear_personal(self, upto: int) -> int:
        return self._change(
            "UPDATE log.batches SET personal = NULL WHERE personal IS NOT NULL AND first <= %s"
            " AND first + count - 1 <= %s",
            (upto, upto),
        )

    def rewrite(self, first: int, payload: bytes, personal: bytes | None) -> None:
        self.rewrite_all([(first, payload, personal)])

    def rewrite_all(self, batches: Sequence[tuple[int, bytes, bytes | None]]) -> None:
        packed = [(self._pack(payload), self._pack(personal), first) for first, payload, personal in batches]

        def write(db: Connection) -> None:
            with db.transaction():
                for row in packed:
                    sql = "UPDATE log.batches SET payload = %s, personal = %s WHERE first = %s"
                    if not db.execute(sql, row).rowcount:
                        raise NotFound("no_such_batch", f"The log has no batch at position {row[2]}.")

        self._run(write)

    def every_rejected(self, after: int = 0, limit: int = 1_000) -> list[RejectedRow]:
        rows = self._rows(
            "SELECT id, source, received_at, code, message, event, message_id, state FROM log.rejected WHERE id > %s"
            " ORDER BY id LIMIT %s",
            after, limit,
        )  # fmt: skip
        return [RejectedRow(*row) for row in rows]

    def empty_rejected(self, ids: Sequence[int]) -> int:
        return self._change(
            "UPDATE log.rejected SET event = ''::bytea, message = '', message_id = '', state = 'erased'"
            " WHERE id = ANY(%s)",
            (list(ids),),
        )

    def count_rejected(self, before: int) -> int:
        return int(self._rows("SELECT count(*) FROM log.rejected WHERE received_at < %s", before)[0][0])

    def drop_rejected(self, before: int) -> int:
        return self._change("DELETE FROM log.rejected WHERE received_at < %s", (before,))

    def scrub(self) -> None:
        """Old versions of rows leave the tables with the server's next vacuum; here it is asked for at once."""
        with self._connection() as db:
            for table in ("batches", "rejected"):
                db.execute(f"VACUUM log.{table}")

    def add_source(self, source: Source) -> None:
        row = (source.id, source.name, source.channel, source.write_key, source.created_at, source.enabled)
        if not self._change("INSERT INTO log.sources VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING", row):
            raise Conflict("source_exists", "A source with this id or write key exists already.")

    def sources(self) -> list[Source]:
        rows = self._rows("SELECT id, name, channel, write_key, created_at, enabled FROM log.sources"
                          ' ORDER BY created_at, id COLLATE "C"')  # fmt: skip
        return [Source(*row) for row in rows]

    def set_source(self, source_id: str, *, name: str | None = None, enabled: bool | None = None) -> None:
        changed = self._change(
            "UPDATE log.sources SET name = coalesce(%s, name), enabled = coalesce(%s, enabled) WHERE id = %s",
            (name, enabled, source_id),
        )
        if not changed:
            raise NotFound("no_such_source", "There is no such source.", status=404)

    def rejected(
        self, *, state: str = "open", before: int | None = None, limit: int = 50, source: str | None = None
    ) -> list[RejectedRow]:
        rows = self._rows(
            "SELECT id, source, received_at, code, message, event, message_id, state FROM log.rejected"
            " WHERE state = %s AND id < %s AND (%s::text IS NULL OR source = %s) ORDER BY id DESC LIMIT %s",
            state, before or 1 << 62, source, source, limit,
        )  # fmt: skip
        return [RejectedRow(*row) for row in rows]

    def rejected_counts(self) -> dict[str, int]:
        return dict(
            self._rows("SELECT code, count(*) FROM log.rejected WHERE state = 'open' GROUP BY code"
                       ' ORDER BY code COLLATE "C"')
        )  # fmt: skip

    def settle_rejected(self, rejected_id: int, state: str) -> None:
        if not self._change("UPDATE log.rejected SET state = %s WHERE id = %s", (state, rejected_id)):
            raise NotFound("no_such_rejected_event", "There is no such refused event.", status=404)

    def checkpoint(self) -> None:
        """Nothing: the server does it by itself."""

    def close(self) -> None:
        self._pool.close()

    def _pack(self, data: bytes | None) -> bytes | None:
        if not data:
            return None if data is None else self._compressor.compress(data)
        with self._packing:  # a compressor serves one thread at a time
            return self._compressor.compress(data)

    def _rows(self, sql: str, *params: object) -> list[tuple[Any, ...]]:
        return self._run(lambda db: db.execute(sql, params).fetchall())

    def _change(self, sql: str, params: Sequence[object]) -> int:
        return self._run(lambda db: db.execute(sql, params).rowcount)

    def _run(self, work: Callable[[Connection], Result]) -> Result:
        with self._connection() as db:
            return work(db)

    @contextmanager
    def _connection(self) -> Iterator[Connection]:
        with _storage_errors(), self._pool.connection() as db:
            yield db


def _make(db: Connection) -> None:
    with db.transaction():
        db.execute("SELECT pg_advisory_xact_lock(%s)", (_MAKING,))
        if db.execute("SELECT to_regclass('log.sources')").fetchone() == (None,):
            db.execute(_SCHEMA)


def _copy(
    db: Connection, batches: Sequence[Batch], packed: Sequence[tuple[bytes | None, bytes | None]], last: int
) -> list[int]:
    firsts = []
    with db.cursor().copy(
        "COPY log.batches (first, count, source, received_at, payload, personal) FROM STDIN (FORMAT binary)"
    ) as copy:
        copy.set_types(["int8", "int4", "text", "int8", "bytea", "bytea"])
        for batch, (payload, personal) in zip(batches, packed, strict=True):
            firsts.append(last + 1 if batch.count else 0)
            if batch.count:
                copy.write_row((last + 1, batch.count, batch.source, batch.received_at, payload, personal))
                last += batch.count
    return firsts


def _add_rejected(db: Connection, batches: Sequence[Batch]) -> None:
    rows = [
        (batch.source, batch.received_at, one.code, storable(one.message), one.event, storable(one.message_id))
        for batch in batches
        for one in batch.rejected
    ]
    if rows:
        db.cursor().executemany(
            "INSERT INTO log.rejected(source, received_at, code, message, event, message_id)"
            " VALUES (%s, %s, %s, %s, %s, %s)",
            rows,
        )


def _batches_from(db: Connection, after: int) -> Iterator[tuple[Any, ...]]:
    row = db.execute("SELECT max(first) FROM log.batches WHERE first <= %s", (after + 1,)).fetchone()
    start = (row and row[0]) or 0
    while True:
        rows = db.execute(
            "SELECT first, count, source, received_at, payload, personal FROM log.batches"
            " WHERE first >= %s AND first + count - 1 > %s ORDER BY first LIMIT %s",
            (start, after, _PAGE_LIMIT),
            binary=True,
        ).fetchall()
        yield from rows
        if len(rows) < _PAGE_LIMIT:
            return
        start = rows[-1][0] + 1


@contextmanager
def _storage_errors() -> Iterator[None]:
    try:
        yield
    except _PASSING as error:
        raise Unavailable(
            "storage_unavailable",
            "The event log cannot be written at the moment.",
            f"The database answered: {error}.",
            "Look at the database of the log (is it up, has its disk space?); senders keep their events and try again.",
            status=503,
        ) from error

"""The one way to change a book: an action runs in a transaction it never commits itself.

On SQLite one writer thread runs each waiting action in a savepoint and commits them together with one fsync;
on PostgreSQL an action is a short transaction of its own. Either way, when `act` returns the change is on disk.
"""

from __future__ import annotations

import json
import queue
import sqlite3
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.db import OperationalError, connection, connections, transaction

from choral.core.clock import SYSTEM_CLOCK
from choral.core.errors import Unavailable
from choral.core.event import Event, encode_lines

Params = ParamSpec("Params")
Result = TypeVar("Result")
Row = tuple[Any, ...]
_MOST_AT_ONCE = 500
_MOST_TRIES = 4
_GAVE_WAY = frozenset({"40001", "40P01"})  # serialization failure, deadlock
_PASSING = frozenset(
    {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_CANTOPEN,
     sqlite3.SQLITE_READONLY, sqlite3.SQLITE_NOMEM, sqlite3.SQLITE_PROTOCOL}
)  # fmt: skip


@dataclass(frozen=True)
class Actor:
    """Who asks: `member:7`, `key:till-3`, `system`; with the address they came from, for the audit log."""

    name: str
    address: str = ""


SYSTEM = Actor("system")


@dataclass
class Tx:
    """What an action works with: a cursor inside the transaction, the time, who asks, the name of the action."""

    actor: Actor
    now: int
    action: str = ""
    _told: list[tuple[bytes, bytes | None]] = field(default_factory=list)

    def execute(self, sql: str, params: Sequence[Any] = ()) -> int:
        """Run one statement (`%s` placeholders); the number of rows it changed."""
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            return int(cursor.rowcount)

    def many(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run one statement for many rows."""
        with connection.cursor() as cursor:
            cursor.executemany(sql, rows)

    def rows(self, sql: str, params: Sequence[Any] = ()) -> list[Row]:
        """All rows of a query, seeing the transaction's own changes."""
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            return list(cursor.fetchall())

    def tell(self, fact: Event, personal: Mapping[str, object] | None = None) -> None:
        """Tell a fact to the log: an outbox row in this very transaction."""
        line = encode_lines([fact]).rstrip(b"\n")
        self._told.append((line, json.dumps(personal).encode() if personal else None))

    def audit(
        self, action: str, subject: str, *, before: Mapping[str, object] | None = None,
        after: Mapping[str, object] | None = None,
    ) -> None:  # fmt: skip
        """Write a line of the audit log: a verb (`source.created`), what it was done to, and the difference."""
        self.execute(
            "INSERT INTO books_audit(at, actor, action, subject, before, after, address)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s)",
            (self.now, self.actor.name, action, subject, _json(before), _json(after), self.actor.address),
        )

    def flush(self) -> None:
        """Write the told facts; called once by the unit of work before it commits."""
        if self._told:
            self.many("INSERT INTO books_outbox(event, personal) VALUES (%s, %s)", self._told)
            self._told.clear()


def act(
    action: Callable[Concatenate[Tx, Params], Result],
    actor: Actor,
    /,
    *args: Params.args,
    **kwargs: Params.kwargs,
) -> Result:
    """Run `action(tx, *args, **kwargs)`; on return its changes and facts are durable, on an error none happened."""

    def run() -> Result:
        tx = Tx(actor, SYSTEM_CLOCK.now(), action.__name__)
        with transaction.atomic():
            result = action(tx, *args, **kwargs)
            tx.flush()
        return result

    if connection.in_atomic_block:  # an action calls another: one transaction for both
        return run()
    return _writer().run(run) if connection.vendor == "sqlite" else _run_alone(run)


def _run_alone(run: Callable[[], Result]) -> Result:
    """A short transaction of its own; begun again when the database chose it to give way to another."""
    tries = 0
    while True:
        tries += 1
        try:
            return run()
        except OperationalError as error:
            connection.close_if_unusable_or_obsolete()  # a server that was restarted is met anew
            if tries == _MOST_TRIES or getattr(error.__cause__, "sqlstate", None) not in _GAVE_WAY:
                raise _storage_error(error) from error
        time.sleep(0.02 * tries)  # or the one it gave way to would not get its turn


class Writer:
    """The thread that alone changes the books on SQLite."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[tuple[Callable[[], Any], Future[Any]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._loop, name="books-writer", daemon=True)
        self._thread.start()

    def run(self, work: Callable[[], Result]) -> Result:
        future: Future[Result] = Future()
        self._queue.put((work, future))
        return future.result()

    def close(self) -> None:
        self._queue.put(None)
        self._thread.join(timeout=10)

    def _loop(self) -> None:
        closing = False
        while not closing:
            waiting = [self._queue.get()]
            while len(waiting) < _MOST_AT_ONCE and not self._queue.empty():
                waiting.append(self._queue.get_nowait())
            closing = None in waiting
            self._commit([item for item in waiting if item is not None])
        connections.close_all()

    def _commit(self, items: list[tuple[Callable[[], Any], Future[Any]]]) -> None:
        outcomes: list[tuple[Future[Any], Any, BaseException | None]] = []
        try:
            with transaction.atomic():
                for work, future in items:
                    try:
                        outcomes.append((future, work(), None))
                    except BaseException as error:
                        if _lost():
                            raise  # with the transaction: everybody in it must hear of it
                        outcomes.append((future, None, _storage_error(error)))  # alone: its savepoint is rolled back
        except BaseException as error:  # nothing of this group is on disk
            connections["default"].close()
            failure = _storage_error(error)
            outcomes = [(future, None, failure) for _, future in items]
        for future, result, problem in outcomes:
            if problem is None:
                future.set_result(result)
            else:
                future.set_exception(problem)


_current: Writer | None = None
_starting = threading.Lock()


def _writer() -> Writer:
    global _current
    with _starting:
        if _current is None:
            _current = Writer()
        return _current


def close_writer() -> None:
    """Commit what waits and stop the thread; the next action starts a new one (another home, after a fork)."""
    global _current
    with _starting:
        if _current is not None:
            _current.close()
            _current = None


def _lost() -> bool:
    """Whether an error took the whole transaction of the group (SQLite's way with a full disk), not one savepoint."""
    raw: Any = connection.connection
    return raw is None or connection.needs_rollback or not raw.in_transaction


def _storage_error(error: BaseException) -> BaseException:
    """`Unavailable` for what will pass; a mistake in a statement stays what it is."""
    if not isinstance(error, OperationalError):
        return error
    code = getattr(error.__cause__, "sqlite_errorcode", None)
    if code is not None and code & 0xFF not in _PASSING:
        return error
    locked = code is not None and code & 0xFF == sqlite3.SQLITE_BUSY
    return Unavailable(
        "storage_unavailable",
        "The books cannot be written at the moment.",
        f"The database answered: {error}.",
        "Another process has been writing for long; try again, nothing was changed."
        if locked
        else "Look whether the database is up and its disk has space, then try again; nothing was changed.",
        status=503,
    )


def _json(value: Mapping[str, object] | None) -> str | None:
    return None if value is None else json.dumps(value, default=str, ensure_ascii=False)

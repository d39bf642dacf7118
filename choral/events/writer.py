"""Group commit for the log: one thread writes what many are waiting for, with one fsync for all."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future

from choral.core.errors import Unavailable
from choral.events.store.contract import Batch, EventLog

_CHECKPOINT_SECONDS = 2.0
_MOST_AT_ONCE = 2_000
_LONGEST_QUEUE = 20_000
_MOST_BYTES = 256 << 20
Waiting = tuple[Batch, Callable[[int | BaseException], None]]


class LogWriter:
    """Appends batches from any thread; a future is done once its batch is on disk.

    `submit` never blocks: past 20,000 waiting requests, or 256 MB of them, it raises `Unavailable` (`overloaded`),
    which the collector answers with 429 or 503 and Retry-After; after `close` it raises `shutting_down`.
    """

    def __init__(self, log: EventLog, on_commit: Callable[[], None] | None = None) -> None:
        self._log = log
        self._on_commit = on_commit
        self._queue: queue.SimpleQueue[Waiting | None] = queue.SimpleQueue()
        self._waiting_bytes = 0
        self._gate = threading.Lock()  # nothing may be queued behind the end
        self._stop = threading.Event()
        self._threads = [
            threading.Thread(target=self._write_loop, name="log-writer", daemon=True),
            threading.Thread(target=self._checkpoint_loop, name="log-checkpoint", daemon=True),
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, batch: Batch, done: Callable[[int | BaseException], None]) -> None:
        """Queue one batch; `done` is called from the writer's thread with its first position or the error."""
        with self._gate:
            if self._stop.is_set():
                raise Unavailable("shutting_down", "The server is stopping.", fix="Try again in a second.", status=429)
            if self._queue.qsize() >= _LONGEST_QUEUE or self._waiting_bytes >= _MOST_BYTES:
                raise Unavailable("overloaded", "Too many requests are waiting.", fix="Try again shortly.", status=429)
            self._waiting_bytes += len(batch.payload)
            self._queue.put((batch, done))

    def append(self, batch: Batch) -> int:
        """Queue one batch and wait until it is on disk; its first position."""
        future: Future[int] = Future()

        def done(outcome: int | BaseException) -> None:
            if isinstance(outcome, BaseException):
                future.set_exception(outcome)
            else:
                future.set_result(outcome)

        self.submit(batch, done)
        return future.result()

    def close(self) -> None:
        """Write what waits, then stop."""
        with self._gate:
            self._stop.set()
            self._queue.put(None)
        for thread in self._threads:
            thread.join(timeout=10)

    def _write_loop(self) -> None:
        closing = False
        while not closing:
            waiting = [self._queue.get()]
            while len(waiting) < _MOST_AT_ONCE and not self._queue.empty():
                waiting.append(self._queue.get_nowait())
            closing = None in waiting
            items = [item for item in waiting if item is not None]
            if items:
                self._commit(items)

    def _commit(self, items: list[Waiting]) -> None:
        try:
            outcomes: list[int | BaseException] = list(self._log.append([batch for batch, _ in items]))
        except Exception as error:
            # Storage is not there for anybody; any other error is one batch's, and the others must not suffer for it.
            alone = len(items) == 1 or isinstance(error, Unavailable)
            outcomes = [error] * len(items) if alone else [self._append_alone(batch) for batch, _ in items]
        with self._gate:
            self._waiting_bytes -= sum([len(batch.payload) for batch, _ in items])
        for (_, done), outcome in zip(items, outcomes, strict=True):
            done(outcome)
        if self._on_commit:
            self._on_commit()

    def _append_alone(self, batch: Batch) -> int | BaseException:
        try:
            return self._log.append([batch])[0]
        except Exception as error:
            return error

    def _checkpoint_loop(self) -> None:
        while not self._stop.wait(_CHECKPOINT_SECONDS):
            try:
                self._log.checkpoint()
            except Exception:  # noqa: S112 - the next round tries again; appends report the disk's state
                continue

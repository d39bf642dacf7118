"""From the event loop to the log's writer thread and back: one wake-up of the loop for all that one fsync covered."""

from __future__ import annotations

import asyncio
from collections import deque
from functools import partial

from choral.events.store import Batch
from choral.events.writer import LogWriter


class Commits:
    """Awaitable appends. The writer's thread only notes outcomes; the loop is woken once for many."""

    def __init__(self, writer: LogWriter, loop: asyncio.AbstractEventLoop) -> None:
        self._writer = writer
        self._loop = loop
        self._outcomes: deque[tuple[asyncio.Future[int], int | BaseException]] = deque()
        self._woken = False

    def append(self, batch: Batch) -> asyncio.Future[int]:
        """A future that is done when the batch is on disk, or failed; raises `Unavailable` when too many wait."""
        future = self._loop.create_future()
        self._writer.submit(batch, partial(self._note, future))
        return future

    def _note(self, future: asyncio.Future[int], outcome: int | BaseException) -> None:
        self._outcomes.append((future, outcome))
        if not self._woken:
            self._woken = True
            try:
                self._loop.call_soon_threadsafe(self._settle)
            except RuntimeError:  # the loop has ended: nobody waits for an answer any more
                self._woken = False

    def _settle(self) -> None:
        self._woken = False  # before emptying: an outcome noted from here on wakes the loop again
        while self._outcomes:
            future, outcome = self._outcomes.popleft()
            if future.done():
                continue  # the sender has gone
            if isinstance(outcome, BaseException):
                future.set_exception(outcome)
            else:
                future.set_result(outcome)

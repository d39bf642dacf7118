"""Imports in the background: threads that stop between two rows when the shop closes; the next process goes on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import TypeVar

from django.db import connections

Item = TypeVar("Item")
_STOP_SECONDS = 20.0


class Stopped(BaseException):
    """The shop closes: what is on disk stays, the rest is done by whoever goes on."""


class Background:
    """The threads of one shop's imports."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self, work: Callable[[], None]) -> None:
        """Run it beside; a `Stopped` ends it quietly."""
        thread = threading.Thread(target=self._run, args=(work,), name="import", daemon=True)
        self._threads = [one for one in self._threads if one.is_alive()] + [thread]
        thread.start()

    def watched(self, items: Iterator[Item]) -> Iterator[Item]:
        """The same items, until the shop closes."""
        for item in items:
            if self._stop.is_set():
                raise Stopped
            yield item

    def wait(self, seconds: float) -> None:
        """Wait, unless the shop closes."""
        if self._stop.wait(seconds):
            raise Stopped

    def close(self) -> None:
        """Stop all and wait for them."""
        self._stop.set()
        for thread in self._threads:
            thread.join(_STOP_SECONDS)

    @staticmethod
    def _run(work: Callable[[], None]) -> None:
        try:
            work()
        except Stopped:
            pass
        finally:
            connections.close_all()

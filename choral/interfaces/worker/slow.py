"""The slow half of the worker's round: from the consumer's position to the lake, from the lake to the marts.

Both are put off while events stream in, so that a lake is not made of crumbs and marts are not made for nothing.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Collection
from dataclasses import dataclass

from django.db import connections

from choral.books.outbox import BooksOutbox
from choral.core.clock import SYSTEM_CLOCK
from choral.events import dedupe
from choral.events.lake import place, writer
from choral.events.lake.datasets import Datasets
from choral.shop import Shop

_FLUSH_SECONDS = 10.0
_FLUSH_EVENTS = 50_000
_QUIET_SECONDS = 1.0  # nothing new for that long: the marts may be made
_MARTS_SECONDS = 30.0  # or after this long in a stream that never rests
_MARTS_SHARE = 5.0  # and no more than a fifth of the time, however big they are

Signature = tuple[int, int, tuple[tuple[str, int], ...]]


@dataclass
class _Times:
    """When things were last so, on the monotonic clock (s)."""

    flushed: float = 0.0
    moved: float = 0.0
    made: float = 0.0
    making: float = 0.0  # how long the last making took


class Slow:
    """Brings lake and marts after the consumer. `hurry` makes them due at once, until nothing is left to do."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self._lake = shop.home.lake
        self._outbox = BooksOutbox()
        self._times = _Times()
        self._made: Signature | None = None
        self._seen = 0
        self.hurry = threading.Event()
        self.position = writer.position(self._lake)
        self.settled_at = 0

    def flush(self) -> bool:
        """Append to the lake what the consumer has taken in, when it is due."""
        upto = self._shop.customers.status().position
        now = time.monotonic()
        if upto != self._seen:
            self._seen, self._times.moved = upto, now
        waiting = upto - self.position
        due = waiting >= _FLUSH_EVENTS or now - self._times.flushed >= _FLUSH_SECONDS or self.hurry.is_set()
        if waiting <= 0 or not due:
            return False
        withdrawn = self._shop.customers.withdrawn()
        self.position = writer.flush(self._lake, self._shop.log, upto, _excluded, withdrawn=withdrawn)
        self._times.flushed = time.monotonic()
        return True

    def make_marts(self) -> bool:
        """Refresh the marts when lake, identity or data sets have moved and it is time; note when all is settled."""
        begun = SYSTEM_CLOCK.now()
        status = self._shop.customers.status()
        caught_up = status.waiting == 0 and self.position >= status.position and not self._outbox.take(1)
        signature = self._signature()
        if signature == self._made:
            self._settle(caught_up, begun)
            return False
        now = time.monotonic()
        quiet = caught_up and now - self._times.moved >= _QUIET_SECONDS
        rested = now - self._times.made >= self._times.making * _MARTS_SHARE
        late = now - self._times.made >= _MARTS_SECONDS and now - self._times.moved < _MARTS_SECONDS
        if not ((self.hurry.is_set() and caught_up) or (rested and (quiet or late))):
            return False
        self._shop.analytics.refresh(self._shop.customers.identity_map(), signature[1])
        self._shop.analytics.prepare()
        self._made = signature
        self._times.made = time.monotonic()
        self._times.making = self._times.made - now
        self._settle(caught_up, begun)
        return True

    def _settle(self, caught_up: bool, begun: int) -> None:
        if caught_up:
            self.settled_at = begun
            self.hurry.clear()

    def _signature(self) -> Signature:
        events = place.open_table(self._lake, "events")
        versions = tuple(sorted(Datasets(self._lake).versions().items()))
        return events.version() if events else -1, self._shop.customers.identity_version(), versions


def _excluded(after: int, upto: int) -> Collection[int]:
    with connections["views"].cursor() as cursor:
        dedupe.prepare(cursor, cursor.db.vendor)
        return dedupe.excluded(cursor, after, upto)

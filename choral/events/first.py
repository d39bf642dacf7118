"""When the first event of a source came in: found once in the log, remembered, and cheap to ask again."""

from __future__ import annotations

from choral.core.clock import SECOND
from choral.events.store import EventLog, Source

_READ_AT_ONCE = 2_000


class FirstEvents:
    """Asked every second by a page that waits for it: each time only what is new in the log is read."""

    def __init__(self, log: EventLog) -> None:
        self._log = log
        self._found: dict[str, int] = {}
        self._read_to: dict[str, int] = {}

    def of(self, source: Source) -> int | None:
        """`received_at` of the source's first batch (µs since 1970 UTC), or None while there is none."""
        if source.id in self._found:
            return self._found[source.id]
        position = self._read_to.get(source.id)
        if position is None:
            position = self._position_at(source.created_at - SECOND)
        while batches := self._log.read(position, _READ_AT_ONCE):
            for batch in batches:
                if batch.source == source.id:
                    self._found[source.id] = batch.received_at
                    return batch.received_at
            position = batches[-1].last
        self._read_to[source.id] = position
        return None

    def _position_at(self, moment: int) -> int:
        """A position before everything received from `moment` on, by bisection: no event is older than its source."""
        low, high = 0, self._log.head()
        while low < high:
            middle = (low + high) // 2
            received = self._log.oldest_waiting(middle)
            if received is None or received >= moment:
                high = middle
            else:
                low = middle + 1
        return max(0, low - _READ_AT_ONCE)

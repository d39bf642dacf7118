"""Write keys: which source a key stands for, read from the log at most once a second."""

from __future__ import annotations

from choral.core.clock import SECOND, Clock
from choral.core.errors import Unavailable
from choral.events.store import EventLog, Source

_AGE = SECOND


class Sources:
    """The enabled sources by write key, never more than a second behind; if the log cannot be read, the last known."""

    def __init__(self, log: EventLog, clock: Clock) -> None:
        self._log = log
        self._clock = clock
        self._by_key: dict[str, Source] = {}
        self._read_at = 0

    def find(self, key: str) -> Source | None:
        """The enabled source with this write key."""
        now = self._clock.now()
        if now - self._read_at >= _AGE or now < self._read_at:
            self._read_at = now
            self._refresh()
        return self._by_key.get(key)

    def _refresh(self) -> None:
        try:
            found = self._log.sources()
        except Unavailable:
            return
        self._by_key = {source.write_key: source for source in found if source.enabled}

"""How often somebody may try to sign in: counted per address and per account, in the memory of the pages' process."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque

from choral.core.clock import MINUTE, SYSTEM_CLOCK, Clock

_MOST_KEYS = 10_000


class Attempts:
    """At most `most` failures for a key within `window` microseconds; then it waits until the oldest has passed."""

    def __init__(self, most: int, window: int = 10 * MINUTE, clock: Clock = SYSTEM_CLOCK) -> None:
        self._most, self._window, self._clock = most, window, clock
        self._failures: OrderedDict[str, deque[int]] = OrderedDict()
        self._lock = threading.Lock()

    def wait(self, key: str) -> int:
        """Seconds until the key may try again; 0 when it may."""
        with self._lock:
            times = self._recent(key)
            if len(times) < self._most:
                return 0
            return max(1, (times[0] + self._window - self._clock.now()) // 1_000_000)

    def failed(self, key: str) -> None:
        """Count a failure."""
        with self._lock:
            self._recent(key).append(self._clock.now())
            self._failures.move_to_end(key)
            while len(self._failures) > _MOST_KEYS:
                self._failures.popitem(last=False)

    def forget(self, key: str) -> None:
        """The key has succeeded."""
        with self._lock:
            self._failures.pop(key, None)

    def _recent(self, key: str) -> deque[int]:
        times = self._failures.setdefault(key, deque())
        while times and times[0] <= self._clock.now() - self._window:
            times.popleft()
        return times

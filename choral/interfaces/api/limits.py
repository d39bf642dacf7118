"""How many requests one caller may send: a token bucket for each, in the memory of the process."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict

from choral.core.errors import ChoralError

_MOST_CALLERS = 10_000


class Limit:
    """`rate` requests a second on average and `burst` at once, for each caller by name.

    The buckets of the callers seen longest ago are dropped beyond 10,000. Monotonic time, so that a clock that is
    set does not lock anybody out.
    """

    def __init__(self, rate: float, burst: int) -> None:
        self.rate, self.burst = rate, burst
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, caller: str, now: float | None = None) -> None:
        """Take one token; `too_many_requests` (429) with the seconds to wait when none is left."""
        at = time.monotonic() if now is None else now
        with self._lock:
            tokens, before = self._buckets.pop(caller, (float(self.burst), at))
            tokens = min(self.burst, tokens + max(0.0, at - before) * self.rate)
            allowed = tokens >= 1
            self._buckets[caller] = (tokens - 1 if allowed else tokens, at)
            while len(self._buckets) > _MOST_CALLERS:
                self._buckets.popitem(last=False)
        if not allowed:
            raise _too_many(self, (1 - tokens) / self.rate)


CALLS = Limit(rate=50, burst=200)  # of one key
WRONG_KEYS = Limit(rate=0.5, burst=30)  # of one address: nobody tries keys by the thousand


def _too_many(limit: Limit, seconds: float) -> ChoralError:
    wait = max(1, int(seconds + 0.999))
    return ChoralError(
        "too_many_requests",
        "You send requests too quickly.",
        f"At most {limit.rate:g} a second on average and {limit.burst} at once are answered.",
        f"Wait {wait} s and go on more slowly; put many events into one request.",
        429,
        {"retry_after": wait},
    )

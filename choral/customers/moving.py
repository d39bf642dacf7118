"""Where windows such as “the last 90 days” end. Pure."""

from __future__ import annotations

from choral.core.clock import DAY

ASLEEP = 30 * DAY


def window_end(now: int, latest: int) -> int:
    """Now, as long as the shop is alive; when nothing has happened for a month (a past that was loaded, a closed
    shop), the moment of the last event instead: windows over a past are looked at from its own end. µs UTC."""
    return latest if latest and now - latest > ASLEEP else now

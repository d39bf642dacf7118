"""When an event happened: reading the spellings of time that SDKs use, and correcting a device's wrong clock."""

from __future__ import annotations

from datetime import UTC, datetime

import msgspec

from choral.core.clock import DAY, MINUTE, SECOND

# Differences below this are network and queueing, not a wrong clock; SDKs that retry the same bytes also stay below.
DEAD_BAND = 60 * SECOND
LATEST_AHEAD = 24 * 60 * MINUTE
_LARGEST_SECONDS = 100_000_000_000  # a larger number counts milliseconds: it would be the year 5138


def microseconds(moment: datetime) -> int:
    """µs since 1970 UTC; a time without a zone is taken as UTC, which is what the field's servers do."""
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return round(moment.timestamp() * SECOND)


def read(value: object) -> int | None:
    """Any spelling of a time as µs since 1970 UTC: ISO 8601, a date, seconds or milliseconds; None for none.

    Raises ValueError for what is no time.
    """
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        raise ValueError(str(value))
    if isinstance(value, int | float):
        if not abs(value) < _LARGEST_SECONDS * 1_000:
            raise ValueError(str(value)[:40])
        return round(value * (SECOND if abs(value) < _LARGEST_SECONDS else SECOND // 1_000))
    if isinstance(value, str):
        return _from_text(value.strip())
    raise ValueError(str(value)[:40])


def _from_text(text: str) -> int:
    try:
        return microseconds(msgspec.convert(text, datetime))
    except (msgspec.ValidationError, OverflowError):
        pass
    try:
        return microseconds(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        raise ValueError(text[:40]) from None


def corrected(claimed: int, sent: int | None, received: int, retried: bool) -> int:
    """The event's time by the server's clock, µs since 1970.

    received - (sent - claimed), Segment's formula, but only when the two clocks differ by more than the dead band:
    a retry repeats an old `sentAt` (then `retried`, by X-Retry-Count), and some SDKs cut it to whole seconds.
    """
    if sent is None or retried or abs(received - sent) <= DEAD_BAND:
        return claimed
    return received - (sent - claimed)


def in_words(ahead: int) -> str:
    """A span in the largest fitting unit, for messages."""
    return f"{ahead // DAY} days" if ahead >= 2 * DAY else f"{ahead // (60 * MINUTE)} hours"

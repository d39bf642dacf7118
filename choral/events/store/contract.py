"""What a log is, whichever engine keeps it; `tests/promises/log.py` holds every engine to it.

Positions are whole numbers from 1, one for each event, given in commit order without gaps: a reader that has
seen position n has seen everything before it. A batch is what one request (or one slice of an import) brought;
its events have the positions `first .. first + count - 1`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec


class Rejected(msgspec.Struct, frozen=True):
    """An event that could not be accepted, kept whole with its reason so that it can be run again."""

    code: str  # stable reason, e.g. "wrong_type"
    message: str  # what, why, what to do
    event: bytes  # as it was sent (at most 64 KiB of it)
    message_id: str = ""


class Batch(msgspec.Struct, frozen=True):
    """What is appended at once: accepted events as JSON lines, their personal parts, and the refused ones.

    `personal` is a JSON object {"0": {"traits": {..}, "identifiers": {"email:#ab..": "a@b.fr"}}, ..} by index of
    the event in the batch; it waits here until the customers' books have taken it, and is then cleared.
    """

    source: str
    received_at: int  # microseconds since 1970 UTC
    count: int
    payload: bytes
    personal: bytes | None = None
    rejected: tuple[Rejected, ...] = ()


class Stored(msgspec.Struct, frozen=True):
    """A batch as read back, `payload` decompressed."""

    first: int
    count: int
    source: str
    received_at: int
    payload: bytes
    personal: bytes | None = None

    @property
    def last(self) -> int:
        return self.first + self.count - 1


class Source(msgspec.Struct, frozen=True):
    """Something that sends events: a web site, an app, a till, an import, one of our own rooms.

    `write_key` is what SDKs send; it may be public (it stands in web pages) and only allows sending.
    """

    id: str
    name: str
    channel: str  # default channel of its events
    write_key: str
    created_at: int
    enabled: bool = True


class RejectedRow(msgspec.Struct, frozen=True):
    """A refused event as the owner sees it; `state` is open, resolved (run again with success) or discarded."""

    id: int
    source: str
    received_at: int
    code: str
    message: str
    event: bytes
    message_id: str
    state: str


class EventLog(Protocol):
    """The log. Every method may be called from any thread; all raise `Unavailable` when storage cannot work."""

    def append(self, batches: Sequence[Batch]) -> list[int]:
        """Write all batches in one transaction, durable when this returns; the first position of each.

        A batch without accepted events takes no position and answers 0, but its refused events are kept.
        """
        ...

    def read(self, after: int, limit: int = 5_000) -> list[Stored]:
        """Whole batches with events past position `after`, oldest first, stopping once `limit` events are in."""
        ...

    def head(self) -> int:
        """The last position written, 0 for an empty log."""
        ...

    def oldest_waiting(self, after: int) -> int | None:
        """`received_at` of the first batch with events past `after`: its age is a follower's lag; None at the end."""
        ...

    def clear_personal(self, upto: int) -> int:
        """Forget the personal parts of all batches that end at or before `upto`; how many were cleared."""
        ...

    def rewrite(self, first: int, payload: bytes, personal: bytes | None) -> None:
        """Replace one batch's bytes (same number of events): only for erasure."""
        ...

    def rewrite_all(self, batches: Sequence[tuple[int, bytes, bytes | None]]) -> None:
        """The same for many (first position, payload, personal part) in one transaction; `NotFound` changes nothing."""
        ...

    def every_rejected(self, after: int = 0, limit: int = 1_000) -> list[RejectedRow]:
        """Refused events of every state, oldest first, with ids past `after`."""
        ...

    def empty_rejected(self, ids: Sequence[int]) -> int:
        """Forget what these refused events said (state `erased`); that there was one, of which source, stays."""
        ...

    def count_rejected(self, before: int) -> int:
        """How many refused events were received before a time (µs UTC), whatever their state."""
        ...

    def drop_rejected(self, before: int) -> int:
        """Delete the refused events received before a time (µs UTC), whatever their state; how many."""
        ...

    def scrub(self) -> None:
        """Leave no trace of what was rewritten or emptied in the files this engine keeps itself."""
        ...

    def add_source(self, source: Source) -> None:
        """Register a source; `Conflict` when the write key or id is taken."""
        ...

    def sources(self) -> list[Source]:
        """All sources, oldest first, disabled ones included."""
        ...

    def set_source(self, source_id: str, *, name: str | None = None, enabled: bool | None = None) -> None:
        """Rename, disable or enable a source; `NotFound` when there is none."""
        ...

    def rejected(
        self, *, state: str = "open", before: int | None = None, limit: int = 50, source: str | None = None
    ) -> list[RejectedRow]:
        """Refused events, newest first, those with an id below `before`."""
        ...

    def rejected_counts(self) -> dict[str, int]:
        """Open refused events by reason code."""
        ...

    def settle_rejected(self, rejected_id: int, state: str) -> None:
        """Mark one as resolved or discarded."""
        ...

    def checkpoint(self) -> None:
        """Move the write-ahead log into the file, from a thread of its own; nothing where the engine does it."""
        ...

    def close(self) -> None: ...


def storable(text: str) -> str:
    """Without what a database's text cannot hold: NUL and halves of surrogate pairs become replacement marks."""
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode()


def open_log(url: str) -> EventLog:
    """The log at `sqlite:///absolute/path/log.db` or `postgresql://..`, made when it is not there."""
    if url.startswith("sqlite:///"):
        from choral.events.store.sqlite import SqliteLog  # deferred: only the engine in use is imported

        return SqliteLog(url.removeprefix("sqlite://"))
    from choral.events.store.postgres import PostgresLog

    return PostgresLog(url)

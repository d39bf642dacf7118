"""The relay: facts that books told wait in an outbox; here they go to the log, in batches, at least once.

Append first, delete afterwards: a crash between the two sends the same facts again, under the same event ids, and the
consumer drops the second. Knows no framework: the outbox is whatever keeps the three words of `Outbox`.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

import msgspec

from choral.core.clock import SYSTEM_CLOCK, Clock
from choral.events.store import Batch, EventLog

SOURCE = "choral"  # of all facts that our own rooms tell
MOST_FACTS = 2_000  # of one batch
_encode = msgspec.json.Encoder().encode


class Waiting(NamedTuple):
    """A fact in the outbox: one line of the log without its line break, and its personal part as JSON."""

    id: int
    line: bytes
    personal: bytes | None


class Outbox(Protocol):
    """Where facts wait; see `choral.books.outbox`."""

    def take(self, limit: int) -> list[Waiting]:
        """The oldest facts, which stay where they are."""
        ...

    def done(self, ids: Sequence[int]) -> None:
        """Delete these; those that are gone already are no error."""
        ...


def relay(outbox: Outbox, log: EventLog, clock: Clock = SYSTEM_CLOCK, most: int = MOST_FACTS) -> int:
    """Move what waits to the log, up to `most` facts; how many were moved (0: nothing waits).

    Raises `Unavailable` when the log or the books cannot be written; then everything is still in the outbox.
    """
    waiting = outbox.take(most)
    if not waiting:
        return 0
    log.append([_batch(waiting, clock.now())])
    outbox.done([fact.id for fact in waiting])
    return len(waiting)


def _batch(waiting: Sequence[Waiting], now: int) -> Batch:
    personal = {str(index): msgspec.Raw(fact.personal) for index, fact in enumerate(waiting) if fact.personal}
    payload = b"".join([fact.line + b"\n" for fact in waiting])
    return Batch(SOURCE, now, len(waiting), payload, _encode(personal) if personal else None)

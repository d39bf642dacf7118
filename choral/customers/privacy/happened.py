"""Events of the log by their positions, each whole."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec

from choral.core.event import Event
from choral.events.store import EventLog

_decode = msgspec.json.Decoder(Event).decode


class Happened(NamedTuple):
    """An event, where it stands in the log, who sent it and when it came in (µs UTC)."""

    position: int
    source: str
    received_at: int
    event: Event


def at_positions(log: EventLog, positions: Iterable[int]) -> Iterator[Happened]:
    """The events at these positions, in their order; only the batches they are in are read."""
    wanted = sorted(set(positions))
    index = 0
    while index < len(wanted):
        batch = log.read(wanted[index] - 1, 1)[0]
        lines = batch.payload.split(b"\n")
        while index < len(wanted) and wanted[index] <= batch.last:
            line = lines[wanted[index] - batch.first]
            yield Happened(wanted[index], batch.source, batch.received_at, _decode(line))
            index += 1

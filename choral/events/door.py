"""What the storeys above may do with events: sources, sending, the refused ones, the newest, the state of the log."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

import msgspec

from choral.core.clock import SYSTEM_CLOCK, Clock
from choral.core.errors import Conflict, InvalidInput, NotFound
from choral.core.event import Event, decode_lines
from choral.core.ids import new_id, new_secret
from choral.events.collector import canonical
from choral.events.collector.intake import Claim, Intake, Taken
from choral.events.collector.protocols import reader_of, segment
from choral.events.collector.refusals import Refusal
from choral.events.first import FirstEvents
from choral.events.store import EventLog, RejectedRow, Source
from choral.events.writer import LogWriter
from choral.home import Home

_SLICE = 2_000  # events of an import that become one row of the log
_encode = msgspec.json.Encoder().encode


class RefusedEvent(msgspec.Struct, frozen=True):
    """An event that was not accepted: its place in what was sent (from 0), why, and the event as it was sent."""

    index: int
    code: str
    message: str
    event: bytes


class Accepted(msgspec.Struct, frozen=True):
    """The verdicts on what was sent; accepted events are on disk, refused ones are in the refused list."""

    accepted: int
    duplicates: int
    refused: tuple[RefusedEvent, ...] = ()


class Recent(msgspec.Struct, frozen=True):
    """One event of the log with where and when it came in (µs since 1970 UTC)."""

    position: int
    received_at: int
    source: str
    event: Event


class Status(msgspec.Struct, frozen=True):
    """`head` is the last position; `received_at` of the newest event; `sources` that are enabled; open refused ones."""

    head: int
    received_at: int | None
    sources: int
    refused: int


class Events:
    """The log's door. Everything goes the collector's way: same normalising, same verdicts, same refused list."""

    def __init__(self, home: Home, log: EventLog, writer: LogWriter, clock: Clock = SYSTEM_CLOCK) -> None:
        self._log = log
        self._writer = writer
        self._clock = clock
        self._intake = Intake(home.secret, home.region, home.currency)
        self._first = FirstEvents(log)

    @property
    def log(self) -> EventLog:
        """The log itself, for those who follow it."""
        return self._log

    def sources(self) -> list[Source]:
        """All sources, oldest first, disabled ones included."""
        return self._log.sources()

    def source(self, source_id: str) -> Source:
        """One source; `NotFound` when there is none."""
        found = next((source for source in self._log.sources() if source.id == source_id), None)
        if found is None:
            raise NotFound("no_such_source", "There is no such source.", status=404)
        return found

    def create_source(self, name: str, channel: str, source_id: str | None = None) -> Source:
        """A new source with a write key of its own. `source_id` fixes the id (imports, demo): then an existing one
        is returned as it is."""
        if not name.strip():
            raise InvalidInput("no_name", "The source has no name.", "People must tell sources apart.", "Give it one.")
        now = self._clock.now()
        source = Source(source_id or new_id(now).hex, name.strip()[:120], channel, new_secret("wk"), now)
        try:
            self._log.add_source(source)
        except Conflict:
            if source_id is None:
                raise
            return self.source(source_id)
        return source

    def set_source(self, source_id: str, *, name: str | None = None, enabled: bool | None = None) -> Source:
        """Rename, disable or enable; the collector follows within a second."""
        self._log.set_source(source_id, name=name, enabled=enabled)
        return self.source(source_id)

    def accept(self, source: Source, events: Sequence[dict[str, object]]) -> Accepted:
        """Events in Choral's own words (`canonical.CanonicalEvent`), on disk when this returns."""
        return self.accept_lines(source, b"\n".join(_encode(event) for event in events))

    def accept_lines(self, source: Source, payload: bytes | Iterable[bytes]) -> Accepted:
        """The same for many: JSON lines, as bytes or one by one; written in slices of 2,000 events.

        An id seen before in the same source is stored once (`duplicates` counts those seen a moment ago; the consumer
        drops the others), so a broken import can simply be run again.
        """
        lines = payload.split(b"\n") if isinstance(payload, bytes) else payload
        accepted = duplicates = done = 0
        refused: list[RefusedEvent] = []
        for slice_ in _slices(line for line in lines if line):
            taken = self._take(source, slice_)
            accepted += len(taken.events)
            duplicates += taken.duplicates
            refused += [
                RefusedEvent(done + index, refusal.code, refusal.message, slice_[index])
                for index, refusal, _ in taken.refused
            ]
            done += len(slice_)
        return Accepted(accepted, duplicates, tuple(refused))

    def rejected(
        self, *, state: str = "open", before: int | None = None, limit: int = 50, source: str | None = None
    ) -> list[RejectedRow]:
        """Refused events, newest first, those with an id below `before`."""
        return self._log.rejected(state=state, before=before, limit=limit, source=source)

    def rejected_counts(self) -> dict[str, int]:
        """Open refused events by reason code."""
        return self._log.rejected_counts()

    def rejected_event(self, rejected_id: int) -> RejectedRow:
        """One open refused event; `NotFound` when there is none."""
        rows = self._log.rejected(before=rejected_id + 1, limit=1)
        if not rows or rows[0].id != rejected_id:
            raise NotFound("no_such_rejected_event", "There is no such open refused event.", status=404)
        return rows[0]

    def rerun_rejected(self, rejected_id: int, event: bytes | None = None) -> None:
        """Validate it again, as it was or corrected (`event`), and take it in.

        Raises `InvalidInput` with the reason's code when it is still refused; then it stays open.
        """
        row = self.rejected_event(rejected_id)
        source = self.source(row.source) if row.source else None
        if source is None:
            raise InvalidInput(
                "no_source",
                "This was refused before its sender was known.",
                "Only its description was kept.",
                "Let the sender use the key of one of your sources and send it again.",
            )
        claims = _read(event if event is not None else row.event)
        taken = self._intake.take(source, claims, row.received_at)
        if taken.refused:
            refusal = taken.refused[0][1]
            raise InvalidInput(refusal.code, refusal.message)
        if taken.events:
            self._writer.append(taken.batch([]))
            self._intake.committed(taken)
        self._log.settle_rejected(rejected_id, "resolved")

    def discard_rejected(self, rejected_id: int) -> None:
        """Put one aside for good."""
        self.rejected_event(rejected_id)
        self._log.settle_rejected(rejected_id, "discarded")

    def recent(self, limit: int = 50) -> list[Recent]:
        """The newest events of the log, newest first, as received (a duplicate may be among them)."""
        found: list[Recent] = []
        head = self._log.head()
        after = max(0, head - limit)
        # One reading may stop early: a long batch that begins before the wanted ones fills it alone.
        while after < head and (batches := self._log.read(after, limit)):
            for batch in batches:
                events = decode_lines(batch.payload)
                found += [
                    Recent(batch.first + index, batch.received_at, batch.source, event)
                    for index, event in enumerate(events)
                ]
            after = batches[-1].last
        return found[: -limit - 1 : -1]

    def before(self, moment: int) -> int:
        """The last position of the log that came in before a time (µs UTC)."""
        low, high = 0, self._log.head()
        while low < high:
            middle = (low + high) // 2
            received = self._log.oldest_waiting(middle)
            if received is not None and received < moment:
                batch = self._log.read(middle, 1)
                low = batch[-1].last if batch else middle + 1
            else:
                high = middle
        return low

    def first_event(self, source_id: str) -> int | None:
        """When the first event of a source came in (µs since 1970 UTC), or None while there is none."""
        return self._first.of(self.source(source_id))

    def status(self) -> Status:
        """Where the log stands."""
        head = self._log.head()
        newest = self._log.oldest_waiting(head - 1) if head else None
        enabled = sum(source.enabled for source in self._log.sources())
        return Status(head, newest, enabled, sum(self._log.rejected_counts().values()))

    def _take(self, source: Source, lines: list[bytes]) -> Taken:
        claims = [canonical.read_event(line) for line in lines]
        taken = self._intake.take(source, claims, self._clock.now())
        if taken.events or taken.refused:
            self._writer.append(taken.batch([lines[index] for index, _, _ in taken.refused]))
            self._intake.committed(taken)
        return taken


def _read(raw: bytes) -> list[Claim | Refusal]:
    """A refused event is in the shape of its protocol: a Segment call has a `type`, one of ours a `name` and `ids`."""
    try:
        fields = msgspec.json.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return [canonical.read_event(raw)]
    if not isinstance(fields, dict):
        return [canonical.read_event(raw)]
    if "type" in fields:
        return [segment.read_event(raw)]
    read = reader_of(fields)
    return [canonical.read_event(raw)] if read is None else read(raw)


def _slices(lines: Iterator[bytes]) -> Iterator[list[bytes]]:
    while part := list(islice(lines, _SLICE)):
        yield part

"""Events in and out: sending in Choral's own words, sources with their write keys, the refused ones, the newest."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Path, Query, Router, Schema
from pydantic import ConfigDict

from choral.core.errors import Conflict, InvalidInput
from choral.core.ids import digest
from choral.events.door import Recent
from choral.events.store import RejectedRow, Source
from choral.interfaces.api.operations import KEY, reads, shop, who, writes
from choral.interfaces.api.pages import Cursor, Done, Limit, following, number

router = Router(tags=["Events"])
MOST_EVENTS = 1_000
RejectedId = Annotated[int, Path(ge=1, lt=1 << 63)]


class Strict(Schema):
    """Unknown fields are refused: a misspelt one must not be lost silently."""

    model_config = ConfigDict(extra="forbid")


class EventsIn(Strict):
    """Up to 1,000 events of one source. Each event is judged by itself: see the verdicts of the answer."""

    source: str = Field(description="The id of a source (/api/v1/sources).", max_length=80)
    events: list[dict[str, Any]] = Field(
        min_length=1,
        max_length=MOST_EVENTS,
        description="Each: name; id (unique in its source for ever; made when absent); at (ISO 8601 or µs); ids"
        ' ("email:ada@shop.eu", "card:8812"; personal ones are hashed on the way in); channel; amount and currency'
        " (minor units); properties; context; traits (about the person).",
    )


class SourceIn(Strict):
    name: str = Field(min_length=1, max_length=120)
    channel: str = Field("web", pattern=r"^[a-z][a-z0-9_]{0,39}$", description="The channel of events that name none.")


class SourceChange(Strict):
    name: str | None = Field(None, min_length=1, max_length=120)
    enabled: bool | None = None


class RejectedRun(Strict):
    event: dict[str, Any] | None = Field(None, description="The event corrected; nothing to run it as it was sent.")


@dataclass(frozen=True)
class RefusedVerdict:
    """An event that was not accepted: its place in `events` (from 0) and why; it is kept in the refused list."""

    index: int
    code: str
    message: str


@dataclass(frozen=True)
class Verdicts:
    """What became of a batch. Accepted ones are on disk; duplicates had been accepted before and count once."""

    accepted: int
    duplicates: int
    rejected: tuple[RefusedVerdict, ...]


@dataclass(frozen=True)
class SourcePage:
    """All sources, oldest first."""

    rows: tuple[Source, ...]
    next: str | None


@dataclass(frozen=True)
class RejectedEvent:
    """A refused event. `event` is what was sent, as text; null for those who may not see personal values."""

    id: int
    source: str
    received_at: int
    code: str
    message: str
    message_id: str
    state: str
    event: str | None


@dataclass(frozen=True)
class RejectedPage:
    """Refused events, newest first, and how many are open by reason."""

    rows: tuple[RejectedEvent, ...]
    next: str | None
    counts: dict[str, int]


@dataclass(frozen=True)
class RecentPage:
    """The newest events of the log, newest first."""

    rows: tuple[Recent, ...]
    next: str | None


@writes(router, "POST", "/events", "imports.manage", Verdicts, beside=True)
def send_events(request: HttpRequest, sent: EventsIn) -> Verdicts:
    """Send events; accepted ones are on disk when the answer comes."""
    source = shop().events.source(sent.source)
    if not source.enabled:
        raise Conflict(
            "source_disabled", "This source is disabled.", "Its owner stopped it.", "Enable it, or use another.", 409
        )
    taken = shop().events.accept_lines(source, [json.dumps(event).encode() for event in sent.events])
    refused = tuple(RefusedVerdict(one.index, one.code, one.message) for one in taken.refused)
    return Verdicts(taken.accepted, taken.duplicates, refused)


@reads(router, "/events", "events.view", RecentPage)
def list_events(request: HttpRequest, limit: Limit = 50) -> RecentPage:
    """The newest events as they were received (a duplicate may be among them), without personal values."""
    return RecentPage(tuple(shop().events.recent(limit)), None)


@reads(router, "/sources", "sources.manage", SourcePage)
def list_sources(request: HttpRequest) -> SourcePage:
    """All sources with their write keys, oldest first, disabled ones included."""
    return SourcePage(tuple(shop().events.sources()), None)


@writes(router, "POST", "/sources", "sources.manage", Source, status=201, beside=True)
def create_source(request: HttpRequest, new: SourceIn) -> Source:
    """A new source with a write key for its SDK."""
    key = request.headers.get(KEY)
    # Made from the key, so that a retry after a crash between the source and its kept answer finds the same source.
    source_id = digest(f"{who(request).actor.name}\n{key}").hex() if key else None
    return shop().events.create_source(new.name, new.channel, source_id)


@reads(router, "/sources/{source_id}", "sources.manage", Source)
def get_source(request: HttpRequest, source_id: str) -> Source:
    """One source."""
    return shop().events.source(source_id)


@writes(router, "PATCH", "/sources/{source_id}", "sources.manage", Source, beside=True)
def change_source(request: HttpRequest, source_id: str, change: SourceChange) -> Source:
    """Rename, disable or enable a source; the collector follows within a second."""
    shop().events.source(source_id)
    return shop().events.set_source(source_id, name=change.name, enabled=change.enabled)


@reads(router, "/rejected-events", "events.view", RejectedPage)
def list_rejected_events(
    request: HttpRequest,
    state: Annotated[str, Query(pattern="^(open|resolved|discarded)$")] = "open",
    source: Annotated[str | None, Query(max_length=80)] = None,
    after: Cursor = None,
    limit: Limit = 50,
) -> RejectedPage:
    """Events that could not be accepted, with the reason of each, newest first."""
    events = shop().events
    found = events.rejected(state=state, before=number(after), limit=limit + 1, source=source)
    rows, more = following(found, limit)
    shown = tuple(_rejected(request, row) for row in rows)
    return RejectedPage(shown, str(rows[-1].id) if more else None, events.rejected_counts())


@reads(router, "/rejected-events/{rejected_id}", "events.view", RejectedEvent)
def get_rejected_event(request: HttpRequest, rejected_id: RejectedId) -> RejectedEvent:
    """One open refused event."""
    return _rejected(request, shop().events.rejected_event(rejected_id))


@writes(router, "POST", "/rejected-events/{rejected_id}/runs", "imports.manage", Done, beside=True)
def rerun_rejected_event(request: HttpRequest, rejected_id: RejectedId, run: RejectedRun) -> Done:
    """Judge it again, as it was or corrected, and take it in; still refused, it stays open and the reason is told."""
    corrected = json.dumps(run.event).encode() if run.event is not None else None
    try:
        shop().events.rerun_rejected(rejected_id, corrected)
    except InvalidInput as problem:
        problem.status = 422
        raise
    return Done(str(rejected_id), "resolved")


@writes(router, "DELETE", "/rejected-events/{rejected_id}", "imports.manage", Done, beside=True)
def discard_rejected_event(request: HttpRequest, rejected_id: RejectedId) -> Done:
    """Put a refused event aside for good."""
    shop().events.discard_rejected(rejected_id)
    return Done(str(rejected_id), "discarded")


def _rejected(request: HttpRequest, row: RejectedRow) -> RejectedEvent:
    event = row.event.decode("utf-8", "replace") if who(request).personal else None
    return RejectedEvent(row.id, row.source, row.received_at, row.code, row.message, row.message_id, row.state, event)

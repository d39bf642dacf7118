"""Forwarding over HTTP: the tools that get events, how far each is, and what they did not take."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from ninja import Field, Path, Query, Router

from choral.books import act
from choral.connectors.forwarding import actions
from choral.connectors.forwarding.values import DeadLetter, Destination, Settings, Tried
from choral.interfaces.api.events import Strict
from choral.interfaces.api.operations import reads, shop, who, writes
from choral.interfaces.api.pages import Cursor, Done, Limit, following, moment, number

router = Router(tags=["Forwarding"])
DestinationId = Annotated[str, Path(max_length=36)]
LineId = Annotated[int, Path(ge=1, lt=1 << 63)]


class DestinationIn(Strict):
    """A tool that takes Segment's calls in batches."""

    name: str = Field(min_length=1, max_length=120)
    url: str = Field(max_length=500, description="Where to POST; https, on the public internet.")
    write_key: str = Field("", max_length=200, description="Sent as the user of Basic authorization.")
    events: list[str] = Field([], max_length=500, description="Names of events; empty for all.")
    sources: list[str] = Field([], max_length=500, description="Ids of sources; empty for all.")
    identifiers: str = Field("pseudonymous", pattern="^(pseudonymous|plain)$")
    purpose: str = Field("", max_length=60, description="For plain ones: what people must have agreed to.")

    def settings(self) -> Settings:
        return Settings(
            self.name, self.url, tuple(self.events), tuple(self.sources), self.identifiers, self.purpose, self.write_key
        )


class NewDestination(DestinationIn):
    since: datetime | None = Field(None, description="Send what came in from then on; without it from now on.")


class Since(Strict):
    since: datetime = Field(description="Send again what came in from then on.")


@dataclass(frozen=True)
class DestinationPage:
    """All destinations, oldest first."""

    rows: tuple[Destination, ...]
    next: str | None


@dataclass(frozen=True)
class DeadLetterPage:
    """What a destination did not take, newest first."""

    rows: tuple[DeadLetter, ...]
    next: str | None


@dataclass(frozen=True)
class SigningSecret:
    """What a destination checks signatures with."""

    secret: str


@reads(router, "/forwarding", "events.view", DestinationPage)
def list_destinations(request: HttpRequest) -> DestinationPage:
    """The tools that get events."""
    return DestinationPage(shop().connectors.forwarding.destinations(), None)


@writes(router, "POST", "/forwarding", "forwarding.manage", Destination, status=201)
def add_destination(request: HttpRequest, new: NewDestination) -> Destination:
    """Another tool that gets events."""
    return shop().connectors.forwarding.add(who(request).actor, new.settings(), moment(new.since))


@reads(router, "/forwarding/{destination_id}", "events.view", Destination)
def get_destination(request: HttpRequest, destination_id: DestinationId) -> Destination:
    """One of them: its settings, how far it is, its last problem."""
    return shop().connectors.forwarding.destination(destination_id)


@writes(router, "PUT", "/forwarding/{destination_id}", "forwarding.manage", Destination)
def change_destination(request: HttpRequest, destination_id: DestinationId, new: DestinationIn) -> Destination:
    """Other settings."""
    return shop().connectors.forwarding.change(who(request).actor, destination_id, new.settings())


@writes(router, "DELETE", "/forwarding/{destination_id}", "forwarding.manage", Done)
def remove_destination(request: HttpRequest, destination_id: DestinationId) -> Done:
    """It gets nothing any more."""
    act(actions.remove, who(request).actor, destination_id)
    return Done(destination_id, "removed")


@writes(router, "POST", "/forwarding/{destination_id}/pause", "forwarding.manage", Destination)
def pause_destination(request: HttpRequest, destination_id: DestinationId) -> Destination:
    """Nothing is sent until it is resumed; nothing is lost meanwhile."""
    act(actions.pause, who(request).actor, destination_id)
    return shop().connectors.forwarding.destination(destination_id)


@writes(router, "POST", "/forwarding/{destination_id}/resume", "forwarding.manage", Destination)
def resume_destination(request: HttpRequest, destination_id: DestinationId) -> Destination:
    """Go on at once from where it stood."""
    act(actions.resume, who(request).actor, destination_id)
    return shop().connectors.forwarding.destination(destination_id)


@writes(router, "POST", "/forwarding/{destination_id}/replay", "forwarding.manage", Destination)
def replay_destination(request: HttpRequest, destination_id: DestinationId, asked: Since) -> Destination:
    """Send everything again from a time on, with the message ids of the first time."""
    since = moment(asked.since) or 0
    return shop().connectors.forwarding.replay(who(request).actor, destination_id, since)


@writes(router, "POST", "/forwarding/{destination_id}/test", "forwarding.manage", Tried, beside=True)
def test_destination(request: HttpRequest, destination_id: DestinationId) -> Tried:
    """Send it a call that stands for nothing, and see what it answers."""
    return shop().connectors.forwarding.test(destination_id)


@reads(router, "/forwarding/{destination_id}/secret", "forwarding.manage", SigningSecret)
def get_signing_secret(request: HttpRequest, destination_id: DestinationId) -> SigningSecret:
    """What it checks signatures with."""
    return SigningSecret(shop().connectors.forwarding.secret(destination_id))


@writes(router, "POST", "/forwarding/{destination_id}/secret", "forwarding.manage", Done)
def renew_signing_secret(request: HttpRequest, destination_id: DestinationId) -> Done:
    """Sign with another secret from now on."""
    act(actions.renew_secret, who(request).actor, destination_id)
    return Done(destination_id, "renewed")


@reads(router, "/forwarding/{destination_id}/dead", "events.view", DeadLetterPage)
def list_dead_letters(
    request: HttpRequest,
    destination_id: DestinationId,
    state: Annotated[str, Query(pattern="^(open|resent|discarded)$")] = "open",
    after: Cursor = None,
    limit: Limit = 50,
) -> DeadLetterPage:
    """What it did not take however often it was sent."""
    found = shop().connectors.forwarding.dead(destination_id, state, number(after), limit + 1)
    rows, more = following(found, limit)
    return DeadLetterPage(tuple(rows), str(rows[-1].id) if more else None)


@writes(router, "POST", "/forwarding/dead/{line}/resend", "forwarding.manage", Tried, beside=True)
def resend_dead_letter(request: HttpRequest, line: LineId) -> Tried:
    """Send one of these lines once more."""
    return shop().connectors.forwarding.resend(who(request).actor, line)


@writes(router, "POST", "/forwarding/dead/{line}/discard", "forwarding.manage", Done)
def discard_dead_letter(request: HttpRequest, line: LineId) -> Done:
    """Put one of these lines away; its events stay in the log."""
    act(actions.settle, who(request).actor, line, "discarded")
    return Done(str(line), "discarded")

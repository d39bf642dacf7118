"""The web site: hears signed calls of its server, and has messages shown on its pages."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from choral.channels.contract import Capabilities, Example, Message, Receipt, Request
from choral.channels.signature import sign, verify
from choral.core.clock import SECOND, SYSTEM_CLOCK, Clock
from choral.core.errors import InvalidInput


class SiteEvent(msgspec.Struct):
    """What the site's server tells: an event of the vocabulary, with its id and the visitor as the site knows them."""

    id: str
    name: str
    at: str
    visitor: str | None = None
    user: str | None = None
    properties: dict[str, Any] = {}


_events = msgspec.json.Decoder(list[SiteEvent])


@dataclass(frozen=True)
class Settings:
    """`secret` is shared with the site's server and signs its calls."""

    secret: str


class Web:
    """See the module's sentence. Browsers themselves speak to the collector with the SDK the shop already has."""

    key = "web"
    label = "Web site"
    capabilities = Capabilities(hears=True, speaks=True, needs_consent=False, address="anonymous", rich=True,
                                longest=2_000)  # fmt: skip
    settings = Settings

    def __init__(self, clock: Clock = SYSTEM_CLOCK) -> None:
        self._clock = clock

    def hear(self, request: Request, settings: Any) -> list[dict[str, object]]:
        """The events of a list; each is judged by itself later, as all events are."""
        verify(settings.secret, request.headers.get("choral-signature", ""), request.body, self._clock.now() // SECOND)
        try:
            said = _events.decode(request.body)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as problem:
            raise InvalidInput("unreadable_events", "The call cannot be read.", f"{problem}.",
                               "Send a JSON list of events with id, name and at.") from problem  # fmt: skip
        return [
            {
                "name": one.name, "id": one.id, "at": one.at, "channel": "web", "properties": one.properties,
                "ids": [*([f"user:{one.user}"] if one.user else []),
                        *([f"anonymous:{one.visitor}"] if one.visitor else [])],
            }
            for one in said
        ]  # fmt: skip

    def deliver(self, message: Message, settings: Any) -> Receipt:
        """The message as the JSON the page shows: text only, made safe by whoever puts it into the page as text."""
        if len(message.text) > (self.capabilities.longest or 0):
            return Receipt(message.key, "refused", reason="text too long", permanent=True)
        document = msgspec.json.encode({"key": message.key, "text": message.text, "fields": dict(message.fields)})
        return Receipt(message.key, "accepted", provider_id=message.key, document=document)

    @property
    def examples(self) -> list[Example]:
        body = (
            b'[{"id":"v-1","name":"Product Viewed","at":"2026-11-24T10:15:00Z","visitor":"a-1",'
            b'"properties":{"product_id":"42"}}]'
        )
        heard = {
            "name": "Product Viewed", "id": "v-1", "at": "2026-11-24T10:15:00Z", "channel": "web",
            "properties": {"product_id": "42"}, "ids": ["anonymous:a-1"],
        }  # fmt: skip
        signed = Request({"choral-signature": sign("shared", self._clock.now() // SECOND, body)}, body)
        return [
            Example("A page looked at", {"secret": "shared"}, signed, [heard]),
            Example("A note on the site", {"secret": "shared"}, message=Message("n-1", "anonymous:a-1", "Welcome back"),
                    state="accepted"),
        ]  # fmt: skip


CHANNEL = Web()

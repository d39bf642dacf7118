"""The event: what happened, to whom as seen, when, on which channel."""

from __future__ import annotations

import msgspec

EMPTY = msgspec.Raw(b"{}")


class Event(msgspec.Struct, frozen=True, omit_defaults=True, gc=False):
    """One line of the log.

    `id` is the client's message id, unique within its source for ever. `name` is a name of the vocabulary
    (`choral.events.schema`) or the client's own. `at` is when it happened, in microseconds since 1970 UTC,
    corrected for the device's clock; `claimed` is the client's own time when it differs. `ids` are the
    identifiers as seen (`card:8812`, `email:#..`), strongest first. `amount` is the event's value in integer
    minor units of `currency`. `properties` and `context` are JSON objects without personal data.
    """

    id: str
    name: str
    at: int
    ids: tuple[str, ...] = ()
    channel: str = "web"
    amount: int | None = None
    currency: str | None = None
    properties: msgspec.Raw = EMPTY
    context: msgspec.Raw = EMPTY
    claimed: int | None = None
    version: int = 1


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(Event)


def encode_lines(events: list[Event]) -> bytes:
    """Events as JSON, one a line."""
    return _encoder.encode_lines(events)


def decode_lines(payload: bytes) -> list[Event]:
    """The inverse of `encode_lines`."""
    return _decoder.decode_lines(payload)

"""Events in Choral's own words, as the HTTP API, imports and connectors hand them over; no addresses of its own."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Raw

from choral.core.errors import InvalidInput
from choral.core.event import EMPTY
from choral.core.identifiers import KINDS
from choral.core.ids import digest, new_id
from choral.core.money import check_currency
from choral.events.collector import times
from choral.events.collector.intake import LARGEST_EVENT, Claim
from choral.events.collector.refusals import Refusal, refuse


class CanonicalEvent(msgspec.Struct, gc=False):
    """One event: `id` unique in its source for ever (made from the content when absent), `name` of the vocabulary,
    `at` in µs since 1970 UTC or ISO 8601, `ids` as "kind:value" with plain values (an e-mail as an e-mail: what is
    personal is hashed on the way in), `traits` about the person. `amount` (minor units of `currency`) only where the
    properties do not say it."""

    name: str
    id: str = ""
    at: Any = None
    ids: list[str] = []
    channel: str | None = None
    amount: int | None = None
    currency: str | None = None
    properties: Raw = EMPTY
    context: Raw = EMPTY
    traits: Raw = EMPTY


_decode = msgspec.json.Decoder(CanonicalEvent).decode


def read_event(raw: bytes) -> Claim | Refusal:
    """The claim of one event, or why it cannot be read."""
    if len(raw) > LARGEST_EVENT:
        return refuse("event_too_large", f"{LARGEST_EVENT >> 10} KiB")
    try:
        event = _decode(raw)
        at = event.at if type(event.at) is int else times.read(event.at)
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        return refuse("wrong_type", problem)
    except RecursionError:
        return refuse("too_deep")
    except (ValueError, OverflowError) as problem:
        return refuse("time_unreadable", problem)
    identifiers = tuple(
        [(kind, value) for kind, _, value in [one.partition(":") for one in event.ids] if kind in KINDS]
    )
    if len(identifiers) != len(event.ids):
        return refuse("wrong_type", f"“ids” holds an identifier that is not one of {', '.join(sorted(KINDS))}")
    try:
        currency = None if event.amount is None else check_currency(event.currency or "")
    except InvalidInput as problem:
        return Refusal(problem.code, str(problem))
    return Claim(
        event.id or _made_id(raw, at),
        event.name.strip(),
        event.properties,
        event.context,
        at=at,
        identifiers=identifiers,
        channel=event.channel,
        traits=None if bytes(event.traits) in (b"{}", b"null") else event.traits,
        amount=event.amount,
        currency=currency,
    )


def _made_id(raw: bytes, at: int | None) -> str:
    return f"made-{new_id()}" if at is None else f"made-{digest(raw).hex()}"

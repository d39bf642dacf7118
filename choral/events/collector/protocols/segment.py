"""Segment's HTTP API, which RudderStack's SDKs speak too: single calls, batches, short browser paths, settings.

Shapes: https://segment.com/docs/connections/sources/catalog/libraries/server/http-api and what the SDKs were seen to
send (Python, Node, analytics.js 2, RudderStack's Python, Node and browser SDKs).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Raw

from choral.core.clock import to_datetime
from choral.core.event import EMPTY
from choral.core.ids import digest, new_id
from choral.events.collector import body, times
from choral.events.collector.intake import LARGEST_EVENT, Claim
from choral.events.collector.personal import take_out
from choral.events.collector.protocols import Parsed, Route
from choral.events.collector.refusals import Refusal, error, refuse
from choral.events.collector.request import Request

MOST_EVENTS = 10_000  # in one request; Segment's own limit is 2,500
_CHANNELS = {"web": "web", "mobile": "app"}  # RudderStack's `channel`; "server" says nothing about the shop's channel


class Call(msgspec.Struct, rename="camel", gc=False):
    """One call as an SDK sends it."""

    type: str = ""
    message_id: str | None = None
    event: str | None = None
    user_id: str | int | float | None = None
    anonymous_id: str | int | float | None = None
    timestamp: datetime | None = None
    original_timestamp: datetime | None = None
    sent_at: datetime | None = None
    properties: Raw = EMPTY
    traits: Raw = EMPTY
    context: Raw = EMPTY
    integrations: Raw = EMPTY
    channel: str | None = None
    name: str | None = None
    category: str | None = None
    previous_id: str | int | float | None = None
    group_id: str | int | float | None = None


class LooseCall(Call, rename="camel", gc=False):
    """The same with times in any spelling: numbers, dates; read only when the strict form does not fit."""

    timestamp: Any = None
    original_timestamp: Any = None
    sent_at: Any = None


class _Envelope(msgspec.Struct, rename="camel"):
    batch: list[Call]
    sent_at: datetime | None = None
    context: Raw = EMPTY


class _RawEnvelope(msgspec.Struct, rename="camel"):
    batch: list[Raw]
    sent_at: Any = None
    context: Raw = EMPTY


class _KeyOfEvent(msgspec.Struct, rename="camel"):
    write_key: str | None = None


class _Key(msgspec.Struct, rename="camel"):
    write_key: str | None = None
    batch: list[_KeyOfEvent] = []


_envelope = msgspec.json.Decoder(_Envelope)
_raw_envelope = msgspec.json.Decoder(_RawEnvelope)
_call = msgspec.json.Decoder(Call)
_loose_call = msgspec.json.Decoder(LooseCall)
_call_as_raw = msgspec.json.Decoder(Raw)
_key = msgspec.json.Decoder(_Key)
_encode = msgspec.json.Encoder().encode


def read_batch(payload: bytes, request: Request) -> Parsed:
    """A batch: all at once when every event fits, else event by event so that each gets its own verdict."""
    if len(payload) <= LARGEST_EVENT:
        try:
            envelope = _envelope.decode(payload)
            if len(envelope.batch) <= MOST_EVENTS:
                sent = None if envelope.sent_at is None else times.microseconds(envelope.sent_at)
                claims = [_claim(call, sent) for call in envelope.batch]
                return Parsed(claims, lambda index: bytes(_raw_envelope.decode(payload).batch[index]))
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OverflowError, ValueError):
            pass  # the careful way finds out which event it was
    return _read_carefully(payload)


def read_single(payload: bytes, request: Request) -> Parsed:
    """One call; its type may stand in the path only (`/v1/track`, `/v1/t`)."""
    whole = body.parse(_call_as_raw.decode, payload)
    kind = _TYPES.get(request.path.rsplit("/", 1)[-1], "")
    return Parsed([_read_one(whole, None, kind)], lambda _: _with_type(whole, kind))


def write_key(payload: bytes) -> str | None:
    """The key inside a body: on the envelope, or on its first event."""
    try:
        found = _key.decode(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return found.write_key or next((event.write_key for event in found.batch if event.write_key), None)


def read_event(raw: bytes) -> Claim | Refusal:
    """One call that was kept when it was refused."""
    return _read_one(Raw(raw), None, "")


def settings(request: Request, key: str) -> dict[str, object]:
    """What analytics.js waits for before it sends: where to send, and that no device-mode plugin is to be loaded."""
    return {
        "integrations": {
            "Segment.io": {"apiKey": key, "apiHost": f"{request.host()}/v1", "protocol": request.scheme},
        },
        "plan": {"track": {"__default": {"enabled": True, "integrations": {}}}},
        "middlewareSettings": {},
        "enabledMiddleware": {},
        "metrics": {"sampleRate": 0},
        "remotePlugins": [],
    }


def _read_carefully(payload: bytes) -> Parsed:
    envelope = body.parse(_raw_envelope.decode, payload)
    if len(envelope.batch) > MOST_EVENTS:
        raise error("too_many_events", f"{MOST_EVENTS:,} events")
    try:
        sent = times.read(envelope.sent_at)
    except ValueError:
        sent = None
    claims = [_read_one(raw, sent, "") for raw in envelope.batch]
    return Parsed(claims, lambda index: bytes(envelope.batch[index]))


def _read_one(raw: Raw, sent: int | None, kind: str) -> Claim | Refusal:
    if len(raw) > LARGEST_EVENT:
        return refuse("event_too_large", f"{LARGEST_EVENT >> 10} KiB")
    try:
        return _claim(_call.decode(raw), sent, kind)
    except (msgspec.ValidationError, OverflowError, ValueError):
        pass
    except RecursionError:
        return refuse("too_deep")
    try:
        call = _loose_call.decode(raw)
        for field in ("timestamp", "original_timestamp", "sent_at"):
            at = times.read(getattr(call, field))
            setattr(call, field, None if at is None else to_datetime(at))
        return _claim(call, sent, kind)
    except msgspec.ValidationError as problem:
        return refuse("wrong_type", problem)
    except (ValueError, OverflowError) as problem:
        return refuse("time_unreadable", problem)


def _claim(call: Call, sent: int | None, kind: str = "") -> Claim | Refusal:
    make = _MAKE.get(call.type or kind)
    if make is None:
        return refuse("unknown_type", (call.type or kind)[:40])
    moment = call.original_timestamp or call.timestamp
    at = None if moment is None else times.microseconds(moment)
    if call.sent_at is not None:
        sent = times.microseconds(call.sent_at)
    claim = Claim(
        call.message_id or _made_id(call, at, sent),
        "",
        _object(call.properties),
        _object(call.context) if len(call.integrations) < 12 else _with_integrations(call),
        _text(call.user_id),
        _text(call.anonymous_id),
        at,
        sent,
        channel=_CHANNELS.get(call.channel) if call.channel else None,
    )
    make(claim, call)
    return claim


def _track(claim: Claim, call: Call) -> None:
    claim.name = (call.event or "").strip()


def _identify(claim: Claim, call: Call) -> None:
    claim.name = "Customer Identified"
    claim.traits = _object(call.traits)
    claim.needs_identifier = True


def _page(claim: Claim, call: Call) -> None:
    claim.name = "Page Viewed"
    claim.properties = _named(claim.properties, call)


def _screen(claim: Claim, call: Call) -> None:
    claim.name = "Screen Viewed"
    claim.properties = _named(claim.properties, call)
    claim.channel = claim.channel or "app"


def _alias(claim: Claim, call: Call) -> None:
    """The former id is as a rule the anonymous one; a former user id is never made the same person by this."""
    claim.name = "Identifiers Linked"
    claim.needs_identifier = True
    former = _text(call.previous_id)
    if former is not None:
        claim.identifiers = (("anonymous", former),)


def _group(claim: Claim, call: Call) -> None:
    """Traits of a group are about an organisation or a store, so nothing in them tells about the person."""
    claim.name = "Group Joined"
    claim.needs_identifier = True
    claim.properties = _with_members(take_out(_object(call.traits))[0], {"group_id": _text(call.group_id)})


_MAKE: dict[str, Callable[[Claim, Call], None]] = {
    "track": _track,
    "identify": _identify,
    "page": _page,
    "screen": _screen,
    "alias": _alias,
    "group": _group,
}
_TYPES = {name: name for name in _MAKE} | {name[0]: name for name in _MAKE}


def _text(value: str | float | None) -> str | None:
    """Ids as text; "" and null are no id, 12345 and 12345.0 are "12345"."""
    if type(value) is str:
        return value or None
    if value is None:
        return None
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _object(raw: Raw) -> Raw:
    return EMPTY if len(raw) == 4 and bytes(raw) == b"null" else raw


def _named(properties: Raw, call: Call) -> Raw:
    """Some SDKs give a page's name and category beside the properties, some in both places."""
    return _with_members(properties, {"name": call.name, "category": call.category})


def _with_members(raw: Raw, members: dict[str, str | None]) -> Raw:
    text = bytes(raw)
    missing = {key: value for key, value in members.items() if value and f'"{key}":'.encode() not in text}
    if not missing or not text.startswith(b"{"):
        return raw
    head = _encode(missing)
    return Raw(head[:-1] + (b"," if text[1:].strip() != b"}" else b"") + text[1:])


def _with_integrations(call: Call) -> Raw:
    """`integrations` is kept only where it forbids a destination: that is a choice of the person's."""
    context = _object(call.context)
    text = bytes(context)
    if b"false" not in bytes(call.integrations) or not text.startswith(b"{"):
        return context
    return Raw(b'{"integrations":' + bytes(call.integrations) + (b"," if text[1:].strip() != b"}" else b"") + text[1:])


def _made_id(call: Call, at: int | None, sent: int | None) -> str:
    """An id for an event without one: the same for the same bytes with a time in them, so that a retry is not counted
    twice; without any time two equal events are two."""
    if at is None and sent is None:
        return f"made-{new_id()}"
    return f"made-{digest(_encode(call) + str(sent).encode()).hex()}"


def _with_type(raw: Raw, kind: str) -> bytes:
    """The call as it can be run again without its path."""
    text = bytes(raw)
    if not kind or not text.startswith(b"{") or b'"type"' in text:
        return text
    return b'{"type":"' + kind.encode() + (b'",' if text[1:].strip() != b"}" else b'"') + text[1:]


def _key_in_path(request: Request) -> str | None:
    return request.rest.removesuffix("/settings") if request.rest.endswith("/settings") else None


_SINGLE = [
    Route(f"/v1/{path}", read_single, write_key)
    for path in ("track", "identify", "page", "screen", "alias", "group", "t", "i", "p", "s", "a", "g")
]
_BATCH = [Route(f"/v1/{path}", read_batch, write_key) for path in ("batch", "b", "import")]
ROUTES = [
    *_SINGLE,
    *_BATCH,
    Route("/v1/projects/*", document=settings, document_key=_key_in_path),
    Route("/analytics.js/v1/*", file="analytics.min.js"),
]

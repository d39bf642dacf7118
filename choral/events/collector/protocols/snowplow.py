"""Snowplow's tracker protocol: payloads by POST (`tp2`) and the pixel `/i`, self-describing events and contexts.

Source: https://docs.snowplow.io/docs/sources/trackers/snowplow-tracker-protocol/ and what the Python, Node and browser
trackers were seen to send. The trackers send no key: their application id (`aid`) is the source's write key. What a
self-describing event means in the vocabulary stands in `snowplow_meaning`.
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode
from typing import Any

import msgspec
from msgspec import Raw

from choral.core.event import EMPTY
from choral.core.ids import digest, new_id
from choral.events.collector import body, times
from choral.events.collector.intake import LARGEST_EVENT, Claim
from choral.events.collector.protocols import Parsed, Route
from choral.events.collector.protocols.snowplow_meaning import Described, Said, meaning
from choral.events.collector.refusals import Refusal, error, refuse
from choral.events.collector.request import Request

MOST_EVENTS = 10_000
Fields = dict[str, Any]
_SCHEMA = re.compile(r"iglu:([^/]+)/([^/]+)/[^/]+/([0-9-]+)")
_MOBILE = frozenset(("mob", "iot", "app"))
_PAGE = {"url": "url", "refr": "referrer", "page": "title"}
_CONTEXT = {"ua": "userAgent", "lang": "locale", "tz": "timezone", "sid": "sessionId", "ip": "ip"}
# Read elsewhere, or the transport's own.
_READ = {"e", "eid", "dtm", "stm", "ttm", "uid", "duid", "ue_px", "ue_pr", "cx", "co", "tv", "tna", "aid", "p", "u"}
_OF_EVENT = ("se_", "tr_", "ti_", "pp_")


class _Payload(msgspec.Struct):
    data: list[Raw]


class _Application(msgspec.Struct):
    aid: Any = None
    data: list[Raw] = []


_payload = msgspec.json.Decoder(_Payload).decode
_application = msgspec.json.Decoder(_Application).decode
_fields = msgspec.json.Decoder(Fields).decode
_encode = msgspec.json.Encoder().encode


def read(payload: bytes, request: Request) -> Parsed:
    """The events of one payload."""
    raws = body.parse(_payload, payload).data
    if len(raws) > MOST_EVENTS:
        raise error("too_many_events", f"{MOST_EVENTS:,} events")
    return Parsed.of_several(raws, _read_one)


def read_pixel(payload: bytes, request: Request) -> Parsed:
    """The one event that the query of a picture says."""
    return Parsed.of_several([Raw(payload)], _read_one)


def write_key(payload: bytes) -> str | None:
    """The application id of the first event that has one."""
    try:
        found = _application(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return _aid(found) or next((aid for raw in found.data[:100] if (aid := _aid_in(raw))), None)


def owns(fields: dict[str, object]) -> bool:
    """Whether an event that was refused came in this shape."""
    return "e" in fields and ("eid" in fields or "tv" in fields)


def read_event(raw: bytes) -> list[Claim | Refusal]:
    """One event that was kept when it was refused."""
    return _read_one(Raw(raw))


def _aid(found: _Application) -> str | None:
    return found.aid if isinstance(found.aid, str) and found.aid else None


def _aid_in(raw: Raw) -> str | None:
    try:
        return _aid(_application(raw))
    except (msgspec.DecodeError, RecursionError):
        return None


def _read_one(raw: Raw) -> list[Claim | Refusal]:
    if len(raw) > LARGEST_EVENT:
        return [refuse("event_too_large", f"{LARGEST_EVENT >> 10} KiB")]
    try:
        fields = _fields(raw)
        at = _moment(fields.get("ttm")) or _moment(fields.get("dtm"))
        sent = _moment(fields.get("stm"))
        event = _described(fields, "ue_px", "ue_pr")
        entities = _entities(fields)
    except msgspec.ValidationError as problem:
        return [refuse("wrong_type", problem)]
    except (msgspec.DecodeError, UnicodeDecodeError) as problem:
        return [refuse("wrong_type", f"The self-describing JSON cannot be read: {problem}")]
    except RecursionError:
        return [refuse("too_deep")]
    except (ValueError, OverflowError) as problem:
        return [refuse("time_unreadable", problem)]
    context = _context(fields, event, entities)
    message = _text(fields.get("eid")) or _made_id(raw, at, sent)
    return [
        _claim(said, message if number == 0 else f"{message}.{number}", fields, context, at, sent)
        for number, said in enumerate(meaning(fields, event, entities))
    ]


def _claim(said: Said, message: str, fields: Fields, context: Raw, at: int | None, sent: int | None) -> Claim:
    claim = Claim(message, said.name, EMPTY, context, _text(fields.get("uid")), _text(fields.get("duid")), at, sent)
    if said.traits is not None:
        claim.traits = Raw(_encode(said.traits))
    else:
        claim.properties = Raw(_encode(said.properties))
    claim.needs_identifier = said.about_someone
    claim.identifiers = tuple([(kind, value) for kind, value in said.identifiers if value])
    if said.in_place:
        claim.user = claim.anonymous = None
    if fields.get("p") in _MOBILE:
        claim.channel = "app"
    return claim


def _described(fields: Fields, packed: str, plain: str) -> Described | None:
    """The event inside the envelope that every self-describing event wears."""
    whole = _json(fields, packed, plain)
    inner = whole.get("data") if whole else None
    return _schema_and_data(inner) if isinstance(inner, dict) else None


def _entities(fields: Fields) -> list[Described]:
    whole = _json(fields, "cx", "co")
    items = whole.get("data") if whole else None
    return [_schema_and_data(item) for item in items if isinstance(item, dict)] if isinstance(items, list) else []


def _schema_and_data(item: Fields) -> Described:
    data = item.get("data")
    found = _SCHEMA.fullmatch(str(item.get("schema", "")))
    vendor, name, version = found.groups() if found else ("", str(item.get("schema", ""))[:200], "")
    return Described(vendor, name, version, data if isinstance(data, dict) else {"value": data})


def _json(fields: Fields, packed: str, plain: str) -> Fields | None:
    """Base64 (of the kind for addresses, its padding left out at times) or plain."""
    if text := _text(fields.get(packed)):
        return _fields(urlsafe_b64decode(text.replace("+", "-").replace("/", "_") + "=" * (-len(text) % 4)))
    text = _text(fields.get(plain))
    return _fields(text.encode()) if text else None


def _context(fields: Fields, event: Described | None, entities: list[Described]) -> Raw:
    """The surroundings, as Segment names them; entities that say something else stay under their names."""
    found: Fields = {ours: fields[theirs] for theirs, ours in _CONTEXT.items() if fields.get(theirs)}
    page = {ours: fields[theirs] for theirs, ours in _PAGE.items() if fields.get(theirs)}
    if page:
        found["page"] = page
    if fields.get("tv"):
        found["library"] = {"name": "snowplow", "version": fields["tv"]}
    if event is not None:
        found["schema"] = f"{event.vendor}/{event.name}/{event.version}"
    rest: Fields = {}
    for entity in entities:
        if not entity.of_commerce:
            rest.setdefault(f"{entity.vendor}/{entity.name}", []).append(entity.data)
    if rest:
        found["entities"] = rest
    known = _READ | _CONTEXT.keys() | _PAGE.keys()
    more = {key: value for key, value in fields.items() if key not in known and not key.startswith(_OF_EVENT)}
    if more:
        found["snowplow"] = more
    return Raw(_encode(found)) if found else EMPTY


def _moment(value: object) -> int | None:
    """Milliseconds since 1970, written as text."""
    text = _text(value)
    if text is None:
        return None
    return times.read(int(text)) if text.isdigit() else times.read(text)


def _text(value: object) -> str | None:
    if isinstance(value, str):
        return value or None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _made_id(raw: Raw, at: int | None, sent: int | None) -> str:
    return f"made-{new_id()}" if at is None and sent is None else f"made-{digest(bytes(raw)).hex()}"


ROUTES = [
    Route("/com.snowplowanalytics.snowplow/tp2", read, write_key, busy=503),
    Route("/i", read_pixel, write_key, pixel=True, busy=503),
]

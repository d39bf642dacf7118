"""PostHog's capture API as its Python, Node and browser SDKs speak it: events, feature flags (none), configuration.

Shapes: https://posthog.com/docs/api/capture and what the SDKs were seen to send. Names that begin with `$` are the
SDK's own: those with a counterpart become events, identifiers and context of the vocabulary, the rest stays under
`context.posthog`; the texts of clicked elements and the SDK's notes about itself are left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import msgspec
from msgspec import Raw

from choral.core.event import EMPTY
from choral.core.ids import digest, new_id
from choral.events.collector import body, times
from choral.events.collector.intake import LARGEST_EVENT, Claim
from choral.events.collector.protocols import Parsed, Route
from choral.events.collector.protocols.posthog_context import context_of, own_properties, page_of
from choral.events.collector.refusals import Refusal, error, refuse
from choral.events.collector.request import Request

MOST_EVENTS = 10_000
_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
_MOBILE = ("posthog-ios", "posthog-android", "posthog-react-native", "posthog-flutter")
_IDENTIFYING = ("email", "phone")
Object = dict[str, Any]


class Capture(msgspec.Struct):
    """One event; what may stand beside the properties or in them is read in both places."""

    event: str = ""
    distinct_id: Any = None
    properties: Object | None = None
    uuid: str | None = None
    timestamp: Any = None
    sent_at: Any = None
    set_: Object | None = msgspec.field(default=None, name="$set")
    set_once: Object | None = msgspec.field(default=None, name="$set_once")


class _Envelope(msgspec.Struct):
    batch: list[Raw] | None = None
    sent_at: Any = None


class _Key(msgspec.Struct):
    api_key: Any = None
    token: Any = None
    properties: Any = None
    batch: list[Raw] = []


_capture = msgspec.json.Decoder(Capture).decode
_envelope = msgspec.json.Decoder(_Envelope).decode
_list = msgspec.json.Decoder(list[Raw]).decode
_key = msgspec.json.Decoder(_Key).decode
_encode = msgspec.json.Encoder().encode


def read(payload: bytes, request: Request) -> Parsed:
    """A batch in an envelope, a bare list, or one event."""
    sent_at: Any = None
    if payload[:1] == b"[":
        raws = body.parse(_list, payload)
    else:
        envelope = body.parse(_envelope, payload)
        sent_at = envelope.sent_at
        raws = [Raw(payload)] if envelope.batch is None else envelope.batch
    if len(raws) > MOST_EVENTS:
        raise error("too_many_events", f"{MOST_EVENTS:,} events")
    return Parsed.of_several(raws, lambda raw: _read_one(raw, sent_at))


def write_key(payload: bytes) -> str | None:
    """The project key: on the envelope, on the event or among its properties."""
    try:
        found = _Key(batch=_list(payload)) if payload[:1] == b"[" else _key(payload)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return _key_of(found) or next((key for raw in found.batch[:100] if (key := _key_in(raw))), None)


def _key_in(raw: Raw) -> str | None:
    try:
        return _key_of(_key(raw))
    except (msgspec.DecodeError, RecursionError):
        return None  # that event will have a verdict of its own


def _key_of(found: _Key) -> str | None:
    inside = found.properties.get("token") if isinstance(found.properties, dict) else None
    return next((key for key in (found.api_key, found.token, inside) if isinstance(key, str) and key), None)


def owns(fields: dict[str, object]) -> bool:
    """Whether an event that was refused came in this shape."""
    return "event" in fields and ("distinct_id" in fields or "properties" in fields)


def read_event(raw: bytes) -> list[Claim | Refusal]:
    """One event that was kept when it was refused."""
    return _read_one(Raw(raw), None)


def configuration(request: Request, key: str) -> dict[str, object] | bytes:
    """What the browser SDK asks for: nothing that would load more scripts or record the screen."""
    found: dict[str, object] = {
        "token": key,
        "supportedCompression": ["gzip", "base64"],
        "hasFeatureFlags": False,
        "captureDeadClicks": False,
        "capturePerformance": False,
        "heatmaps": False,
        "sessionRecording": False,
        "surveys": False,
        "siteApps": [],
        "isAuthenticated": False,
        "toolbarParams": {},
        "status": 1,
    }
    if not request.rest.endswith(".js"):
        return found
    return (
        b"(function(){var all=window._POSTHOG_REMOTE_CONFIG=window._POSTHOG_REMOTE_CONFIG||{};"
        b"all[%b]={config:%b,siteApps:[]}})();" % (_encode(key), _encode(found))
    )


def _read_one(raw: Raw, sent_at: Any) -> list[Claim | Refusal]:
    if len(raw) > LARGEST_EVENT:
        return [refuse("event_too_large", f"{LARGEST_EVENT >> 10} KiB")]
    try:
        capture = _capture(raw)
        said = capture.properties or {}
        at = times.read(said.get("$time") if capture.timestamp is None else capture.timestamp)
        sent = times.read(sent_at or capture.sent_at)
    except msgspec.ValidationError as problem:
        return [refuse("wrong_type", problem)]
    except RecursionError:
        return [refuse("too_deep")]
    except (ValueError, OverflowError) as problem:
        return [refuse("time_unreadable", problem)]
    message = capture.uuid or _text(said.get("$insert_id")) or _made_id(raw, at, sent)
    user, anonymous = _who(capture, said)
    context = _encode(context_of(said))
    claim = Claim(
        message, capture.event.strip(), EMPTY, Raw(context) if len(context) > 2 else EMPTY, user, anonymous, at, sent
    )
    if said.get("$lib") in _MOBILE:
        claim.channel = "app"
    _MAKE.get(claim.name, _track)(claim, capture, said)
    return [claim, *_also(claim, capture, said)]


def _track(claim: Claim, capture: Capture, said: Object) -> None:
    claim.properties = Raw(_encode(own_properties(said)))


def _page(claim: Claim, capture: Capture, said: Object) -> None:
    claim.name = "Page Viewed"
    claim.properties = Raw(_encode(page_of(said) | own_properties(said)))


def _screen(claim: Claim, capture: Capture, said: Object) -> None:
    claim.name = "Screen Viewed"
    claim.properties = Raw(_encode({"name": said.get("$screen_name")} | own_properties(said)))
    claim.channel = claim.channel or "app"


def _identify(claim: Claim, capture: Capture, said: Object) -> None:
    """Who it is; the anonymous id of before is the browser SDK's to name."""
    claim.name = "Customer Identified"
    claim.needs_identifier = True
    former = _text(said.get("$anon_distinct_id"))
    if former is not None:
        claim.identifiers = (("anonymous", former),)
    claim.traits = Raw(_encode(_traits(capture, said)))
    once = {key: value for key, value in _once(capture, said).items() if key not in _IDENTIFYING}
    if once:
        claim.context = Raw(_encode(context_of(said) | {"setOnce": once}))


def _alias(claim: Claim, capture: Capture, said: Object) -> None:
    """Two ids of one person, in an order that differs between the SDKs: the one that looks made up is the anonymous
    one; if both or neither do, Python names the former id first and the others name it second."""
    claim.name = "Identifiers Linked"
    claim.needs_identifier = True
    first, second = claim.user or claim.anonymous, _text(said.get("alias"))
    if first is None or second is None:
        return
    made_up = bool(_UUID.fullmatch(first)), bool(_UUID.fullmatch(second))
    former_first = said.get("$lib") == "posthog-python" if made_up[0] == made_up[1] else made_up[0]
    claim.user, claim.anonymous = (second, first) if former_first else (first, second)
    own = own_properties(said)
    own.pop("alias", None)
    claim.properties = Raw(_encode(own))


def _group(claim: Claim, capture: Capture, said: Object) -> None:
    """What a group is like; only the browser says who joined it, server SDKs invent an id for the call."""
    claim.name = "Group Joined"
    group, kind = _text(said.get("$group_key")), _text(said.get("$group_type"))
    if said.get("$lib") != "web" and (claim.user == f"${kind}_{group}" or _UUID.fullmatch(claim.user or "")):
        claim.user = None
    traits = said.get("$group_set")
    about = {"group_id": group, "group_type": kind} | (traits if isinstance(traits, dict) else {})
    claim.properties = Raw(_encode(about | own_properties(said)))


_MAKE: dict[str, Callable[[Claim, Capture, Object], None]] = {
    "$pageview": _page,
    "$screen": _screen,
    "$identify": _identify,
    "$set": _identify,
    "$set_once": _identify,
    "$create_alias": _alias,
    "$groupidentify": _group,
}


def _also(claim: Claim, capture: Capture, said: Object) -> list[Claim | Refusal]:
    """Any event may also set traits: that is a second fact, with an id of its own made from the first one's."""
    if claim.name == "Customer Identified" or not (claim.user or claim.anonymous):
        return []
    if not _traits(capture, said) and not _once(capture, said):
        return []
    beside = Claim(
        f"{claim.id}.set", "", EMPTY, claim.context, claim.user, claim.anonymous, claim.at, claim.sent,
        channel=claim.channel,
    )  # fmt: skip
    _identify(beside, capture, said)
    return [beside]


def _who(capture: Capture, said: Object) -> tuple[str | None, str | None]:
    """(user, anonymous). The browser says which it is; a server's id is a user's, unless it was made for an event of
    nobody: then it identifies nobody, so that no customer comes of it."""
    found = _text(capture.distinct_id) or _text(said.get("distinct_id"))
    if found is None:
        return None, None
    web = said.get("$lib") == "web" or said.get("$lib") in _MOBILE
    identified = said.get("$is_identified")
    if identified is None and web:
        identified = found != _text(said.get("$device_id"))
    if identified is True:
        return found, None
    if identified is False:
        return None, found
    if said.get("$process_person_profile") is False:
        return None, None if _UUID.fullmatch(found) else found
    return found, None


def _traits(capture: Capture, said: Object) -> Object:
    """`$set` from both places, and of `$set_once` what identifies."""
    once = {key: value for key, value in _once(capture, said).items() if key in _IDENTIFYING}
    return once | _of(said.get("$set")) | _of(capture.set_)


def _once(capture: Capture, said: Object) -> Object:
    return _of(said.get("$set_once")) | _of(capture.set_once)


def _of(value: object) -> Object:
    """What a shop set; the SDK also notes the first page and campaign there, by itself, on every first event."""
    return own_properties(value) if isinstance(value, dict) else {}


def _text(value: object) -> str | None:
    if isinstance(value, str):
        return value or None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return str(int(value)) if float(value).is_integer() else str(value)


def _made_id(raw: Raw, at: int | None, sent: int | None) -> str:
    return f"made-{new_id()}" if at is None and sent is None else f"made-{digest(bytes(raw)).hex()}"


_NO_FLAGS: dict[str, object] = {
    "flags": {}, "featureFlags": {}, "featureFlagPayloads": {}, "errorsWhileComputingFlags": False,
    "sessionRecording": False, "supportedCompression": ["gzip", "base64"], "config": {}, "status": 1,
}  # fmt: skip
ROUTES = [
    *[
        Route(path, read, write_key, pixel=True, busy=503)
        for path in ("/e", "/batch", "/capture", "/track", "/engage", "/i/v0/e")
    ],
    Route("/flags", reply=_NO_FLAGS),
    Route("/decide", reply=_NO_FLAGS),
    Route("/array/*", document=configuration, document_key=lambda request: request.rest.partition("/")[0] or None),
]

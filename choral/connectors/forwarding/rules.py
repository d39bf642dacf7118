"""Decides what a destination gets and when it is tried again. Pure: no database, no clock, no network.

Signatures: `X-Signature` is Segment's (HMAC-SHA1 of the body, hex); `Choral-Signature: t=<seconds>,v1=<hex>` is
HMAC-SHA256 of `<seconds>.<body>`, which also guards against an old request being sent again.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import b64encode
from collections.abc import Mapping, Sequence
from typing import Any

from choral.connectors.forwarding.values import PLAIN, PSEUDONYMOUS, Settings
from choral.core.clock import HOUR, SECOND, to_datetime
from choral.core.errors import InvalidInput
from choral.core.identifiers import PERSONAL_KINDS, Identifier
from choral.core.ids import digest, pseudonym
from choral.events.lake.rows import Placed
from choral.events.schema import to_segment

MOST_EVENTS = 100
MOST_BYTES = 450_000  # Segment takes 500 KB a batch
MOST_ATTEMPTS = 20
LONGEST_PAUSE = HOUR
TAKEN, SMALLER, AGAIN = "taken", "smaller", "again"
_SMALLER = (400, 413, 422)  # this very content is not wanted: one event of it may be to blame
_CONTEXT = frozenset(("campaign", "page", "locale", "timezone", "library", "consent"))
_IDENTIFYING = frozenset(("loyalty_card", "token", "receipt_id", "card"))  # properties that lead to a person
_LONGEST_ID = 100  # characters of a message id, Segment's measure


def check(settings: Settings) -> None:
    """Raise `InvalidInput` for settings that cannot be."""
    if not settings.name.strip():
        raise _wrong("no_name", "The destination has no name.", "People must tell destinations apart.")
    if settings.identifiers not in (PSEUDONYMOUS, PLAIN):
        raise _wrong("bad_identifiers", "It is not said how people are named.", "It is “pseudonymous” or “plain”.")


def wanted(placed: Placed, settings: Settings) -> bool:
    """Whether an event is meant for a destination."""
    if settings.events and placed.event.name not in settings.events:
        return False
    return not settings.sources or placed.source in settings.sources


def call(placed: Placed, settings: Settings, secret: bytes, contact: Mapping[str, str] | None) -> dict[str, Any]:
    """An event as Segment's call. `contact` is what may be said of the person plainly (their e-mail, telephone): None
    when they have not agreed, and then only codes name them, made with `secret`."""
    event = placed.event
    properties = json.loads(bytes(event.properties))
    context = json.loads(bytes(event.context))
    if contact is None:
        properties = {key: value for key, value in properties.items() if key not in _IDENTIFYING}
        context = {key: value for key, value in context.items() if key in _CONTEXT}
    made = to_segment(event.name, properties)
    if made["type"] == "identify":
        made["traits"] = {} if contact is None else {**properties, **contact}
    elif contact:
        context = {**context, "traits": dict(contact)}
    moment = to_datetime(event.at).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return {
        **made,
        **_who(event.ids, secret, plain=contact is not None),
        "messageId": message_id(placed),
        "timestamp": moment,
        "originalTimestamp": moment,
        "context": {**context, "channel": event.channel, "source": placed.source},
    }


def message_id(placed: Placed) -> str:
    """The same for the same event whenever it is sent, whatever else has the same id in another source."""
    whole = f"{placed.source}:{placed.event.id}"
    return whole if len(whole) < _LONGEST_ID else digest(whole).hex()


def fitting(calls: Sequence[dict[str, Any]], most: int) -> list[dict[str, Any]]:
    """As many from the beginning as fit into one request, one at least."""
    found: list[dict[str, Any]] = []
    size = 0
    for one in calls[:most]:
        size += len(json.dumps(one, ensure_ascii=False).encode()) + 1
        if found and size > MOST_BYTES:
            break
        found.append(one)
    return found


def body_of(calls: Sequence[dict[str, Any]], now: int) -> bytes:
    """The batch as Segment's HTTP API takes it."""
    sent = to_datetime(now).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return json.dumps({"batch": list(calls), "sentAt": sent}, ensure_ascii=False, separators=(",", ":")).encode()


def headers(body: bytes, secret: bytes, write_key: str, now: int) -> dict[str, str]:
    """What proves who sends, and that nothing was changed."""
    seconds = str(now // SECOND)
    signed = hmac.new(secret, f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()
    found = {
        "Content-Type": "application/json",
        "X-Signature": hmac.new(secret, body, hashlib.sha1).hexdigest(),
        "Choral-Signature": f"t={seconds},v1={signed}",
    }
    if write_key:
        found["Authorization"] = "Basic " + b64encode(f"{write_key}:".encode()).decode()
    return found


def verdict(status: int, events: int) -> str:
    """What an answer means for a batch of so many events."""
    if 200 <= status < 300:
        return TAKEN
    return SMALLER if status in _SMALLER and events > 1 else AGAIN


def given_up(status: int | None, attempts: int) -> bool:
    """Whether a batch is put aside: content that was refused three times, anything after twenty attempts."""
    return attempts >= (3 if status in _SMALLER else MOST_ATTEMPTS)


def pause(attempts: int, asked: str | None, chance: float) -> int:
    """µs until the next attempt: 1 s doubling to an hour, spread by half (`chance` 0 to 1) so that not all come at
    once; what the other side asks for (`Retry-After`, seconds) is the least, up to an hour."""
    waiting = min(LONGEST_PAUSE, SECOND << min(attempts - 1, 20))
    spread = round(waiting * (0.5 + chance / 2))
    least = int(asked) * SECOND if asked and asked.isdecimal() else 0
    return min(LONGEST_PAUSE, max(spread, least))


def _who(ids: Sequence[str], secret: bytes, *, plain: bool) -> dict[str, Any]:
    """userId and anonymousId, the strongest of each; the rest beside them where people may be named."""
    found: dict[str, Any] = {}
    others = []
    for one in map(Identifier.parse, ids):
        value = one.value if plain else pseudonym(secret, str(one))
        field = "anonymousId" if one.kind in ("anonymous", "device") else "userId"
        if plain and one.kind in PERSONAL_KINDS:
            continue  # a code of ours; the address itself is in the traits
        if field not in found:
            found[field] = value
        elif plain:
            others.append({"id": one.value, "type": one.kind, "collection": "users", "encoding": "none"})
    if others:
        found["externalIds"] = others
    if not found:
        found["anonymousId"] = "nobody"
    return found


def _wrong(code: str, what: str, why: str) -> InvalidInput:
    return InvalidInput(code, what, why, "Choose it, then save again.", 422)

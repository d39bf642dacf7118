"""What events of other systems say about consent: from the log to statements for the ledger. Pure but for `take_in`.

Every statement has a key made of its event, so that reading the log again writes nothing again; the order in which
events arrive does not matter, because of each identifier the latest time counts.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import msgspec

from choral.books import SYSTEM, act
from choral.core.clock import to_microseconds
from choral.core.event import Event
from choral.customers.consent.actions import hear, key_of
from choral.customers.consent.queries import purposes
from choral.customers.consent.rules import ADDRESS_KINDS, ANY, CHANNELS, DENIED, GRANTED, WITHDRAWN, channel_name
from choral.customers.consent.values import Statement
from choral.customers.consent.words import meaning
from choral.customers.identity.rules import LAST_STRONG, tier_of
from choral.customers.profiles.rules import Seen

_IMPORTS = "import-"  # how the sources of imported files begin
_FACTS = "choral"  # our own facts come from the ledger; they must not go into it again
_Said = tuple[str, str, str]  # purpose, channel, state
_YES = frozenset("true yes y 1 oui o si sì s x on granted subscribed opted_in opt_in optin accepted".split())
_NO = frozenset("false no n 0 non off denied withdrawn unsubscribed opted_out opt_out optout refused revoked".split())
# Traits by which shops and mailing tools say that somebody agreed to their mailings.
_TRAITS: dict[str, tuple[str, str]] = {
    "newsletter": ("newsletter", "email"),
    "accepts_marketing": ("offers", "email"), "acceptsMarketing": ("offers", "email"),
    "email_opt_in": ("offers", "email"), "emailOptIn": ("offers", "email"),
    "sms_opt_in": ("offers", "sms"), "smsOptIn": ("offers", "sms"),
    "consent_email": ("offers", "email"), "consent_sms": ("offers", "sms"), "consent_call": ("offers", "call"),
    "consent_post": ("offers", "post"), "consent_newsletter": ("newsletter", "email"),
}  # fmt: skip
_CATEGORIES = {"marketing": "advertising", "targeting": "advertising", "personalization": "profiling",
               "personalisation": "profiling"}  # fmt: skip
_object = msgspec.json.Decoder(dict[str, Any])


def take_in(accepted: Iterable[Seen]) -> int:
    """Write what these events say about consent into the ledger; how many statements were new."""
    heard = [seen for seen in accepted if seen.event.name in _READERS and seen.source != _FACTS]
    if not heard:
        return 0
    known = frozenset(one.key for one in purposes(retired=True))
    said = [one for seen in heard for one in statements(seen.event, seen.source, known)]
    return act(hear, SYSTEM, said) if said else 0


def statements(event: Event, source: str, known: frozenset[str]) -> Iterator[Statement]:
    """What one event says; nothing when it says nothing. `known`: the purposes there are."""
    reader = _READERS.get(event.name)
    if reader is None:
        return
    imported = source.startswith(_IMPORTS)
    for purpose, channel, state in dict.fromkeys(reader(event, known)):
        for identifier in _about(event, channel):
            yield Statement(
                identifier, purpose, channel, state,
                place="import" if imported else "sms" if event.name in _TEXTS else event.channel,
                at=_said_at(event) if imported and state == GRANTED else event.at, origin=source,
                key=key_of(source, event.id, identifier, purpose, channel, state),
                proof={"event": event.id, "source": source, "name": event.name},
            )  # fmt: skip


def _said_at(event: Event) -> int:
    """When a consent of a file was given: its day, else the day the customer came; 0 (unknown) otherwise.

    The time of the import would outvote every refusal since the file was written.
    """
    said = _properties(event)
    for name in ("consent_at", "created_at"):
        with suppress(ValueError, TypeError):
            day = datetime.fromisoformat(str(said[name])[:10]) if name in said else None
            if day is not None:
                return to_microseconds(day.replace(tzinfo=UTC))
    return 0


def _about(event: Event, channel: str) -> list[str]:
    """The address the channel goes to if the event has it, else whatever says who it is, else the first there is."""
    kind = ADDRESS_KINDS.get(channel)
    addresses = [one for one in event.ids if one.partition(":")[0] == kind]
    strong = [one for one in event.ids if tier_of(one) <= LAST_STRONG]
    return addresses or strong or list(event.ids[:1])


def _decision(event: Event, known: frozenset[str]) -> Iterator[_Said]:
    """`Consent Given` and `Consent Withdrawn`: one purpose on one channel, or on all of them."""
    said = _properties(event)
    given = event.name == "Consent Given"
    purpose = _key(said.get("purpose")) or ("" if given else ANY)
    if purpose and not (given and purpose == ANY):
        yield purpose, channel_name(str(said.get("channel") or ANY)), GRANTED if given else WITHDRAWN


def _unsubscribed(event: Event, known: frozenset[str]) -> Iterator[_Said]:
    """A list that is no purpose of the shop's ends everything on that channel: rather too much than too little."""
    said = _properties(event)
    channel = channel_name(str(said.get("channel") or event.channel))
    listed = _key(said.get("list_id"))
    # An unsubscribe page is on the web; what it ends is mail.
    yield listed if listed in known else ANY, channel if channel in _SENT else "email", WITHDRAWN


def _complained(event: Event, known: frozenset[str]) -> Iterator[_Said]:
    yield ANY, "email", WITHDRAWN


def _texted(event: Event, known: frozenset[str]) -> Iterator[_Said]:
    """STOP in three languages. START grants nothing: a consent names its purpose and is shown its text."""
    if event.name == "Message Received" and event.channel != "sms":
        return
    said = _properties(event)
    words = next((said[name] for name in ("text", "body", "message", "keyword") if isinstance(said.get(name), str)), "")
    if meaning(words) == "stop":
        yield ANY, "sms", WITHDRAWN


def _identified(event: Event, known: frozenset[str]) -> Iterator[_Said]:
    """Traits `consent: {purpose: {channel: true}}` or `{purpose: true}`, the usual flat ones, and Segment's context."""
    said = _properties(event)
    for name in ("consent", "consents"):
        if isinstance(said.get(name), dict):
            yield from _tree(said[name])
    for name, (purpose, channel) in _TRAITS.items():
        if name in said and (answer := _answer(said[name])):
            yield purpose, channel, answer
    yield from _preferences(event, known)


def _preferences(event: Event, known: frozenset[str]) -> Iterator[_Said]:
    """`context.consent.categoryPreferences`, as Segment's consent wrappers send it."""
    if b'"categoryPreferences"' not in bytes(event.context):
        return
    consent = _decoded(event.context).get("consent")
    found = consent.get("categoryPreferences") if isinstance(consent, dict) else None
    for category, value in (found if isinstance(found, dict) else {}).items():
        key = _key(category)
        if key and (answer := _answer(value)):
            yield _CATEGORIES.get(key, key), ANY, answer


def _tree(said: Mapping[str, Any]) -> Iterator[_Said]:
    for name, value in said.items():
        purpose = _key(name)
        by_channel = value if isinstance(value, dict) else {ANY: value}
        for channel, one in by_channel.items():
            if purpose and purpose != ANY and (answer := _answer(one)):
                yield purpose, channel_name(channel), answer


def _answer(value: object) -> str:
    """granted, denied, or '' when it is neither a yes nor a no."""
    text = str(value).strip().lower().replace("-", "_").replace(" ", "_")
    return GRANTED if text in _YES else DENIED if text in _NO else ""


def _key(value: object) -> str:
    return str(value).strip().lower().replace(" ", "_").replace("-", "_")[:40] if isinstance(value, str | int) else ""


def _properties(event: Event) -> dict[str, Any]:
    return _decoded(event.properties)


def _decoded(value: msgspec.Raw) -> dict[str, Any]:
    try:
        return _object.decode(value)
    except (msgspec.DecodeError, json.JSONDecodeError):
        return {}


_SENT = frozenset(CHANNELS) - {"web"}
_TEXTS = ("SMS Received", "Message Received")
_READERS: dict[str, Callable[[Event, frozenset[str]], Iterator[_Said]]] = {
    "Consent Given": _decision,
    "Consent Withdrawn": _decision,
    "Unsubscribed": _unsubscribed,
    "Email Marked as Spam": _complained,
    "SMS Received": _texted,
    "Message Received": _texted,
    "Customer Identified": _identified,
    "Segment Consent Preference Updated": _preferences,
    "Consent Preference Updated": _preferences,
}

"""What the context of an event says: identifiers, channel, traits; remembered, because SDKs repeat it word by word."""

from __future__ import annotations

import re
from typing import NamedTuple

import msgspec
from msgspec import Raw

from choral.core.event import EMPTY
from choral.events.collector.personal import take_out

_MOST_REMEMBERED = 2_000
_LONGEST_REMEMBERED = 4_096  # bytes
_CHANNEL = re.compile(r"[a-z][a-z0-9_]{0,31}")

# Segment's external id types -> our kinds; what is not listed is left in the context and identifies nobody.
KINDS = {
    "user_id": "user", "loyalty_card": "card", "card": "card", "loyalty_id": "card", "customer_card": "card",
    "email": "email", "phone": "phone", "marketplace_id": "marketplace", "marketplace": "marketplace",
    "social_handle": "social", "social": "social", "token": "token", "anonymous_id": "anonymous",
    "device_id": "device", "device": "device", "ios.idfa": "device", "ios.idfv": "device", "ios.id": "device",
    "android.id": "device", "android.idfa": "device", "receipt": "receipt", "receipt_id": "receipt",
}  # fmt: skip


class _Context(msgspec.Struct, rename="camel"):
    channel: object = None
    device: object = None
    external_ids: object = None
    traits: object = None
    ip: object = None


class Surroundings(NamedTuple):
    """A context as the log may keep it, and what it says beside: (kind, value) pairs as sent, channel, traits."""

    context: Raw
    identifiers: tuple[tuple[str, str], ...] = ()
    channel: str | None = None
    traits: dict[str, object] | None = None


NOTHING = Surroundings(EMPTY)
_decode = msgspec.json.Decoder(_Context).decode
_decode_any = msgspec.json.Decoder().decode
_encode = msgspec.json.Encoder().encode


class ContextReader:
    """Reads contexts; the last 2,000 different ones are remembered."""

    def __init__(self) -> None:
        self._remembered: dict[bytes, Surroundings] = {}

    def read(self, context: Raw) -> Surroundings:
        """Raises msgspec.ValidationError when the context is not an object, RecursionError when it is too deep."""
        if len(context) <= 4:  # {}, null
            if bytes(context) not in (b"{}", b"null"):
                _decode(context)
            return NOTHING
        key = bytes(context)
        found = self._remembered.get(key)
        if found is None:
            found = _read(Raw(key))
            if len(key) <= _LONGEST_REMEMBERED:
                if len(self._remembered) >= _MOST_REMEMBERED:
                    self._remembered.clear()
                self._remembered[key] = found
        return found


def _read(context: Raw) -> Surroundings:
    seen = _decode(context)
    if seen.traits is not None or seen.external_ids is not None or seen.ip is not None:
        whole = _decode_any(context)
        for field in ("traits", "externalIds", "ip"):
            whole.pop(field, None)
        if unknown := [item for item in _external(seen) if _kind(item) is None]:
            whole["externalIds"] = unknown
        context = Raw(_encode(whole))
    clean, _ = take_out(
        context
    )  # what else is personal there (a group's e-mail, an address) is nobody's trait: dropped
    channel = seen.channel if isinstance(seen.channel, str) and _CHANNEL.fullmatch(seen.channel) else None
    traits = seen.traits if isinstance(seen.traits, dict) and seen.traits else None
    return Surroundings(EMPTY if len(clean) == 2 else clean, _identifiers(seen), channel, traits)


def _identifiers(seen: _Context) -> tuple[tuple[str, str], ...]:
    found = [(kind, str(item["id"])) for item in _external(seen) if (kind := _kind(item)) is not None]
    if isinstance(seen.device, dict) and isinstance(seen.device.get("id"), str | int):
        found.append(("device", str(seen.device["id"])))
    return tuple(found)


def _external(seen: _Context) -> list[dict[str, object]]:
    items = seen.external_ids if isinstance(seen.external_ids, list) else []
    return [item for item in items if isinstance(item, dict) and isinstance(item.get("id"), str | int)]


def _kind(item: dict[str, object]) -> str | None:
    return KINDS.get(str(item.get("type", "")).lower())

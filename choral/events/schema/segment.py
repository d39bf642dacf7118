"""Our events as Segment's calls, and back. Names and properties of its e-commerce specification are ours too.

Source: https://segment.com/docs/connections/spec/ (track, page, screen, identify, alias, group; e-commerce version 2;
e-mail, live chat and mobile events).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from choral.events.schema.catalogue import SCHEMAS
from choral.events.schema.names import CALLS, canonical

_NAMES = {one.SEGMENT: name for name, one in SCHEMAS.items() if one.SEGMENT in CALLS}
Call = dict[str, Any]


def to_segment(name: str, properties: Mapping[str, Any]) -> Call:
    """The call that says the same: `type` and, as the type has it, `event` or `name`, `properties` or `traits`.

    Identifiers and times are the sender's to add.
    """
    schema = SCHEMAS.get(name)
    other = schema.SEGMENT if schema else None
    rest = dict(properties)
    if other in ("page", "screen"):
        named = {key: rest[key] for key in ("name", "category") if rest.get(key) is not None}
        return {"type": other, **named, "properties": rest}
    if other == "identify":
        return {"type": other, "traits": rest}
    if other == "group":
        return {"type": other, "groupId": rest.pop("group_id", None), "traits": rest}
    if other == "alias":
        return {"type": other}
    return {"type": "track", "event": other or name, "properties": rest}


def from_segment(call: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The name and properties of a call; a kind of call that is not known raises KeyError."""
    kind = call["type"]
    if kind == "track":
        return canonical(call["event"]), dict(call.get("properties") or {})
    name = _NAMES[kind]
    found = dict(call.get("traits" if kind in ("identify", "group") else "properties") or {})
    if kind in ("page", "screen"):
        found |= {key: call[key] for key in ("name", "category") if call.get(key) is not None}
    if kind == "group" and call.get("groupId") is not None:
        found["group_id"] = call["groupId"]
    return name, found

"""The plan as a file: Segment's tracking plan with JSON Schema (draft 7) for each event, read and written. Pure.

Source: https://segment.com/docs/protocols/apis-and-extensions/ (rules of a tracking plan). `x-source` is our own word
for an event that is expected of one source only, `format: date-time` says “time”.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from choral.connectors.plan import rules
from choral.connectors.plan.values import ANY, TEXT, TIME, TYPES, Expected, Property
from choral.core.errors import InvalidInput

_DRAFT = "http://json-schema.org/draft-07/schema#"
MOST_EVENTS = 2_000
Object = dict[str, Any]


def written(name: str, plan: Iterable[Expected]) -> Object:
    """The plan as Segment's tools read it."""
    return {"display_name": name, "rules": {"events": [_event(one) for one in plan]}}


def read(document: object) -> list[Expected]:
    """The events of a plan in this shape; raises `InvalidInput` `bad_plan` with the place of what cannot be read."""
    inside = document.get("rules", document) if isinstance(document, Mapping) else None
    events = inside.get("events") if isinstance(inside, Mapping) else None
    if not isinstance(events, list):
        raise _bad("It has no list of events", "rules.events")
    if len(events) > MOST_EVENTS:
        raise _bad(f"It has more than {MOST_EVENTS} events", "rules.events")
    found = [_expected(one, f"rules.events[{number}]") for number, one in enumerate(events)]
    for one in found:
        rules.check(one)
    return found


def _event(one: Expected) -> Object:
    schema: Object = {
        "type": "object",
        "properties": {item.name: _property(item) for item in one.properties},
        "required": [item.name for item in one.properties if item.required],
    }
    whole: Object = {
        "name": one.event,
        "description": one.description,
        "version": one.version,
        "rules": {"$schema": _DRAFT, "type": "object", "properties": {"properties": schema}},
    }
    return whole | ({"x-source": one.source} if one.source else {})


def _property(one: Property) -> Object:
    found: Object = {} if one.type == ANY else {"type": [TEXT if one.type == TIME else one.type]}
    if one.type == TIME:
        found["format"] = "date-time"
    if one.allowed:
        found["enum"] = list(one.allowed)
    return found | ({"description": one.description} if one.description else {})


def _expected(given: object, place: str) -> Expected:
    if not isinstance(given, Mapping) or not isinstance(given.get("name"), str):
        raise _bad("The event has no name", place)
    schema: Any = given.get("rules", {})
    for step in ("properties", "properties"):
        schema = schema.get(step, {}) if isinstance(schema, Mapping) else {}
    properties = schema.get("properties", {}) if isinstance(schema, Mapping) else {}
    required = schema.get("required", []) if isinstance(schema, Mapping) else []
    if not isinstance(properties, Mapping) or not isinstance(required, list):
        raise _bad("Its properties are no JSON Schema", f"{place}.rules.properties.properties")
    version = given.get("version")
    return Expected(
        "", str(given.get("x-source") or ""), given["name"].strip(),
        tuple([_read_property(name, one, name in required, place) for name, one in properties.items()]),
        str(given.get("description") or "")[:2_000], version if isinstance(version, int) and version > 0 else 1,
    )  # fmt: skip


def _read_property(name: str, given: object, required: bool, place: str) -> Property:
    if not isinstance(given, Mapping):
        raise _bad(f"The property “{name[:60]}” is no JSON Schema", place)
    kinds = given.get("type", ANY)
    kinds = [one for one in (kinds if isinstance(kinds, list) else [kinds]) if one != "null"]
    kind = kinds[0] if len(kinds) == 1 and kinds[0] in TYPES else ANY
    if kind == TEXT and given.get("format") in ("date-time", "date"):
        kind = TIME
    allowed = given.get("enum", [])
    texts = tuple([rules.as_text(one) for one in allowed]) if isinstance(allowed, list) else ()
    return Property(name, kind, required, texts, str(given.get("description") or "")[:2_000])


def _bad(what: str, place: str) -> InvalidInput:
    return InvalidInput(
        "bad_plan", "This is no tracking plan.", f"{what} ({place}).", "Export one to see how it is written.", 422
    )

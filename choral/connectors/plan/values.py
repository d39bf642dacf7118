"""The frozen values that go through the door of the tracking plan; times in µs UTC."""

from __future__ import annotations

from dataclasses import dataclass

TEXT, NUMBER, INTEGER, FLAG, LIST, OBJECT, TIME, ANY = (
    "string", "number", "integer", "boolean", "array", "object", "time", "any",
)  # fmt: skip
TYPES = (TEXT, NUMBER, INTEGER, FLAG, LIST, OBJECT, TIME, ANY)
MISSING, TYPE, VALUE, EXTRA, UNPLANNED = "missing", "type", "value", "extra", "unplanned"


@dataclass(frozen=True)
class Property:
    """A property that an event is expected to have. `type` is JSON Schema's word for it, “time” (a text in ISO 8601) or
    “any”; `allowed`, if not empty, are all the values it may have, as texts."""

    name: str
    type: str = ANY
    required: bool = False
    allowed: tuple[str, ...] = ()
    description: str = ""


@dataclass(frozen=True)
class Expected:
    """An event of the plan. `source` "" means all sources; one of a source's own goes before. `version` grows with
    every change. `id` is "" for one that is only proposed."""

    id: str
    source: str
    event: str
    properties: tuple[Property, ...]
    description: str = ""
    version: int = 1
    changed_at: int = 0


@dataclass(frozen=True)
class Violation:
    """`kind`: missing (a required property), type, value (not an allowed one), extra (a property that is not planned),
    unplanned (the event itself). `samples`: positions in the log of the newest such events."""

    source: str
    event: str
    kind: str
    property: str
    count: int
    first_at: int
    last_at: int
    samples: tuple[int, ...]


@dataclass(frozen=True)
class Coverage:
    """Events of one name from one source: how many came, how many were as planned, whether the plan knows them."""

    source: str
    event: str
    count: int
    good: int
    planned: bool
    last_at: int


@dataclass(frozen=True)
class Standing:
    """The whole: `planned` events of the plan, `events` that came since checking began, `good` of them as planned,
    `unknown` of them not in the plan; `position` up to which the log (`head`) was checked."""

    planned: int
    events: int
    good: int
    unknown: int
    violations: int
    position: int
    head: int

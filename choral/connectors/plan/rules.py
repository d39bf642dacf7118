"""Compares events with what is expected of them, and proposes a plan from what came. Pure."""

from __future__ import annotations

import inspect
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from choral.connectors.plan.values import (
    ANY,
    EXTRA,
    FLAG,
    INTEGER,
    LIST,
    MISSING,
    NUMBER,
    OBJECT,
    TEXT,
    TIME,
    TYPE,
    TYPES,
    UNPLANNED,
    VALUE,
    Expected,
    Property,
)
from choral.core.errors import InvalidInput
from choral.events.schema import SCHEMAS
from choral.events.schema.glossary import MEANINGS

MOST_PROPERTIES = 200
_MOST_VALUES = 12  # more different ones are no list of allowed values
_ENOUGH = 40  # events before values are taken for all there are
_OFTEN = 0.99
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
Plan = Mapping[tuple[str, str], Expected]


def by_name(expected: Iterable[Expected]) -> dict[tuple[str, str], Expected]:
    """The plan by source and event."""
    return {(one.source, one.event): one for one in expected}


def expected_of(plan: Plan, source: str, event: str) -> Expected | None:
    """What is expected of an event: by its source's own plan, else by that of all sources."""
    return plan.get((source, event)) or plan.get(("", event))


def faults(expected: Expected | None, properties: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(kind, property) of everything that is not as expected; `unplanned` alone when nothing is."""
    if expected is None:
        return [(UNPLANNED, "")]
    found = []
    known = set()
    for one in expected.properties:
        known.add(one.name)
        value = properties.get(one.name)
        if value is None:
            if one.required:
                found.append((MISSING, one.name))
        elif not _fits(one.type, value):
            found.append((TYPE, one.name))
        elif one.allowed and as_text(value) not in one.allowed:
            found.append((VALUE, one.name))
    found += [(EXTRA, name[:200]) for name in properties if name not in known]
    return found


def check(expected: Expected) -> None:
    """Raise `InvalidInput` for what cannot be a line of the plan."""
    names = [one.name for one in expected.properties]
    wrong = next((one.type for one in expected.properties if one.type not in TYPES), None)
    if not expected.event.strip() or len(expected.event) > 200:
        raise _wrong("no_name", "The event has no name, or a very long one.", "It is what the event is known by.")
    if wrong is not None:
        raise _wrong("bad_type", f"“{wrong[:40]}” is no type.", f"Types: {', '.join(TYPES)}.")
    if not all(name.strip() for name in names) or len(set(names)) != len(names):
        raise _wrong("bad_properties", "A property has no name, or the name of another.", "Each needs its own.")
    if len(names) > MOST_PROPERTIES:
        raise _wrong("too_many_properties", "There are too many properties.", f"At most {MOST_PROPERTIES} are checked.")


@dataclass
class _Shown:
    """What events of one name had in one property."""

    count: int = 0
    types: Counter[str] = field(default_factory=Counter)
    values: Counter[str] = field(default_factory=Counter)


class Proposal:
    """Sees events one by one and says what they had in common."""

    def __init__(self) -> None:
        self._events: Counter[str] = Counter()
        self._shown: defaultdict[str, defaultdict[str, _Shown]] = defaultdict(lambda: defaultdict(_Shown))

    def see(self, event: str, properties: Mapping[str, Any]) -> None:
        """One event."""
        self._events[event] += 1
        for name, value in list(properties.items())[:MOST_PROPERTIES]:
            if value is None:
                continue
            shown = self._shown[event][name]
            shown.count += 1
            shown.types[_type_of(value)] += 1
            if isinstance(value, str | bool | int) and len(shown.values) <= _MOST_VALUES:
                shown.values[as_text(value)] += 1

    def plan(self, source: str) -> list[Expected]:
        """What to expect, the most frequent events first; meanings from the vocabulary where it knows the words."""
        return [
            Expected(
                "", source, event,
                tuple([_proposed(name, shown, count) for name, shown in sorted(self._shown[event].items())]),
                _meaning(event),
            )
            for event, count in self._events.most_common()
        ]  # fmt: skip


def _proposed(name: str, shown: _Shown, events: int) -> Property:
    kinds = set(shown.types)
    kind = next(iter(kinds)) if len(kinds) == 1 else NUMBER if kinds == {NUMBER, INTEGER} else (
        TEXT if kinds == {TEXT, TIME} else ANY
    )  # fmt: skip
    few = kind == TEXT and len(shown.values) <= _MOST_VALUES and shown.count >= _ENOUGH
    repeated = few and shown.count >= 5 * len(shown.values) and not name.endswith("id")
    allowed = tuple(sorted(shown.values)) if repeated and all(len(value) <= 40 for value in shown.values) else ()
    return Property(name, kind, shown.count >= _OFTEN * events, allowed, MEANINGS.get(name, ""))


def _meaning(event: str) -> str:
    return (inspect.getdoc(SCHEMAS[event]) or "") if event in SCHEMAS else ""


def _type_of(value: object) -> str:
    if isinstance(value, bool):
        return FLAG
    if isinstance(value, int) or (isinstance(value, float) and value.is_integer()):
        return INTEGER
    if isinstance(value, float):
        return NUMBER
    if isinstance(value, str):
        return TIME if _is_time(value) else TEXT
    return LIST if isinstance(value, list) else OBJECT


def _fits(kind: str, value: object) -> bool:
    if kind == ANY:
        return True
    found = _type_of(value)
    return found == kind or (kind, found) in ((NUMBER, INTEGER), (TEXT, TIME))


def _is_time(value: str) -> bool:
    if not _DAY.match(value):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def as_text(value: object) -> str:
    """A value as it stands among the allowed ones."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def _wrong(code: str, what: str, why: str) -> InvalidInput:
    return InvalidInput(code, what, why, "Correct it, then save again.", 422)

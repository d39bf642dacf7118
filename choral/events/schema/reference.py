"""The reference page of the vocabulary, made from the schemas: `python -m choral.events.schema.reference FILE`."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_type_hints

import msgspec

from choral.events.schema.catalogue import CHAPTER_EVENTS
from choral.events.schema.glossary import MEANINGS
from choral.events.schema.kinds import Anything, Flag, Line, Lines, Number, Properties, Text
from choral.events.schema.names import CALLS

_KINDS = [
    (Text, ""), (Number, "number"), (Flag, "true or false"), (str | None, "text"), (Lines, "products"),
    (Anything, "anything"),
]  # fmt: skip
_OPENING = """# Events

Made from the schemas in `choral/events/schema`; do not edit it here.

Names are those of Segment's specifications where one exists. `order completed`, `Order_Completed` and `Completed Order`
are read as `Order Completed`. Every property may be left out, and properties that are not named here are kept as they
are. So are events that are not named here: they are stored, shown and counted like any other, with version 0.

A property of the wrong type refuses its event (`wrong_type`); a number may be sent as text (`"9.90"`). Amounts are in
major units of `currency`, an ISO 4217 code (else `unknown_currency`). An event's amount is its `revenue`, else its
`total`, else its `value`; without a currency it is in the shop's own. A property without a type below is a text, or a
number that stands for one.
"""


def page() -> str:
    """The whole page in Markdown."""
    return "\n".join([_OPENING, *_chapters(), *_fields("Fields of a product", Line), *_glossary()]) + "\n"


def _chapters() -> Iterator[str]:
    for title, events in CHAPTER_EVENTS.items():
        yield f"## {title}\n"
        for event in events:
            yield from _event(event)


def _event(event: type[Properties]) -> Iterator[str]:
    notes = []
    if event.SEGMENT:
        notes.append(f"Segment: {'the call ' if event.SEGMENT in CALLS else ''}`{event.SEGMENT}`")
    if event.GA4:
        notes.append(f"GA4: `{event.GA4}`")
    if event.VERSION != 1:
        notes.append(f"version {event.VERSION}")
    yield f"### {event.EVENT}\n"
    known = f" ({'; '.join(notes)}.)" if notes else ""
    yield f"{inspect.getdoc(event)}{known}\n"
    if event.__struct_fields__:
        yield _listed(event)


def _fields(title: str, shape: type[msgspec.Struct]) -> Iterator[str]:
    yield f"## {title}\n"
    yield _listed(shape)


def _glossary() -> Iterator[str]:
    yield "## What each property means\n"
    yield "| property | meaning |\n| --- | --- |"
    for name, meaning in MEANINGS.items():
        yield f"| `{name}` | {meaning} |"


def _listed(shape: type[msgspec.Struct]) -> str:
    hints = get_type_hints(shape)
    return ", ".join(f"`{name}`{_kind(hints[name])}" for name in shape.__struct_fields__) + "\n"


def _kind(kind: object) -> str:
    words = next((words for known, words in _KINDS if known == kind), "list")
    return f" ({words})" if words else ""


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), "utf-8")

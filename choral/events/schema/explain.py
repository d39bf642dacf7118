"""A second, slower look at properties that do not fit their schema: forgive what is harmless, else say which field."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, get_args, get_type_hints

import msgspec
from msgspec import Raw

from choral.events.schema.kinds import Flag, Line, Lines, Number, Properties, Text

_PATH = re.compile(r"`\$\.?(.*)`$")
_WORDS = {
    Number: "a number",
    str | None: "a text",
    Text: "a text or a number",
    Flag: "true or false",
    Lines: "a list of products",
}
_LONGEST_SHOWN = 40


def look_again(schema: type[Properties], properties: bytes | Raw, problem: str) -> tuple[Any, str]:
    """The properties read with their blanks left out (“” for a number says nothing), or None and the reason."""
    try:
        given = msgspec.json.decode(properties)
    except msgspec.DecodeError:
        return None, f"A property cannot be read: {problem}."  # such as a number of hundreds of digits
    if not isinstance(given, dict):
        return None, 'The properties must be an object such as {"product_id": "42"}.'
    try:
        return msgspec.convert(_without_blanks(given), schema, strict=False), ""
    except msgspec.ValidationError as still:
        return None, _reason(schema, given, str(still))


def _without_blanks(given: dict[str, Any]) -> dict[str, Any]:
    return {
        key: [_without_blanks(one) if isinstance(one, dict) else one for one in value]
        if isinstance(value, list)
        else value
        for key, value in given.items()
        if not (isinstance(value, str) and not value.strip())
    }


def _reason(schema: type[Properties], given: dict[str, Any], problem: str) -> str:
    for field, kind, value in _fields(schema, given):
        try:
            msgspec.convert(value, kind, strict=False)
        except msgspec.ValidationError:
            wanted = _WORDS.get(kind, "an object" if kind is Line else "a list")
            return f"“{field}” must be {wanted}, but {_shown(value)} was sent. Correct it, then run the event again."
    place = _PATH.search(problem)
    return f"“{place.group(1) if place else 'properties'}” cannot be read: {problem}."


def _fields(schema: type[msgspec.Struct], given: dict[str, Any], before: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Each known field that was given, its kind and its value; those of products one by one, with their place."""
    for field, kind in get_type_hints(schema).items():
        value = given.get(field)
        if field not in schema.__struct_fields__ or value is None or value == "":
            continue
        if kind == Lines and isinstance(value, list):
            for number, line in enumerate(value):
                place = f"{before}{field}[{number}]"
                if isinstance(line, dict):
                    yield from _fields(Line, line, f"{place}.")
                else:
                    yield place, get_args(get_args(Lines)[0])[0], line
        else:
            yield before + field, kind, value


def _shown(value: Any) -> str:
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    return f"“{text[:_LONGEST_SHOWN]}{'…' if len(text) > _LONGEST_SHOWN else ''}”"

"""Personal fields leave an event before it reaches the log: what they are called, and how they are taken out.

Which names are personal is the vocabulary's to say (`choral.events.schema`); here is only the taking out.
"""

from __future__ import annotations

import msgspec
from msgspec import Raw

from choral.events.collector.vocabulary import PERSONAL_FIELDS, PERSONAL_TRAITS

_decode = msgspec.json.Decoder(dict[str, object]).decode
_encode = msgspec.json.Encoder().encode


def _spellings(names: frozenset[str]) -> frozenset[str]:
    """first_name, firstName, FirstName, firstname, first-name, FIRST_NAME ... of each name in snake_case."""
    found: set[str] = set()
    for name in names:
        words = name.split("_")
        capital = [word.capitalize() for word in words]
        camel = words[0] + "".join(capital[1:])
        found |= {name, camel, "".join(capital), "".join(words), "-".join(words), name.upper(), " ".join(words)}
        found |= {"$" + name, " ".join(capital), name.capitalize(), "_".join(capital)}
    return frozenset(found)


_ANYWHERE = _spellings(PERSONAL_FIELDS)
_IN_TRAITS = _spellings(PERSONAL_TRAITS) | _ANYWHERE
_CHOICES = frozenset({"consent", "consents"})
_CANONICAL = {
    spelling: name for name in PERSONAL_FIELDS | PERSONAL_TRAITS for spelling in _spellings(frozenset({name}))
}


def take_out(properties: Raw) -> tuple[Raw, dict[str, object]]:
    """Properties without their personal fields, and those fields by snake_case name (nested ones by path).

    `shipping.email` in `{"shipping": {"email": ..}}` comes out under that path. Nothing is copied when there is
    none. Raises msgspec.ValidationError when they are no object, RecursionError when they are nested too deeply.
    """
    if len(properties) <= 2:
        return properties, {}
    found = _decode(properties)
    if not _holds(found):
        return properties, {}
    moved: dict[str, object] = {}
    return Raw(_encode(_without(found, "", moved))), moved


def divide_traits(traits: dict[str, object]) -> tuple[dict[str, object], dict[str, object]]:
    """Traits in two: what may stand in the log, and what is personal (here a plain `name` is a person's)."""
    moved: dict[str, object] = {}
    kept: dict[str, object] = {}
    for key, value in traits.items():
        if key in _IN_TRAITS:
            if value is not None and value != "":
                moved[_CANONICAL[key]] = value
        else:
            free = not isinstance(value, dict | list) or _choices(key, value)
            kept[key] = value if free else _without(value, f"{key}.", moved)
    return kept, moved


def _choices(key: str, value: object) -> bool:
    """Whether this is what somebody agreed to: yes and no by purpose and channel (where `email` is a channel)."""
    return key in _CHOICES and isinstance(value, dict) and all(_is_choice(one) for one in value.values())


def _is_choice(value: object) -> bool:
    if isinstance(value, dict):
        return all(one is None or type(one) is bool for one in value.values())
    return value is None or type(value) is bool


def _holds(value: dict[str, object]) -> bool:
    if not _ANYWHERE.isdisjoint(value):
        return True
    for item in value.values():
        kind = type(item)
        if kind is dict:
            if _holds(item):  # type: ignore[arg-type]
                return True
        elif kind is list and any(_holds(one) for one in _objects(item)):
            return True
    return False


def _objects(items: object) -> list[dict[str, object]]:
    """The objects in a list, those in lists of lists included."""
    found: list[dict[str, object]] = []
    for item in items:  # type: ignore[attr-defined]
        if type(item) is dict:
            found.append(item)
        elif type(item) is list:
            found += _objects(item)
    return found


def _without(value: object, path: str, moved: dict[str, object]) -> object:
    if isinstance(value, list):
        return [_without(item, f"{path}{number}.", moved) for number, item in enumerate(value)]
    if not isinstance(value, dict):
        return value
    kept: dict[str, object] = {}
    for key, item in value.items():
        if key in _ANYWHERE:
            if item is not None and item != "":
                moved[path + _CANONICAL[key]] = item
        else:
            kept[key] = item if _choices(key, item) else _without(item, f"{path}{key}.", moved)
    return kept

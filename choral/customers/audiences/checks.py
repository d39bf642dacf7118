"""Reads what people and programs send as a definition, and says exactly where it cannot be understood. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from choral.core.errors import InvalidInput
from choral.customers.audiences import tree
from choral.customers.audiences.plain import number_of
from choral.customers.audiences.tree import Condition, Definition, Filter, Step, Test, Window

MOST_LEAVES, MOST_DEPTH, MOST_VALUES, LONGEST = 60, 8, 500, 200
_NAME = re.compile(r'^[^"\\\x00-\x1f]{1,120}$')
_NUMERIC = frozenset({"at_least", "at_most", "more", "less", "between"})
_TEXTUAL = frozenset({"is", "in", "contains"})
_BARE = frozenset({"known", "unknown"})
_DAYS = frozenset(tree.DATED)
_ON_VALUES = _NUMERIC | _TEXTUAL | _BARE | _DAYS
_ON_PROPERTIES = _ON_VALUES - _DAYS
_ON_NUMBERS = _NUMERIC | {"is", "in"}
_CODE = "invalid_condition"


def read(data: object) -> Definition:
    """A definition from plain JSON values; `InvalidInput` `invalid_condition` with the path of the node."""
    try:
        definition = msgspec.convert(data, Definition)
    except msgspec.ValidationError as error:
        what, _, where = str(error).partition(" - at `")
        raise wrong(where.rstrip("`").removeprefix("$").lstrip(".") or "definition", what + ".") from error
    check(definition)
    return definition


def read_json(text: str | bytes) -> Definition:
    """The same from a JSON text."""
    try:
        return read(msgspec.json.decode(text))
    except msgspec.DecodeError as error:
        raise wrong("definition", f"It is not JSON: {error}.") from error


def check(definition: Definition) -> None:
    """Raise for the first node that means nothing."""
    if len(tree.leaves(definition.who)) > MOST_LEAVES:
        raise wrong("who", f"There are more than {MOST_LEAVES} conditions.", "Make an audience of some of them.")
    _node(definition.who, "who", 1)


def wrong(path: str, why: str, fix: str = "Change this condition, or take it out.") -> InvalidInput:
    """The error of a node."""
    return InvalidInput(_CODE, f"The condition at {path} cannot be used.", why, fix, 422, {"path": path})


def cycles(key: str, definition: Definition, others: Mapping[str, Condition]) -> None:
    """Raise when an audience would be asked for itself, or for one that is not there."""
    _follow(definition.who, "who", (key,), others)


def _follow(node: Condition, path: str, above: tuple[str, ...], others: Mapping[str, Condition]) -> None:
    if isinstance(node, tree.Member):
        if node.audience in above:
            raise wrong(path, f"“{node.audience}” leads back to itself: {' → '.join((*above, node.audience))}.")
        if node.audience not in others:
            raise wrong(path, f"There is no audience “{node.audience}”.")
        _follow(others[node.audience], path, (*above, node.audience), others)
    for index, child in enumerate(tree.children(node)):
        _follow(child, f"{path}.of" if isinstance(node, tree.Not) else f"{path}.of[{index}]", above, others)


def _node(node: Condition, path: str, depth: int) -> None:
    if depth > MOST_DEPTH:
        raise wrong(path, f"Conditions are nested more than {MOST_DEPTH} deep.", "Make an audience of the inner ones.")
    if isinstance(node, tree.All | tree.Some):
        if not node.of and depth > 1:
            raise wrong(f"{path}.of", "A group without conditions says nothing.")
        for index, child in enumerate(node.of):
            _node(child, f"{path}.of[{index}]", depth + 1)
    elif isinstance(node, tree.Not):
        _node(node.of, f"{path}.of", depth + 1)
    elif checker := _LEAVES.get(type(node)):
        checker(node, path)


def _trait(leaf: tree.Trait, path: str) -> None:
    _name(leaf.field, f"{path}.field")
    _test(leaf.test, f"{path}.test", _ON_VALUES)


def _personal(leaf: tree.Personal, path: str) -> None:
    if leaf.field not in tree.PERSONAL_FIELDS:
        allowed = ", ".join(tree.PERSONAL_FIELDS)
        raise wrong(f"{path}.field", f"“{leaf.field}” is no field people may be chosen by.", f"Use one of {allowed}.")
    _test(leaf.test, f"{path}.test", _ON_VALUES)


def _total(leaf: tree.Total, path: str) -> None:
    _test(leaf.test, f"{path}.test", _ON_NUMBERS)


def _seen(leaf: tree.Seen, path: str) -> None:
    _window(leaf.window, f"{path}.window")


def _happened(leaf: tree.Happened, path: str) -> None:
    _step(Step(leaf.event, leaf.where), path)
    _window(leaf.window, f"{path}.window")
    if leaf.measure in ("first", "last") and leaf.window is None:
        raise wrong(f"{path}.window", "The first or last time needs a window in which it was.")
    _name(leaf.of, f"{path}.of")
    _test(leaf.test, f"{path}.test", _ON_NUMBERS)


def _sequence(leaf: tree.Sequence, path: str) -> None:
    _step(leaf.first, f"{path}.first")
    _step(leaf.then, f"{path}.then")
    _window(leaf.window, f"{path}.window")
    if leaf.hours is not None and not 1 <= leaf.hours <= 24 * 3_650:
        raise wrong(f"{path}.hours", "It must be from 1 hour to ten years.")


def _bought(leaf: tree.Bought, path: str) -> None:
    _texts(leaf.values, f"{path}.values")
    _window(leaf.window, f"{path}.window")
    _test(leaf.test, f"{path}.test", _ON_NUMBERS)


def _channel(leaf: tree.Channel, path: str) -> None:
    _name(leaf.channel, f"{path}.channel")
    if leaf.days is not None and not 1 <= leaf.days <= 3_650:
        raise wrong(f"{path}.days", "It must be from 1 day to ten years.")


def _consent(leaf: tree.Consent, path: str) -> None:
    _name(leaf.purpose, f"{path}.purpose")
    _name(leaf.channel, f"{path}.channel")


def _attribute(leaf: tree.Attribute, path: str) -> None:
    _name(leaf.name, f"{path}.name")
    _texts(leaf.values, f"{path}.values")


def _member(leaf: tree.Member, path: str) -> None:
    _name(leaf.audience, f"{path}.audience")


def _identifier(leaf: tree.Identifier, path: str) -> None:
    _name(leaf.kind, f"{path}.kind")


def _step(step: Step, path: str) -> None:
    _name(step.event, f"{path}.event")
    for index, one in enumerate(step.where):
        _filter(one, f"{path}.where[{index}]")


def _filter(one: Filter, path: str) -> None:
    _name(one.property, f"{path}.property")
    _test(one.test, f"{path}.test", _ON_PROPERTIES)


def _window(window: Window | None, path: str) -> None:
    if window is None:
        return
    if window.when == "between":
        if window.since is None and window.until is None:
            raise wrong(path, "A window between two days needs at least one of them.")
        if window.since and window.until and window.since > window.until:
            raise wrong(path, "The window ends before it begins.")
    elif window.days is None or not 1 <= window.days <= 3_650:
        raise wrong(f"{path}.days", "It must be from 1 day to ten years.")


def _test(test: Test, path: str, allowed: frozenset[str]) -> None:
    if test.how not in allowed:
        raise wrong(f"{path}.how", f"“{test.how}” cannot be asked here.", f"Use one of {', '.join(sorted(allowed))}.")
    wanted = 0 if test.how in _BARE else 2 if test.how == "between" else 1
    several = test.how in ("in", "is", "contains")
    if not (wanted <= len(test.values) <= (MOST_VALUES if several else wanted)):
        raise wrong(f"{path}.values", f"“{test.how}” needs {wanted} {'value' if wanted == 1 else 'values'}.")
    numeric = test.how in _NUMERIC | _DAYS or allowed is _ON_NUMBERS
    if numeric and any(number_of(value) is None for value in test.values):
        raise wrong(f"{path}.values", "It must be a number.")
    if test.how in _DAYS and not 0 <= (number_of(test.values[0]) or 0) <= 36_500:
        raise wrong(f"{path}.values", "It must be from 0 to 36,500 days.")
    if test.how in tree.YEARLY and not (number_of(test.values[0]) or 0) <= 364:
        raise wrong(f"{path}.values", "It must be from 0 to 364 days: a day of the year comes every year.")
    for value in test.values:
        if isinstance(value, str) and (not value or len(value) > LONGEST or "\0" in value):
            raise wrong(f"{path}.values", f"A value must have 1 to {LONGEST} characters.")


def _texts(values: tuple[str, ...], path: str) -> None:
    if not 1 <= len(values) <= MOST_VALUES:
        raise wrong(path, f"Choose from 1 to {MOST_VALUES}.")
    if any(not value or len(value) > LONGEST or "\0" in value for value in values):
        raise wrong(path, f"A value must have 1 to {LONGEST} characters.")


def _name(value: str, path: str) -> None:
    if not _NAME.match(value):
        raise wrong(path, "It must have 1 to 120 characters, without quotes and backslashes.", "Choose from the list.")


_LEAVES: Mapping[type, Callable[[Any, str], None]] = {
    tree.Trait: _trait, tree.Personal: _personal, tree.Seen: _seen, tree.Total: _total, tree.Happened: _happened,
    tree.Bought: _bought, tree.Sequence: _sequence, tree.Channel: _channel, tree.Consent: _consent,
    tree.Attribute: _attribute, tree.Member: _member, tree.Identifier: _identifier,
}  # fmt: skip

"""Identifiers as a reader may see them: their value where it is not personal or the reader may, else masked."""

from __future__ import annotations

from collections.abc import Iterable

from choral.customers.identity import rules
from choral.customers.identity.keys import Node
from choral.customers.records import queries as records
from choral.customers.values import IdentifierSeen, Personal

STATES = {
    rules.NORMAL: "normal",
    rules.AMBIGUOUS: "ambiguous",
    rules.SHARED: "shared",
    rules.BLOCKED: "blocked",
}


def shown(nodes: Iterable[Node], values: Iterable[Personal]) -> tuple[IdentifierSeen, ...]:
    """These identifiers, in their order, with what `values` (of the records book) tell of them."""
    told = {value.identifier: value.value for value in values if value.identifier.startswith(f"{value.field}:")}
    return tuple(
        IdentifierSeen(node.text, *_parts(node.text, told), STATES[node.state], node.position) for node in nodes
    )


def label(one: IdentifierSeen) -> str:
    """An identifier in one line."""
    return f"{one.kind} {one.shown}"


def labels(texts: Iterable[str], personal: bool) -> dict[str, str]:
    """The line of each of these identifiers, known to the view or not."""
    wanted = list(dict.fromkeys(texts))
    values = records.of_identifiers(wanted, personal)
    told = {value.identifier: value.value for value in values if value.identifier.startswith(f"{value.field}:")}
    return {text: " ".join(_parts(text, told)) for text in wanted}


def _parts(text: str, told: dict[str, str]) -> tuple[str, str]:
    kind, _, value = text.partition(":")
    return kind, told.get(text, "•••" if value.startswith("#") else value)

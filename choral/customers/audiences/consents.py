"""What people agreed to, and who may not be chosen at all, as conditions ask it: by person, the strictest counting."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from choral.core.clock import SYSTEM_CLOCK
from choral.customers.consent import queries as consent
from choral.customers.consent.rules import ANY, CHANNELS, GRANTED, MESSAGE, Line, stand, state_of
from choral.customers.identity import queries as identity
from choral.customers.privacy import queries as privacy

Scope = tuple[str, str]
Said = Iterable[tuple[Scope, Line]]
_RESTRICTED = ("processing", "profiling")


def consents_of(customers: Sequence[int]) -> dict[int, frozenset[Scope]]:
    """The (purpose, channel) pairs each of these customers has agreed to."""
    owner = {node.text: node.customer for node in identity.members(customers)}
    found: defaultdict[int, set[Scope]] = defaultdict(set)
    for customer, purpose, channel in _agreed(consent.scopes(owner), owner):
        found[customer].add((purpose, channel))
    return {customer: frozenset(pairs) for customer, pairs in found.items()}


def consents() -> Iterator[tuple[int, str, str]]:
    """(customer, purpose, channel) of all that everybody has agreed to."""
    said = consent.all_scopes()
    owner = identity.resolve({line.identifier for _, line in said})
    return _agreed(said, owner)


def mark() -> str:
    """A text that changes with the ledger."""
    return consent.ledger_mark()


def message_purposes() -> list[str]:
    """What messages may be sent for, in the shop's order."""
    return [one.key for one in consent.purposes() if one.kind == MESSAGE]


def restricted() -> set[int]:
    """The customers whose data may not be used to choose them: restricted, or opposed to profiles."""
    return set(identity.resolve(privacy.restricted_identifiers(_RESTRICTED)).values())


def restricted_among(customers: Sequence[int]) -> set[int]:
    """Those of these customers."""
    owner = {node.text: node.customer for node in identity.members(customers)}
    return {owner[one.identifier] for one in privacy.restrictions_of(owner) if one.kind in _RESTRICTED}


def _agreed(said: Said, owner: Mapping[str, int]) -> Iterator[tuple[int, str, str]]:
    now = SYSTEM_CLOCK.now()
    by_customer: defaultdict[int, list[tuple[Scope, Line]]] = defaultdict(list)
    for scope, line in said:
        if line.identifier in owner:
            by_customer[owner[line.identifier]].append((scope, line))
    purposes = {one.key: CHANNELS if one.kind == MESSAGE else (ANY,) for one in consent.purposes()}
    for customer, mine in by_customer.items():
        for purpose, channels in purposes.items():
            for channel in channels:
                if _granted(mine, purpose, channel, now):
                    yield customer, purpose, channel


def _granted(said: Said, purpose: str, channel: str, now: int) -> bool:
    lines: defaultdict[str, list[Line]] = defaultdict(list)
    for (about, where), line in said:
        if about in (purpose, ANY) and where in (channel, ANY):
            lines[line.identifier].append(line)
    return bool(lines) and state_of(stand(rows, now) for rows in lines.values())[0] == GRANTED

"""What speaks against two customers being one person. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from choral.customers.identity.kinds import RuleSet
from choral.customers.identity.values import Conflict
from choral.customers.values import Customer

_TELLING = ("first_name", "last_name", "birthday", "gender", "country")


def between(
    one: Customer, other: Customer, ruled: RuleSet, held_apart: Iterable[tuple[str, str]] = ()
) -> tuple[Conflict, ...]:
    """Kinds of which a person has one, decisions that hold them apart, telling values that differ."""
    mine, theirs = _by_kind(one), _by_kind(other)
    said, answered = _values(one), _values(other)
    return (
        *(Conflict("kept_apart", "", *pair) for pair in held_apart),
        *(
            Conflict("two_of_a_kind", kind.name, mine[kind.name][0], theirs[kind.name][0])
            for kind in ruled.strong
            if kind.unique and mine[kind.name] and theirs[kind.name]
        ),
        *(
            Conflict("trait", field, said[field], answered[field])
            for field in _TELLING
            if field in said and field in answered and said[field].casefold() != answered[field].casefold()
        ),
    )


def _by_kind(customer: Customer) -> defaultdict[str, list[str]]:
    found: defaultdict[str, list[str]] = defaultdict(list)
    for identifier in customer.identifiers:
        found[identifier.kind].append(identifier.shown)
    return found


def _values(customer: Customer) -> dict[str, str]:
    """The newest value of each field, as this reader may see it."""
    found: dict[str, str] = {}
    for record in customer.records:
        found.setdefault(record.field, record.value)
    return found

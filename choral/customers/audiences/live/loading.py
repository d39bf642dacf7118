"""Loads what conditions may ask about a few customers, from the views and books: the newest there is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db import connections

from choral.customers import sets
from choral.customers.audiences import consents, queries
from choral.customers.audiences.evaluate import Hit, Person
from choral.customers.audiences.plain import Plain, plain
from choral.customers.audiences.stated import of_json
from choral.customers.audiences.tree import PERSONAL_FIELDS
from choral.customers.identity import queries as identity
from choral.customers.identity.keys import Node
from choral.customers.identity.rules import LAST_STRONG
from choral.customers.profiles import queries as profiles
from choral.customers.records import queries as records

HitsOf = Callable[[Mapping[int, int]], dict[int, dict[str, list[Hit]]]]


@dataclass(frozen=True)
class Beside:
    """What higher storeys conclude about customers: attributes by name, each a function of their ids."""

    attributes: Mapping[str, Callable[[Sequence[int]], Mapping[int, str]]] = field(default_factory=dict)


def load(customers: Iterable[int], hits_of: HitsOf, beside: Beside) -> dict[int, Person]:
    """The persons of these ids; ids that nobody has any more are left out. `hits_of`: what was noted, by customer,
    given the customer of each identifier's number."""
    numbers = sorted(set(customers))
    nodes: defaultdict[int, list[Node]] = defaultdict(list)
    for node in identity.members(numbers):
        nodes[node.customer].append(node)
    owner = {node.key: customer for customer, mine in nodes.items() for node in mine}
    sums, hits = profiles.sums(nodes), hits_of(owner)
    stated, channels = _traits(owner), _channels(owner)
    personal = _personal({node.text: node.customer for mine in nodes.values() for node in mine})
    listed = _lists(numbers)
    agreed, barred = consents.consents_of(numbers), consents.restricted_among(numbers)
    concluded = {name: of(numbers) for name, of in beside.attributes.items()}
    found = {}
    for customer, mine in nodes.items():
        total = sums.get(customer)
        found[customer] = Person(
            known=any(node.tier <= LAST_STRONG for node in mine),
            hits=hits.get(customer, {}),
            traits=stated.get(customer, {}),
            personal=personal.get(customer, {}),
            kinds=frozenset(node.text.partition(":")[0] for node in mine),
            channels=channels.get(customer, {}),
            orders=total.orders if total else 0,
            revenue=total.revenue if total else 0,
            events=total.events if total else 0,
            first_at=total.first_at if total else 0,
            last_at=total.last_at if total else 0,
            consents=agreed.get(customer, frozenset()),
            attributes={name: of[customer] for name, of in concluded.items() if customer in of},
            audiences=listed.get(customer, frozenset()),
            restricted=customer in barred,
        )
    return found


def noted_hits(owner: Mapping[int, int]) -> dict[int, dict[str, list[Hit]]]:
    """What was noted as events arrived, in the order of time."""
    with connections["views"].cursor() as cursor:
        cursor.execute(
            "SELECT subject, matcher, at, position, number FROM following_hit"  # noqa: S608
            f" WHERE subject {sets.among_numbers(cursor)}",
            [sets.as_json(owner)],
        )
        rows = cursor.fetchall()
    found: defaultdict[int, defaultdict[str, list[Hit]]] = defaultdict(lambda: defaultdict(list))
    for subject, matcher, at, position, number in rows:
        found[owner[subject]][matcher].append(Hit(at, position, number))
    return {customer: {matcher: sorted(hits) for matcher, hits in mine.items()} for customer, mine in found.items()}


def _traits(owner: Mapping[int, int]) -> dict[int, dict[str, Plain]]:
    newest: dict[tuple[int, str], tuple[int, str, str]] = {}
    for key, name, at, value, source in profiles.traits_of(owner):
        told, one = (at, value, source), (owner[key], name)
        newest[one] = max(newest.get(one, told), told)
    found: defaultdict[int, dict[str, Plain]] = defaultdict(dict)
    for (customer, name), (_, value, _) in newest.items():
        found[customer][name] = of_json(value)
    return found


def _channels(owner: Mapping[int, int]) -> dict[int, dict[str, tuple[int, int]]]:
    found: defaultdict[int, dict[str, tuple[int, int]]] = defaultdict(dict)
    for key, channel, events, last in profiles.channels_of(owner):
        before = found[owner[key]].get(channel, (0, last))
        found[owner[key]][channel] = before[0] + int(events), max(before[1], last)
    return found


def _personal(owner: Mapping[str, int]) -> dict[int, dict[str, Plain]]:
    values = [one for one in records.of_identifiers(owner, personal=True) if one.field in PERSONAL_FIELDS]
    newest = newest_personal((owner[one.identifier], one.field, one.value, one.at, one.source) for one in values)
    found: defaultdict[int, dict[str, Plain]] = defaultdict(dict)
    for (customer, name), value in newest.items():
        found[customer][name] = plain(value)
    return found


def newest_personal(values: Iterable[tuple[int, str, str, int, str]]) -> dict[tuple[int, str], str]:
    """The value in force by customer and field, of (customer, field, value, at, source)."""
    newest: dict[tuple[int, str], tuple[int, str, str]] = {}
    for customer, name, value, at, source in values:
        told = (at, value, source)
        newest[customer, name] = max(newest.get((customer, name), told), told)
    return {one: value for one, (_, value, _) in newest.items()}


def _lists(customers: Sequence[int]) -> dict[int, frozenset[str]]:
    found: defaultdict[int, set[str]] = defaultdict(set)
    for customer, key, _, _ in queries.memberships(customers):
        found[customer].add(key)
    return {customer: frozenset(keys) for customer, keys in found.items()}

"""One comparison of all customers: read, spell one way, compare, keep what was found for people to decide."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from choral.books import Actor, act
from choral.core.errors import ChoralError
from choral.customers.identity import queries as identity
from choral.customers.links import actions, model, people, queries
from choral.customers.links.actions import Found
from choral.customers.records import queries as records

_AT_ONCE = 20_000
Item = TypeVar("Item")


def compare(actor: Actor, run: int) -> int:
    """Do the comparison of this number; how many pairs it found. It is noted as failed when it cannot be done."""
    act(actions.begin, actor, run)
    try:
        known = _known()
        table = people.table(people.spelled(str(customer), values) for customer, values in known.items())
        found = list(_found(model.pairs(table)))
    except Exception as problem:
        words = problem.what if isinstance(problem, ChoralError) else f"{type(problem).__name__}: {problem}"
        act(actions.fail, actor, run, words)
        raise
    return act(actions.note_found, actor, run, table.num_rows, found)


def compare_waiting(actor: Actor) -> bool:
    """Do the comparisons that wait, all at once, since one tells as much as many; whether any did."""
    waiting = queries.waiting()
    for run in waiting[-1:]:
        compare(actor, run)
    for run in waiting[:-1]:
        act(actions.fail, actor, run, "Another comparison was done instead.")
    return bool(waiting)


def _known() -> dict[int, dict[str, str]]:
    """By customer the newest of each field that is compared."""
    newest: dict[tuple[int, str], tuple[int, str]] = {}
    for chunk in _chunks(records.in_pieces(people.FIELDS)):
        customers = identity.resolve({identifier for identifier, _, _, _ in chunk})
        for identifier, field, value, at in chunk:
            customer = customers.get(identifier)
            if customer is not None and (at, value) > newest.get((customer, field), (0, "")):
                newest[customer, field] = at, value
    known: dict[int, dict[str, str]] = {}
    for (customer, field), (_, value) in newest.items():
        known.setdefault(customer, {})[field] = value
    return known


def _found(pairs: Iterable[model.Pair]) -> Iterator[Found]:
    """Pairs by the identifiers that stand for the two, without those that somebody keeps apart."""
    apart = _apart()
    for chunk in _chunks(pairs):
        stands = identity.by_keys({int(number) for pair in chunk for number in (pair.one, pair.other)})
        for pair in chunk:
            both = sorted((stands[int(pair.one)].text, stands[int(pair.other)].text))
            if frozenset((int(pair.one), int(pair.other))) not in apart:
                yield both[0], both[1], pair.probability, pair.levels


def _apart() -> set[frozenset[int]]:
    refused = queries.refused()
    customers = identity.resolve({text for pair in refused for text in pair})
    return {frozenset(customers[text] for text in pair if text in customers) for pair in refused}


def _chunks(rows: Iterable[Item]) -> Iterator[list[Item]]:
    iterator = iter(rows)
    while chunk := list(islice(iterator, _AT_ONCE)):
        yield chunk

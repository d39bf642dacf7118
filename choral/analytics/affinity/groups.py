"""By what customers can be parted, and who is in which part."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow

from choral.analytics import people
from choral.analytics.affinity.values import Dimension
from choral.analytics.lifetime.attributes import OUTLOOK, TO_COME, outlook, to_come
from choral.analytics.reading import Reading
from choral.core.errors import InvalidInput, NotFound
from choral.customers.door import Customers

Ints = npt.NDArray[np.int64]
Risks = Callable[[], tuple[Ints, npt.NDArray[np.float64], Ints]]
MOST_PARTS, MOST_DIMENSIONS = 11, 30
INSIDE, OUTSIDE, OTHERS = "inside", "outside", "others"
_CONCLUDED = ("segment", "to_come", "outlook")


@dataclass(frozen=True)
class Groups:
    """Parts by name; `table` gives each customer (`customer`) the number of theirs (`part`), who is not in it is of
    part `rest`, or of none when that is below 0. `mark` names what it was made from."""

    names: tuple[str, ...]
    table: pyarrow.Table
    rest: int = -1
    mark: str = ""


def dimensions(customers: Customers | None) -> Iterator[Dimension]:
    """What there is to part by in this shop; traits with 2 to 11 values."""
    yield from (Dimension(key, "") for key in _CONCLUDED)
    if customers is None:
        return
    known = customers.audiences.choices()
    traits = [one.value for one in known.traits if 2 <= len(known.trait_values.get(one.value, ())) <= MOST_PARTS]
    yield from (Dimension(f"trait:{name}", name) for name in traits[:MOST_DIMENSIONS])
    yield from (Dimension(f"audience:{row.key}", row.name) for row in customers.audiences.list()[:MOST_DIMENSIONS])


def parted(by: str, reading: Reading, risks: Risks, customers: Customers | None) -> Groups:
    """Who is in which part; `InvalidInput` `no_such_dimension` for what customers cannot be parted by."""
    if by == "segment":
        return _segments(reading)
    if by in ("to_come", "outlook"):
        return _foretold(by, risks)
    kind, _, name = by.partition(":")
    if customers is not None and name:
        if kind == "trait":
            return _trait(customers, name)
        if kind == "audience":
            return _audience(customers, name)
    raise no_dimension(by)


def no_dimension(by: str) -> InvalidInput:
    """The refusal."""
    return InvalidInput(
        "no_such_dimension", f"Customers cannot be parted by “{by[:60]}”.",
        fix="Use segment, to_come, outlook, trait:<name> or audience:<key>.",
    )  # fmt: skip


def _segments(reading: Reading) -> Groups:
    names = tuple(people.SEGMENTS)
    number = np.zeros((6, 6), np.int64)
    for (recency, frequency), key in people.OF_CELL.items():
        number[recency, frequency] = names.index(key)
    found = people.places(reading, reading.as_of)
    places = (found.column(name).to_numpy() for name in ("recency", "frequency"))
    return Groups(names, _table(found.column("customer").to_numpy(), number[tuple(places)]))


def _foretold(by: str, risks: Risks) -> Groups:
    customers, left, value = risks()
    names, place = (OUTLOOK, outlook) if by == "outlook" else (TO_COME, to_come)
    return Groups(names, _table(customers, place(left, value)), mark=str(len(customers)))


def _trait(customers: Customers, name: str) -> Groups:
    values = [one.value for one in customers.audiences.choices().trait_values.get(name, ())][:MOST_PARTS]
    if not values:
        raise no_dimension(f"trait:{name}")
    members = [
        customers.audiences.fitting({"who": {"is": "trait", "field": name, "test": {"how": "is", "values": [value]}}})
        for value in values
    ]
    numbers = _first(members)
    return Groups((*values, OTHERS), numbers, len(values), _mark(customers))


def _audience(customers: Customers, key: str) -> Groups:
    try:
        members = [int(one) for one in customers.audiences.ids(key)]
    except NotFound as error:
        raise no_dimension(f"audience:{key}") from error
    return Groups((INSIDE, OUTSIDE), _first([members]), 1, f"{_mark(customers)} {len(members)}")


def _mark(customers: Customers) -> str:
    columns, _ = customers.audiences.reading.counting()
    return columns.version


def _first(members: Iterable[Iterable[int]]) -> pyarrow.Table:
    """The first part that names a customer has them."""
    listed = [np.fromiter(one, np.int64) for one in members]
    customers = np.concatenate(listed)
    numbers = np.repeat(np.arange(len(listed)), [len(one) for one in listed])
    kept, first = np.unique(customers, return_index=True)
    return _table(kept, numbers[first])


def _table(customers: Ints, parts: npt.NDArray[np.integer]) -> pyarrow.Table:
    return pyarrow.table(
        {"customer": pyarrow.array(customers, pyarrow.int64()), "part": pyarrow.array(parts, pyarrow.int32())}
    )

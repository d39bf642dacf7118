"""The condition tree of an audience: plain values that go to JSON and back, never code.

A node says its kind under `is`. Times are microseconds UTC inside, days are days of the shop's time zone, amounts of
money are minor units of the shop's currency. What a tree may say is checked in `checks.py`; what it means for one
person is in `evaluate.py`, for all of them in `compile.py`.
"""

from __future__ import annotations

from datetime import date
from typing import Literal, Union

import msgspec

from choral.core.ids import digest

Value = str | float
How = Literal[
    "is", "in", "at_least", "at_most", "more", "less", "between", "contains", "known", "unknown",
    "days_ago", "days_ahead", "anniversary_ago", "anniversary_ahead",
]  # fmt: skip

YEARLY = ("anniversary_ago", "anniversary_ahead")
DATED = ("days_ago", "days_ahead", *YEARLY)


class Test(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a value is compared. `is`, `in`, `contains`: texts (a number equals the text that spells it);
    `at_least` .. `between`: numbers, borders included; `known`, `unknown`: nothing; `days_ago`, `days_ahead`: a date
    at most so many days before, or after, today; `anniversary_ago`, `anniversary_ahead`: the same of the date's day of
    the year, as of a birthday (29 February is 28 February in years without it)."""

    how: How
    values: tuple[Value, ...] = ()


ONCE = Test("at_least", (1,))


class Window(msgspec.Struct, frozen=True, omit_defaults=True):
    """When. `last`: in the last `days` (of 24 hours) until now; `before`: longer ago than that; `between`: from the
    beginning of the day `since` to the end of the day `until`, either left open."""

    when: Literal["last", "before", "between"]
    days: int | None = None
    since: date | None = None
    until: date | None = None


class Filter(msgspec.Struct, frozen=True, omit_defaults=True):
    """An event's property compared. Beside the properties the client sent there are `channel` and `amount`."""

    property: str
    test: Test


class Node(msgspec.Struct, frozen=True, omit_defaults=True, tag_field="is"):
    """Anything that stands in a tree."""


class All(Node, frozen=True, tag="all"):
    """Every one of these holds."""

    of: tuple[Condition, ...]


class Some(Node, frozen=True, tag="any"):
    """At least one of these holds."""

    of: tuple[Condition, ...]


class Not(Node, frozen=True, tag="not"):
    """This does not hold."""

    of: Condition


class Trait(Node, frozen=True, tag="trait"):
    """The newest value of a stated property that is not personal data."""

    field: str
    test: Test


class Personal(Node, frozen=True, tag="personal"):
    """The newest personal value of one of `PERSONAL_FIELDS`."""

    field: str
    test: Test


class Seen(Node, frozen=True, tag="seen"):
    """When they were met for the first or the last time, on any channel."""

    which: Literal["first", "last"]
    window: Window


class Total(Node, frozen=True, tag="total"):
    """A sum over all time: orders, revenue (less what was given back) or events."""

    figure: Literal["orders", "revenue", "events"]
    test: Test


class Happened(Node, frozen=True, tag="event"):
    """An event happened. `measure`: how often (`count`), the `sum` of `amount` or of a numeric property, or when it
    happened for the `first` or the `last` time (then the window speaks of that time and the test is not used)."""

    event: str
    where: tuple[Filter, ...] = ()
    window: Window | None = None
    measure: Literal["count", "sum", "first", "last"] = "count"
    of: str = "amount"
    test: Test = ONCE


class Step(msgspec.Struct, frozen=True, omit_defaults=True):
    """An event of a sequence."""

    event: str
    where: tuple[Filter, ...] = ()


class Sequence(Node, frozen=True, tag="sequence"):
    """One event after another, within so many `hours` (or at any later time). Not `followed`: the first happened,
    its hours have passed, and the other did not come in them. The window speaks of the first event."""

    first: Step
    then: Step
    hours: int | None = None
    followed: bool = True
    window: Window | None = None


class Bought(Node, frozen=True, tag="bought"):
    """What they bought, by order lines: in how many orders (returns not counted), what quantity, or for what amount
    (both less returns)."""

    by: Literal["product", "category", "department", "brand"]
    values: tuple[str, ...]
    measure: Literal["orders", "quantity", "amount"] = "orders"
    window: Window | None = None
    test: Test = ONCE


class Channel(Node, frozen=True, tag="channel"):
    """Whether a channel was used (in the last `days`), was not, or is the one most of their events come from."""

    channel: str
    use: Literal["used", "not_used", "preferred"] = "used"
    days: int | None = None


class Consent(Node, frozen=True, tag="consent"):
    """Whether they agreed to a purpose in a channel; what is not known is a no."""

    purpose: str
    channel: str
    given: bool = True


class Attribute(Node, frozen=True, tag="attribute"):
    """A conclusion of the measuring storey, such as the value segment, by the name it is offered under."""

    name: str
    values: tuple[str, ...]


class Member(Node, frozen=True, tag="audience"):
    """Whoever is in another audience."""

    audience: str


class Identifier(Node, frozen=True, tag="identifier"):
    """Whether an identifier of a kind is known: email, phone, card, device ..."""

    kind: str
    known: bool = True


Leaf = Union[  # noqa: UP007 - read at run time
    Trait, Personal, Seen, Total, Happened, Sequence, Bought, Channel, Consent, Attribute, Member, Identifier
]
Condition = Union[  # noqa: UP007
    All, Some, Not, Trait, Personal, Seen, Total, Happened, Sequence, Bought, Channel, Consent, Attribute, Member,
    Identifier,
]  # fmt: skip
PERSONAL_FIELDS = ("city", "postal_code", "gender", "age", "birthday")


class Definition(msgspec.Struct, frozen=True, omit_defaults=True):
    """Whom an audience holds: those who fulfil `who`, of the customers with an identifier that says who they are, or
    with `visitors` of the browsers and devices nobody is known behind too. `version` is that of this language."""

    who: Condition
    visitors: bool = False
    version: Literal[1] = 1


_encode = msgspec.json.Encoder(order="deterministic").encode
_definition = msgspec.json.Decoder(Definition)


def dump(definition: Definition) -> str:
    """JSON; equal trees give equal texts."""
    return _encode(definition).decode()


def decode(text: str | bytes) -> Definition:
    """A definition that is known to be sound; for what people send see `checks.read`."""
    return _definition.decode(text)


def as_data(node: object) -> object:
    """A node or definition as plain JSON values."""
    return msgspec.to_builtins(node)


def key_of(node: object) -> str:
    """A short name for what a node says: equal nodes have equal keys."""
    return digest(_encode(node), 12).hex()


def children(node: Condition) -> tuple[Condition, ...]:
    """The conditions directly below; none below a leaf."""
    if isinstance(node, All | Some):
        return node.of
    return (node.of,) if isinstance(node, Not) else ()


def leaves(node: Condition) -> list[Leaf]:
    """All leaves, from left to right."""
    if isinstance(node, All | Some | Not):
        return [leaf for child in children(node) for leaf in leaves(child)]
    return [node]

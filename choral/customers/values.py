"""The frozen values that go through the door of customers; times in µs UTC, money in minor units."""

from __future__ import annotations

from dataclasses import dataclass

from choral.customers.progress import ConsumerStatus
from choral.customers.records.queries import Personal

__all__ = [
    "ConsumerStatus", "Customer", "CustomerPage", "CustomerRow", "Decided", "Explanation", "Figure", "Found",
    "IdentifierSeen", "Joined", "Link", "Personal", "TimelineEntry", "TimelinePage", "Trait",
]  # fmt: skip


@dataclass(frozen=True)
class IdentifierSeen:
    """An identifier of a customer. `shown` is its value as this reader may see it; `state`: normal, ambiguous (seen
    with several persons, joins none), shared (public property) or blocked (somebody said that it links nobody)."""

    text: str
    kind: str
    shown: str
    state: str
    position: int


@dataclass(frozen=True)
class Link:
    """Evidence: two identifiers (`a`, `b`; as shown `one`, `other`) stood in one event.

    `counts`: whether it is one reason for this being one person; if not, `aside` says why: `apart` (people decided),
    `blocked`, `shared` (public property), `tablet` (a device of the store), `typed` (somebody else proved that it is
    theirs), `several` (seen with several persons who cannot be one), `elsewhere` (it belongs to another person).
    `proved`: an event proved both sides (a login, a code), or they are of kinds that need no proof.
    """

    one: str
    other: str
    position: int
    at: int
    source: str
    counts: bool
    a: str = ""
    b: str = ""
    proved: bool = False
    aside: str = ""


@dataclass(frozen=True)
class Joined:
    """Two persons, both known before, became one at `at` (µs UTC) because these two stood in one event."""

    at: int
    position: int
    source: str
    a: str
    b: str
    one: str
    other: str


@dataclass(frozen=True)
class Decided:
    """What somebody decided about two identifiers (as shown `one`, `other`): `join` or `apart`. `applied` is false in
    the moment before the view knows of it; `withdrawn_at` is 0 while it holds."""

    id: str
    kind: str
    a: str
    b: str
    one: str
    other: str
    reason: str
    by: str
    at: int
    applied: bool
    withdrawn_by: str
    withdrawn_at: int


@dataclass(frozen=True)
class Explanation:
    """Why these identifiers are one person, which evidence was set aside, when known persons became one, and what
    people decided. `more`: there is more evidence than is told."""

    customer: str
    identifiers: tuple[IdentifierSeen, ...]
    links: tuple[Link, ...]
    joined: tuple[Joined, ...] = ()
    decided: tuple[Decided, ...] = ()
    more: bool = False


@dataclass(frozen=True)
class Figure:
    """What a customer did on one channel in one currency ('' where events carry no value)."""

    channel: str
    currency: str
    events: int
    orders: int
    revenue: int
    refunded: int
    first_at: int
    last_at: int


@dataclass(frozen=True)
class Trait:
    """A stated property, not personal by itself; `value` is plain JSON data."""

    field: str
    value: object
    at: int
    source: str


@dataclass(frozen=True)
class Customer:
    """One person as far as is known. `id` is the current id; an id that was merged away leads here too.

    `revenue` is what was paid less what was given back, in the shop's `currency`; `average` is per order.
    """

    id: str
    name: str
    known: bool
    identifiers: tuple[IdentifierSeen, ...]
    records: tuple[Personal, ...]
    figures: tuple[Figure, ...]
    traits: tuple[Trait, ...]
    currency: str
    events: int
    orders: int
    revenue: int
    average: int
    first_at: int
    last_at: int
    last_order_at: int
    favourite_store: str | None


@dataclass(frozen=True)
class CustomerRow:
    """A line of the list of customers."""

    id: str
    name: str
    email: str
    identifiers: int
    known: bool
    channels: tuple[str, ...]
    events: int
    orders: int
    revenue: int
    average: int
    first_at: int
    last_at: int
    last_order_at: int


@dataclass(frozen=True)
class CustomerPage:
    """Some rows, and where the next ones begin (None at the end)."""

    rows: tuple[CustomerRow, ...]
    next: str | None


@dataclass(frozen=True)
class TimelineEntry:
    """One event of a customer, in short; `position` finds the whole of it in the log."""

    position: int
    at: int
    name: str
    channel: str
    source: str
    subject: str
    amount: int | None
    currency: str | None
    order_id: str | None
    campaign: str | None
    place: str | None
    label: str | None


@dataclass(frozen=True)
class TimelinePage:
    entries: tuple[TimelineEntry, ...]
    next: str | None


@dataclass(frozen=True)
class Found:
    """A customer a search led to, and by what: name, email, phone, identifier or order."""

    id: str
    name: str
    by: str
    hint: str

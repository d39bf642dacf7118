"""The frozen values that go through the door of audiences; times in µs UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from choral.customers.values import CustomerRow


@dataclass(frozen=True)
class Part:
    """A node of the tree: its path (`who.of[0]`), what it says as a sentence, how many people it holds by itself."""

    path: str
    sentence: str
    people: int


@dataclass(frozen=True)
class Reach:
    """How many can be reached on a channel: they have an address for it, and agreed to messages there (for
    any purpose)."""

    channel: str
    people: int
    with_address: int


@dataclass(frozen=True)
class Preview:
    """What a definition would hold now. `population`: whom it chooses from; `position`: the log position it knows;
    `parts`: its nodes from the top, each counted by itself."""

    people: int
    population: int
    sentence: str
    parts: tuple[Part, ...]
    reach: tuple[Reach, ...]
    sample: tuple[CustomerRow, ...]
    position: int


@dataclass(frozen=True)
class AudienceRow:
    """A line of the list. `members` is None while a new or changed audience is being worked out."""

    key: str
    name: str
    sentence: str
    members: int | None
    version: int
    fixed: bool
    archived: bool
    created_at: int
    updated_at: int
    updated_by: str
    trend: tuple[tuple[date, int], ...] = ()


@dataclass(frozen=True)
class AudienceVersion:
    """What an audience said from a time on; `definition` is plain JSON data."""

    version: int
    name: str
    sentence: str
    definition: object
    at: int
    by: str


@dataclass(frozen=True)
class Audience:
    """An audience whole: `definition` is plain JSON data, `used_by` the keys of audiences that ask for it."""

    row: AudienceRow
    definition: object
    versions: tuple[AudienceVersion, ...]
    used_by: tuple[str, ...]


@dataclass(frozen=True)
class MemberRow:
    """A member: the customer's line in lists, and when they entered (None: before that was noted)."""

    customer: CustomerRow
    entered_at: int | None


@dataclass(frozen=True)
class MemberPage:
    """Some members by id, and where the next begin (None at the end)."""

    rows: tuple[MemberRow, ...]
    next: str | None


@dataclass(frozen=True)
class Reason:
    """One node of the tree: how deep it stands (0 at the top), what it asks, whether it holds, and what was found: a
    number, a value, the latest event that counts; `turns_at`: the earliest time it may change by itself."""

    depth: int
    sentence: str
    holds: bool
    number: float | None
    value: str | None
    at: int | None
    turns_at: int | None


@dataclass(frozen=True)
class Why:
    """Why a person is in or not: every node with what was found, each above those it is made of."""

    customer: str
    holds: bool
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class Overlap:
    """Two audiences beside each other, in people."""

    one: int
    other: int
    both: int

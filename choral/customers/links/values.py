"""The frozen values that go through the door of links; times in µs UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Evidence:
    """What one comparison says: `field` (first, last, birth, street, town, email, phone), the `level` it stands at, the
    same in English `words`, and whether it speaks `against` their being one."""

    field: str
    level: str
    words: str
    against: bool


@dataclass(frozen=True)
class Side:
    """One of the two: the customer's id, the identifier that stands for them, and what is known, masked for readers who
    may not see it."""

    customer: str
    identifier: str
    name: str
    values: Mapping[str, str]


@dataclass(frozen=True)
class Suggestion:
    """Two customers who are one person with a `probability`. `state`: open, later, accepted, refused or gone."""

    id: int
    probability: float
    state: str
    found_at: int
    decided_at: int | None
    by: str
    correction: str
    one: Side
    other: Side
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True)
class SuggestionPage:
    """Some suggestions, likeliest first, and where the next ones begin (None at the end)."""

    rows: tuple[Suggestion, ...]
    next: str | None


@dataclass(frozen=True)
class Run:
    """A comparison of all records: how many people it looked at and how many pairs it found."""

    id: int
    state: str
    by: str
    asked_at: int
    started_at: int | None
    ended_at: int | None
    people: int
    found: int
    problem: str


@dataclass(frozen=True)
class LinksState:
    """Where the work stands: suggestions open, put off, and above the threshold; the costs behind the threshold."""

    open: int
    later: int
    above: int
    threshold: float
    wrong_cost: int
    missed_cost: int
    last_run: Run | None


@dataclass(frozen=True)
class Row:
    """A suggestion as the book keeps it."""

    id: int
    one: str
    other: str
    probability: float
    levels: str
    state: str
    found_at: int
    decided_at: int | None
    by: str
    correction: str

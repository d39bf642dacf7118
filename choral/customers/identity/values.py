"""The frozen values of identity's door; times in µs UTC, money in minor units of the shop's currency."""

from __future__ import annotations

from dataclasses import dataclass

from choral.customers.identity.book.values import KindRule, ValueRule

__all__ = ["Conflict", "KindRule", "MergePreview", "Quarantine", "Quarantined", "RulePreview", "Side", "ValueRule"]


@dataclass(frozen=True)
class Side:
    """One of two customers that may become one. `stands`: the identifier that stands for them."""

    id: str
    name: str
    stands: str
    known: bool
    identifiers: int
    events: int
    orders: int
    revenue: int
    first_at: int
    last_at: int


@dataclass(frozen=True)
class Conflict:
    """What speaks against their being one. `code`: `two_of_a_kind` (a kind of which a person has one), `kept_apart`
    (somebody decided so) or `trait` (they say different things of `field`). `field` is the kind or the trait."""

    code: str
    field: str
    one: str
    other: str


@dataclass(frozen=True)
class MergePreview:
    """What a merge would do, without doing it.

    `id`: the id the one customer would have (the other one's leads to it). `along`: identifiers that belong to
    neither now and would come along, because they were seen with both. `apart`: identifiers of the two that would
    not be of the one. `confirm`: both are identified, so that it must be confirmed. `possible` is false while
    somebody holds them apart.
    """

    one: Side
    other: Side
    id: str
    identifiers: int
    events: int
    orders: int
    revenue: int
    currency: str
    along: tuple[str, ...]
    apart: tuple[str, ...]
    conflicts: tuple[Conflict, ...]
    confirm: bool
    possible: bool


@dataclass(frozen=True)
class RulePreview:
    """What other rules would do: how many customers are there now, would be there, and would have other identifiers;
    how many identifiers would belong to somebody else."""

    changed: int
    moved: int
    identifiers: int


@dataclass(frozen=True)
class Quarantined:
    """An identifier that links nobody. `state`: `shared` (it suddenly linked many) or `blocked` (somebody said so).
    `seen_with`: how many others it was seen with; `since_at`: when it became too many (0 where nobody can say);
    `rule`: the id of the rule of its own, if it has one."""

    identifier: str
    kind: str
    shown: str
    state: str
    seen_with: int
    limit: int
    first_at: int
    since_at: int
    rule: str


@dataclass(frozen=True)
class Quarantine:
    rows: tuple[Quarantined, ...]
    next: str | None

"""The frozen values of identity's book; times in µs UTC."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Correction:
    """Two identifiers somebody made one person (`kind` join) or holds apart (apart); `withdrawn_at` 0 while it
    holds."""

    id: str
    kind: str
    one: str
    other: str
    reason: str
    by: str
    at: int
    withdrawn_by: str
    withdrawn_at: int


@dataclass(frozen=True)
class ValueRule:
    """A value with a rule of its own: `rule` is block, allow (seen with `most` others) or tablet (a source whose
    browsers many people use)."""

    id: str
    subject: str
    rule: str
    most: int
    shown: str
    reason: str
    by: str
    at: int
    withdrawn_at: int


@dataclass(frozen=True)
class KindRule:
    """The rule in force for a kind of identifiers (`choral.customers.identity.kinds.Kind` says what each means), and
    whether the owner changed it."""

    name: str
    priority: int
    unique: bool
    most: int
    shared_above: int
    trusted: bool
    proof_to_join: bool
    links: bool
    says_who: bool
    changed: bool

"""The frozen values that go through the door of tokens; times in µs UTC."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """Something a token can open. `within` is the code of the place it lies in ("" for none), `store` its store."""

    code: str
    name: str
    kind: str
    within: str
    store: str


@dataclass(frozen=True)
class Rights:
    """What is granted: a place, from and until (µs UTC, None: open), ISO weekdays as digits ("": all), minutes after
    midnight in the shop's time zone, how many entries (None: no limit), and whether it may go in twice without coming
    out (`passback`)."""

    place: str
    starts_at: int | None = None
    ends_at: int | None = None
    days: str = ""
    opens: int | None = None
    closes: int | None = None
    entries: int | None = None
    passback: bool = True


@dataclass(frozen=True)
class Grant:
    """Rights given to a token, and how often they were used."""

    id: int
    token_id: str
    rights: Rights
    used: int
    made_at: int
    revoked_at: int | None


@dataclass(frozen=True)
class Loan:
    """A token in another person's hands from `starts_at` to `ends_at`, or until it was ended before."""

    id: int
    token_id: str
    borrower: str
    may_pay: bool
    starts_at: int
    ends_at: int
    ended_at: int | None


@dataclass(frozen=True)
class Token:
    """A wristband, card, tag or code. `state`: issued, blocked, replaced or returned; `holder` an identifier or ""."""

    id: str
    value: str
    kind: str
    holder: str
    state: str
    reason: str
    reusable: bool
    issued_at: int
    ends_at: int | None
    replaced_by: str
    last_read_at: int | None


@dataclass(frozen=True)
class TokenWhole:
    """A token with its rights and loans, newest first."""

    token: Token
    grants: tuple[Grant, ...]
    loans: tuple[Loan, ...]


@dataclass(frozen=True)
class Reading:
    """What a reader saw: the number, where, when, under a number of the reader's own that it repeats on a retry."""

    value: str
    place: str
    reader: str
    read_id: str
    at: int | None = None
    leaving: bool = False


@dataclass(frozen=True)
class Verdict:
    """The answer to a reading. `reason` is a stable code, `words` the same for people; `person` is the identifier of
    whoever carries the token now (the borrower of a lent one); `repeated`: this reading was answered before."""

    allowed: bool
    reason: str
    words: str
    token_id: str
    person: str
    lent: bool
    entries_left: int | None
    place: str
    at: int
    repeated: bool


@dataclass(frozen=True)
class ReadLine:
    """A reading as lists show it."""

    id: int
    at: int
    value: str
    token_id: str
    place: str
    reader: str
    leaving: bool
    allowed: bool
    reason: str
    person: str


@dataclass(frozen=True)
class Bearer:
    """Who carries a token and whose it is: what a room that takes payments asks. `person` pays from `holder`'s balance
    only when `may_pay`."""

    token_id: str
    holder: str
    person: str
    lent: bool
    may_pay: bool


@dataclass(frozen=True)
class TokenPage:
    """Some tokens, and where the next ones begin (None at the end)."""

    rows: tuple[Token, ...]
    next: str | None


@dataclass(frozen=True)
class ReadPage:
    """Some readings, newest first, and where the next ones begin (None at the end)."""

    rows: tuple[ReadLine, ...]
    next: str | None

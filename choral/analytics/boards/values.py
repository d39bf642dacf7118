"""The frozen values of boards: what is arranged, and what is shown."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from choral.analytics.metrics.values import Compare, Figures, MetricSplit
from choral.analytics.values import By

CardKind = Literal["figure", "line", "bar", "stack", "rows", "text"]
Security = Literal["tls", "starttls", "none"]
EVERYBODY = "*"


@dataclass(frozen=True)
class Reader:
    """Who asks: an actor's name (`member:7`, `key:3`) and their role."""

    name: str
    role: str


@dataclass(frozen=True)
class Card:
    """One card: a metric with its split and picture, or words (`kind` text, then `text` is shown). `title` "" is the
    metric's name; `period` "" is the board's. `channel` and `store` narrow it ("" for all). `wide`: a whole row."""

    id: str
    kind: CardKind
    metric: str = ""
    split: MetricSplit | None = None
    by: By = "week"
    title: str = ""
    text: str = ""
    period: str = ""
    channel: str = ""
    store: str = ""
    wide: bool = False


@dataclass(frozen=True)
class Arrangement:
    """What somebody arranged: a name, who may read it (roles, or everybody), the days, and the cards in their order.

    `period` is a rule relative to the last day of the data: `28d` days, `12w` whole weeks, `12m` whole months, `all`.
    """

    name: str
    readers: tuple[str, ...] = ()
    period: str = "12w"
    compare: Compare | None = "previous"
    cards: tuple[Card, ...] = ()


@dataclass(frozen=True)
class Board:
    """A saved board; times in µs UTC. `can_undo`: the last change can be taken back."""

    id: str
    owner: str
    arrangement: Arrangement
    can_undo: bool
    created_at: int
    changed_at: int


@dataclass(frozen=True)
class Note:
    """Something that happened on a day."""

    id: str
    day: date
    words: str
    author: str


@dataclass(frozen=True)
class CardShown:
    """A card with its figures; None for words, or when `problem` says why there are none."""

    card: Card
    figures: Figures | None
    problem: str


@dataclass(frozen=True)
class BoardShown:
    """A board as it is now: its cards with figures, its days, and the notes of those days."""

    board: Board
    since: date | None
    until: date | None
    cards: tuple[CardShown, ...]
    notes: tuple[Note, ...]


@dataclass(frozen=True)
class Query:
    """A saved SELECT."""

    id: str
    name: str
    sql: str
    owner: str
    shared: bool
    changed_at: int


@dataclass(frozen=True)
class Schedule:
    """A board sent by e-mail: `weekday` ISO (1 Monday), 0 every day; `hour` of the shop's zone; `members` by number."""

    id: str
    board_id: str
    weekday: int
    hour: int
    members: tuple[int, ...]
    active: bool
    next_at: int
    author: str


@dataclass(frozen=True)
class Sending:
    """What became of one e-mail: `sending` (nobody knows), `sent`, or `failed` (it surely did not go)."""

    schedule_id: str
    due_at: int
    member: int
    state: str
    problem: str
    at: int


@dataclass(frozen=True)
class MailServer:
    """The owner's mail server; the password is never shown."""

    host: str
    port: int
    security: Security
    username: str
    sender: str

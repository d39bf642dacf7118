"""What is said about parts of the customers on channels."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Verdict = Literal["higher", "lower", "alike", "too_few"]


@dataclass(frozen=True)
class Rate:
    """A share or a mean with its 95 % interval: `of` things (visits, messages, answers) of `customers`.

    All three are None where fewer than 30 customers stand behind it. `verdict` compares it with everybody else on the
    same channel: a difference that stands after Holm's correction over the whole table, or none.
    """

    of: int
    customers: int
    value: float | None
    low: float | None
    high: float | None
    verdict: Verdict


@dataclass(frozen=True)
class Cell:
    """A part of the customers on a channel. Amounts in minor units, before refunds; `margin` only of the sales whose
    cost is known (`costed`), None without any.

    `bought`: of their visits, how many had an order in them; `followed`: how many were followed by an order on any
    channel within a week; `answered`: of the campaigns sent to them on it, how many they acted on within four weeks;
    `preferred`: share of those of whom enough is known who do most on it, undecided ones included; `reviews` and
    `surveys`: mean rating given within 90 days of an order on this channel.
    """

    part: str
    channel: str
    customers: int
    orders: int
    amount: int
    margin: int | None
    costed: int
    sessions: int
    bought: Rate
    followed: Rate
    answered: Rate
    preferred: Rate
    reviews: Rate
    surveys: Rate


@dataclass(frozen=True)
class Part:
    """A part of the customers: how many, what they bought, and how many of them have a preference that can be told.
    `undecided` do enough, on several channels alike; of `little_known` too little is known."""

    key: str
    customers: int
    amount: int
    preferring: int
    undecided: int
    little_known: int


@dataclass(frozen=True)
class Rhythm:
    """When a part is met on a channel: visits by hour of the shop's day, and by day of the week from Monday."""

    part: str
    channel: str
    hours: tuple[int, ...]
    days: tuple[int, ...]


@dataclass(frozen=True)
class Affinity:
    """Parts by channels. `by` says what the customers are parted by; nothing here is causal: customers choose their
    channels themselves. `until` is the last day of the data."""

    by: str
    until: date | None
    currency: str
    parts: tuple[Part, ...]
    channels: tuple[str, ...]
    cells: tuple[Cell, ...]
    rhythms: tuple[Rhythm, ...]
    causal: bool = False

    def cell(self, part: str, channel: str) -> Cell | None:
        """One of the cells."""
        return next((one for one in self.cells if (one.part, one.channel) == (part, channel)), None)


@dataclass(frozen=True)
class Dimension:
    """Something customers can be parted by: `segment`, `to_come`, `outlook`, `trait:<name>` or `audience:<key>`."""

    key: str
    name: str

"""What is said about customers as a whole: recency, frequency and value; silence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class RfmCell:
    """Customers of one recency and one frequency quintile (1 lowest, 5 best) and what they spent."""

    recency: int
    frequency: int
    customers: int
    amount: int
    segment: str


@dataclass(frozen=True)
class RfmSegment:
    """A named part of the grid; `cells` are its (recency, frequency) quintiles, the definition."""

    key: str
    cells: tuple[tuple[int, int], ...]
    customers: int
    amount: int
    share_of_customers: float
    share_of_amount: float


@dataclass(frozen=True)
class RfmBorders:
    """The range of values in one quintile: days since the last order, number of orders, net amount."""

    quintile: int
    recency_from: int
    recency_to: int
    frequency_from: int
    frequency_to: int
    amount_from: int
    amount_to: int


@dataclass(frozen=True)
class Rfm:
    """Customers by recency and frequency. `on` is the day recency is counted to (last day of the data)."""

    on: date | None
    currency: str
    customers: int
    amount: int
    cells: tuple[RfmCell, ...]
    segments: tuple[RfmSegment, ...]
    borders: tuple[RfmBorders, ...]


@dataclass(frozen=True)
class RfmCustomer:
    """One customer's place: days since the last order, orders, net amount, and the three quintiles."""

    customer: str
    identifier: str
    recency_days: int
    orders: int
    amount: int
    last_order_day: date
    recency: int
    frequency: int
    monetary: int
    segment: str


@dataclass(frozen=True)
class RfmPage:
    rows: tuple[RfmCustomer, ...]
    next: str | None
    count: int


@dataclass(frozen=True)
class Slipping:
    """A customer whose silence is longer than any pause they made before and at least twice their usual one.
    `at_risk` is what they spent (net) in the year up to their last order; `ratio` is silence over usual gap."""

    customer: str
    identifier: str
    silence_days: int
    usual_gap: float
    longest_gap: int
    ratio: float
    orders: int
    amount: int
    at_risk: int
    last_order_day: date


@dataclass(frozen=True)
class SlippingPage:
    rows: tuple[Slipping, ...]
    next: str | None
    count: int
    at_risk: int

"""What is said about sales and orders: amounts in minor units of one currency, days of the shop."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

By = Literal["day", "week", "month"]
Split = Literal["channel", "store", "department"]
Unit = Literal["money", "count", "share"]
REST = "*"  # the key of the series that holds all keys beyond the biggest eight
UNKNOWN = ""  # the key of what was said nowhere (no store, no department)


@dataclass(frozen=True)
class AsOf:
    """What every figure rests on. `ready` is false before the first refresh; then the days are None and counts 0.

    `position` is the last event counted (log position), `since` is the first day with an order (with an event where
    there are no orders), `until` the last day with an event,
    `currency` the one amounts are in, `other_currencies` those left out of the sums.
    """

    ready: bool
    position: int
    time_zone: str
    currency: str
    other_currencies: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    events: int = 0
    orders: int = 0
    customers: int = 0


@dataclass(frozen=True)
class Choice:
    """Which orders count: days `since` to `until` (both included), and what they must have; None: any.

    `store`, `department`: '' chooses those without one. `customer` is an id; `returned` chooses refunds (true) or
    purchases (false). `currency` None is the one of `AsOf.currency`.
    """

    since: date | None = None
    until: date | None = None
    channel: str | None = None
    store: str | None = None
    department: str | None = None
    customer: str | None = None
    product: str | None = None
    returned: bool | None = None
    currency: str | None = None


@dataclass(frozen=True)
class Totals:
    """Sums over orders: `amount` is net of refunds, `orders` counts purchases, `refunds` refunds; `average` per order
    (0 without any). `identified` is how many of the orders have a known customer (None where not counted: a choice by
    department)."""

    amount: int
    orders: int
    refunds: int
    discount: int
    average: int
    identified: int | None


@dataclass(frozen=True)
class Period:
    """One step of a time axis, both days included; `complete` is false where the choice or the data cut it short."""

    start: date
    end: date
    complete: bool


@dataclass(frozen=True)
class Series:
    """One line of a chart: an amount and a number of orders for each period. `key` is REST or UNKNOWN or an id, `name`
    what people call it ('' for REST and UNKNOWN). `before` is the amount in the period before, None without one."""

    key: str
    name: str
    amounts: tuple[int, ...]
    orders: tuple[int, ...]
    amount: int
    order_count: int
    share: float
    before: int | None


@dataclass(frozen=True)
class Sales:
    """Sales over time. The amounts of `series` sum to `total.amount` to the cent; orders too, except by department,
    where an order counts in each of its departments. `before` has the same number of days just before."""

    currency: str
    other_currencies: tuple[str, ...]
    by: By
    split: Split | None
    since: date | None
    until: date | None
    periods: tuple[Period, ...]
    series: tuple[Series, ...]
    total: Totals
    before: Totals | None
    before_since: date | None
    before_until: date | None


@dataclass(frozen=True)
class Headline:
    """One headline figure. `key`: sales, orders, average, identified, customers, new_customers; `unit`: money (minor
    units), count or share (0 to 1). `before` is None when the data do not reach back so far."""

    key: str
    unit: Unit
    value: int | float
    before: int | float | None
    spark: tuple[int | float, ...]


@dataclass(frozen=True)
class Overview:
    """The headline figures of a period; `spark_by` says what one point of each sparkline is."""

    currency: str
    other_currencies: tuple[str, ...]
    since: date | None
    until: date | None
    before_since: date | None
    before_until: date | None
    spark_by: By
    periods: tuple[Period, ...]
    figures: tuple[Headline, ...]

    def figure(self, key: str) -> Headline:
        """The figure of a key; `KeyError` when there is none."""
        return {one.key: one for one in self.figures}[key]


@dataclass(frozen=True)
class OrderRow:
    """An order or a refund (then `returned`, and amounts are negative). `at` in µs UTC, `day` of the shop's zone;
    `position` finds the event in the log. `customer` is None when nobody was recognised."""

    position: int
    order_id: str | None
    at: int
    day: date
    customer: str | None
    channel: str
    store_id: str | None
    store: str | None
    source: str
    returned: bool
    amount: int
    discount: int
    currency: str
    lines: int


@dataclass(frozen=True)
class OrderPage:
    """Some orders, where the next ones begin (None at the end), and how many and how much the whole choice is."""

    rows: tuple[OrderRow, ...]
    next: str | None
    count: int
    amount: int
    currency: str


@dataclass(frozen=True)
class OrderLine:
    """A line of an order; line 0 carries what belongs to no product (shipping, rounding)."""

    line: int
    product_id: str | None
    name: str | None
    department: str | None
    category: str | None
    quantity: float
    total: int
    discount: int


@dataclass(frozen=True)
class Order:
    """One order with its lines, which sum to its amount."""

    row: OrderRow
    lines: tuple[OrderLine, ...]


@dataclass(frozen=True)
class ProductRow:
    """What one product, category or department sold (net of refunds)."""

    key: str
    name: str
    department: str | None
    amount: int
    quantity: float
    orders: int
    customers: int
    share: float

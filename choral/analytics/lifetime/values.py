"""The frozen values of customer value to come; amounts in minor units of `currency`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Verdict = Literal["good", "rough", "bad", "too_short"]


@dataclass(frozen=True)
class Range:
    """An estimate and its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Decile:
    """A tenth of the customers, those expected to buy most first: mean purchases foretold and made."""

    tenth: int
    customers: int
    foretold: float
    made: float


@dataclass(frozen=True)
class Check:
    """The models' own past judged: they learnt from what was known on `since` and foretold the `days` that followed.
    `off` is (foretold - made) / made over all customers; `correlation` is of customers' foretold and made purchases.
    `verdict`: good (within 10 %), rough (within 25 %), bad, or too_short to be judged."""

    verdict: Verdict
    model: str
    since: date | None
    days: int
    foretold: float
    made: int
    off: float | None
    correlation: float | None
    deciles: tuple[Decile, ...]


@dataclass(frozen=True)
class Model:
    """A fitted model: its parameters by name (times in weeks), the log-likelihood, whether the search converged."""

    name: str
    parameters: dict[str, float]
    likelihood: float
    converged: bool


@dataclass(frozen=True)
class Channel:
    """Customers by the channel on which they were first met: how many, what they brought to date and what one of them
    is expected to bring in the horizon; `cost` is what was spent on that channel in the days of the data (None where
    no spend was entered), `per_customer` the same a customer."""

    channel: str
    customers: int
    to_date: int
    to_date_each: float
    expected_each: Range
    expected: Range
    cost: int | None
    per_customer: float | None


@dataclass(frozen=True)
class Lifetime:
    """What all known customers will bring in the next `days`. `measure` says of what: margin, or sales where costs of
    products are not known. `alive` is how many customers are expected to buy still, of `customers` who ever bought.
    Intervals hold the uncertainty of the parameters and how far off the model was in the past; chance evens out over
    many customers."""

    ready: bool
    reason: str
    until: date | None
    days: int
    currency: str
    measure: Literal["margin", "sales"]
    customers: int
    alive: Range
    orders: Range
    value: Range
    yearly_discount: float
    check: Check
    models: tuple[Model, ...]
    channels: tuple[Channel, ...]


@dataclass(frozen=True)
class CustomerValue:
    """What one customer is expected to bring in the horizon. `alive` is the probability that they still buy; `at_risk`
    what they brought in a horizon of the past times the probability that they left. `low` and `high` bound what will
    happen in 80 of 100 such customers; None in lists."""

    customer: str
    alive: float
    orders: float
    value: int
    low: int | None
    high: int | None
    at_risk: int
    repeats: int
    last_order_day: date
    to_date: int


@dataclass(frozen=True)
class ValuePage:
    rows: tuple[CustomerValue, ...]
    next: str | None
    count: int

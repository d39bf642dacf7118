"""The frozen values that go through the door of attribution."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Dimension = Literal["channel", "campaign", "creative", "store"]
Value = Literal["sales", "margin", "orders"]
Who = Literal["all", "new", "returning"]
Model = Literal[
    "first", "last", "last_non_direct", "linear", "position", "decay", "time_decay", "shapley", "markov", "markov_path",
    "hazard",
]  # fmt: skip
MODELS: tuple[Model, ...] = (
    "last", "last_non_direct", "first", "linear", "position", "decay", "time_decay", "shapley", "markov",
    "markov_path", "hazard",
)  # fmt: skip
NO_LINES: tuple[Model, ...] = ("markov",)  # one share for all orders: it cannot be told for one of them
BASELINE = "!baseline"  # what would have been bought anyway, by the time-aware model
NOTHING_BEFORE = "!nothing"  # orders with no touch inside the lookback
ELSEWHERE = "~"  # begins the label of a touch that names no campaign, creative or store; its channel follows
LONG = (("direct_mail", 60), ("post", 60), ("print", 60), ("tv", 60), ("radio", 60))


@dataclass(frozen=True)
class Question:
    """What is asked. Days of the shop's zone, both included; None: all days.

    `by`: what credit is given to. `value`: net sales of the orders, their margin, or their number. `order`: steps the
    Markov chain remembers (1 to 4). `lookback`: days a touch may lie before an order; `lookbacks` for channels of
    their own. `unit`: a session or a day's contact is one touch, or each event is one. `half_life` in days. `ends`:
    the position model's shares of the first and the last touch. `who`: all orders, customers' first ones, or later
    ones. `audience`: only its members.
    """

    since: date | None = None
    until: date | None = None
    by: Dimension = "channel"
    value: Value = "sales"
    order: int = 1
    lookback: int = 30
    lookbacks: tuple[tuple[str, int], ...] = LONG
    unit: Literal["sessions", "touches"] = "sessions"
    half_life: float = 7.0
    ends: tuple[float, float] = (0.4, 0.4)
    who: Who = "all"
    audience: str | None = None


@dataclass(frozen=True)
class Credit:
    """What a model gives to a label: `amount` (minor units, or thousandths of an order when orders are asked for),
    `share` of all that is attributed, `orders`; `low` and `high` bound `amount` at 95 %. With spend: return on it
    (`roas`), `cost_per_order` and `profit` (amount less cost) in minor units."""

    model: Model
    amount: int
    low: int
    high: int
    share: float
    orders: float
    roas: float | None = None
    cost_per_order: int | None = None
    profit: int | None = None


@dataclass(frozen=True)
class Measured:
    """What a label was measured to bring, apart from any model: `verdict` code of a comparison of alike customers
    (`choral.analytics.campaigns`), `not_measured` without one; amounts in minor units for all reached."""

    verdict: str
    causal: bool = False
    amount: int | None = None
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True)
class CreditRow:
    """A label with its credits in the order of `MODELS` asked. `cost` in minor units, None where nothing was told;
    `cost_from` says whether it is from the spend data or from the touches themselves."""

    key: str
    name: str
    channel: str
    touches: int
    credits: tuple[Credit, ...]
    measured: Measured
    cost: int | None = None
    cost_from: Literal["spend", "touches", ""] = ""


@dataclass(frozen=True)
class Disagreement:
    """The label whose share differs most between two models."""

    key: str
    name: str
    most: Model
    most_share: float
    least: Model
    least_share: float


@dataclass(frozen=True)
class Credits:
    """Models side by side. Every model's rows sum to `amount` of `orders`; with `unrecognised_*` (orders nobody was
    recognised at) and `unknown_margin` (orders whose cost is not known, when margin is asked) that is all orders.

    All is correlation but what `Measured.causal` says. `rate`: orders per path; `paths_lost`: paths to no order.
    """

    question: Question
    as_of: int
    since: date | None
    until: date | None
    currency: str
    amount: int
    orders: int
    unrecognised_amount: int
    unrecognised_orders: int
    unknown_margin: int
    nothing_before: int
    paths: int
    paths_lost: int
    rate: float
    rows: tuple[CreditRow, ...]
    disagreement: Disagreement | None
    half_lives: tuple[tuple[str, float], ...]
    spend_told: bool


@dataclass(frozen=True)
class Line:
    """A credit line: what a touch gets of an order. `amount` in minor units (thousandths of an order when orders are
    asked for); the lines of an order sum to it. `touch` is None where credit goes to no touch."""

    order: int
    order_id: str
    order_at: int
    touch: int | None
    touch_at: int | None
    key: str
    channel: str
    event: str
    weight: float
    amount: int


@dataclass(frozen=True)
class LinePage:
    """Credit lines, latest order first; `total` sums `amount` over all of them, `count` is their number."""

    rows: tuple[Line, ...]
    count: int
    total: int
    next: str | None


@dataclass(frozen=True)
class Influence:
    """Whether one place leads to the other. Of `orders` at `place`, `share` had a visit at `other` in the `days`
    before; `base` is the same customers' share in other weeks that no such order followed; `lift` is share over base,
    with its 95 % interval. None when too few can be compared. A correlation: whoever plans to buy may look first."""

    place: Literal["store", "web"]
    other: Literal["store", "web"]
    days: int
    orders: int
    compared: int
    share: float | None = None
    compared_share: float | None = None
    base: float | None = None
    lift: float | None = None
    low: float | None = None
    high: float | None = None

"""What is said about changes: findings with their evidence, and the change of a figure cut into its causes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Metric = Literal[
    "sales", "orders", "average", "discount_share", "refund_share", "recognised", "customers", "new_customers",
    "conversion", "redemptions", "slipping",
]  # fmt: skip
WhyMetric = Literal["sales", "orders", "average", "discount_share", "recognised", "customers"]
By = Literal["all", "channel", "store", "department", "kind", "segment", "product", "source", "event", "campaign"]
Kind = Literal[
    "change", "funnel", "silent_source", "silent_event", "product_gone", "place_gone", "campaign", "slipping_away"
]  # fmt: skip
Grain = Literal["day", "week", "four_weeks", "since"]
Unit = Literal["money", "count", "share"]
Certainty = Literal["sure", "unsure", "causal", "correlation"]
UNITS: dict[str, Unit] = {
    "sales": "money", "orders": "count", "average": "money", "discount_share": "share", "refund_share": "share",
    "recognised": "share", "customers": "count", "new_customers": "count", "conversion": "share",
    "redemptions": "count", "slipping": "count",
}  # fmt: skip


@dataclass(frozen=True)
class Place:
    """What part of the shop something is about: `by` and its key ('' for what was said nowhere), and what people call
    it. `by` "all" is the whole shop."""

    by: By = "all"
    key: str = ""
    name: str = ""


@dataclass(frozen=True)
class Line:
    """The picture of a finding: first days of the steps, what was, what was expected and in which bounds (95 %)."""

    days: tuple[date, ...] = ()
    values: tuple[float | None, ...] = ()
    expected: tuple[float | None, ...] = ()
    low: tuple[float | None, ...] = ()
    high: tuple[float | None, ...] = ()


@dataclass(frozen=True)
class Also:
    """Another figure that moved with it: what it was and what was expected."""

    metric: str
    place: Place
    value: float
    expected: float
    unit: Unit


@dataclass(frozen=True)
class Finding:
    """Something that changed, or something worth doing.

    `value`, `expected` and its bounds `low`, `high` (95 %) are in `unit` (money in minor units). `money` is what it is
    worth to the shop in the period, with its interval; negative when it costs; None when that is not known. `p` is the
    chance of such a thing when nothing changed, `q` the share of chance among all things told with it. `certainty`:
    `sure` that it changed (not why), `unsure` (a feast lies in the days, and there are not two years of data to know
    it by), `causal` (lots were drawn) or `correlation` (customers alike were compared). `event` is the event or the
    step it is about. `share` is the part of the whole shop's change that this explains.
    """

    key: str
    kind: Kind
    metric: str
    place: Place
    grain: Grain
    since: date
    until: date
    unit: Unit
    value: float | None
    expected: float | None
    low: float | None
    high: float | None
    money: int | None
    money_low: int | None
    money_high: int | None
    p: float | None
    q: float | None
    certainty: Certainty
    event: str = ""
    feast: str = ""
    share: float | None = None
    also: tuple[Also, ...] = ()
    line: Line = field(default_factory=Line)

    @property
    def good(self) -> bool | None:
        """Whether it is to the shop's gain; None when that is not known."""
        return None if self.money is None else self.money > 0


@dataclass(frozen=True)
class FindingList:
    """What was found, worth most first; `rest` was put away by somebody and did not get worse since.

    `looked_at` series were looked at, `left_out` had too little in them; at most `false_share` of what is told is
    chance, on average. `until` is the last complete day.
    """

    currency: str
    until: date | None
    looked_at: int
    left_out: int
    false_share: float
    rows: tuple[Finding, ...]
    put_away: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Said:
    """A finding as it was told for the first time: when (µs UTC), of which days, and in which words (English)."""

    key: str
    said_at: int
    until: date
    money: int | None
    text: str


@dataclass(frozen=True)
class Cause:
    """One part of a change. `effect` is in the metric's unit (money in minor units); all effects of a list sum to the
    change. `before` and `after` are the figure of this part alone."""

    key: str
    name: str
    effect: float
    before: float | None = None
    after: float | None = None
    volume: float | None = None
    mix: float | None = None
    rate: float | None = None


@dataclass(frozen=True)
class Why:
    """The change of a figure between two periods. `drivers` are the factors of its formula, `parts` the slices of `by`
    (biggest effect first, the rest put together), `bridge` who bought: new, lost, returned, staying (sales only). Each
    of the three sums to `after` - `before`, money to the cent."""

    metric: str
    unit: Unit
    currency: str
    by: By
    since: date | None
    until: date | None
    before_since: date | None
    before_until: date | None
    before: float
    after: float
    drivers: tuple[Cause, ...]
    parts: tuple[Cause, ...]
    bridge: tuple[Cause, ...]

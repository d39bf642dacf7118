"""The frozen values that go through the door of journeys. Times are seconds, shares 0 to 1, days the shop's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from choral.core.errors import InvalidInput

LabelBy = Literal["channel", "event", "campaign"]
Order = Literal["then", "directly", "any"]
Split = Literal["channel", "value"]
Every = Literal["month", "week"]
Activity = Literal["purchases", "orders_and_returns", "meetings"]
CohortStart = Literal["purchase", "meeting"]
CohortMeasure = Literal["customers", "amount", "orders"]
Outcome = Literal["purchase", "loss"]
OTHERS = "(others)"  # labels beyond the thirty most frequent, together
NOBODY = ""  # a touch that names no channel or campaign
_PARTS = ("event", "channel", "campaign", "about")
_LONGEST = 200


@dataclass(frozen=True)
class Step:
    """A kind of touch: each part that is given must be equal. `about` is the product, coupon or path it was about."""

    event: str = ""
    channel: str = ""
    campaign: str = ""
    about: str = ""

    @property
    def text(self) -> str:
        """As it is written in addresses and commands: `event | channel | campaign | about`, empty ends left out."""
        return " ".join(" | ".join(getattr(self, part) for part in _PARTS).rstrip("| ").split())

    @staticmethod
    def read(text: str) -> Step:
        """The step that `text` writes; `InvalidInput` `wrong_step`."""
        parts = [part.strip()[:_LONGEST] for part in text.split("|")]
        if len(parts) > len(_PARTS) or not any(parts):
            raise InvalidInput(
                "wrong_step", f"“{text[:60]}” is no step.", "A step names an event, a channel, a campaign or a thing.",
                "Write event | channel | campaign | about; leave out what does not matter.", 422,
            )  # fmt: skip
        return Step(*parts)


@dataclass(frozen=True)
class Times:
    """How long it took (seconds): the median and the quartiles, right to half a per cent."""

    median: float
    low: float
    high: float


@dataclass(frozen=True)
class FunnelStep:
    """How many did this step after the ones before; `events` such touches there are at all (none: never recorded).

    `low` and `high` bound the share of the previous step (Wilson, 95 %); `time` is the way from the step before.
    """

    step: Step
    customers: int
    share_of_start: float
    share_of_previous: float
    low: float
    high: float
    lost: int
    events: int
    time: Times | None


@dataclass(frozen=True)
class FunnelGroup:
    """The same steps for the customers of one channel (of their first step) or value segment."""

    key: str
    customers: tuple[int, ...]


@dataclass(frozen=True)
class Funnel:
    """How far customers came. It counts what happened; it does not say that one step causes the next."""

    steps: tuple[FunnelStep, ...]
    groups: tuple[FunnelGroup, ...]
    window_days: float
    order: Order
    excluded: tuple[Step, ...]
    since: date | None
    until: date | None
    segment: str


@dataclass(frozen=True)
class JourneyNode:
    """A place on the way: `step` from 0 (backwards: the end is step 0, one before it -1). `label`: a channel, an event,
    a campaign, or an end: `order:<channel>`, `reached:<label>`, `none` (nothing more), `more` (longer than shown)."""

    id: str
    step: int
    label: str
    customers: int
    share_of_start: float


@dataclass(frozen=True)
class JourneyLink:
    """Customers who went from one node to the next; shares of all, and of those at the node before."""

    source: str
    target: str
    customers: int
    share_of_start: float
    share_of_previous: float


@dataclass(frozen=True)
class JourneyRow:
    """One whole way, repeats joined, and how it ended."""

    steps: tuple[str, ...]
    end: str
    customers: int
    share: float


@dataclass(frozen=True)
class Passage:
    """How often a touch of one label was followed by the next of another in the same journey; `share` of all that
    followed the first; `time` between the two."""

    source: str
    target: str
    times: int
    customers: int
    share: float
    time: Times | None


@dataclass(frozen=True)
class Journeys:
    """The ways of customers, one each: from a start, or back from an end. A correlation: what comes before an order has
    not therefore caused it."""

    by: LabelBy
    start: str
    end: str
    depth: int
    backwards: bool
    customers: int
    ordered: int
    nodes: tuple[JourneyNode, ...]
    links: tuple[JourneyLink, ...]
    rows: tuple[JourneyRow, ...]
    passages: tuple[Passage, ...]
    since: date | None
    until: date | None
    segment: str


@dataclass(frozen=True)
class LinkDifference:
    """A link in two groups (from `start`: what ways begin with): its share of all who start in each, and the
    difference with its 95 % interval."""

    source: str
    target: str
    one: int
    other: int
    share_of_one: float
    share_of_other: float
    difference: float
    low: float
    high: float


@dataclass(frozen=True)
class JourneyDifference:
    """The ways of two groups in one picture; where an interval holds zero, the groups do not differ for certain."""

    one: Journeys
    other: Journeys
    links: tuple[LinkDifference, ...]


@dataclass(frozen=True)
class Cohort:
    """Customers who began in one period. `values`, `shares`: for each later period, None while it has not begun;
    `shares` of the cohort's own size (customers) or of its first period (amount, orders)."""

    begins: date
    size: int
    values: tuple[int | None, ...]
    shares: tuple[float | None, ...]


@dataclass(frozen=True)
class Cohorts:
    """Retention. `incomplete` is the period the data end in, None when it ends with it; `average` shares over the
    cohorts whose period is complete, weighted by size."""

    every: Every
    activity: Activity
    start: CohortStart
    measure: CohortMeasure
    currency: str
    cohorts: tuple[Cohort, ...]
    average: tuple[float | None, ...]
    incomplete: date | None
    segment: str


@dataclass(frozen=True)
class Sequence:
    """A sequence of touches (others may lie between) within the window, and what came after it.

    `support` customers had it, `share` of them with the outcome, `share_without` of those without it. `lift` is the
    ratio of the two among customers with as many touches and orders in those days (Mantel-Haenszel), with an interval
    that holds for all sequences of the table at once; `certain` when it leaves out 1.
    """

    steps: tuple[str, ...]
    support: int
    with_outcome: int
    share: float
    share_without: float
    lift: float
    low: float
    high: float
    certain: bool


@dataclass(frozen=True)
class Sequences:
    """Sequences before a purchase or a loss: a correlation. `customers` were looked at, each on one day drawn for them;
    `base` is the share with the outcome among all."""

    outcome: Outcome
    by: LabelBy
    window_days: int
    horizon_days: int
    customers: int
    of_customers: int
    with_outcome: int
    base: float
    tested: int
    rows: tuple[Sequence, ...]


@dataclass(frozen=True)
class SessionRow:
    """Visits of a channel: how many, of how many customers, touches in all, with an order, and how long they last."""

    channel: str
    sessions: int
    customers: int
    touches: int
    with_order: int
    time: Times | None


@dataclass(frozen=True)
class PeoplePage:
    """Customers behind a figure, by id. `left_out` may not be profiled: counted in the figure, not listed."""

    rows: tuple[str, ...]
    next: str | None
    count: int
    left_out: int


@dataclass(frozen=True)
class Offered:
    """What steps can be made of: events with the channels they came by and how often, campaigns, audiences."""

    events: tuple[tuple[str, str, int], ...]
    channels: tuple[str, ...]
    campaigns: tuple[tuple[str, str], ...]

"""What is said about changes in some areas: studies, their figures with all they rest on, and plans for new ones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Outcome = Literal["sales", "orders"]
Grain = Literal["day", "week"]
Causality = Literal["randomised", "comparison", "none"]


@dataclass(frozen=True)
class Question:
    """What a study asks. `units` (stores, or areas of an imported table) were changed from `starts` to `ends`, both
    included; `source` is `stores` for the shop's own sales by store, or the id of an imported table; `outcome` is
    sales (net, minor units) or orders, and means nothing for imported figures. `campaign_id`: the campaign it
    measures, or ''."""

    name: str
    units: tuple[str, ...]
    starts: date
    ends: date
    source: str = "stores"
    outcome: Outcome = "sales"
    grain: Grain = "week"
    campaign_id: str = ""


@dataclass(frozen=True)
class Study:
    """A question the shop keeps. `at` is when it was last changed (µs UTC)."""

    id: str
    question: Question
    at: int
    actor: str


@dataclass(frozen=True)
class Imported:
    """An imported table of areas: days from `since` to `until`, `units` that have a figure on each, and those left
    out because they have not."""

    id: str
    name: str
    units: tuple[str, ...]
    left_out: tuple[str, ...]
    since: date
    until: date
    at: int


@dataclass(frozen=True)
class Unit:
    """A store or area: what it is called and its mean outcome a day (minor units for sales)."""

    id: str
    name: str
    mean: float


@dataclass(frozen=True)
class Effect:
    """What the change brought, with 95 % intervals; None is an interval without that bound. `each`: a unit and period;
    `total`: over all units and periods; `lift`: share of what would have been without. Sales in minor units. `p`: how
    often chance alone looks like this (moving blocks); `p_shuffled`: as GeoLift counts it, periods taken as
    independent."""

    each: float
    each_low: float | None
    each_high: float | None
    total: float
    total_low: float | None
    total_high: float | None
    lift: float | None
    lift_low: float | None
    lift_high: float | None
    p: float
    p_shuffled: float


@dataclass(frozen=True)
class Point:
    """One period (`days` long from `start`): the mean of the changed units, what the mix of the others says they would
    have had (95 % band for a single period), the effect, and its sum so far over all changed units."""

    start: date
    days: int
    observed: float
    expected: float
    low: float
    high: float
    effect: float
    cumulated: float | None


@dataclass(frozen=True)
class Weight:
    """How much an unchanged unit counts in the mix (0 to 1); all of them sum to 1."""

    unit: str
    name: str
    weight: float


@dataclass(frozen=True)
class Check:
    """Something that must hold for the effect to be believed.

    `key`: history (periods before), units (unchanged ones), fit (share of the movement before that the mix follows),
    placebo_time (p of a start pretended earlier), placebo_space (share of units that look at least as changed as those
    that were: a second p, so neither good nor bad). `needed` is the limit `value` is held against; `passed` None: it
    could not be made, or judges nothing. `grave`: without it the study is no evidence of a cause."""

    key: str
    value: float | None
    needed: float
    passed: bool | None
    grave: bool


@dataclass(frozen=True)
class Finding:
    """A study answered. `verdict`: raised, lowered, no_effect_shown, doubtful (a grave check failed), or why nothing
    can be said: too_few_periods, too_few_units, no_movement, not_started, no_such_units. `causality` is `comparison`
    when the checks hold (a quasi-experiment: causal if nothing else changed in those units at that time, and the
    others were left alone), else `none`. `currency` is '' where the outcome is no money. `grain` may be coarser than
    asked for; `until` is the last day counted."""

    question: Question
    verdict: str
    causality: Causality
    currency: str
    until: date | None
    before: int
    after: int
    effect: Effect | None
    points: tuple[Point, ...]
    weights: tuple[Weight, ...]
    checks: tuple[Check, ...]
    others: int


@dataclass(frozen=True)
class Plan:
    """A set of units one could change. `smallest`: the smallest lift found in 8 of 10 tests (None: none up to the
    largest tried); `power`: how often each lift of `Design.lifts` is found; `followed`: how well the others
    follow them; `share`: their part of the whole outcome."""

    units: tuple[str, ...]
    names: tuple[str, ...]
    smallest: float | None
    power: tuple[float, ...]
    followed: float
    share: float


@dataclass(frozen=True)
class Design:
    """Sets of units for a test of `length` periods, the most sensitive first. `trials`: how many pretended tests in the
    past each figure rests on. `reason` says why there are none."""

    source: str
    outcome: Outcome
    grain: Grain
    currency: str
    length: int
    before: int
    trials: int
    lifts: tuple[float, ...]
    plans: tuple[Plan, ...]
    reason: str

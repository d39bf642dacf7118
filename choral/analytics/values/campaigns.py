"""What is said about campaigns: effects with their intervals, and what they rest on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal


@dataclass(frozen=True)
class Effect:
    """A difference in net sales against the comparison group, per customer and for all measured customers, each with
    its 95 % interval. `relative` is the share of what they would have spent, None where that is not above zero."""

    per_customer: int
    low: int
    high: int
    total: int
    total_low: int
    total_high: int
    expected: int
    relative: float | None


@dataclass(frozen=True)
class Verdict:
    """What may be said, as a code the pages turn into a sentence, with its figures.

    brought: the interval lies above zero. cost: below zero. no_effect_shown: it holds zero. not_comparable: `reason`
    is balance (a difference stays after weighting), overlap (too few alike) or placebo (the groups already differed
    before). too_few: too few customers got it or were left to compare. no_history: the data begin too late before it.
    not_started: no day of it lies in the data.
    """

    code: str
    reason: str = ""
    figures: dict[str, int | float | str] = field(default_factory=dict)


@dataclass(frozen=True)
class CampaignTest:
    """What a randomised test of a campaign showed in its first outcome, per customer treated, with an interval that
    holds at any look; `unit` is money (minor units), number or share. `causal`: its sample ratio was not wrong."""

    experiment: str
    name: str
    outcome: str
    unit: Literal["money", "number", "share"]
    arm: str
    treated: int
    control: int
    effect: float
    low: float
    high: float
    causal: bool


@dataclass(frozen=True)
class CampaignRow:
    """One campaign in short. `reached`: customers who got it; `redemptions`: coupons redeemed, by `redeemers`
    customers. `effect` is None when nothing honest can be said; `verdict` says why.

    `causality`: randomised (`tests` drew lots: their effect is the campaign's), comparison (`effect` compares customers
    alike before it, which is evidence but no proof of a cause), none (nothing here tells a cause)."""

    id: str
    name: str
    kind: str
    channel: str
    starts: date
    ends: date
    reached: int
    redemptions: int
    redeemers: int
    effect: Effect | None
    verdict: Verdict
    causality: Literal["randomised", "comparison", "none"] = "none"
    tests: tuple[CampaignTest, ...] = ()


@dataclass(frozen=True)
class Balance:
    """One thing known before the start: mean of those who got it, of the others as they are, and weighted. `key` is
    stable (`store:<id>` for stores); differences are in standard deviations, below 0.1 is called balanced."""

    key: str
    reached: float
    others: float
    weighted: float
    difference: float
    difference_weighted: float


@dataclass(frozen=True)
class Placebo:
    """The same sum for days before the campaign, when it cannot have had an effect; `passed`: its interval holds 0."""

    since: date
    until: date
    effect: Effect
    passed: bool


@dataclass(frozen=True)
class Week:
    """Mean net sales per customer in seven days from `start`; `index` counts from the start of the campaign (week 0),
    `days` is how many of the seven lie in the data."""

    index: int
    start: date
    days: int
    reached: int
    comparison: int


@dataclass(frozen=True)
class Overlap:
    """Another campaign of the same days: the share of each group that got it too (0 to 1)."""

    id: str
    name: str
    reached: float
    comparison: float


@dataclass(frozen=True)
class Campaign:
    """One campaign measured. `since` to `until` are the days measured (`complete`: all of the campaign's days),
    `measured` of those reached had bought before and are compared; `others` is the comparison group, worth
    `effective` customers after weighting. `coupon_sales`: net sales of the couponed products on the days their
    coupons were redeemed."""

    row: CampaignRow
    currency: str
    since: date | None
    until: date | None
    complete: bool
    measured: int
    left_out: int
    others: int
    effective: int
    balance: tuple[Balance, ...]
    placebo: Placebo | None
    weeks: tuple[Week, ...]
    overlaps: tuple[Overlap, ...]
    coupon_sales: int
    coupon_orders: int


@dataclass(frozen=True)
class Reached:
    """One customer of a campaign: on which day they first got it (None when they only redeemed), how often they met
    it, coupons of it they redeemed, and their orders and net sales on the campaign's days."""

    customer: str
    identifier: str
    first_day: date | None
    times: int
    redemptions: int
    orders: int
    amount: int


@dataclass(frozen=True)
class ReachedPage:
    rows: tuple[Reached, ...]
    next: str | None
    count: int

"""The retailer's campaigns: what is sent when to whom, and who is held out by lot."""

from dataclasses import dataclass

import numpy as np

from simulator.arrays import Bools
from simulator.chance import chance
from simulator.plan import Plan
from simulator.town.tastes import DECAY_DAYS, MESSAGES
from simulator.town.words import DEPARTMENTS

EMAIL, SMS, PUSH, POST, ADS, SOCIAL = range(6)
POST_DAYS = 2
_EVERY_DAYS = (7, 10, 6, 15, 10, 10)
_LASTS_DAYS = (1, 1, 1, 1, 7, 7)
_COST_CENTS = (0.2, 7.0, 0.1, 85.0, 0.4, 0.3)


@dataclass(frozen=True)
class Campaign:
    """One campaign in one message channel and department; `first_day` counts from 0 at the run's start."""

    number: int
    channel: int
    department: int
    first_day: int
    days: int
    strength: float
    holdout: float
    coupon: bool
    cost_cents: float

    @property
    def campaign_id(self) -> str:
        return f"c{self.number:02d}-{MESSAGES[self.channel]}"

    @property
    def coupon_id(self) -> str:
        return f"CP{self.number:02d}" if self.coupon else ""

    @property
    def decay_ms(self) -> float:
        return DECAY_DAYS[self.channel] * 86_400_000


@dataclass(frozen=True)
class Assignment:
    """Who could get a campaign, and which of them the lot keeps out of it (one row per person)."""

    eligible: Bools
    held_out: Bools

    @property
    def treated(self) -> Bools:
        return self.eligible & ~self.held_out


def plan_campaigns(plan: Plan) -> list[Campaign]:
    """Every channel has its rhythm, so any run of at least a day has a campaign in each channel."""
    g = chance(plan.seed, "campaigns")
    campaigns: list[Campaign] = []
    for channel in range(len(MESSAGES)):
        offset = min(int(g.integers(1, 4)), plan.days - 1)
        for first_day in range(offset, plan.days, _EVERY_DAYS[channel]):
            campaigns.append(_campaign(len(campaigns), channel, first_day, g))
    return campaigns


def assign(campaign: Campaign, reachable: Bools, seed: int) -> Assignment:
    """Four fifths of the reachable are chosen as audience; the campaign's share of these is held out by lot."""
    g = chance(seed, "assignment", campaign.number)
    eligible = reachable & (g.random(len(reachable)) < 0.8)
    return Assignment(eligible, eligible & (g.random(len(reachable)) < campaign.holdout))


def _campaign(number: int, channel: int, first_day: int, g: np.random.Generator) -> Campaign:
    return Campaign(
        number=number,
        channel=channel,
        department=int(g.integers(len(DEPARTMENTS))),
        first_day=first_day,
        days=_LASTS_DAYS[channel],
        strength=float(g.uniform(0.5, 1.6)),
        holdout=0.2,
        coupon=channel in (SMS, POST) or (channel == EMAIL and bool(g.random() < 0.3)),
        cost_cents=_COST_CENTS[channel],
    )

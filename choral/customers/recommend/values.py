"""The frozen values that go through the door of recommendations; times in µs UTC, money in minor units."""

from __future__ import annotations

from dataclasses import dataclass

from choral.customers.recommend.judging import Interval, Judged
from choral.customers.recommend.wording import Reason

__all__ = ["Interval", "Judged", "Offer", "Offers", "Reason", "Recommendation", "Recommendations", "Training"]


@dataclass(frozen=True)
class Recommendation:
    """A product for somebody. `kind`: again, new, together or popular. `price` is what a piece was sold for on average,
    in the shop's currency. `probability`: of being bought within four weeks, by what happened to products that scored
    alike when the models were judged; None before there was anything to judge on."""

    product_id: str
    name: str
    department: str
    category: str
    kind: str
    reason: Reason
    probability: float | None
    price: int


@dataclass(frozen=True)
class Recommendations:
    """What to show, best first. `personal` is false where nothing about the person was used, and `why_not_personal`
    says why: unknown, not_allowed, no_purchases, no_model. `stock`: `checked`, or `unknown` when no stock is connected.
    `left_out`: how many candidates each rule refused before the list was full. `model` names what was learnt."""

    rows: tuple[Recommendation, ...]
    personal: bool
    why_not_personal: str
    stock: str
    left_out: dict[str, int]
    model: str
    learnt_at: int


@dataclass(frozen=True)
class Offer:
    """A coupon that runs now. `expected` is what the customer is expected to spend within four weeks on what it is good
    for (times the margin where one is known): a forecast, not what the coupon adds. `products` are the likeliest."""

    coupon_id: str
    campaign_id: str
    campaign: str
    channel: str
    ends: str
    received: bool
    expected: int
    chance: float
    products: tuple[str, ...]


@dataclass(frozen=True)
class Offers:
    """The coupons that run, the best for this customer first; `personal` as in `Recommendations`."""

    rows: tuple[Offer, ...]
    personal: bool
    why_not_personal: str
    running: int
    as_of_at: int


@dataclass(frozen=True)
class Training:
    """What was learnt last and how good it is: judged on the four weeks from `judged_from` on (ISO day), learnt again
    from everything afterwards. `ready` is false before the first training."""

    ready: bool
    model: str
    learnt_at: int
    seconds: float
    customers: int
    lines: int
    products: int
    judged_from: str
    rows: tuple[Judged, ...]

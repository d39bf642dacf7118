"""What changes from day to day: cookies, logins, accounts, cards, subscriptions, touches at work, and tallies."""

from dataclasses import dataclass, field

import numpy as np

from simulator.arrays import Bools, Floats, Ints
from simulator.chance import chance, hex_ids
from simulator.life.campaigns import Assignment, Campaign, plan_campaigns
from simulator.life.effects import Effects, no_effects
from simulator.life.orders import Orders
from simulator.life.traits import Traits, build_traits
from simulator.plan import Plan
from simulator.stream.block import quoted
from simulator.town.tastes import MESSAGES
from simulator.town.town import Town, build_town
from simulator.truth.book import Book


@dataclass
class Tally:
    """Per campaign: touches made and seen, orders caused as expected (sum of hazards) and as drawn, cents."""

    touches: Ints
    seen: Ints
    expected: Floats
    caused: Ints
    caused_cents: Ints


@dataclass
class Life:
    """The moving part of the town; only the modules of `life` write to it."""

    plan: Plan
    town: Town
    book: Book
    traits: Traits
    campaigns: list[Campaign]
    assignments: dict[int, Assignment]
    tally: Tally
    cookie: list[str]
    installation: list[str]
    logged: Ints
    account: Bools
    carded: Bools
    subscribed: Bools
    effects: Effects
    coupon_until: Ints
    coupon_of: Ints
    orders_made: int = 0
    touches_made: int = 0
    returning: dict[int, list[Orders]] = field(default_factory=dict)
    reviewing: dict[int, list[Orders]] = field(default_factory=dict)

    def chance(self, day: int, purpose: str) -> np.random.Generator:
        """The generator of one purpose on one day."""
        return chance(self.plan.seed, purpose, day)

    def midnight(self, day: int) -> int:
        """The beginning of a day in ms since 1970 UTC."""
        return self.plan.start_ms + day * 86_400_000

    def known(self, people: Ints) -> tuple[list[str], list[str]]:
        """How the retailer's own systems name people, as JSON: (anonymousId, userId); a contact without an
        account goes by its number in the contact list, which then stands as the anonymous id."""
        contacts = self.town.contacts
        rows, has = people.tolist(), self.account[people].tolist()
        anonymous = ["" if own else contacts.contact_id[p] for p, own in zip(rows, has, strict=True)]
        user = [contacts.user_id[p] if own else "" for p, own in zip(rows, has, strict=True)]
        return quoted(anonymous), quoted(user)


def begin_life(plan: Plan, book: Book) -> Life:
    """The town on its first morning: some are customers already, nobody is logged in."""
    town = build_town(plan)
    g = chance(plan.seed, "life")
    people, devices = len(town.people), len(town.devices)
    campaigns = plan_campaigns(plan)
    many = len(campaigns)
    subscribed = g.random((people, len(MESSAGES))) < np.array([0.75, 0.55, 0.7, 0.8, 0.6, 0.8])
    return Life(
        plan=plan,
        town=town,
        book=book,
        traits=build_traits(town),
        campaigns=campaigns,
        assignments={},
        tally=_no_tally(many),
        cookie=hex_ids(g, devices),
        installation=hex_ids(g, devices),
        logged=np.full(devices, -1),
        account=town.contacts.account.copy(),
        carded=town.contacts.carded.copy(),
        subscribed=subscribed,
        effects=no_effects(),
        coupon_until=np.zeros(people, np.int64),
        coupon_of=np.full(people, -1),
    )


def new_morning(life: Life, day: int) -> None:
    """Some browsers are cleared (a new cookie, logged out) and some sessions end over night."""
    g = life.chance(day, "cookies")
    cleared = np.flatnonzero(g.random(len(life.cookie)) < 1 / 45)
    cleared = cleared[life.town.devices.kind[cleared] < 3]
    for device, text in zip(cleared.tolist(), hex_ids(g, len(cleared)), strict=True):
        life.cookie[device] = text
    life.logged[cleared] = -1
    life.logged[g.random(len(life.logged)) < 0.04] = -1
    life.effects = life.effects.still_at_work(life.midnight(day))


def _no_tally(many: int) -> Tally:
    touches, seen, caused, cents = (np.zeros(many, np.int64) for _ in range(4))
    return Tally(touches, seen, np.zeros(many), caused, cents)

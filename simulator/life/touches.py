"""The touches of a day: which campaign reaches whom when, who notices, who clicks; and their working on people."""

from dataclasses import dataclass, fields

import numpy as np

from simulator.arrays import DAY, HOUR, MINUTE, SECOND, Bools, Ints
from simulator.life.campaigns import ADS, EMAIL, POST, POST_DAYS, PUSH, SMS, SOCIAL, Campaign, assign
from simulator.life.effects import Effects
from simulator.life.state import Life
from simulator.town.words import DEPARTMENTS

_SEEN = (0.25, 0.85, 0.3, 0.7, 0.45, 0.5)
_CLICKS = (0.08, 0.06, 0.1, 0.06, 0.02, 0.015)
_OPENING_HOURS = (8.0, 11.0, 17.5, 10.5, 8.0, 8.0)
_SPAN_HOURS = (1.0, 5.0, 1.5, 2.0, 13.0, 13.0)
_NOTICE_MINUTES = (100.0, 6.0, 8.0, 60.0, 0.05, 0.05)
COUPON_DAYS = 10


@dataclass(frozen=True)
class Touches:
    """One row per touch. `at` and `noticed` in ms since 1970 UTC; `seen`, `clicked` and `arrived` are facts,
    not what the retailer learns of them."""

    serial: Ints
    campaign: Ints
    person: Ints
    at: Ints
    noticed: Ints
    arrived: Bools
    seen: Bools
    clicked: Bools

    def __len__(self) -> int:
        return len(self.serial)

    def take(self, rows: Ints) -> "Touches":
        return Touches(*(getattr(self, field.name)[rows] for field in fields(self)))

    def ids(self) -> list[str]:
        return [f"t-{serial:08d}" for serial in self.serial.tolist()]


def running(life: Life, day: int) -> list[Campaign]:
    """The campaigns that touch people on this day; those that begin have their lots drawn now."""
    for campaign in life.campaigns:
        if campaign.first_day == day:
            life.assignments[campaign.number] = assign(campaign, reachable(life, campaign.channel), life.plan.seed)
    return [one for one in life.campaigns if 0 <= day - one.first_day - _delay(one) < one.days]


def reachable(life: Life, channel: int) -> Bools:
    """Who can be reached in a channel: a known address, and consent."""
    contacts, devices = life.town.contacts, life.town.devices
    customer = life.account | life.carded
    has = {
        EMAIL: customer & _filled(contacts.email),
        SMS: customer & _filled(contacts.phone),
        PUSH: life.town.tastes.app & (devices.phone >= 0),
        POST: customer & life.town.people.adult,
        ADS: customer & ((devices.phone >= 0) | (devices.laptop >= 0)),
        SOCIAL: customer & _filled(contacts.social),
    }
    return has[channel] & life.subscribed[:, channel]


def touch(life: Life, day: int, campaign: Campaign) -> Touches:
    """The campaign's touches of one day: everybody once, or on each day some for ads and posts."""
    g = life.chance(day, f"touches {campaign.number}")
    people = np.flatnonzero(life.assignments[campaign.number].treated & life.subscribed[:, campaign.channel])
    if campaign.days > 1:
        people = people[g.random(len(people)) < 0.35]
    channel, count = campaign.channel, len(people)
    hours = _OPENING_HOURS[channel] + _SPAN_HOURS[channel] * g.random(count)
    at = life.midnight(day) + (hours * HOUR).astype(np.int64)
    wait = np.minimum(g.exponential(_NOTICE_MINUTES[channel], count), 9 * 60) * MINUTE
    arrived = _arrives(life, channel, people)
    liking = life.town.tastes.liking[people, channel]
    seen = arrived & (g.random(count) < np.minimum(_SEEN[channel] + 0.9 * liking, 0.95))
    clicked = seen & (g.random(count) < _CLICKS[channel] + 0.15 * liking)
    serial = life.touches_made + np.arange(count)
    life.touches_made += count
    noticed = at + wait.astype(np.int64) + 20 * SECOND
    return Touches(serial, np.full(count, campaign.number), people, at, noticed, arrived, seen, clicked)


def set_working(life: Life, campaign: Campaign, touches: Touches) -> None:
    """Those seen begin to raise their person's hazard, and leave their coupon with the person."""
    life.tally.touches[campaign.number] += len(touches)
    life.tally.seen[campaign.number] += int(touches.seen.sum())
    seen = touches.take(np.flatnonzero(touches.seen))
    tastes, count = life.town.tastes, len(seen)
    affinity = len(DEPARTMENTS) * tastes.taste[seen.person, campaign.department]
    lift = tastes.lift[seen.person, campaign.channel] * campaign.strength / len(DEPARTMENTS)
    working = Effects(
        person=seen.person,
        campaign=seen.campaign,
        department=np.full(count, campaign.department),
        touch=seen.serial,
        start=seen.noticed,
        weight=tastes.rate[seen.person] * np.minimum(affinity, 4.0) * lift,
        decay=np.full(count, campaign.decay_ms),
    )
    life.effects = life.effects.joined(working)
    if campaign.coupon:
        life.coupon_of[seen.person] = campaign.number
        life.coupon_until[seen.person] = seen.noticed + COUPON_DAYS * DAY


def _delay(campaign: Campaign) -> int:
    return POST_DAYS if campaign.channel == POST else 0


def _filled(values: list[str]) -> Bools:
    return np.array([bool(value) for value in values])


def _arrives(life: Life, channel: int, people: Ints) -> Bools:
    """A value that the till wrote down wrongly does not arrive; an account's owner typed it correctly."""
    contacts = life.town.contacts
    pairs = {EMAIL: (contacts.email, contacts.till_email), SMS: (contacts.phone, contacts.till_phone)}
    if channel not in pairs:
        return np.ones(len(people), bool)
    true, written = pairs[channel]
    right = np.array([a == b for a, b in zip(true, written, strict=True)])
    result: Bools = (right | life.account)[people]
    return result

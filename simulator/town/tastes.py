"""What the people want: how often they buy, which departments, where, and which message truly moves them."""

from dataclasses import dataclass

import numpy as np

from simulator.arrays import Bools, Floats
from simulator.chance import chance
from simulator.town.contacts import Contacts
from simulator.town.people import People
from simulator.town.words import DEPARTMENTS

SHOPS = ("web", "app", "store", "marketplace")
MESSAGES = ("email", "sms", "push", "post", "ads", "social")
# Mean rise of the buying rate by a touch that was seen, as a multiple of the person's baseline in the department.
MEAN_LIFT = (7.0, 6.0, 8.0, 5.0, 3.0, 2.5)
# How long a touch works: its lift decays with this time constant, in days.
DECAY_DAYS = (2.0, 1.0, 0.7, 6.0, 1.0, 1.5)


@dataclass(frozen=True)
class Tastes:
    """One row per person. `rate` = baseline orders a day; `taste` = share per department (rows sum to 1);
    `shop` and `liking` = true preference for places to buy and for messages (rows sum to 1);
    `lift` = rise of the hazard per message channel; `visits` = browsing visits a day; `hour` = habit, UTC."""

    rate: Floats
    taste: Floats
    shop: Floats
    liking: Floats
    lift: Floats
    visits: Floats
    hour: Floats
    app: Bools
    speaker: Bools


def build_tastes(people: People, contacts: Contacts, seed: int) -> Tastes:
    """Lift goes with liking, and both differ from person to person; children under 14 buy nothing."""
    g = chance(seed, "tastes")
    count = len(people)
    app = contacts.account & (g.random(count) < np.where(people.age < 45, 0.65, 0.3))
    liking = g.dirichlet(np.full(len(MESSAGES), 0.7), count)
    return Tastes(
        rate=np.where(people.shops, g.lognormal(-3.0, 0.7, count), 0.0),
        taste=g.dirichlet(np.full(len(DEPARTMENTS), 0.6), count),
        shop=_places_to_buy(people, contacts, app, g),
        liking=liking,
        lift=np.array(MEAN_LIFT) * (0.3 + 0.7 * len(MESSAGES) * liking) * g.gamma(4, 0.25, (count, 1)),
        visits=np.where(people.shops, g.gamma(2.0, 0.35, count), 0.05),
        hour=np.clip(g.normal(15.5, 3.5, count), 8, 22),
        app=app,
        speaker=people.adult & (g.random(count) < 0.05),
    )


def _places_to_buy(people: People, contacts: Contacts, app: Bools, g: np.random.Generator) -> Floats:
    old = people.age >= 60
    weights = np.where(old[:, None], (1.0, 0.4, 3.5, 0.5), (2.2, 1.2, 1.8, 0.7))
    shares = np.maximum(g.gamma(weights), 1e-9)
    shares[:, 1] *= app
    shares[:, 3] *= np.array([bool(name) for name in contacts.marketplace])
    result: Floats = shares / shares.sum(axis=1, keepdims=True)
    return result

"""Demand: turns baseline and touches at work into the orders of a day, with their true causes."""

import numpy as np

from simulator.arrays import DAY, MINUTE, SECOND, Bools, Ints
from simulator.chance import habit_ms
from simulator.life.effects import caused_orders, expected_orders
from simulator.life.orders import Orders, Wishes, fill_baskets, waking
from simulator.life.state import Life

# Monday to Sunday.
_WEEK = (0.85, 0.85, 0.9, 1.0, 1.2, 1.4, 0.8)


def orders_of(life: Life, day: int) -> Orders:
    """The day's orders, and their place in the tallies; each person's coupon is used up by its first order."""
    g = life.chance(day, "demand")
    begin = life.midnight(day)
    means = expected_orders(life.effects, begin, begin + DAY)
    np.add.at(life.tally.expected, life.effects.campaign, means)
    wishes = _joined(_baseline(life, day, g), _caused(life, begin, g))
    orders = fill_baskets(life.town, wishes, life.orders_made, _coupons(life, wishes, g), g)
    life.orders_made += len(orders)
    spent = orders.person[orders.coupon >= 0]
    life.coupon_until[spent] = 0
    moved = np.flatnonzero(orders.campaign >= 0)
    np.add.at(life.tally.caused, orders.campaign[moved], 1)
    np.add.at(life.tally.caused_cents, orders.campaign[moved], orders.total[moved])
    return orders


def _baseline(life: Life, day: int, g: np.random.Generator) -> Wishes:
    """What people buy of their own accord, at their own hours."""
    tastes = life.town.tastes
    weekday = (life.plan.start.weekday() + day) % 7
    counts = g.poisson(tastes.rate[:, None] * tastes.taste * _WEEK[weekday])
    cells = np.repeat(np.arange(counts.size), counts.ravel())
    person, department = cells // counts.shape[1], cells % counts.shape[1]
    at = life.midnight(day) + habit_ms(g, tastes.hour[person], 2.5, 7.1, 22.8)
    none = np.full(len(person), -1)
    return Wishes(person, department, at, none, none)


def _caused(life: Life, begin: int, g: np.random.Generator) -> Wishes:
    """What touches move people to buy: at least ten minutes after, and not in the night."""
    effects = life.effects
    rows, at = caused_orders(effects, begin, begin + DAY, g)
    at = np.minimum(np.maximum(waking(at, begin), effects.start[rows] + 10 * MINUTE), begin + DAY - 5 * SECOND)
    return Wishes(effects.person[rows], effects.department[rows], at, effects.touch[rows], effects.campaign[rows])


def _coupons(life: Life, wishes: Wishes, g: np.random.Generator) -> tuple[Ints, Bools]:
    """Whoever holds a coupon may use it, on orders that the coupon did not cause as well."""
    held = life.coupon_until[wishes.person] > wishes.at
    first = np.zeros(len(wishes.person), bool)
    first[np.unique(wishes.person, return_index=True)[1]] = True
    return life.coupon_of[wishes.person], held & first & (g.random(len(wishes.person)) < 0.6)


def _joined(a: Wishes, b: Wishes) -> Wishes:
    return Wishes(
        np.concatenate((a.person, b.person)),
        np.concatenate((a.department, b.department)),
        np.concatenate((a.at, b.at)),
        np.concatenate((a.touch, b.touch)),
        np.concatenate((a.campaign, b.campaign)),
    )

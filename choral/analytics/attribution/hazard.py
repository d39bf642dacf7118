"""The time-aware model: how much each message or advert raised its customer's rate of ordering, and for how long. Pure.

A customer orders at the rate m s(t) (1 + Σ a_c b_c exp(−b_c age)): their own habit m, the shop's season s, and on top
of it what every exposure of a channel c adds, fading with its age. An additive hazard as in Zhang, Wei and Ren (2014),
here proportional to the habit, since who buys much answers much. Fitted by expectation and maximisation, as the
branching of self-exciting processes is (Veen and Schoenberg 2008). What customers do of themselves is no exposure.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from choral.analytics.attribution.sequences import Flags, Floats, Ints

HORIZON = 60 * 24.0  # hours after which an exposure is forgotten
_ROUNDS, _CLOSE = 200, 1e-6
_LIVES = (12.0, 30 * 24.0)  # hours: bounds of a half life
_WEEK = 168.0


@dataclass(frozen=True)
class Exposed:
    """Exposures and orders of some customers, times in hours since the first hour known; sorted by customer, time."""

    who: Ints
    at: Floats
    channel: Ints
    buyer: Ints
    bought: Floats
    people: int
    end: float


@dataclass(frozen=True)
class Fit:
    """What was learned. `effect`: orders an exposure adds, in units of what its customer orders in an hour (a_c);
    `error` its standard error; `half_life` hours; `season` one factor a week; `rounds` taken."""

    effect: Floats
    error: Floats
    half_life: Floats
    season: Floats
    rounds: int


@dataclass(frozen=True)
class Pairs:
    """Which exposure may have raised which order, and how old it was (hours)."""

    order: Ints
    exposure: Ints
    age: Floats


def pairs(who: Ints, at: Floats, buyer: Ints, bought: Floats, horizon: float = HORIZON) -> Pairs:
    """All pairs of an order and an earlier exposure of the same customer within the horizon."""
    people = np.unique(np.concatenate([who, buyer]))
    who, buyer = np.searchsorted(people, who), np.searchsorted(people, buyer)
    span = max(float(at.max(initial=0.0)), float(bought.max(initial=0.0))) + 2 * horizon + 1
    key, asked = who * span + at, buyer * span + bought
    low, high = np.searchsorted(key, asked - horizon, "right"), np.searchsorted(key, asked, "right")
    low = np.maximum(low, np.searchsorted(who, buyer, "left"))
    times = np.maximum(high - low, 0)
    order = np.repeat(np.arange(len(buyer)), times)
    exposure = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times) + np.repeat(low, times)
    return Pairs(order, exposure, bought[order] - at[exposure])


def raised(fit: Fit, channel: Ints, age: Floats) -> Floats:
    """How much an exposure of an age adds to the rate, in units of the customer's habit."""
    fade = np.log(2) / fit.half_life[channel]
    found: Floats = fit.effect[channel] * fade * np.exp(-fade * age)
    return found


def fitted(data: Exposed, kinds: int) -> Fit:
    """Expectation and maximisation from half lives of a week, until no effect moves by a millionth."""
    found = pairs(data.who, data.at, data.buyer, data.bought)
    channel = data.channel[found.exposure]
    weeks = int(data.end // _WEEK) + 1
    season = np.ones(weeks)
    fit = Fit(np.ones(kinds), np.zeros(kinds), np.full(kinds, _WEEK), season, 0)
    habit = np.full(data.people, max(len(data.buyer), 1) / max(data.people * data.end, 1.0))
    for round_ in range(1, _ROUNDS + 1):
        rate = raised(fit, channel, found.age)
        total = 1.0 + np.bincount(found.order, rate, len(data.buyer))
        due = rate / total[found.order]
        after = _maximised(data, fit, habit, channel, found, due, kinds)
        habit, season = _habits(data, after, kinds), _season(data, after, habit, total)
        moved = np.abs(after.effect - fit.effect).max(initial=0.0)
        fit = Fit(after.effect, fit.error, after.half_life, season, round_)
        if moved <= _CLOSE * max(1.0, float(fit.effect.max(initial=0.0))):
            break
    return Fit(fit.effect, _errors(data, fit, channel, found, kinds), fit.half_life, fit.season, fit.rounds)


def _maximised(
    data: Exposed, fit: Fit, habit: Floats, channel: Ints, found: Pairs, due: Floats, kinds: int
) -> Fit:  # fmt: skip
    caused = np.bincount(channel, due, kinds)
    aged = np.bincount(channel, due * found.age, kinds)
    mean = np.divide(aged, caused, out=np.full(kinds, _WEEK), where=caused > 0)
    half_life = np.clip(mean * np.log(2), *_LIVES)
    fade = (np.log(2) / half_life)[data.channel]
    reach = 1.0 - np.exp(-fade * np.minimum(data.end - data.at, HORIZON))
    chance = np.bincount(data.channel, habit[data.who] * _at(fit.season, data.at) * reach, kinds)
    effect = np.divide(caused, chance, out=np.zeros(kinds), where=chance > 0)
    return Fit(effect, fit.error, half_life, fit.season, fit.rounds)


def _habits(data: Exposed, fit: Fit, kinds: int) -> Floats:
    """Each customer's own rate, drawn towards the mean of all (gamma prior by its moments)."""
    lived = float(fit.season.mean()) * data.end
    extra = np.bincount(data.who, fit.effect[data.channel] * _at(fit.season, data.at), data.people)
    count, room = np.bincount(data.buyer, minlength=data.people).astype(np.float64), lived + extra
    mean = count.sum() / room.sum() if room.sum() else 0.0
    spread = ((count - mean * room) ** 2 - count).sum() / max((mean**2 * room**2).sum(), 1e-12)
    prior = 1.0 / np.clip(spread, 0.02, 10.0)
    found: Floats = (prior + count) / (prior / max(mean, 1e-12) + room)
    return found


def _season(data: Exposed, fit: Fit, habit: Floats, total: Floats) -> Floats:
    """What every week has beyond the habits: orders no exposure raised, drawn towards 1."""
    weeks = len(fit.season)
    own = np.bincount((data.bought // _WEEK).astype(np.int64), 1.0 / total, weeks)
    hours = np.minimum(data.end - np.arange(weeks) * _WEEK, _WEEK)
    due = habit.sum() * hours
    found = (own + 20.0) / (due + 20.0)
    return np.asarray(found / np.average(found, weights=np.maximum(hours, 1e-9)))


def _errors(data: Exposed, fit: Fit, channel: Ints, found: Pairs, kinds: int) -> Floats:
    """Standard errors from the observed information of the effects, all else held."""
    fade = (np.log(2) / fit.half_life)[channel]
    pull = np.zeros((len(data.buyer), kinds))
    np.add.at(pull, (found.order, channel), fade * np.exp(-fade * found.age))
    pull /= (1.0 + pull @ fit.effect)[:, None]
    information = pull.T @ pull
    return np.sqrt(np.maximum(np.diag(np.linalg.pinv(information)), 0.0))


def _at(season: Floats, at: Floats) -> Floats:
    found: Floats = season[np.minimum((at // _WEEK).astype(np.int64), len(season) - 1)]
    return found


__all__ = ["HORIZON", "Exposed", "Fit", "Flags", "Pairs", "fitted", "pairs", "raised"]

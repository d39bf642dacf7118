"""The time-aware model: how much each message or advert raised its customer's rate of ordering, and for how long. Pure.

A customer orders at the rate m s(t) (1 + Σ a_c b_c exp(−b_c age)): their own habit m, the shop's season s (a factor a
week, and one an hour of the week), and on top of it what every exposure of a channel c adds, fading with its age. An
additive hazard as in Zhang, Wei and Ren (2014), here proportional to the habit, since who buys much answers much. It is
fitted by expectation and maximisation, as the branching of self-exciting processes is (Veen and Schoenberg 2008).
What customers do of themselves is no exposure; a customer counts from the moment they were first seen.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from choral.analytics.attribution.sequences import Floats, Ints, sums

HORIZON = 60 * 24.0  # hours after which an exposure is forgotten
_ROUNDS, _CLOSE = 200, 1e-6
_LIVES = (12.0, 30 * 24.0)  # hours: bounds of a half life
_WEEK = 168


@dataclass(frozen=True)
class Exposed:
    """Exposures and orders of some customers, times in hours since the first hour known; sorted by customer, time.
    `start`: when each customer was first seen."""

    who: Ints
    at: Floats
    channel: Ints
    buyer: Ints
    bought: Floats
    start: Floats
    end: float

    @property
    def people(self) -> int:
        return len(self.start)


@dataclass(frozen=True)
class Fit:
    """What was learned. `effect`: orders an exposure adds, in units of what its customer orders in an hour (a_c);
    `error` its standard error; `half_life` hours; `season` one factor a week, `hours` one an hour of the week."""

    effect: Floats
    error: Floats
    half_life: Floats
    season: Floats
    hours: Floats


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
    fit = Fit(np.ones(kinds), np.zeros(kinds), np.full(kinds, 1.0 * _WEEK), np.ones(weeks), np.ones(_WEEK))
    lived = float((data.end - data.start).sum())
    habit = np.full(data.people, max(len(data.buyer), 1) / max(lived, 1.0))
    for _round in range(_ROUNDS):
        rate = raised(fit, channel, found.age)
        total = 1.0 + sums(found.order, rate, len(data.buyer))
        effect, half_life = _effects(data, fit, habit, channel, found, rate / total[found.order], kinds)
        moved = np.abs(effect - fit.effect).max(initial=0.0)
        fit = replace(fit, effect=effect, half_life=half_life)
        habit = _habits(data, fit, kinds)
        fit = replace(fit, season=_season(data, fit, habit, total), hours=_hours(data, total))
        if moved <= _CLOSE * max(1.0, float(effect.max(initial=0.0))):
            break
    return replace(fit, error=_errors(data, fit, channel, found, kinds))


def _effects(
    data: Exposed, fit: Fit, habit: Floats, channel: Ints, found: Pairs, due: Floats, kinds: int
) -> tuple[Floats, Floats]:
    """Effect and half life of each channel, given how much of each order is due to each exposure."""
    caused = sums(channel, due, kinds)
    aged = sums(channel, due * found.age, kinds)
    mean = np.divide(aged, caused, out=np.full(kinds, 1.0 * _WEEK), where=caused > 0)
    half_life = np.clip(mean * np.log(2), *_LIVES)
    chance = sums(data.channel, habit[data.who] * _reach(data, fit, half_life), kinds)
    return np.divide(caused, chance, out=np.zeros(kinds), where=chance > 0), half_life


def _reach(data: Exposed, fit: Fit, half_life: Floats) -> Floats:
    """What one unit of effect of each exposure comes to until it is forgotten or the data end: its fading, weighted
    by the hours of the week it falls on."""
    kept = np.exp2(-1.0 / half_life)
    powers = kept[:, None] ** np.arange(_WEEK)
    turned = np.array([np.roll(fit.hours, -hour) for hour in range(_WEEK)])
    mean = (powers @ turned.T) * ((1 - kept) / (1 - kept**_WEEK))[:, None]  # (channels, hour of the week it began in)
    fade = (np.log(2) / half_life)[data.channel]
    seen = 1.0 - np.exp(-fade * np.minimum(data.end - data.at, HORIZON))
    found: Floats = mean[data.channel, _hour(data.at)] * _week(fit.season, data.at) * seen
    return found


def _habits(data: Exposed, fit: Fit, kinds: int) -> Floats:
    """Each customer's own rate, drawn towards the mean of all (gamma prior by its moments)."""
    extra = fit.effect[data.channel] * _reach(data, fit, fit.half_life)
    room = (data.end - data.start) + sums(data.who, extra, data.people)
    count = np.bincount(data.buyer, minlength=data.people).astype(np.float64)
    mean = count.sum() / room.sum() if room.sum() else 0.0
    spread = ((count - mean * room) ** 2 - count).sum() / max((mean**2 * room**2).sum(), 1e-12)
    prior = 1.0 / np.clip(spread, 0.02, 10.0)
    found: Floats = (prior + count) / (prior / max(mean, 1e-12) + room)
    return found


def _season(data: Exposed, fit: Fit, habit: Floats, total: Floats) -> Floats:
    """What every week has beyond the habits: orders no exposure raised, drawn towards 1."""
    weeks = len(fit.season)
    own = sums((data.bought // _WEEK).astype(np.int64), 1.0 / total, weeks)[:weeks]
    begun = sums(np.clip(data.start // _WEEK, 0, weeks - 1).astype(np.int64), habit, weeks)
    hours = np.minimum(data.end - np.arange(weeks) * _WEEK, 1.0 * _WEEK)
    due = (np.cumsum(begun) - begun / 2) * hours
    found = (own + 20.0) / (due + 20.0)
    return np.asarray(found / np.average(found, weights=np.maximum(due, 1e-9)))


def _hours(data: Exposed, total: Floats) -> Floats:
    """How the orders no exposure raised lie over the hours of a week; their mean is 1."""
    own = sums(_hour(data.bought), 1.0 / total, _WEEK)
    smooth = own + 2.0 * max(own.mean(), 1e-9) / max(own.mean(), 1.0)
    return np.asarray(smooth / smooth.mean())


def _errors(data: Exposed, fit: Fit, channel: Ints, found: Pairs, kinds: int) -> Floats:
    """Standard errors from the observed information of the effects, all else held."""
    fade = (np.log(2) / fit.half_life)[channel]
    pull = np.zeros((len(data.buyer), kinds))
    np.add.at(pull, (found.order, channel), fade * np.exp(-fade * found.age))
    pull /= (1.0 + pull @ fit.effect)[:, None]
    information = pull.T @ pull
    return np.sqrt(np.maximum(np.diag(np.linalg.pinv(information)), 0.0))


def _week(season: Floats, at: Floats) -> Floats:
    found: Floats = season[np.clip(at // _WEEK, 0, len(season) - 1).astype(np.int64)]
    return found


def _hour(at: Floats) -> Ints:
    return np.asarray(np.floor(at) % _WEEK, np.int64)

"""Which channel and which hours a customer prefers, learnt from what they did, and how sure that is. Pure.

Acts count half after 90 days. A Dirichlet prior of the shop's average (worth six acts) keeps a customer of one visit
near the average (empirical Bayes); the posterior gives each channel's share with a 90 % credible interval, and how
likely each is the preferred one (2,000 draws with a fixed seed). Answers to messages are beta-binomial in the same way.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt
import scipy.special

from choral.core.clock import DAY, HOUR, SECOND
from choral.customers.profiles.rules import Moment
from choral.customers.traits.habits import ANSWER_DAYS, Habits
from choral.events.schema.acts import SENT, is_act

HALF_LIFE = 90
PRIOR = 6.0  # acts the shop's average is worth
PRIOR_MESSAGES = 10.0
WINDOW = 3  # hours
_DRAWS = 2_000
_LOW, _HIGH = 0.05, 0.95
_ENOUGH = 3.0  # acts (weighted) below which nothing is said to be known
_SURE = ((0.95, "very_sure"), (0.8, "fairly_sure"), (0.6, "leaning"))
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ChannelShare:
    """A channel's share of what they will do next, with its 90 % interval, and how likely it is their first one."""

    channel: str
    share: float
    low: float
    high: float
    first: float
    acts: int


@dataclass(frozen=True)
class Hours:
    """The three hours of the shop's day with most of what they do: from `start` to `end` o'clock (may pass midnight);
    the share of their acts in it with its 90 % interval, beside the shop's."""

    start: int
    end: int
    share: float
    low: float
    high: float
    shop: float


@dataclass(frozen=True)
class Answers:
    """How often they answer messages of a channel within four weeks, with a 90 % interval, beside the shop's rate."""

    channel: str
    sent: int
    answered: int
    rate: float
    low: float
    high: float
    shop: float


@dataclass(frozen=True)
class Preference:
    """`certainty`: very_sure, fairly_sure, leaning, unsure, little_known (fewer than three recent acts) or only_channel
    (the shop has no other). `acts` were looked at, which today weigh as much as `weight` of now."""

    certainty: str
    channels: tuple[ChannelShare, ...]
    hours: Hours | None
    answers: tuple[Answers, ...]
    acts: int
    weight: float


def prefer(moments: Sequence[Moment], habits: Habits, end: int, time_zone: str) -> Preference:
    """From the newest lines of somebody's time line, as of a moment (µs UTC)."""
    acts = [one for one in moments if one.at <= end and one.source != "choral" and is_act(one.name)]
    at = np.array([one.at for one in acts], np.int64)
    weight = np.exp2((at - end) / (HALF_LIFE * DAY))
    channels = sorted({*habits.acts, *(one.channel for one in acts)})
    place = {channel: number for number, channel in enumerate(channels)}
    code = np.array([place[one.channel] for one in acts], np.int64)
    shares = _shares(channels, code, weight, habits) if channels else ()
    return Preference(
        _certainty(shares, float(weight.sum()), len(channels)), shares, _hours(at, weight, habits, time_zone),
        _answers(moments, habits, end), len(acts), float(weight.sum()),
    )  # fmt: skip


def local_hours(at: npt.NDArray[np.int64], time_zone: str) -> npt.NDArray[np.int64]:
    """The hour of the day in a zone. Offsets are looked up by the day, and by the row on days on which they change."""
    zone = ZoneInfo(time_zone)
    days, place = np.unique(at // DAY, return_inverse=True)
    borders = np.array([[_offset(int(day) * DAY, zone), _offset((int(day) + 1) * DAY, zone)] for day in days], np.int64)
    borders = borders.reshape(len(days), 2)
    offset = borders[:, 0][place]
    for row in np.flatnonzero((borders[:, 0] != borders[:, 1])[place]):
        offset[row] = _offset(int(at[row]), zone)
    hours: npt.NDArray[np.int64] = (at + offset) // HOUR % 24
    return hours


@lru_cache(maxsize=20_000)
def _offset(at: int, zone: ZoneInfo) -> int:
    moment = datetime.fromtimestamp(at / SECOND, UTC).astimezone(zone)
    return int((moment.utcoffset() or timedelta()).total_seconds()) * SECOND


def _shares(
    channels: Sequence[str], code: npt.NDArray[np.int64], weight: Floats, habits: Habits
) -> tuple[ChannelShare, ...]:
    average = np.array([habits.acts.get(one, 0) + 1.0 for one in channels])
    alpha = PRIOR * average / average.sum() + np.bincount(code, weight, minlength=len(channels))
    counts = np.bincount(code, minlength=len(channels))
    drawn = np.random.default_rng(11).standard_gamma(alpha, (_DRAWS, len(channels)))
    first = np.bincount(drawn.argmax(axis=1), minlength=len(channels)) / _DRAWS
    low, high = _interval(alpha, alpha.sum() - alpha)
    found = [
        ChannelShare(
            channel, float(alpha[n] / alpha.sum()), float(low[n]), float(high[n]), float(first[n]), int(counts[n])
        )
        for n, channel in enumerate(channels)
    ]
    return tuple(sorted(found, key=lambda one: (-one.share, one.channel)))


def _hours(at: npt.NDArray[np.int64], weight: Floats, habits: Habits, time_zone: str) -> Hours | None:
    shop = np.array([sum(one) for one in zip(*habits.hours.values(), strict=True)] or [0] * 24, np.float64)
    if not len(at) or not shop.sum():
        return None
    average = (shop + 1.0) / (shop.sum() + 24)
    alpha = PRIOR * average + np.bincount(local_hours(at, time_zone), weight, minlength=24)
    windows = np.array([np.roll(alpha, -start)[:WINDOW].sum() for start in range(24)])
    start = int(windows.argmax())
    low, high = _interval(windows[start : start + 1], alpha.sum() - windows[start : start + 1])
    share = float(np.roll(average, -start)[:WINDOW].sum())
    return Hours(
        start, (start + WINDOW) % 24, float(windows[start] / alpha.sum()), float(low[0]), float(high[0]), share
    )


def _answers(moments: Sequence[Moment], habits: Habits, end: int) -> tuple[Answers, ...]:
    """Of each campaign sent to them: was there an act that names it within four weeks? Recent ones still may be."""
    sent: dict[tuple[str, str], int] = {}
    acted: dict[str, list[int]] = {}
    for one in moments:
        if not one.campaign or one.at > end:
            continue
        if one.name in SENT:
            key = one.channel, one.campaign
            sent[key] = min(sent.get(key, one.at), one.at)
        elif is_act(one.name):
            acted.setdefault(one.campaign, []).append(one.at)
    found = []
    for channel in sorted({channel for channel, _ in sent}):
        mine = {campaign: at for (where, campaign), at in sent.items() if where == channel}
        answered = sum(
            any(at <= act < at + ANSWER_DAYS * DAY for act in acted.get(campaign, ())) for campaign, at in mine.items()
        )
        of_shop, answered_of_shop = habits.answers.get(channel, (0, 0))
        average = (answered_of_shop + 1.0) / (of_shop + 2.0)
        yes = PRIOR_MESSAGES * average + answered
        no = PRIOR_MESSAGES * (1 - average) + len(mine) - answered
        low, high = _interval(np.array([yes]), np.array([no]))
        found.append(Answers(channel, len(mine), answered, yes / (yes + no), float(low[0]), float(high[0]), average))
    return tuple(sorted(found, key=lambda one: -one.rate))


def _interval(yes: Floats, no: Floats) -> tuple[Floats, Floats]:
    """The 5 % and 95 % points of beta distributions; certain where there is no alternative."""
    no = np.maximum(no, 1e-9)
    return scipy.special.betaincinv(yes, no, _LOW), scipy.special.betaincinv(yes, no, _HIGH)


def _certainty(shares: Sequence[ChannelShare], weight: float, channels: int) -> str:
    if weight < _ENOUGH:
        return "little_known"
    if channels == 1:
        return "only_channel"
    best = shares[0].first
    return next((word for least, word in _SURE if best >= least), "unsure")

"""The media mix put into words and figures: what each channel brought, how sure that is, how good the model."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy

from choral.analytics.mix.averaging import Average
from choral.analytics.mix.model import Data, Evidence, Fit, Priors, contributions, fit
from choral.analytics.mix.plan import Plan, plan
from choral.analytics.mix.response import LAGS, Array, half_saturation, lagged, weights
from choral.analytics.mix.values import ChannelResult, Interval, MixResult, MixWeek, Outcome, Quality
from choral.analytics.mix.weeks import Weeks

LOW, HIGH = 0.025, 0.975
_RARELY, _STEADY, _TOGETHER = 6, 0.1, 0.9
ASSUMED = 0.2  # channels whose strength the data told less about rest on what was believed before
_FEWEST_TESTED = 4
Measured = Sequence[str]


def interval(draws: Array) -> Interval:
    """The middle and the 95 % of draws."""
    low, middle, high = numpy.quantile(draws, (LOW, 0.5, HIGH))
    return Interval(float(low), float(middle), float(high))


def result(found: Weeks, average: Average, outcome: Outcome, currency: str) -> MixResult:
    """See `Mix.result`."""
    data = average.full.data
    media = contributions(lagged(data.spend / data.most), average.parameters)
    total = float(found.outcome.sum())
    measured = {found.channels[one.channel] for one in data.evidence}
    moved = plan(found.spend, average.parameters)
    channels = [
        _channel(found, average, moved, one, media[:, :, one].sum(1), total, measured)
        for one in range(len(found.channels))
    ]
    return MixResult(
        "ready", outcome, currency, found.mondays[0], found.mondays[-1], found.margin_rate, tuple(channels),
        _weeks(found, average, media), interval(average.others.sum(1)), quality(data, average.full.priors),
        found.controls, len(data.evidence),
    )  # fmt: skip


def told(found: Weeks, average: Average) -> Array:
    """Of which channels the sales (or an experiment) tell anything beyond what was believed before."""
    measured = {one.channel for one in average.full.data.evidence}
    held = numpy.array([one in measured for one in range(len(found.channels))], dtype=bool)
    return numpy.asarray(held | (average.full.learned() >= ASSUMED))


def quality(data: Data, priors: Priors) -> Quality:
    """R² over all weeks, and the miss in the last ones by models that had not seen them, with media and without."""
    weeks = len(data.outcome)
    tested = max(_FEWEST_TESTED, weeks // 8)
    full = fit(data, priors)
    left = data.outcome - predicted(full, data)
    spread = float(((data.outcome - data.outcome.mean()) ** 2).sum()) or 1.0
    first = weeks - tested
    early = replace(
        data, outcome=data.outcome[:first], spend=data.spend[:first], others=data.others[:first],
        evidence=tuple(one for one in data.evidence if one.last <= first),
    )  # fmt: skip
    none = replace(early, spend=early.spend[:, :0], evidence=())
    truth = data.outcome[first:]
    mean = float(numpy.abs(truth).mean()) or 1.0
    plain = replace(priors, strength=priors.strength[:0])
    misses = [
        float(numpy.abs(truth - predicted(fit(seen, given), whole)[first:]).mean()) / mean
        for seen, given, whole in ((early, priors, data), (none, plain, replace(data, spend=data.spend[:, :0])))
    ]
    return Quality(
        1 - float((left**2).sum()) / spread, full.noise / (float(numpy.abs(data.outcome).mean()) or 1.0), full.memory,
        misses[0], misses[1], tested,
    )  # fmt: skip


def predicted(found: Fit, data: Data) -> Array:
    """The outcome of the weeks of `data` by a fit of some of them."""
    best = found.best[None]
    own = found.data.scale * data.others @ found.best[: data.others.shape[1]]
    media = contributions(lagged(data.spend / found.data.most), found.parameters(best))[0].sum(1)
    return numpy.asarray(own + media)


def _weeks(found: Weeks, average: Average, media: Array) -> tuple[MixWeek, ...]:
    expected = average.others + media.sum(2)
    chance = numpy.random.default_rng(1).standard_normal(expected.shape)
    low, high = numpy.quantile(expected + average.full.noise * chance, (LOW, HIGH), axis=0)
    base, parts = average.others.mean(0), media.mean(0)
    return tuple(
        MixWeek(
            monday, int(found.outcome[at]), float(low[at]), float(base[at] + parts[at].sum()), float(high[at]),
            float(base[at]), tuple(float(one) for one in parts[at]),
        )
        for at, monday in enumerate(found.mondays)
    )  # fmt: skip


def _channel(
    found: Weeks, average: Average, moved: Plan, one: int, brought: Array, total: float, measured: set[str]
) -> ChannelResult:
    name, spend = found.channels[one], found.spend[:, one]
    paid, most = float(spend.sum()), float(spend.max())
    weeks = int((spend > 0).sum())
    factor = moved.now / moved.base
    brings = average.parameters.strength[:, one] > 0
    steepness = average.parameters.steepness[brings, one] if brings.any() else average.parameters.steepness[:, one]
    codes = _codes(found, average, one, measured)
    assumed = "assumed" in codes
    carry = float(numpy.median(average.parameters.carry[:, one]))
    return ChannelResult(
        name, round(paid), weeks, _told(brought, assumed), _told(brought / (total or 1.0), assumed),
        _told(brought / paid, assumed), _told(moved.slope(factor)[:, one], assumed), float(average.none[one]),
        float(average.full.learned()[one]), _carry(carry), interval(most * half_saturation(steepness)),
        paid / max(weeks, 1), codes,
    )  # fmt: skip


def _told(draws: Array, assumed: bool) -> Interval:
    """What may be said: of a channel the sales tell nothing about only how much it can be at most."""
    found = interval(draws)
    return replace(found, low=0.0) if assumed else found


def _codes(found: Weeks, average: Average, one: int, measured: set[str]) -> tuple[str, ...]:
    spend, name = found.spend[:, one], found.channels[one]
    codes = []
    if (spend > 0).sum() < _RARELY:
        codes.append("rarely")
    if spend.std() < _STEADY * spend.mean():
        codes.append("steady")
    if name in measured:
        codes.append("measured")
    elif not told(found, average)[one]:
        codes.append("assumed")
    for other, called in enumerate(found.channels):
        if other != one and _alike(spend, found.spend[:, other]):
            codes.append(f"together:{called}")
    return tuple(codes)


def _alike(one: Array, other: Array) -> bool:
    """Whether two channels were always paid for in the same weeks, so that nothing tells them apart."""
    if one.std() == 0 or other.std() == 0:
        return False
    return abs(float(numpy.corrcoef(one, other)[0, 1])) > _TOGETHER


def _carry(carry: float) -> float:
    """Weeks until half of a spend has worked, between whole lags a straight line."""
    done = numpy.concatenate([[0.0], numpy.cumsum(weights(numpy.array([carry]), LAGS)[:, 0])])
    return float(numpy.interp(0.5, done, numpy.arange(LAGS + 1)))


def evidence_of(found: Weeks, said: Sequence[tuple[str, int, int, float, float, float]]) -> tuple[Evidence, ...]:
    """Evidence by the names of channels: (channel, first week, last week excluded, effect, sd, share)."""
    place = {name: at for at, name in enumerate(found.channels)}
    return tuple(Evidence(place[name], *rest) for name, *rest in said if name in place)  # type: ignore[arg-type]

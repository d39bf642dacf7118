"""A media mix whose truth is known is found again, its doubt is honest, and advice is only given where it holds."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import product

import numpy
import pytest

from choral.analytics.mix.advice import Wish, advise, curves
from choral.analytics.mix.averaging import average
from choral.analytics.mix.budget import divide, in_minor
from choral.analytics.mix.door import Measured, _placed
from choral.analytics.mix.model import Data, Evidence, Parameters, Priors, contributions, fit
from choral.analytics.mix.plan import Plan, plan
from choral.analytics.mix.response import Array, adstock, half_saturation, lagged, saturation
from choral.analytics.mix.weeks import Weeks
from choral.core.errors import InvalidInput

CARRY = numpy.array([0.2, 0.5, 0.7, 0.3, 0.6])
STEEPNESS = numpy.array([3, 2, 4, 1.5, 2.5])
STRENGTH = numpy.array([0.30, 0.20, 0.15, 0.25, 0.10])


@dataclass(frozen=True)
class World:
    """Weeks whose truth is known."""

    data: Data
    priors: Priors
    truth: Array  # weeks by channel


def season(weeks: int, waves: int = 1, period: float = 52.0) -> tuple[Array, Array]:
    time = numpy.arange(weeks)
    columns = [numpy.ones(weeks)]
    for wave in range(1, waves + 1):
        columns += [numpy.sin(2 * numpy.pi * wave * time / period), numpy.cos(2 * numpy.pi * wave * time / period)]
    return numpy.column_stack(columns), numpy.array([2.0] + [0.5] * (2 * waves))


def five_channels() -> World:
    """The set of the field note: seed 3, drawn in that order; no history before the first week."""
    chance = numpy.random.default_rng(3)
    spend = chance.gamma(2, 0.25, (104, 5)) * (chance.uniform(size=(104, 5)) < 0.85)
    spend = spend / spend.max(0)
    parts = STRENGTH * saturation(adstock(lagged(spend), CARRY), STEEPNESS)
    time = numpy.arange(104)
    sales = 10_000 * (0.5 + 0.05 * numpy.sin(2 * numpy.pi * time / 52) + parts.sum(1) + chance.normal(0, 0.03, 104))
    others, reach = season(104)
    return World(Data(sales, spend, others, reach), Priors(numpy.full(5, numpy.log(0.2))), 10_000 * parts)


def simulated(seed: int, nothing: tuple[int, ...] = (), weeks: int = 104) -> World:
    """A world drawn from the priors; channels in `nothing` bring nothing."""
    chance = numpy.random.default_rng(seed)
    spend = chance.gamma(2, 0.25, (weeks, 4)) * (chance.uniform(size=(weeks, 4)) < 0.85)
    spend = spend / spend.max(0)
    carry = 1 / (1 + numpy.exp(-chance.normal(-0.4, 1, 4)))
    steepness, strength = numpy.exp(chance.normal(numpy.log(2.5), 0.5, 4)), numpy.exp(chance.normal(-1.61, 0.8, 4))
    strength[list(nothing)] = 0.0
    parts = strength * saturation(adstock(lagged(spend), carry), steepness)
    base = 0.5 + 0.05 * numpy.sin(2 * numpy.pi * numpy.arange(weeks) / 52)
    others, reach = season(weeks)
    sales = 10_000 * (base + parts.sum(1) + chance.normal(0, 0.03, weeks))
    return World(Data(sales, spend, others, reach), Priors(numpy.full(4, numpy.log(0.2))), 10_000 * parts)


def shares(world: World, quantiles: tuple[float, ...]) -> Array:
    found = fit(world.data, world.priors)
    media = contributions(lagged(world.data.spend / world.data.most), found.parameters(found.draws()))
    return numpy.asarray(numpy.quantile(media.sum(1) / world.data.outcome.sum(), quantiles, axis=0))


def test_the_reference_set_gives_the_intervals_of_the_reference() -> None:
    """Reference: the same model with its noise fixed near the truth, and pymc-marketing 0.19.2 by MCMC, agree on these
    94 % intervals within 0.006; channel 5 lies outside for both, so that is in the data."""
    reference = numpy.array([[0.0739, 0.1056], [0.0360, 0.0674], [0.0445, 0.0967], [0.0354, 0.0649], [0.0508, 0.1001]])
    truth = numpy.array([0.0888, 0.0521, 0.0928, 0.0576, 0.0409])
    world = five_channels()
    assert numpy.allclose(world.truth.sum(0) / world.data.outcome.sum(), truth, atol=5e-5)
    low, high = shares(world, (0.03, 0.97))
    assert numpy.abs(numpy.column_stack([low, high]) - reference).max() < 0.006
    assert [bool(a <= t <= b) for a, t, b in zip(low, truth, high, strict=True)] == [True, True, True, True, False]


def test_the_noise_is_found_without_being_told() -> None:
    found = fit(five_channels().data, Priors(numpy.full(5, numpy.log(0.2))))
    assert found.noise == pytest.approx(300, rel=0.15)


def mmm_example() -> World:
    """pymc-marketing's `mmm_example` made again from its description: two channels, a bending trend, two events."""
    chance = numpy.random.default_rng(sum(map(ord, "mmm")))
    weeks = 179
    days = numpy.arange(numpy.datetime64("2018-04-02"), numpy.datetime64("2021-09-01"), 7)[:weeks]
    year = (days - days.astype("datetime64[Y]")).astype(int) + 1
    one = chance.uniform(0.0, 1.0, weeks)
    spend = numpy.column_stack([
        numpy.where(one > 0.9, one, one / 2), numpy.where((two := chance.uniform(0.0, 1.0, weeks)) > 0.8, two, 0.0),
    ])  # fmt: skip
    parts = numpy.array([3.0, 2.0]) * saturation(
        adstock(lagged(spend), numpy.array([0.4, 0.2])), numpy.array([4.0, 3.0])
    )
    trend = (numpy.linspace(0.0, 50, weeks) + 10) ** 0.25 - 1
    wave = 0.5 * (-numpy.sin(2 * 2 * numpy.pi * year / 365.5) + numpy.cos(1 * 2 * numpy.pi * year / 365.5))
    events = numpy.zeros((weeks, 2))
    events[58, 0] = events[126, 1] = 1.0
    sales = 2.0 + trend + wave + events @ numpy.array([1.5, 2.5]) + parts.sum(1) + chance.normal(0, 0.25, weeks)
    columns = [numpy.ones(weeks), numpy.linspace(-0.5, 0.5, weeks), numpy.maximum(numpy.linspace(-0.5, 0.5, weeks), 0)]
    for turn in (1, 2):
        columns += [numpy.sin(2 * numpy.pi * turn * year / 365.5), numpy.cos(2 * numpy.pi * turn * year / 365.5)]
    others = numpy.column_stack([*columns, events])
    return World(
        Data(1000 * sales, spend, others, numpy.full(others.shape[1], 1.0)), Priors(numpy.log([0.2, 0.2])), 1000 * parts
    )


def test_two_channels_under_a_bending_trend_two_seasons_and_events_are_told_apart() -> None:
    world = mmm_example()
    truth = world.truth.sum(0) / world.data.outcome.sum()
    assert numpy.allclose(truth, [0.29054, 0.06967], atol=5e-6)  # the shares of the published set
    low, high = shares(world, (0.03, 0.97))
    assert (low <= truth).all()
    assert (truth <= high).all()
    assert (high - low < 0.12).all()


def test_intervals_hold_the_truth_as_often_as_they_say() -> None:
    """60 worlds of four channels, two of them idle in every third: 95 % intervals (benchmarks/mix.py has many more)."""
    held = []
    for seed in range(60):
        world = simulated(seed, (0, 1) if seed % 3 == 0 else ())
        found = average(world.data, world.priors, 800)
        media = contributions(lagged(world.data.spend / world.data.most), found.parameters).sum(1)
        low, high = numpy.quantile(media, (0.025, 0.975), axis=0)
        held.append((low <= world.truth.sum(0) + 1e-6) & (world.truth.sum(0) <= high))
    assert 0.90 <= float(numpy.mean(held)) <= 0.99


def test_a_channel_that_brings_nothing_is_likely_to_be_called_idle() -> None:
    none = numpy.mean(
        [average(world.data, world.priors, 200).none for world in (simulated(s, (0,)) for s in range(12))], 0
    )
    assert none[0] > 0.6
    assert (none[1:] < 0.3).all()


def test_an_experiment_narrows_what_the_weeks_alone_cannot_tell() -> None:
    """Two channels always paid together: the sum is known, an experiment on one tells them apart."""
    chance = numpy.random.default_rng(5)
    one = chance.gamma(2, 0.25, 80)
    spend = numpy.column_stack([one, one])
    carry, steep, strong = numpy.array([0.3, 0.3]), numpy.array([2.0, 2.0]), numpy.array([0.25, 0.05])
    scaled = spend / spend.max(0)
    parts = strong * saturation(adstock(lagged(scaled), carry), steep)
    others, reach = season(80)
    sales = 1000 * (0.5 + parts.sum(1) + chance.normal(0, 0.02, 80))
    truth = 1000 * parts[20:40, 0].sum()
    wide, narrow = [], []
    for evidence, into in (((), wide), ((Evidence(0, 20, 40, truth, truth * 0.1),), narrow)):
        found = average(Data(sales, spend, others, reach, evidence), Priors(numpy.log([0.1, 0.1])))
        media = contributions(lagged(scaled), found.parameters)[:, 20:40, 0].sum(1)
        into += list(numpy.quantile(media, (0.025, 0.975)))
    assert narrow[1] - narrow[0] < 0.5 * (wide[1] - wide[0])
    assert narrow[0] <= truth <= narrow[1]


def test_derivatives_are_those_of_the_model() -> None:
    world = five_channels()
    from choral.analytics.mix import model  # the problem is inner: only its derivative is checked against it

    problem = model._Problem(world.data, world.priors)
    at = problem.start() + 0.1
    slopes = problem.slopes(at, 0.03, 0.3)
    for place in range(len(at)):
        step = numpy.zeros(len(at))
        step[place] = 1e-6
        by_hand = (problem.residuals(at + step, 0.03, 0.3) - problem.residuals(at - step, 0.03, 0.3)) / 2e-6
        assert numpy.allclose(slopes[:, place], by_hand, atol=1e-4)


def test_half_saturation_is_where_half_is_reached() -> None:
    steepness = numpy.array([0.5, 2.0, 7.0])
    assert numpy.allclose(saturation(half_saturation(steepness), steepness), 0.5)


def three() -> Plan:
    spend = numpy.random.default_rng(1).gamma(2, 100, (60, 3)).round()
    return plan(spend, Parameters(*(numpy.tile(row, (50, 1)) for row in (
        numpy.array([0.3, 0.5, 0.1]), numpy.array([1.0, 3.0, 6.0]), numpy.array([900.0, 500.0, 700.0]),
    ))))  # fmt: skip


def test_a_budget_is_divided_as_well_as_the_best_of_a_whole_grid() -> None:
    found = three()
    budget = float(found.now.sum())
    least, most = found.now * 0.5, found.now * 1.5
    best = divide(found, budget, least, most)
    assert best.sum() == pytest.approx(budget)
    worth = found.brings(best / found.base).mean(0).sum()
    tries = []
    for a, b in product(numpy.linspace(0, 1, 41), repeat=2):
        x, y = least[0] + a * (most[0] - least[0]), least[1] + b * (most[1] - least[1])
        z = budget - x - y
        if least[2] <= z <= most[2]:
            tries.append(float(found.brings(numpy.array([x, y, z]) / found.base).mean(0).sum()))
    assert worth >= max(tries) - 1e-6 * worth
    assert worth > float(found.brings(found.now / found.base).mean(0).sum())


def test_bounds_hold_and_minor_units_sum_to_the_budget() -> None:
    found = three()
    budget = round(float(found.now.sum()))
    best = divide(found, budget, found.now * 0.9, found.now * 1.1)
    assert ((best >= found.now * 0.9 - 1e-6) & (best <= found.now * 1.1 + 1e-6)).all()
    assert sum(in_minor(best, budget)) == budget


def wish(budget: int | None = None) -> Wish:
    return Wish(budget, 0.3, {}, 1000)


ALL = numpy.array([True, True, True])
NAMES = ("print", "radio", "search")


def test_no_move_is_advised_where_the_gain_may_be_none() -> None:
    chance = numpy.random.default_rng(2)
    spend = chance.gamma(2, 100, (60, 3))
    doubtful = Parameters(
        numpy.full((400, 3), 0.3), numpy.full((400, 3), 2.0), 500 * numpy.exp(chance.normal(0, 1.5, (400, 3)))
    )
    found = advise(NAMES, ALL, plan(spend, doubtful), "sales", "EUR", 0.3, wish())
    assert found.verdict == "keep"
    assert found.next_verdict == "unsure"
    assert found.test in NAMES


def test_a_sure_gain_is_advised_with_its_interval() -> None:
    found = advise(NAMES, ALL, three(), "sales", "EUR", None, wish())
    assert found.verdict == "move"
    assert found.gain is not None
    assert found.gain.low > 0
    assert sum(one.then for one in found.moves) == found.budget == found.now
    assert found.next_verdict == "one"


def test_money_of_channels_the_sales_tell_nothing_about_is_left_alone() -> None:
    found = advise(NAMES, numpy.array([True, False, True]), three(), "sales", "EUR", None, wish())
    radio = found.moves[1]
    assert radio.now == radio.then
    assert found.untold == ("radio",)
    assert "radio" not in [one.channel for one in found.steps]


def test_a_budget_that_does_not_fit_its_limits_is_refused_with_the_limits() -> None:
    with pytest.raises(InvalidInput, match="does not fit"):
        advise(
            NAMES,
            ALL,
            three(),
            "sales",
            "EUR",
            None,
            Wish(1_000_000, 0.3, {"radio": (0, 5), "print": (0, 5), "search": (0, 5)}, 10),
        )


def test_the_first_money_brings_more_than_the_last_on_every_curve() -> None:
    for curve in curves(NAMES, three()):
        brought = [point.brings.middle for point in curve.points]
        assert brought == sorted(brought)
        assert curve.points[0].marginal.middle >= curve.points[-1].marginal.middle
        assert curve.points[0].brings.middle == 0


def test_experiments_count_for_the_part_of_the_channel_that_they_paid_for() -> None:
    mondays = tuple(date(2026, 1, 5) + timedelta(weeks=week) for week in range(4))
    spend = numpy.array([[100.0, 0.0], [300.0, 0.0], [0.0, 50.0], [0.0, 50.0]])
    weeks = Weeks(mondays, numpy.ones(4), ("post", "radio"), spend, numpy.ones((4, 1)), numpy.ones(1), (), None)
    said = Measured("post", mondays[0], mondays[1], effect=80.0, error=8.0, cost=100.0)
    assert _placed(weeks, said, 1.0) == ("post", 0, 2, 80.0, 8.0, 0.25)
    assert _placed(weeks, said, 0.5) == ("post", 0, 2, 40.0, 4.0, 0.25)  # of the margin
    assert _placed(weeks, replace(said, cost=1_000.0), 1.0) == ("post", 0, 2, 80.0, 8.0, 1.0)
    assert _placed(weeks, replace(said, channel="push"), 1.0) is None
    assert _placed(weeks, replace(said, since=date(2025, 1, 1), until=date(2025, 2, 1)), 1.0) is None

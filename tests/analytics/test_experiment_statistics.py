"""What an experiment may say, held by formulas of the literature and by simulation."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from choral.analytics.experiments import corrections, estimates, lots, power, segments, sequential
from choral.analytics.experiments.estimates import Sample
from choral.analytics.experiments.power import Design

G = np.random.default_rng


@pytest.mark.parametrize(("units", "times"), [
    (500, 3.8551), (1_000, 3.3639), (5_000, 3.0352), (10_000, 3.0615), (50_000, 3.2417), (100_000, 3.3369),
    (1_000_000, 3.6565),
])  # fmt: skip
def test_the_interval_that_holds_any_day_is_as_wide_as_its_formula_says(units: int, times: float) -> None:
    """Waudby-Smith et al., arXiv 2103.06476, eq. 9, 155 and 161, evaluated for α = 0.05, tightest at 5,000 units."""
    assert sequential.multiple(units) == pytest.approx(times, abs=5e-5)
    assert sequential.rho_squared() == pytest.approx(0.00158723, abs=5e-9)


@given(st.integers(60, 10_000_000), st.floats(-8, 8), st.sampled_from([0.05, 0.025, 0.01]))
def test_the_p_value_and_the_interval_never_contradict_each_other(units: int, z: float, level: float) -> None:
    edge = sequential.multiple(units, level)
    if abs(abs(z) - edge) > 1e-6:
        assert (sequential.p_value(z, 1.0, units) < level) == (abs(z) > edge)


def test_looking_after_every_customer_does_not_raise_false_alarms_above_five_in_a_hundred() -> None:
    """A thousand tests without an effect, looked at after every second unit from the 60th to the 4,000th."""
    g, runs, most = G(7), 1_000, 4_000
    alarms = peeked = 0
    edges = np.array([sequential.multiple(n) for n in range(60, most + 1, 2)])
    for _ in range(runs):
        treated, control = g.exponential(size=most // 2), g.exponential(size=most // 2)
        n = np.arange(1, most // 2 + 1)
        sums = [(np.cumsum(x), np.cumsum(x * x)) for x in (treated, control)]
        errors = sum((q / n - (s / n) ** 2) / n for s, q in sums)
        z = np.abs((sums[0][0] - sums[1][0]) / n / np.sqrt(np.maximum(errors, 1e-12)))[29:]
        alarms += bool(np.any(z > edges))
        peeked += bool(np.any(z > 1.96))
    assert alarms / runs <= 0.05
    assert peeked / runs > 0.25  # what the ordinary interval would do


def test_one_planned_look_keeps_its_level_and_its_interval_covers() -> None:
    g, runs = G(3), 2_000
    wrong = covered = 0
    for _ in range(runs):
        treated, control = g.exponential(2.0, 400) + 0.3, g.exponential(2.0, 200)
        arms = np.repeat([1, 0], [400, 200])
        found = estimates.difference(*reversed(estimates.samples(np.concatenate([treated, control]), arms, 2)))
        half = estimates.fixed_multiple(0.05, found.freedom) * found.error
        covered += abs(found.effect - 0.3) <= half
        wrong += abs(found.effect - 0.3) > half
    assert 0.935 <= covered / runs <= 0.965
    assert wrong / runs <= 0.065


def test_the_relative_effect_has_the_interval_of_the_delta_method_and_covers() -> None:
    g, runs, covered = G(11), 1_500, 0
    for _ in range(runs):
        arms = np.repeat([0, 1], 600)
        values = np.concatenate([g.exponential(2.0, 600), g.exponential(2.2, 600)])
        control, treated = estimates.samples(values, arms, 2)
        found = estimates.difference(treated, control)
        assert found.relative is not None and found.relative_error is not None
        covered += abs(found.relative - 0.1) <= 1.96 * found.relative_error
    assert 0.93 <= covered / runs <= 0.97


def test_a_mean_near_zero_has_no_relative_effect() -> None:
    assert estimates.difference(Sample(100, 1.0, 1.0), Sample(100, 0.1, 4.0)).relative is None


def test_what_was_known_before_takes_variance_out_and_leaves_the_effect_where_it_is() -> None:
    """The variance falls by the squared correlation and no more (Deng et al., WSDM 2013); the mean stays unbiased."""
    g, effects, gains = G(5), [], []
    for _ in range(400):
        before = g.normal(size=600)
        arms = g.integers(0, 2, 600)
        values = 0.8 * before + 0.6 * g.normal(size=600) + 0.5 * arms
        (control, treated), gain = estimates.adjusted(values, before[:, None], arms, 2)
        effects.append(treated.mean - control.mean)
        gains.append(gain)
    assert np.mean(effects) == pytest.approx(0.5, abs=4 * np.std(effects) / 20)
    assert np.mean(gains) == pytest.approx(0.64, abs=0.01)
    assert np.std(effects) == pytest.approx(2 * 0.6 / math.sqrt(600), rel=0.15)


def test_a_covariate_that_says_nothing_removes_nothing_and_gaps_count_as_the_mean() -> None:
    g = G(6)
    before = np.where(g.random(5_000) < 0.3, np.nan, g.normal(size=5_000))
    _, gain = estimates.adjusted(g.normal(size=5_000), before[:, None], g.integers(0, 2, 5_000), 2)
    assert abs(gain) < 0.005
    _, none = estimates.adjusted(g.normal(size=10), np.full((10, 1), np.nan), np.arange(10) % 2, 2)
    assert none == 0.0


def test_a_ratio_of_means_covers_with_the_delta_method() -> None:
    g, runs, covered = G(8), 800, 0
    for _ in range(runs):
        orders = g.poisson(1.5, 500).astype(float)
        sales = orders * g.gamma(4.0, 5.0, 500)
        (one,) = estimates.ratio(sales, orders, np.zeros(500, np.int64), 1)
        covered += abs(one.mean - 20.0) <= 1.96 * one.error
    assert 0.92 <= covered / runs <= 0.975


def test_a_fair_lot_fails_the_sample_ratio_one_time_in_a_thousand_and_a_crooked_one_nearly_always() -> None:
    g = G(2)
    fair = [
        estimates.sample_ratio(g.multinomial(10_000, [0.5, 0.25, 0.25]).tolist(), [2, 1, 1])[2] for _ in range(4_000)
    ]
    assert np.mean(np.array(fair) < 0.001) <= 0.003
    assert 0.04 <= np.mean(np.array(fair) < 0.05) <= 0.06
    crooked = [estimates.sample_ratio(g.multinomial(10_000, [0.53, 0.47]).tolist(), [1, 1])[2] for _ in range(200)]
    assert np.mean(np.array(crooked) < 0.001) > 0.97


def test_corrections_are_those_of_holm_and_of_benjamini_and_hochberg() -> None:
    p = [0.01, 0.04, 0.03, 0.005]
    assert corrections.holm(p) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert corrections.benjamini_hochberg(p) == pytest.approx([0.02, 0.04, 0.04, 0.02])
    assert corrections.holm([]) == []


@given(st.lists(st.floats(1e-6, 1.0), min_size=1, max_size=8))
def test_holms_decision_and_the_interval_shown_beside_it_agree(p_values: list[float]) -> None:
    adjusted, levels = corrections.holm(p_values), corrections.holm_levels(p_values, 0.05)
    for p, holm, level in zip(p_values, adjusted, levels, strict=True):
        if abs(holm - 0.05) > 1e-9:
            assert (holm <= 0.05) == (p <= level)


def test_a_plan_has_the_power_it_promises() -> None:
    g, design = G(4), Design(1.0, 1.0, 0.5, 0.5, 0.05, 0.8)
    count = power.units(design, 0.2, any_day=False)
    assert count == pytest.approx(4 * (1.959964 + 0.841621) ** 2 / 0.04, abs=1)
    half, seen = (count or 0) // 2, 0
    for _ in range(1_500):
        control, treated = (
            Sample(half, float(x.mean()), float(x.var(ddof=1))) for x in (g.normal(size=half), g.normal(0.2, 1, half))
        )
        found = estimates.difference(treated, control)
        seen += abs(found.effect) > estimates.fixed_multiple(0.05, found.freedom) * found.error
    assert 0.77 <= seen / 1_500 <= 0.83
    daily = power.units(design, 0.2, any_day=True)
    assert daily is not None and count is not None and daily > count
    assert power.smallest_effect(design, daily, any_day=True) == pytest.approx(0.2, rel=1e-3)


def test_a_lot_is_always_the_same_fair_by_weight_and_independent_of_other_experiments() -> None:
    drawn = np.array([lots.drawn("salt", person, (3, 1)) for person in range(20_000)])
    assert [lots.drawn("salt", person, (3, 1)) for person in range(50)] == drawn[:50].tolist()
    assert drawn.mean() == pytest.approx(0.25, abs=0.01)
    other = np.array([lots.drawn("other", person, (3, 1)) for person in range(20_000)])
    assert abs(np.corrcoef(drawn, other)[0, 1]) < 0.03


def test_a_number_is_cut_at_its_quartiles_and_the_rare_values_of_a_word_are_put_together() -> None:
    assert sorted(set(segments.parts(np.arange(100.0)))) == ["0 – 24.75", "24.75 – 49.5", "49.5 – 74.25", "74.25 – 99"]
    assert set(segments.parts(np.array([0.0, 1.0, np.nan]))) == {"0", "1", ""}
    words = np.array([f"w{place % 30}" for place in range(300)], dtype=object)
    assert len(set(segments.parts(words))) == 12

"""The arithmetic of findings: false alarms at the stated level, breaks that are seen, causes that sum to the change."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from choral.analytics.findings import decompose
from choral.analytics.findings.breaks import rate_break, silence
from choral.analytics.findings.false_alarms import adjusted, weights
from choral.analytics.findings.feasts import easter_sunday, feast
from choral.analytics.findings.forecast import forecast

SERIES = 1_500
AMOUNTS = st.integers(-10_000, 1_000_000)


def _noise(kind: str, steps: int) -> np.ndarray:
    dice = np.random.default_rng(7)
    shocks = dice.standard_normal((SERIES, steps))
    if kind == "autocorrelated":
        for step in range(1, steps):
            shocks[:, step] += 0.6 * shocks[:, step - 1]
    if kind == "wandering":
        return 5 + 0.03 * np.cumsum(shocks, axis=1) + 0.05 * dice.standard_normal((SERIES, steps))
    if kind == "heavy tails":
        shocks = dice.standard_t(4, (SERIES, steps))
    if kind == "counts":
        return np.sqrt(dice.poisson(20, (SERIES, steps)))
    yearly = 0.3 * np.sin(np.arange(steps) * 2 * np.pi / 52) if kind == "seasons" else 0.0
    return 5 + 0.1 * shocks + yearly


@pytest.mark.parametrize("kind", ["white", "autocorrelated", "wandering", "heavy tails", "counts", "seasons"])
@pytest.mark.parametrize("ahead", [1, 4])
def test_where_nothing_changes_alarms_come_no_oftener_than_stated(kind: str, ahead: int) -> None:
    found = forecast(_noise(kind, 110), ahead, 52)
    for level in (0.05, 0.01):
        alarms = int((found.p < level).sum())
        # 1.5 times the level is what short series cost; beyond that (and luck) it would be a broken promise.
        assert alarms <= binom.ppf(0.9999, SERIES, 1.5 * level)


def test_a_sudden_loss_of_a_third_is_seen() -> None:
    values = 100 * np.exp(0.08 * np.random.default_rng(3).standard_normal((300, 60)))
    values[:, -1] *= 0.67
    found = forecast(np.sqrt(values))
    assert (found.p < 0.01).mean() > 0.9
    assert (found.z < 0).mean() > 0.99


def test_the_stated_interval_holds_as_often_as_it_says() -> None:
    values = _noise("autocorrelated", 80)
    found = forecast(values)
    inside = np.abs(values[:, -1] - found.expected[:, -1]) <= found.half_width(0.95)
    assert 0.92 <= inside.mean() <= 0.98


def test_of_what_is_told_no_more_is_chance_than_stated() -> None:
    dice = np.random.default_rng(5)
    shares = []
    for _ in range(400):
        p = dice.random(200)
        p[:20] = dice.random(20) * 1e-4  # what is really there
        told = adjusted(p) <= 0.1
        shares.append(told[20:].sum() / max(1, told.sum()))
    assert np.mean(shares) <= 0.1 + 0.02


def test_q_values_are_those_of_benjamini_and_hochberg() -> None:
    # Worked by hand: 4 p-values; p times 4 over the rank, made to rise.
    assert adjusted(np.array([0.04, 0.01, 0.03, 0.02])).tolist() == pytest.approx([0.04, 0.04, 0.04, 0.04])
    assert adjusted(np.array([0.001, 0.9])).tolist() == pytest.approx([0.002, 0.9])
    assert adjusted(np.array([])).tolist() == []


def test_a_hundred_stores_do_not_drown_out_the_shop_as_a_whole() -> None:
    kinds = ["store"] * 100 + ["all"]
    found = weights(kinds)
    assert found.mean() == pytest.approx(1)
    assert found[:100].sum() == pytest.approx(found[100])


def test_factors_of_sales_sum_to_its_change_and_equal_the_log_mean_split_nearly() -> None:
    before, after = np.array([[100.0, 2.0, 30.0]]), np.array([[110.0, 1.9, 33.0]])
    effects = decompose.product_effects(before, after)
    change = after.prod() - before.prod()
    assert effects.sum() == pytest.approx(change, abs=1e-9)
    # LMDI (Ang 2004, Energy Policy 32:1131): logarithmic mean of the products times the log of each factor's ratio.
    mean = change / np.log(after.prod() / before.prod())
    assert effects[0] == pytest.approx(mean * np.log(after / before)[0], rel=0.01)


def test_a_factor_from_zero_gets_the_change_it_makes() -> None:
    effects = decompose.product_effects(np.array([[0.0, 5.0]]), np.array([[10.0, 5.0]]))
    assert effects.tolist() == [[50.0, 0.0]]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 500), AMOUNTS, st.integers(0, 500), AMOUNTS), min_size=1, max_size=12))
def test_volume_mix_and_rate_sum_to_the_change_to_the_cent(rows: list[tuple[int, int, int, int]]) -> None:
    table = np.array(rows, np.float64)
    effects = decompose.volume_mix_rate((table[:, 0], table[:, 1]), (table[:, 2], table[:, 3]))
    for row, effect in zip(rows, effects, strict=True):
        change = row[3] - row[1]
        parts = decompose.reconciled(effect, change)
        assert parts.sum() == change
        assert np.abs(parts - effect).max() <= 1 + 1e-6 * abs(change)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(*[st.integers(0, 500)] * 4), min_size=1, max_size=12))
def test_mix_and_rate_sum_to_the_change_of_a_share(rows: list[tuple[int, int, int, int]]) -> None:
    table = np.array(rows, np.float64)
    wholes = (table[:, 0] + table[:, 1] + 1, table[:, 2] + table[:, 3] + 1)
    effects = decompose.mix_and_rate((wholes[0], table[:, 1]), (wholes[1], table[:, 3]))
    change = table[:, 3].sum() / wholes[1].sum() - table[:, 1].sum() / wholes[0].sum()
    assert effects.sum() == pytest.approx(change, abs=1e-12)


def test_what_only_moved_between_stores_is_mix_and_what_got_dearer_is_rate() -> None:
    moved = decompose.volume_mix_rate((np.array([10.0, 10]), np.array([100.0, 200])),
                                      (np.array([5.0, 15]), np.array([50.0, 300])))  # fmt: skip
    assert moved.sum(axis=0).tolist() == pytest.approx([0, 50, 0])
    dearer = decompose.volume_mix_rate((np.array([10.0, 10]), np.array([100.0, 200])),
                                       (np.array([10.0, 10]), np.array([150.0, 200])))  # fmt: skip
    assert dearer.sum(axis=0).tolist() == pytest.approx([0, 0, 50])


def test_a_step_of_the_funnel_that_breaks_is_found_with_its_day() -> None:
    dice = np.random.default_rng(11)
    wholes = dice.poisson(200, 91).astype(float)
    parts = dice.binomial(wholes.astype(int), np.where(np.arange(91) < 84, 0.4, 0.2)).astype(float)
    found = rate_break(parts, wholes)
    assert found is not None
    assert found.p < 1e-6
    assert abs(found.at - 84) <= 1
    assert found.after < found.before


def test_a_steady_funnel_breaks_no_oftener_than_stated() -> None:
    dice = np.random.default_rng(13)
    alarms = 0
    for _ in range(400):
        wholes = dice.poisson(100, 91).astype(float)
        rate = 0.3 * np.exp(0.15 * dice.standard_normal(91))  # days differ more than chance alone
        found = rate_break(dice.binomial(wholes.astype(int), rate).astype(float), wholes)
        alarms += found is not None and found.p < 0.05
    assert alarms <= binom.ppf(0.9999, 400, 0.05)


def test_a_source_that_stops_is_noticed_and_one_that_rests_on_sundays_is_not() -> None:
    busy = np.random.default_rng(17).poisson(20, 90).astype(float)
    busy[np.arange(90) % 7 == 6] = 0
    assert silence(busy) is None
    busy[-9:] = 0
    found = silence(busy)
    assert found is not None
    assert found.p < 1e-6
    assert found.at in (81, 80)


def test_a_shop_that_was_shut_for_three_weeks_before_is_not_called_silent_after_one() -> None:
    counts = np.ones(120)
    counts[40:61] = 0
    counts[-7:] = 0
    assert silence(counts) is None


def test_easter_is_when_the_church_says() -> None:
    # Dates of Western Easter as tabulated by the US Census Bureau.
    assert [easter_sunday(year) for year in (2000, 2017, 2024, 2025, 2038)] == [
        date(2000, 4, 23), date(2017, 4, 16), date(2024, 3, 31), date(2025, 4, 20), date(2038, 4, 25),
    ]  # fmt: skip


def test_a_week_with_black_friday_is_known_as_such() -> None:
    assert feast(date(2026, 11, 23), date(2026, 11, 29)) == "black_friday"
    assert feast(date(2026, 9, 7), date(2026, 9, 13)) == ""

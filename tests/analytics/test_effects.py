"""The comparison finds what was planted, nothing elsewhere, and its intervals hold the truth as often as they say."""

from __future__ import annotations

import numpy as np
import pytest

from choral.analytics.effects import Estimate, Floats, compare, estimate


def town(seed: int, customers: int, effect: float, share: float = 0.3) -> tuple[Floats, Floats, Floats, float]:
    """Customers with a habit of spending; mailings go to those who spend more; the effect grows with the habit."""
    random = np.random.default_rng(seed)
    habit = random.gamma(2.0, 1.0, customers)
    known = np.column_stack(
        [np.sqrt(habit * random.gamma(8, 1 / 8, customers)) for _ in range(4)] + [random.normal(size=(customers, 6))]
    )
    chance = 1 / (1 + np.exp(-(1.2 * (known[:, :4].mean(axis=1) - 1.3) + np.log(share / (1 - share)))))
    reached = random.random(customers) < chance
    spent = 4_000 * habit * random.gamma(1.5, 1 / 1.5, customers) * (random.random(customers) < 0.85)
    gained = effect * 4_000 * habit / 2
    return known, reached, spent + gained * reached, float(gained[reached].mean())


def measured(seed: int, customers: int, effect: float, share: float = 0.3) -> tuple[Estimate, float]:
    known, reached, outcome, truth = town(seed, customers, effect, share)
    return estimate(known, reached, outcome, compare(known, reached)), truth


@pytest.mark.parametrize(("customers", "share", "effect"), [(2_000, 0.4, 0.0), (800, 0.15, 0.3)])
def test_the_interval_holds_the_truth_about_as_often_as_it_says(customers: int, share: float, effect: float) -> None:
    held = [
        found.low <= truth <= found.high
        for found, truth in (measured(seed, customers, effect, share) for seed in range(200))
    ]
    assert 0.905 <= np.mean(held) <= 0.99  # 95 % of 200 within three standard errors, and a little for few customers


def test_on_average_the_answer_is_right_where_the_plain_difference_is_far_off() -> None:
    errors, plain = [], []
    for seed in range(100):
        known, reached, outcome, truth = town(seed, 1_000, 0.2)
        errors.append(estimate(known, reached, outcome, compare(known, reached)).effect - truth)
        plain.append(outcome[reached].mean() - outcome[~reached].mean() - truth)
    assert np.mean(plain) > 1_000
    assert abs(np.mean(errors)) < 0.15 * np.mean(plain)


def test_a_planted_effect_is_found() -> None:
    found, truth = measured(3, 3_000, 0.5)
    assert found.low > 0 and found.low < truth < found.high


def test_weights_give_the_others_the_mean_of_those_reached() -> None:
    known, reached, _, _ = town(1, 1_500, 0.0)
    found = compare(known, reached)
    assert found.weights.sum() == pytest.approx(1.0) and (found.weights >= 0).all()
    assert np.abs(found.difference).max() > 0.3 and np.abs(found.difference_weighted).max() < 0.01
    assert 1 < found.effective < (~reached).sum()


def test_groups_that_have_nothing_in_common_are_worth_few_customers_and_stay_different() -> None:
    random = np.random.default_rng(5)
    reached = np.arange(400) < 100
    known = random.normal(size=(400, 2)) + 20.0 * reached[:, None]
    found = compare(known, reached)
    assert found.effective < 10 and np.abs(found.difference_weighted).max() > 1


def test_the_answer_does_not_depend_on_the_order_or_the_unit() -> None:
    known, reached, outcome, _ = town(2, 900, 0.2)
    one = estimate(known, reached, outcome, compare(known, reached))
    mixed = np.random.default_rng(0).permutation(len(outcome))
    two = estimate(known[mixed], reached[mixed], outcome[mixed], compare(known[mixed], reached[mixed]))
    three = estimate(known * 1000, reached, outcome / 100, compare(known * 1000, reached))
    assert two.effect == pytest.approx(one.effect, rel=1e-6, abs=1e-3) and two.high == pytest.approx(one.high, rel=1e-6)
    assert three.effect * 100 == pytest.approx(one.effect, rel=1e-4)

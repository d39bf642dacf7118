"""Markov and Shapley equal brute force on small sets of paths; the rules of thumb reconcile to the cent."""

from __future__ import annotations

from itertools import combinations, permutations

import numpy as np
import pytest

from choral.analytics.attribution import intervals, markov, rules, shapley
from choral.analytics.attribution.sequences import Paths, of_lists
from choral.core.errors import InvalidInput

Row = tuple[list[int], float, float, float]
_KINDS = 4


def _rows(seed: int, count: int = 40) -> list[Row]:
    drawn = np.random.default_rng(seed)
    rows = []
    for _row in range(count):
        codes = [int(code) for code in drawn.integers(0, _KINDS, drawn.integers(1, 7))]
        won = float(drawn.integers(0, 3))
        rows.append((codes, won, won * float(drawn.integers(1, 9_999)), float(drawn.integers(0, 4))))
    return rows


def _absorbed(rows: list[Row], order: int, without: int | None, value: bool) -> float:
    """What the start leads to, by a dense linear solve over named states: nothing is shared with the code."""
    steps: dict[tuple[object, object], float] = {}
    worth: dict[object, float] = {}
    for codes, won, amount, lost in rows:
        before: object = "start"
        for place in range(len(codes)):
            state = tuple(codes[max(0, place - order + 1) : place + 1])
            steps[before, state] = steps.get((before, state), 0.0) + won + lost
            before = state
        steps[before, "order"] = steps.get((before, "order"), 0.0) + won
        steps[before, "none"] = steps.get((before, "none"), 0.0) + lost
        worth[before] = worth.get(before, 0.0) + amount
    inner = sorted({one for pair in steps for one in pair} - {"order", "none"}, key=str)
    out = {state: sum(times for (source, _to), times in steps.items() if source == state) for state in inner}
    alive = [s for s in inner if s == "start" or without is None or without not in s]  # type: ignore[operator]
    number = {state: at for at, state in enumerate(alive)}
    system, given = np.eye(len(alive)), np.zeros(len(alive))
    for (source, target), times in steps.items():
        if source not in number or not out[source]:
            continue
        if target in number:
            system[number[source], number[target]] -= times / out[source]
        elif target == "order" and not value:
            given[number[source]] += times / out[source]
    if value:
        for state, amount in worth.items():
            if state in number and out[state]:
                given[number[state]] += amount / out[state]
    return float(np.linalg.solve(system, given)[number["start"]])


@pytest.mark.parametrize("order", [1, 2, 3, 4])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_removal_effects_equal_a_linear_solve_with_the_channel_taken_out(order: int, seed: int) -> None:
    rows = _rows(seed)
    found = markov.removal(markov.steps(of_lists(rows), _KINDS, order))
    for value, effects in ((False, found.orders), (True, found.value)):
        base = _absorbed(rows, order, None, value)
        lost = [1 - _absorbed(rows, order, code, value) / base for code in range(_KINDS)]
        np.testing.assert_allclose(effects, lost, atol=1e-11)
    won, lost_ = sum(row[1] for row in rows), sum(row[3] for row in rows)
    assert found.rate == pytest.approx(won / (won + lost_), abs=1e-12)  # conservation of flow


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_neither_row_order_nor_shards_nor_adding_equal_paths_up_move_a_credit(order: int) -> None:
    rows = _rows(7, 60)
    whole = markov.removal(markov.steps(of_lists(rows), _KINDS, order))
    shuffled = [rows[at] for at in np.random.default_rng(1).permutation(len(rows))]
    shards = markov.merged([markov.steps(of_lists(shuffled[at::3]), _KINDS, order) for at in range(3)])
    together: dict[tuple[int, ...], list[float]] = {}
    for codes, *counts in rows:
        kept = together.setdefault(tuple(codes), [0.0, 0.0, 0.0])
        kept[:] = [one + other for one, other in zip(kept, counts, strict=True)]
    added = markov.steps(of_lists([(list(key), *sums) for key, sums in together.items()]), _KINDS, order)  # type: ignore[misc]
    for other in (markov.removal(shards), markov.removal(added)):
        np.testing.assert_allclose(other.orders, whole.orders, atol=1e-9)
        np.testing.assert_allclose(other.value, whole.value, atol=1e-9)


@pytest.mark.parametrize("order", [1, 2, 3])
def test_random_walks_come_to_the_exact_effects(order: int) -> None:
    counted = markov.steps(of_lists(_rows(5)), _KINDS, order)
    exact, walked = markov.removal(counted), markov.simulated(counted, 60_000, seed=3)
    np.testing.assert_allclose(walked.orders, exact.orders, atol=0.015)
    np.testing.assert_allclose(walked.value, exact.value, atol=0.03)
    assert np.array_equal(walked.orders, markov.simulated(counted, 60_000, seed=3).orders)


def _sold(rows: list[Row], coalition: int) -> float:
    return sum(won for codes, won, _amount, _lost in rows if all(coalition >> code & 1 for code in codes))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_shapley_set_form_equals_all_orders_of_joining(seed: int) -> None:
    rows = _rows(seed)
    by_hand = np.zeros(_KINDS)
    orders = list(permutations(range(_KINDS)))
    for joining in orders:
        coalition = 0
        for player in joining:
            by_hand[player] += _sold(rows, coalition | 1 << player) - _sold(rows, coalition)
            coalition |= 1 << player
    by_hand /= len(orders)
    won = of_lists(rows).converting
    credit, _value = rules.credited(won, rules.shapley(won, rules.Settings()), _KINDS)
    np.testing.assert_allclose(credit, by_hand, atol=1e-9)
    np.testing.assert_allclose(shapley.exact(lambda one: _sold(rows, one), _KINDS).values, by_hand, atol=1e-9)
    np.testing.assert_allclose(shapley.by_place(won, _KINDS).sum(axis=1), by_hand, atol=1e-9)


def test_shapley_by_permutations_holds_the_exact_values_within_its_bound() -> None:
    paths = of_lists(_rows(11, 80))
    game = shapley.rate_game(paths, _KINDS)
    exact = shapley.values(game, _KINDS)
    drawn = [shapley.sampled(game, _KINDS, 400, seed) for seed in range(40)]
    inside = np.mean([np.abs(one.values - exact.values) <= one.error for one in drawn])
    assert 0.88 <= inside <= 1.0
    assert exact.values.sum() == pytest.approx(game((1 << _KINDS) - 1))


def test_more_than_sixteen_channels_are_valued_by_permutations_with_an_error() -> None:
    weights = np.arange(1.0, 21.0)
    found = shapley.values(lambda one: float(sum(weights[at] for at in range(20) if one >> at & 1)) ** 3, 20, 300)
    assert found.permutations == 300 and (found.error > 0).all()
    assert found.values.sum() == pytest.approx(weights.sum() ** 3)
    with pytest.raises(InvalidInput, match="coalitions"):
        shapley.exact(lambda one: 0.0, 17)


@pytest.mark.parametrize("rule", sorted(rules.RULES))
@pytest.mark.parametrize("sign", [1, -1])
def test_every_rule_shares_each_order_out_to_the_cent(rule: str, sign: int) -> None:
    paths = _aged(of_lists(_rows(3, 200)).converting)
    weights = rules.RULES[rule](paths, rules.Settings(direct=(0, 2)))
    amounts = (sign * paths.value).astype(np.int64)
    cents = rules.shared_out(weights, paths.starts, amounts)
    assert np.array_equal(np.add.reduceat(cents, paths.starts[:-1]), amounts)
    assert np.abs(cents - weights * amounts[paths.path]).max() < 1
    np.testing.assert_allclose(np.add.reduceat(weights, paths.starts[:-1]), 1.0)


def test_the_rules_give_what_their_names_say() -> None:
    paths = Paths(
        np.array([0, 1, 2, 1], np.int32), np.array([0, 4]), np.ones(1), np.array([100.0]), np.zeros(1),
        np.array([336.0, 168.0, 24.0, 0.0]), np.zeros(1, np.int64),
    )  # fmt: skip
    settings = rules.Settings(half_life=168.0, direct=(1,))
    expected = {
        "first": [1, 0, 0, 0], "last": [0, 0, 0, 1], "last_non_direct": [0, 0, 1, 0], "linear": [0.25] * 4,
        "position": [0.4, 0.1, 0.1, 0.4], "decay": np.array([1, 2, 4, 8]) / 15,
        "time_decay": np.array([0.25, 0.5, 2 ** (-1 / 7), 1]) / (1.75 + 2 ** (-1 / 7)),
        "shapley": [1 / 3, 1 / 6, 1 / 3, 1 / 6],
    }  # fmt: skip
    for name, weights in expected.items():
        np.testing.assert_allclose(rules.RULES[name](paths, settings), weights, err_msg=name)
    np.testing.assert_allclose(rules.by_removal(paths, np.array([0.5, 0.2, 0.1])), [0.5, 0.2, 0.1, 0.2])


def test_intervals_of_a_share_cover_as_often_as_they_say() -> None:
    drawn, held = np.random.default_rng(8), 0
    for _town in range(120):
        customers = drawn.integers(0, 2**62, 1_500)
        code = (drawn.random(1_500) < 0.3).astype(np.int64)
        lots = np.zeros((2, intervals.LOTS))
        np.add.at(lots, (code, intervals.lot_of(customers, intervals.LOTS)), drawn.exponential(50.0, 1_500))
        low, high = intervals.of_shares(lots, 1.0)
        held += low[1] <= 0.3 <= high[1]
    assert 105 <= held <= 120  # 95 % of 120 is 114; three standard deviations are 7


def test_lots_are_drawn_once_on_average_and_the_same_everywhere() -> None:
    drawn = intervals.draws(256, 200)
    assert drawn.mean() == pytest.approx(1.0, abs=0.02) and drawn.var() == pytest.approx(1.0, abs=0.03)
    assert np.array_equal(drawn, intervals.draws(256, 200))
    assert max(abs(np.corrcoef(drawn[:, a], drawn[:, b])[0, 1]) for a, b in combinations(range(8), 2)) < 0.25


def _aged(paths: Paths) -> Paths:
    age = np.random.default_rng(1).random(len(paths.codes)) * 500
    return Paths(paths.codes, paths.starts, paths.conversions, paths.value, paths.nulls, age, paths.lot)

"""The causal model: hazards integrate to what is drawn, times lie where they may, force fades."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.arrays import DAY
from simulator.life.effects import Effects, caused_orders, expected_orders


def one_touch(start: int, weight: float, decay_days: float, copies: int = 1) -> Effects:
    number = np.zeros(copies, np.int64)
    decay = np.full(copies, decay_days * DAY)
    return Effects(number, number, number, np.arange(copies), number + start, np.full(copies, weight), decay)


@given(start=st.integers(0, 3 * DAY), weight=st.floats(0, 5), decay=st.floats(0.2, 10))
def test_the_days_of_a_touch_add_up_to_its_whole_effect(start: int, weight: float, decay: float) -> None:
    touch = one_touch(start, weight, decay)
    days = [expected_orders(touch, day * DAY, (day + 1) * DAY)[0] for day in range(200)]
    assert sum(days) == pytest.approx(weight * decay, rel=1e-6, abs=1e-9)


@given(start=st.integers(0, DAY - 1), seed=st.integers(0, 1000))
def test_orders_come_after_their_touch_and_within_the_day(start: int, seed: int) -> None:
    rows, at = caused_orders(one_touch(start, 2.0, 1.5, copies=20), 0, DAY, np.random.default_rng(seed))
    assert len(rows) == len(at)
    assert ((at >= start) & (at < DAY)).all()


def test_many_draws_meet_the_expectation_and_fade() -> None:
    touches = one_touch(0, 0.5, 0.5, copies=40_000)
    rows, at = caused_orders(touches, 0, DAY, np.random.default_rng(1))
    expected = expected_orders(touches, 0, DAY).sum()
    assert len(rows) == pytest.approx(expected, abs=4 * expected**0.5)
    early, late = (at < DAY // 2).sum(), (at >= DAY // 2).sum()
    assert early / late == pytest.approx(np.e, rel=0.06)

"""Another way of choosing is judged from a log: the truth lies in the interval, thin evidence is called thin."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet
import pytest

from choral.analytics.uplift.policies import Logged, judged
from choral.core.errors import InvalidInput

BANDIT = Path(__file__).resolve().parents[3] / "shared" / "data" / "open_bandit"


def _log(seed: int, decisions: int = 4_000) -> tuple[Logged, float]:
    random = np.random.default_rng(seed)
    rates, new = np.array([0.05, 0.1, 0.3]), np.array([0.1, 0.2, 0.7])
    old = np.array([0.5, 0.3, 0.2])
    action = random.choice(3, decisions, p=old)
    reward = (random.random(decisions) < rates[action]).astype(float)
    chances = np.tile(new, (decisions, 1))
    return Logged(reward, old[action], new[action], action, chances), float(rates @ new)


def test_each_method_holds_the_truth_as_often_as_it_says() -> None:
    inside = {"ips": 0, "snips": 0, "dr": 0}
    for seed in range(60):
        log, truth = _log(seed, 500)
        for one in judged(log).estimates:
            inside[one.method] += one.low <= truth <= one.high
    assert all(52 <= times <= 60 for times in inside.values()), inside


def test_the_doubly_robust_estimate_is_closer_than_weights_alone_and_all_agree_with_a_long_log() -> None:
    log, truth = _log(1, 40_000)
    found = {one.method: one for one in judged(log).estimates}
    assert all(abs(one.value - truth) < 0.01 for one in found.values())
    assert found["dr"].high - found["dr"].low <= found["ips"].high - found["ips"].low


def test_weights_that_are_worth_few_decisions_are_called_not_enough_and_are_cut() -> None:
    reward, propensity = np.zeros(1_000), np.full(1_000, 0.5)
    propensity[0] = 1e-6
    found = judged(Logged(reward, propensity, np.full(1_000, 0.01) + (propensity < 0.1) * 0.9))
    assert not found.enough and found.clipped == pytest.approx(0.001) and found.effective < 100


def test_a_log_without_chances_is_refused() -> None:
    with pytest.raises(InvalidInput, match="chance"):
        judged(Logged(np.ones(3), np.array([0.5, 0.0, 0.5]), np.ones(3)))


@pytest.mark.skipif(not BANDIT.is_dir(), reason="the Open Bandit sample lies in ../shared, which is not here")
@pytest.mark.parametrize("side", ["men", "women"])
def test_what_thompson_sampling_brought_lies_in_the_interval_told_from_the_random_log(side: str) -> None:
    """Open Bandit Dataset (Saito et al. 2021), 10,000 decisions each, with the click rates of reference.json."""
    random = pyarrow.parquet.read_table(BANDIT / f"random_{side}.parquet")
    bts = pyarrow.parquet.read_table(BANDIT / f"bts_{side}.parquet")
    items = 34 if side == "men" else 46
    shares = np.zeros((3, items))
    np.add.at(shares, (bts["position"].to_numpy() - 1, bts["item_id"].to_numpy()), 1.0)
    shares /= shares.sum(axis=1, keepdims=True)
    place, action = random["position"].to_numpy() - 1, random["item_id"].to_numpy().astype(np.int64)
    log = Logged(
        random["click"].to_numpy().astype(float), random["propensity_score"].to_numpy(), shares[place, action], action,
        shares[place],
    )  # fmt: skip
    found = judged(log)
    truth = float(bts["click"].to_numpy().mean())
    known = json.loads((BANDIT.parent / "reference" / "reference.json").read_text())
    assert truth == pytest.approx(known["open_bandit_small"]["ctr"][f"bts_{side}"], abs=1e-9)
    assert found.enough
    for one in found.estimates:
        assert one.low <= truth <= one.high, (one, truth)

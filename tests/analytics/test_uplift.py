"""Who responds: quiet where nobody responds otherwise, clear where some do, by the definitions of the field."""

from __future__ import annotations

import numpy as np
import pyarrow
import pytest

from choral import Shop
from choral.analytics.experiments.door import Mapping
from choral.analytics.uplift import curves, heterogeneity
from choral.analytics.uplift.features import features
from choral.analytics.uplift.heterogeneity import Data
from choral.books import SYSTEM
from choral.core.errors import InvalidInput


def _drawn(seed: int, units: int, effect_of_a: float, effect_of_b: float) -> tuple[Data, np.ndarray]:
    random = np.random.default_rng(seed)
    group = np.where(random.random(units) < 0.3, "a", "b").astype(object)
    age = random.normal(40, 12, units)
    treated = random.random(units) < 0.5
    effect = np.where(group == "a", effect_of_a, effect_of_b)
    outcome = 10 + 0.1 * age + random.normal(0, 4, units) + treated * effect
    return Data(features({"group": group, "age": age}), outcome, treated), group


def test_where_all_respond_alike_it_is_seldom_said_that_some_respond_more() -> None:
    said = [
        heterogeneity.repeated(_drawn(seed, 600, 1.0, 1.0)[0], halves=8)[0] <= heterogeneity.LEVEL for seed in range(60)
    ]
    assert np.mean(said) <= 0.08


def test_those_who_respond_are_found_and_ranked_first_with_the_effect_they_really_have() -> None:
    data, group = _drawn(3, 4_000, 3.0, -0.5)
    p, learners = heterogeneity.repeated(data, halves=10)
    assert p < 0.01
    assert all(one.qini > 0 for one in learners)
    score = heterogeneity.crossed(data)
    assert score[group == "a"].mean() > 2.0 and score[group == "b"].mean() < 0.5
    first, *_, last = heterogeneity.fifths(data, score)
    assert first.low <= 3.0 <= first.high
    assert last.low <= -0.5 <= last.high
    clearest = heterogeneity.responders(data)[0]
    assert (clearest.attribute, clearest.p < 0.001) == ("group", True)


def test_qini_and_uplift_curves_are_those_of_their_definitions_counted_one_by_one() -> None:
    random = np.random.default_rng(5)
    outcome, score = random.integers(0, 2, 60).astype(float), np.round(random.random(60), 1)
    treated = random.random(60) < 0.5
    found = curves.qini_curve(outcome, score, treated)
    for taken, gained in zip(found.taken[1:], found.gained[1:], strict=True):
        best = np.argsort(-score, kind="mergesort")[: int(taken)]
        ones, others = best[treated[best]], best[~treated[best]]
        ratio = len(ones) / len(others) if len(others) else 0.0
        assert gained == pytest.approx(outcome[ones].sum() - outcome[others].sum() * ratio)
    perfect = outcome * treated - outcome * ~treated
    assert curves.qini_coefficient(outcome, perfect, treated) == pytest.approx(1.0)
    half = np.argsort(-score, kind="mergesort")[:30]
    by_hand = outcome[half][treated[half]].mean() - outcome[half][~treated[half]].mean()
    assert curves.uplift_at(outcome, score, treated, 0.5) == pytest.approx(by_hand)


def test_an_imported_test_says_who_responds_and_what_cannot_be_made_an_audience(shop: Shop) -> None:
    data, group = _drawn(9, 3_000, 4.0, -1.0)
    table = pyarrow.table({
        "unit": [f"u{number}" for number in range(3_000)], "arm": np.where(data.treated, "mail", "none"),
        "group": group.astype(str), "spend": data.outcome,
    })  # fmt: skip
    key, refused = shop.analytics.experiments.take(
        SYSTEM,
        "Mail",
        table,
        Mapping(unit="unit", arm="arm", outcomes=("spend",), attributes=("group",), control="none"),
    )
    assert not refused
    found = shop.analytics.uplift.of_experiment(key)
    assert (found.verdict, found.advice) == ("found", "best")
    assert found.share in (0.2, 0.4)
    assert found.responders[0].level in ("a", "b")
    with pytest.raises(InvalidInput, match="not customers"):
        shop.analytics.uplift.best(key)
    with pytest.raises(InvalidInput, match="no arm"):
        shop.analytics.uplift.of_experiment(key, arm="letter")

"""Every campaign says whether its figure is a cause or only goes along with it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from choral.analytics.causality import marked
from choral.analytics.experiments.values import MeasuredEffect
from choral.analytics.values import CampaignRow, Effect, Verdict

EFFECT = Effect(120, 40, 200, 12_000, 4_000, 20_000, 900, 0.13)


def row(code: str, effect: Effect | None) -> CampaignRow:
    day = date(2026, 3, 1)
    return CampaignRow("spring", "Spring", "mail", "direct_mail", day, day, 100, 0, 0, effect, Verdict(code))


def lots(causal: bool = True, **other: Any) -> MeasuredEffect:
    said: dict[str, Any] = {
        "experiment": "spring-test", "name": "Spring test", "outcome": "sales", "unit": "money", "arm": "mail",
        "channel": "direct_mail", "campaign_id": "spring", "starts": None, "ends": None, "window_days": 28,
        "treated": 900, "control": 880, "effect": 85.0, "error": 30.0, "low": 5.0, "high": 165.0, "relative": 0.1,
        "total": 76_500.0, "total_low": 4_500.0, "total_high": 148_500.0, "decision": "more", "causal": causal,
    }  # fmt: skip
    return MeasuredEffect(**said | other)


@pytest.mark.parametrize(
    ("code", "effect", "causality"),
    [("brought", EFFECT, "comparison"), ("no_effect_shown", EFFECT, "comparison"),
     ("not_comparable", EFFECT, "none"), ("too_few", None, "none"), ("not_started", None, "none")],
)  # fmt: skip
def test_without_lots_a_figure_is_a_comparison_at_best(code: str, effect: Effect | None, causality: str) -> None:
    found = marked(row(code, effect), {})
    assert (found.causality, found.tests) == (causality, ())


def test_a_randomised_test_of_the_campaign_makes_it_causal_and_gives_its_own_figure() -> None:
    found = marked(row("not_comparable", None), {"spring": [lots()], "other": [lots(experiment="x")]})
    assert found.causality == "randomised"
    assert [(one.experiment, one.effect, one.low, one.high) for one in found.tests] == [("spring-test", 85, 5, 165)]


def test_a_test_whose_sample_ratio_is_wrong_proves_nothing() -> None:
    found = marked(row("brought", EFFECT), {"spring": [lots(causal=False)]})
    assert found.causality == "comparison"
    assert not found.tests[0].causal

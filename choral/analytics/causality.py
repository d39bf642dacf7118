"""What a campaign's figure is evidence of: lots that were drawn, a comparison of customers alike, or nothing. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from choral.analytics.experiments.values import MeasuredEffect
from choral.analytics.values import CampaignRow, CampaignTest

_COMPARED = ("brought", "cost", "no_effect_shown")


def marked(row: CampaignRow, measured: Mapping[str, Sequence[MeasuredEffect]]) -> CampaignRow:
    """The row with its causality, and the randomised tests of it where there are any."""
    tests = tuple(_test(one) for one in measured.get(row.id, ()))
    if any(one.causal for one in tests):
        return replace(row, causality="randomised", tests=tests)
    compared = row.effect is not None and row.verdict.code in _COMPARED
    return replace(row, causality="comparison" if compared else "none", tests=tests)


def _test(one: MeasuredEffect) -> CampaignTest:
    return CampaignTest(
        one.experiment, one.name, one.outcome, one.unit, one.arm, one.treated, one.control, one.effect, one.low,
        one.high, one.causal,
    )  # fmt: skip

"""Whether a campaign was worth its money: its measured effect times the margin, less what it cost."""

from __future__ import annotations

from collections.abc import Sequence

from choral.analytics.mix.spend import SpendTable
from choral.analytics.mix.values import CampaignReturn, Interval
from choral.analytics.reading import Reading
from choral.analytics.values import CampaignRow

_COSTS = "SELECT campaign_id, sum(cost)::BIGINT AS cost FROM touches WHERE cost IS NOT NULL GROUP BY 1"
_IN_ALL = "SELECT campaign_id, sum(cost)::BIGINT AS cost FROM partials WHERE campaign_id IS NOT NULL GROUP BY 1"
_SAFE = ("brought", "cost", "no_effect_shown")


def returns(
    table: SpendTable, reading: Reading, currency: str, rate: float | None, campaigns: Sequence[CampaignRow]
) -> tuple[CampaignReturn, ...]:
    """For each campaign that cost something and whose effect can be told, with customers who could not be measured
    taken to be like those who could. Costs of lines win over those of events."""
    cost_of_each = costs(table, reading, currency, [one.id for one in campaigns])
    found = []
    for one in campaigns:
        cost = cost_of_each.get(one.id)
        if cost is None or one.effect is None or one.verdict.code not in _SAFE:
            continue
        kept = rate if rate is not None else 1.0
        each = (one.effect.low, one.effect.per_customer, one.effect.high)
        gain = Interval(*(kept * one.reached * value for value in each))
        profit = Interval(gain.low - cost, gain.middle - cost, gain.high - cost)
        found.append(CampaignReturn(one.id, cost, gain, profit, rate, currency, _verdict(profit, rate)))
    return tuple(found)


def costs(table: SpendTable, reading: Reading, currency: str, campaigns: Sequence[str]) -> dict[str, int]:
    """What each of these campaigns cost, in minor units; those of which nobody said are left out."""
    told: dict[str, int] = reading.remembered(
        f"campaign costs 1 {reading.source.marts.version.name}",
        lambda: {row["campaign_id"]: row["cost"] for row in reading.rows(_COSTS, _IN_ALL)},
    )
    found = {one: table.campaign(one, currency) for one in campaigns}
    found |= {one: told.get(one) for one, cost in found.items() if cost is None}
    return {one: cost for one, cost in found.items() if cost is not None}


def _verdict(profit: Interval, rate: float | None) -> str:
    """worth, not_worth, unsure; without a margin what is sold cannot say that it was worth it, only that it was not."""
    if profit.high < 0:
        return "not_worth"
    return "worth" if profit.low > 0 and rate is not None else "unsure"

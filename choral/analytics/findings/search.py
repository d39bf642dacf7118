"""The looking itself: everything that is watched, what of it may be told, and in which order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import numpy as np
from scipy.special import ndtr

from choral.analytics import campaigns
from choral.analytics.findings import candidates, funnels, series, slipping, stopped
from choral.analytics.findings.false_alarms import adjusted, weights
from choral.analytics.findings.folding import folded
from choral.analytics.findings.keys import key
from choral.analytics.findings.series import Axis, Block
from choral.analytics.findings.values import Finding, FindingList, Place
from choral.analytics.reading import Reading
from choral.analytics.values import CampaignRow

FALSE_SHARE = 0.05
_RECENT = timedelta(days=35)  # since a campaign ended, to be news
_MOST = 60
_MEASURED = ("brought", "cost", "no_effect_shown")
_Z = 1.959964


def search(lake: str, reading: Reading) -> FindingList:
    """All findings of these marts, worth most first."""
    over = series.axis(reading)
    if over is None:
        return FindingList(reading.as_of.currency, None, 0, 0, FALSE_SHARE, ())
    blocks = [*series.blocks(reading, over), slipping.block(reading, over)]
    looked = candidates.look(blocks, over)
    worth = _worth(blocks)
    broken, steps = funnels.breaks(reading, over, worth)
    silent, sources = stopped.sources(lake, reading, over, worth.get("", 0.0))
    shut, places = stopped.places(next(one for one in blocks if one.metric == "orders"), over)
    gone, products = stopped.products(reading, over)
    ended = _campaigns(reading, over)
    tests = _tests(
        looked.rows,
        {"funnel": (broken, steps), "silent": (silent, sources), "place": (shut, places), "product": (gone, products),
         "campaign": (ended, len(ended))},
    )  # fmt: skip
    told = [one for one in tests if one.q is not None and one.q <= FALSE_SHARE]
    rows = [*folded(told), *_slipping(reading, over)]
    ranked = sorted((_named(reading, rows)), key=rank)[:_MOST]
    count = len(looked.rows) + steps + sources + places + products + len(ended)
    return FindingList(reading.as_of.currency, over.until, count, looked.left_out, FALSE_SHARE, tuple(ranked))


def rank(one: Finding) -> tuple[int, bool, int, str]:
    """Where a finding stands: what changed, then what is worth doing, then what may be a feast; by money, unknown
    last."""
    group = 2 if one.certainty == "unsure" else 1 if one.kind in ("campaign", "slipping_away") else 0
    open_ = one.money is None or (one.money_low or 0) < 0 < (one.money_high or 0)  # not even the sign is known
    return group, open_, -abs(one.money or 0), one.key


def _tests(looked: Sequence[Finding], more: dict[str, tuple[list[Finding], int]]) -> list[Finding]:
    """All that was tested, with its q-value; what was looked at without a sign of anything counts among them."""
    tested: list[tuple[Finding | None, str]] = [(one, one.place.by) for one in looked]
    for kind, (rows, count) in more.items():
        tested += [(one, kind) for one in rows] + [(None, kind)] * (count - len(rows))
    p = np.array([1.0 if one is None or one.p is None else one.p for one, _ in tested])
    q = adjusted(p, weights([kind for _, kind in tested])).tolist()
    return [replace(one, q=share) for (one, _), share in zip(tested, q, strict=True) if one is not None]


def _worth(blocks: Sequence[Block]) -> dict[str, float]:
    """An average order of each channel, and of all under ""."""
    found: dict[str, float] = {}
    for block in blocks:
        if block.metric == "orders" and block.worth is not None:
            for (by, one), each in zip(block.slices, block.worth.tolist(), strict=True):
                if by in ("all", "channel"):
                    found["" if by == "all" else one] = each
    return found


def _campaigns(reading: Reading, over: Axis) -> list[Finding]:
    """Campaigns that have ended lately and could be measured, each a test among the others."""
    return [
        _campaign(row)
        for row in campaigns.campaigns(reading)
        if row.effect is not None and row.verdict.code in _MEASURED
        and row.ends and over.until - _RECENT <= row.ends <= over.until
    ]  # fmt: skip


def _campaign(row: CampaignRow) -> Finding:
    effect = row.effect
    assert effect is not None and row.starts is not None and row.ends is not None  # chosen so
    times = effect.total / effect.per_customer if effect.per_customer else 0.0
    low, high = round(effect.low * times), round(effect.high * times)
    error = (effect.high - effect.low) / (2 * _Z)
    p = float(2 * ndtr(-abs(effect.per_customer) / error)) if error > 0 else 1.0
    return Finding(
        key("campaign", row.id), "campaign", "sales", Place("campaign", row.id, row.name), "since", row.starts,
        row.ends, "money", effect.total, 0.0, None, None, effect.total, low, high, p, None,
        "correlation", event=row.verdict.code,
    )  # fmt: skip


def _slipping(reading: Reading, over: Axis) -> list[Finding]:
    """Customers who have just become silent for long, while something can still be done."""
    lately = slipping.lately(reading, over)
    if not lately.customers:
        return []
    since = over.until - timedelta(days=slipping.LATELY - 1)
    return [
        Finding(
            key("slipping_away"), "slipping_away", "slipping", Place(), "since", since, over.until, "count",
            float(lately.customers), None, None, None, -lately.at_risk, None, None, None, None, "sure",
        )
    ]  # fmt: skip


def _named(reading: Reading, rows: Sequence[Finding]) -> list[Finding]:
    """With the stores' names."""
    said = reading.whole("SELECT store_id, any_value(name) AS name FROM stores WHERE name IS NOT NULL GROUP BY 1")
    names = {row["store_id"]: row["name"] for row in said}

    def place(one: Place) -> Place:
        return replace(one, name=names.get(one.key, "")) if one.by == "store" else one

    return [
        replace(one, place=place(one.place), also=tuple(replace(more, place=place(more.place)) for more in one.also))
        for one in rows
    ]

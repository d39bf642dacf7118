"""The next best offer: which of the coupons that run is worth most to this customer, by what they are likely to buy.

Expected value = Σ over the products a coupon is good for of (probability of buying it within four weeks × its usual
price × its margin, where one is known). It says what will be spent on these products, not what the coupon adds: for
that a held-out group is needed (docs/decisions/0003-campaign-effects.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import duckdb
import numpy as np
import numpy.typing as npt

from choral.customers.profiles.rules import Moment
from choral.customers.purchases.door import Products, Shelf
from choral.customers.recommend.rules import Rules
from choral.customers.recommend.values import Offer
from choral.events.lake.datasets import Datasets

_SHOWN_PRODUCTS = 3
_REDEEMED = "Coupon Redeemed"
_RUNNING = """
    SELECT c.coupon_id, c.campaign_id, coalesce(a.name, c.campaign_id) AS name, coalesce(a.channel, '') AS channel,
           CAST(a.ends AS VARCHAR) AS ends, list(DISTINCT c.product_id ORDER BY c.product_id) AS products
    FROM {coupons} AS c JOIN {campaigns} AS a USING (campaign_id)
    WHERE $today BETWEEN a.starts AND a.ends GROUP BY ALL ORDER BY c.coupon_id, c.campaign_id"""


@dataclass(frozen=True)
class Coupon:
    """One coupon of one campaign."""

    coupon_id: str
    campaign_id: str
    campaign: str
    channel: str
    ends: str


@dataclass(frozen=True)
class Running:
    """The coupons that run on a day, with the products each is good for: `codes[start[i] : start[i + 1]]`."""

    key: tuple[object, ...]
    coupons: tuple[Coupon, ...]
    codes: npt.NDArray[np.int64]
    start: npt.NDArray[np.int64]


def key(shelf: Shelf, today: date) -> tuple[object, ...]:
    """What the running coupons depend on; the version of the purchases names those of the datasets too."""
    return shelf.manifest.folder.name, today


def running(lake: str, shelf: Shelf, today: date, named: tuple[object, ...]) -> Running:
    """Read the coupons that run today (in the shop's own days) from the datasets."""
    datasets = Datasets(lake)
    query = _RUNNING.format(coupons=datasets.scan("coupons"), campaigns=datasets.scan("campaigns"))
    with duckdb.connect() as database:
        rows = database.execute(query, {"today": today}).fetchall()
    known = shelf.products.codes(sorted({one for row in rows for one in row[5]}))
    lists = [[known[one] for one in row[5] if one in known] for row in rows]
    start = np.concatenate([[0], np.cumsum([len(one) for one in lists])]).astype(np.int64)
    codes = np.array([code for one in lists for code in one], np.int64)
    return Running(named, tuple(Coupon(*row[:5]) for row in rows), codes, start)


def ranked(
    now: Running, products: Products, chance: npt.NDArray[np.float64], rules: Rules, seen: Sequence[Moment], count: int
) -> tuple[Offer, ...]:
    """The best `count` offers; coupons this person has redeemed already are left out."""
    if not now.coupons:
        return ()
    worth = _worth(now, products, chance, rules)
    starts = now.start[:-1]
    empty = now.start[1:] == starts
    padded = np.append(worth, 0.0)
    expected = np.where(empty, 0.0, np.add.reduceat(padded, starts))
    none = np.append(np.log1p(-np.minimum(chance[now.codes], 0.999_999)), 0.0)
    any_of_them = np.where(empty, 0.0, 1.0 - np.exp(np.add.reduceat(none, starts)))
    received = {one.campaign for one in seen if one.campaign}
    redeemed = {(one.label, one.campaign) for one in seen if one.name == _REDEEMED}
    found: list[Offer] = []
    for place in np.lexsort((np.arange(len(starts)), -expected)):
        coupon = now.coupons[place]
        if (coupon.coupon_id, coupon.campaign_id) in redeemed or len(found) == count:
            continue
        best = now.codes[now.start[place] : now.start[place + 1]]
        top = best[np.argsort(-chance[best], kind="stable")[:_SHOWN_PRODUCTS]]
        names = tuple(dict.fromkeys(products.text(products.names, code) for code in top))
        found.append(
            Offer(
                coupon.coupon_id, coupon.campaign_id, coupon.campaign, coupon.channel, coupon.ends,
                coupon.campaign_id in received, round(float(expected[place])), float(any_of_them[place]), names,
            )
        )  # fmt: skip
    return tuple(found)


def _worth(now: Running, products: Products, chance: npt.NDArray[np.float64], rules: Rules) -> npt.NDArray[np.float64]:
    worth = chance[now.codes] * np.maximum(products.price[now.codes], 0)
    if rules.margins:
        departments = products.departments.take(now.codes).to_pylist()
        worth = worth * np.array([rules.margins.get(one, 1.0) for one in departments])
    return worth

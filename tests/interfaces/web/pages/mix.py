"""The pages of media spend and of the budget."""

from __future__ import annotations

from datetime import date, timedelta
from math import sin

import pyarrow

from choral import Shop
from choral.core.clock import DAY
from choral.events.lake.datasets import Datasets, definition
from tests.interfaces.web.pages.page import Page
from tests.interfaces.web.pages.shop_life import START, settle

PAGES = [
    Page("media", "/measure/media", "analytics.view"),
    Page("budget", "/measure/budget?keep=50&weeks=26", "analytics.view"),
]
WEEKS = 40


def fill(shop: Shop) -> None:
    """Forty weeks of receipts before the first customers are known, and what radio and posters cost in them."""
    till = shop.events.create_source("Old till", "store", source_id="till-old")
    receipts = []
    for week in range(WEEKS):
        total = 40_000 + 9_000 * _radio(week) // 10_000 + 400 * sin(7 * week)
        receipts.append(
            {
                "name": "Order Completed", "id": f"old-{week}", "at": START - (week * 7 + 3) * DAY,
                "properties": {"order_id": f"old-{week}", "total": round(total / 100, 2), "currency": "EUR",
                               "store_id": "1"},
            }
        )  # fmt: skip
    shop.events.accept(till, receipts)
    Datasets(shop.home.lake).put("spend", pyarrow.Table.from_pylist(_lines(), definition("spend").schema).to_reader())
    settle(shop)


def _radio(week: int) -> int:
    return (week * 37 % 11) * 1_000 if week % 3 else 0


def _lines() -> list[dict[str, object]]:
    first = date(2025, 11, 24)
    found: list[dict[str, object]] = []
    for week in range(WEEKS):
        starts = first - timedelta(weeks=week + 1)
        for channel, amount in (("radio", _radio(week)), ("outdoor", 500 + 40 * (week % 5))):
            if amount:
                found.append(
                    {"channel": channel, "campaign_id": "", "creative": "", "region": "", "starts": starts,
                     "ends": starts + timedelta(days=6), "amount": amount, "currency": "EUR"}
                )  # fmt: skip
    return found

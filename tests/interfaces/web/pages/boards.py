"""The pages of boards, metrics and the analyst's SQL."""

from __future__ import annotations

from choral import Shop
from tests.interfaces.web.pages.page import Page
from tests.interfaces.web.pages.shop_life import live

PAGES = [
    Page("metrics", "/measure/metrics", "analytics.view"),
    Page("metric", "/measure/metrics/sales?split=store", "analytics.view"),
]


def fill(shop: Shop) -> None:
    """The half year of a small shop."""
    live(shop)


def examples(shop: Shop) -> dict[str, str]:
    return {}

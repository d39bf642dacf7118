"""The pages of one measure, and the orders behind their figures."""

from __future__ import annotations

from choral import Shop
from tests.interfaces.web.pages.page import Page
from tests.interfaces.web.pages.shop_life import live

PAGES = [
    Page("sales", "/measure/sales?split=department", "analytics.view"),
    Page("orders", "/orders", "analytics.view"),
    Page("order", "/orders/{order}", "analytics.view"),
    Page("campaigns", "/measure/campaigns", "analytics.view"),
    Page("campaign", "/measure/campaigns/{campaign}", "analytics.view"),
    Page("campaign-customers", "/measure/campaigns/{campaign}/customers", "analytics.view"),
    Page("value", "/measure/value", "analytics.view"),
    Page("lifetime", "/measure/value/lifetime", "analytics.view"),
    Page("slipping", "/measure/value/slipping", "analytics.view"),
]


def fill(shop: Shop) -> None:
    """The half year of a small shop."""
    live(shop)


def examples(shop: Shop) -> dict[str, str]:
    orders, campaigns = shop.analytics.orders(limit=1).rows, shop.analytics.campaigns()
    found = {"order": str(orders[0].position)} if orders else {}
    return found | ({"campaign": campaigns[0].id} if campaigns else {})

"""The pages of attribution."""

from __future__ import annotations

from choral import Shop
from tests.interfaces.web.pages.page import Page

PAGES = [
    Page("attribution", "/measure/attribution?range=all", "analytics.view"),
    Page("credit-lines", "/measure/attribution/lines?range=all&model=linear", "analytics.view"),
    Page("order-credit", "/measure/orders/{sold}/credit", "analytics.view"),
]


def examples(shop: Shop) -> dict[str, str]:
    """An order somebody was recognised at."""
    rows = shop.analytics.orders().rows
    return {"sold": str(next((row.position for row in rows if row.customer and not row.returned), 1))}

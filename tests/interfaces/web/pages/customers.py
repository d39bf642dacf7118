"""The pages of one customer."""

from __future__ import annotations

from choral import Shop
from tests.interfaces.web.pages.page import Page

PAGES = [
    Page("customers", "/customers", "customers.view"),
    Page("customer", "/customers/{customer}", "customers.view"),
    Page("customer-why", "/customers/{customer}/why", "customers.view"),
]


def examples(shop: Shop) -> dict[str, str]:
    rows = shop.customers.list(sort="orders", limit=1).rows
    return {"customer": rows[0].id} if rows else {}

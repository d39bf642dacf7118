"""The pages of the record: computed traits, recommendations."""

from __future__ import annotations

from choral import Shop
from tests.interfaces.web.pages.page import Page

PAGES = [
    Page("customer-trait", "/customers/{customer}/traits/spend_365_days", "customers.view"),
    Page("customer-recommendations", "/customers/{customer}/recommendations", "customers.view"),
    Page("traits", "/traits", "customers.view"),
    Page("recommendations", "/measure/recommendations", "analytics.view"),
]


def fill(shop: Shop) -> None:
    """Sort the purchases of the small shop's half year, and learn from them."""
    from choral.books import SYSTEM, act
    from choral.customers.recommend.actions import set_rule

    customers = shop.customers
    customers.purchases.refresh()
    customers.traits.refresh()
    customers.recommend.train(customers.identity_map(), customers.identity_version())
    act(set_rule, SYSTEM, "basis", "", "opt_out")
    act(set_rule, SYSTEM, "block_department", "Department 2")

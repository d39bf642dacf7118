"""The pages of privacy."""

from __future__ import annotations

from choral import Shop
from choral.books import SYSTEM
from tests.interfaces.web.pages.page import Page

PAGES = [
    Page("privacy", "/privacy", "privacy.request"),
    Page("privacy-erasures", "/privacy/erasures", "privacy.manage"),
    Page("privacy-certificate", "/privacy/erasures/{erasure}", "privacy.manage"),
    Page("privacy-retention", "/privacy/retention", "privacy.manage"),
    Page("privacy-classes", "/privacy/classes", "privacy.manage"),
    Page("privacy-register", "/privacy/register", "privacy.manage"),
    Page("customer-privacy", "/customers/{customer}/privacy?foresee=1", "privacy.manage"),
]


def fill(shop: Shop) -> None:
    """A request, a restriction, and an erasure of somebody who was only in a refused event."""
    privacy = shop.customers.privacy
    rows = shop.customers.list(sort="orders", limit=2).rows
    if rows:
        privacy.open_request("access", rows[0].id, SYSTEM)
        privacy.restrict(rows[0].id, "profiling", SYSTEM)
    privacy.erase("gone@nowhere.example", SYSTEM, minutes=0)
    privacy.work(lambda: 0)
    privacy.cancel(privacy.erase("back@nowhere.example", SYSTEM).id, SYSTEM)


def examples(shop: Shop) -> dict[str, str]:
    found = shop.customers.privacy.erasures()
    return {"erasure": found[-1].id} if found else {}

"""The pages of audiences."""

from __future__ import annotations

from choral import Shop
from choral.books import SYSTEM
from tests.interfaces.web.pages.page import Page

PAGES = [
    Page("audiences", "/audiences", "customers.view"),
    Page("audience-new", "/audiences/new", "audiences.manage"),
    Page("audience-begun", "/audiences/new?from=slipping", "audiences.manage"),
    Page("audience", "/audiences/{audience}", "customers.view"),
    Page("audience-edit", "/audiences/{audience}/edit", "audiences.manage"),
    Page("audience-why", "/audiences/{audience}/why?customer={customer}", "customers.view"),
]
BOUGHT = {"is": "event", "event": "Order Completed", "window": {"when": "last", "days": 3650}}
EITHER = {"is": "any", "of": [{"is": "channel", "channel": "store"}, {"is": "identifier", "kind": "email"}]}


def fill(shop: Shop) -> None:
    audiences = shop.customers.audiences
    key = audiences.create(SYSTEM, "Bought in ten years", {"who": {"is": "all", "of": [BOUGHT, EITHER]}})
    audiences.change(SYSTEM, key, "Bought", {"who": {"is": "all", "of": [BOUGHT, {"is": "not", "of": EITHER}]}})


def examples(shop: Shop) -> dict[str, str]:
    return {"audience": one.key} if (one := next(iter(shop.customers.audiences.list()), None)) else {}

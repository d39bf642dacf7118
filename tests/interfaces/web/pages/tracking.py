"""The pages of events passed on, and of the tracking plan."""

from __future__ import annotations

from choral import Shop
from choral.books import SYSTEM, act
from choral.connectors.forwarding import actions
from choral.connectors.forwarding.values import Settings
from choral.connectors.plan.values import Expected, Property
from tests.interfaces.web.pages.page import Page

PAGES = [
    Page("forwarding", "/forwarding", "events.view"),
    Page("destination", "/forwarding/{destination}", "events.view"),
    Page("plan", "/plan", "events.view"),
    Page("plan-event", "/plan/{expected}", "events.view"),
    Page("plan-proposal", "/plan/proposal", "events.view"),
]


def fill(shop: Shop) -> None:
    """A destination that fails, with a line it did not take; a plan, and events that differ from it."""
    forwarding = shop.connectors.forwarding
    made = forwarding.add(SYSTEM, Settings("Entrepôt", "https://127.0.0.1/v1/batch", ("Order Completed",)))
    forwarding.add(SYSTEM, Settings("Analyses", "https://tool.example/hook", identifiers="plain", purpose="profiling"))
    act(actions.put_aside, SYSTEM, made.id, made.position, 1, made.position, 3, 20, "HTTP 500: broken")
    act(actions.note_refused, SYSTEM, made.id, made.position, "HTTP 503", 2, 1_900_000_000_000_000, 100)
    sizes = Property("size", "string", allowed=("S", "M", "L"), description="La taille")
    viewed = Expected("", "", "Product Viewed", (Property("product_id", "string", required=True), sizes), "Fiche vue")
    shop.connectors.plan.expect(SYSTEM, [viewed])
    for _ in range(3):
        shop.connectors.plan.check_due()


def examples(shop: Shop) -> dict[str, str]:
    found = shop.connectors.forwarding.destinations()
    lines = shop.connectors.plan.plan()
    return ({"destination": found[0].id} if found else {}) | ({"expected": lines[0].id} if lines else {})

"""The pages of what changed and why; a counter at the door that fell silent is there to be told."""

from __future__ import annotations

from choral import Shop
from choral.core.clock import DAY, SYSTEM_CLOCK
from tests.interfaces.web.pages.page import Page

PAGES = [
    Page("findings", "/measure/findings", "analytics.view"),
    Page("findings-said", "/measure/findings/said", "analytics.view"),
    Page("why", "/measure/why?by=store", "analytics.view"),
    Page("why-share", "/measure/why?metric=discount_share&by=channel", "analytics.view"),
]


def fill(shop: Shop) -> None:
    """Somebody nobody knows came in every day, until three weeks ago."""
    now = SYSTEM_CLOCK.now()
    counter = shop.events.create_source("Counter at the door", "store", source_id="door-counter")
    shop.events.accept(
        counter, [{"name": "Store Entered", "id": f"in-{day}", "at": now - day * DAY, "ids": []}
                  for day in range(20, 160)])  # fmt: skip

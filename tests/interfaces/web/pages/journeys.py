"""The pages of journeys, on the half year of a small shop."""

from __future__ import annotations

from choral import Shop
from tests.interfaces.web.pages.page import Page
from tests.interfaces.web.pages.shop_life import live

PAGES = [
    Page("journeys", "/measure/journeys?depth=3", "analytics.view"),
    Page("journeys-compared", "/measure/journeys?segment=value:champions&against=value:asleep", "analytics.view"),
    Page("journey-funnel", "/measure/journeys/funnel?split=channel", "analytics.view"),
    Page("journey-cohorts", "/measure/journeys/cohorts", "analytics.view"),
    Page("journey-sequences", "/measure/journeys/sequences?window=7&horizon=7", "analytics.view"),
    Page("journey-visits", "/measure/journeys/visits", "analytics.view"),
    Page("journey-people", "/measure/journeys/people?of=funnel&step=Order+Completed&at=0", "analytics.view"),
]


def fill(shop: Shop) -> None:
    live(shop)


def examples(shop: Shop) -> dict[str, str]:
    return {}

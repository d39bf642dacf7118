"""The first page says which channel brought the growth, or the fall."""

from __future__ import annotations

from datetime import date
from typing import Literal

from small_shop import fill, order

from choral import Shop
from choral.analytics.values import Choice

MAY = Choice(since=date(2026, 5, 1), until=date(2026, 5, 10))
LONG_AGO = order("card:1", "2026-04-01T10:00:00Z", 1.0)


def test_the_channel_that_brought_most_of_the_growth_is_named_with_its_amount(shop: Shop) -> None:
    fill(shop, [LONG_AGO, *_orders("2026-04-25", web=10.0, store=30.0), *_orders("2026-05-05", web=35.0, store=40.0)])
    assert _said(shop) == ("€35.00 more than before; most of it from Web site: €25.00 more.")


def test_of_a_fall_the_channel_that_lost_most_is_named_and_without_days_before_nothing_is_said(shop: Shop) -> None:
    fill(shop, [LONG_AGO, *_orders("2026-04-25", web=20.0, store=50.0), *_orders("2026-05-05", web=25.0, store=5.0)])
    assert _said(shop) == ("€40.00 less than before; most of it from Store: €45.00 less.")
    assert _said(shop, compare=None) == ""


def _said(shop: Shop, compare: Literal["previous"] | None = "previous") -> str:
    from choral.interfaces.web.pages.console.overview import grown  # deferred: pages need a shop that is open

    return str(grown(shop.analytics.metric("sales", "month", "channel", MAY, compare=compare)))


def _orders(day: str, web: float, store: float) -> list[dict[str, object]]:
    return [
        order("card:1", f"{day}T10:00:00Z", web, channel="web", store=None),
        order("card:2", f"{day}T10:00:00Z", store),
    ]

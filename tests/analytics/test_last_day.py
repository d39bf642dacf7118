"""Up to which day the figures go: the last on which something happened, not the one on which the shop told a fact."""

from __future__ import annotations

from datetime import date

from small_shop import fill, order, refresh

from choral import Shop
from choral.books import SYSTEM, Tx, act
from choral.books.outbox import BooksOutbox
from choral.core.event import Event
from choral.events.relay import relay


def rules_changed(tx: Tx) -> None:
    """A fact about nobody, told now."""
    tx.tell(Event("fact-1", "Identity Rules Changed", tx.now, ()))


def test_a_fact_the_shop_tells_today_does_not_move_the_last_day_of_the_figures(shop: Shop) -> None:
    fill(shop, [order("card:1", "2017-03-01T10:00:00Z", 5.0)])
    before = shop.analytics.as_of()
    act(rules_changed, SYSTEM)
    assert relay(BooksOutbox(), shop.log) == 1
    refresh(shop)
    now = shop.analytics.as_of()
    assert (now.events, now.until) == (before.events + 1, date(2017, 3, 1))

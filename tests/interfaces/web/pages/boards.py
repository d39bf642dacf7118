"""The pages of boards, metrics and the analyst's SQL."""

from __future__ import annotations

from choral import Shop
from choral.analytics.boards.values import Arrangement, Card, Reader
from choral.books import SYSTEM
from tests.interfaces.web.pages.page import Page
from tests.interfaces.web.pages.shop_life import live

PAGES = [
    Page("boards", "/measure/boards", "analytics.view"),
    Page("board", "/measure/boards/monday", "analytics.view"),
    Page("board-edit", "/measure/boards/{board}/edit", "boards.manage"),
    Page("board-card", "/measure/boards/{board}/cards/{card}", "boards.manage"),
    Page("board-mail", "/measure/boards/{board}/mail", "boards.manage"),
    Page("notes", "/measure/notes", "analytics.view"),
    Page("mail-server", "/settings/mail", "settings.manage"),
    Page("metrics", "/measure/metrics", "analytics.view"),
    Page("metric", "/measure/metrics/sales?split=store", "analytics.view"),
]


_EVERYBODY = Reader("system", "owner")
_BOARD = Arrangement(
    "The week", ("*",), "12w", "previous",
    (Card("", "figure", "sales"), Card("", "line", "sales", "channel", wide=True),
     Card("", "text", text="Look at the web.")),
)  # fmt: skip


def fill(shop: Shop) -> None:
    """The half year of a small shop."""
    live(shop)
    if not shop.analytics.boards.all(_EVERYBODY):
        shop.analytics.boards.make(SYSTEM, _BOARD)


def examples(shop: Shop) -> dict[str, str]:
    for one in shop.analytics.boards.all(_EVERYBODY):
        if one.arrangement.cards:
            return {"board": one.id, "card": one.arrangement.cards[0].id}
    return {"board": "monday", "card": "none"}

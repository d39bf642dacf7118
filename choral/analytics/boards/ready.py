"""The board that is there before anybody has made one: what to look at on a Monday morning."""

from __future__ import annotations

from choral.analytics.boards.rules import READY
from choral.analytics.boards.values import EVERYBODY, Arrangement, Board, Card

_CARDS = (
    Card("a", "figure", "sales"),
    Card("b", "figure", "orders"),
    Card("c", "figure", "average"),
    Card("d", "figure", "new_customers"),
    Card("e", "bar", "sales", wide=True),
    Card("f", "rows", "sales", "store"),
    Card("g", "line", "returning_share"),
    Card("h", "stack", "sales", "department", wide=True),
    Card("i", "line", "recognised"),
    Card("j", "line", "redemptions"),
)


def ready(name: str) -> Board:
    """It, called `name`; it is in no book until somebody makes it theirs."""
    return Board(READY, "", Arrangement(name, (EVERYBODY,), "12w", "previous", _CARDS), False, 0, 0)

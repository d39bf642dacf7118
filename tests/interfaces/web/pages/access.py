"""The pages of tokens."""

from __future__ import annotations

from choral import Shop
from choral.books import SYSTEM, act
from choral.core.clock import HOUR, SYSTEM_CLOCK
from choral.customers.access.actions import grant, issue, lend, set_place
from choral.customers.access.values import Place, Reading, Rights
from tests.interfaces.web.pages.page import Page

PAGES = [
    Page("tokens", "/tokens", "access.view"),
    Page("token", "/tokens/{token}", "access.view"),
    Page("places", "/places", "access.manage"),
    Page("readings", "/readings", "access.view"),
    Page("door", "/door", "access.check"),
]


def fill(shop: Shop) -> None:
    """A spa with a pool, a printed code that is lent, a wristband, and some readings."""
    for place in (Place("spa", "Spa", "area", "", "7"), Place("pool", "Pool", "door", "spa", ""),
                  Place("till-1", "Till 1", "till", "", "7")):  # fmt: skip
        act(set_place, SYSTEM, place)
    holder = shop.customers.list(limit=1).rows
    identifier = shop.customers.get(holder[0].id).identifiers[0].text if holder else "card:8812"
    code = act(issue, SYSTEM, "code", "CODE4711", identifier)
    act(grant, SYSTEM, code, Rights("spa", days="67", opens=540, closes=1320, entries=10, passback=False))
    act(grant, SYSTEM, code, Rights("pool"))
    act(lend, SYSTEM, code, "card:99001", SYSTEM_CLOCK.now() + 6 * HOUR)
    act(issue, SYSTEM, "wristband", "04:A2:2F:11", reusable=True)
    for number, (value, place) in enumerate((("CODE4711", "pool"), ("04:A2:2F:11", "pool"), ("CODE4711", "till-1"))):
        shop.customers.access.check(SYSTEM, Reading(value, place, "door-1", str(number)))


def examples(shop: Shop) -> dict[str, str]:
    found = shop.customers.access.tokens(find="CODE4711").rows
    return {"token": found[0].id} if found else {}

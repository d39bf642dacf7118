"""Robots in the web shop: fast, many products, no name; half of them say what they are."""

import numpy as np

from simulator.arrays import DAY, Ints, counted, pick
from simulator.chance import hex_ids
from simulator.life.orders import shelf_walks
from simulator.life.state import Life
from simulator.stream.block import WEB, Block, block, quoted
from simulator.town.catalogue import product_at
from simulator.town.words import DEPARTMENTS

_LIBRARY = '"library":{"name":"analytics.js","version":"5.1.0"}'
_AGENTS = (
    '"ip":"192.0.2.66","userAgent":"Mozilla/5.0 (compatible; TownBot/2.1; +https://bot.example)",' + _LIBRARY,
    '"ip":"192.0.2.77","userAgent":"Mozilla/5.0 (X11; Linux x86_64) Chrome/120.0 Safari/537.36",' + _LIBRARY,
)


def bot_blocks(life: Life, day: int, visits: int) -> list[Block]:
    """Robot visits as the faults' share of the people's web `visits`: a page, then a product every second."""
    g = life.chance(day, "bots")
    count = int(g.binomial(visits, life.plan.faults.bots))
    at = life.midnight(day) + g.integers(0, DAY - 60_000, count)
    names, kind = hex_ids(g, count), g.integers(2, size=count)
    first, step = shelf_walks(count, g)
    row, place = counted(g.integers(5, 23, count))
    product = product_at(g.integers(len(DEPARTMENTS), size=count)[row], first[row], step[row], place)
    fields = pick(life.town.catalogue.fields, product)
    every = np.arange(count)
    page = '{"title":"Home","path":"/","url":"https://shop.example/"}'
    return [
        _told("Home", "page", every, at, [page] * count, (names, kind)),
        _told(
            "Product Viewed", "track", row, at[row] + 1000 * (place + 1), [f"{{{f}}}" for f in fields], (names, kind)
        ),
    ]


def _told(name: str, kind: str, rows: Ints, at: Ints, payload: list[str], who: tuple[list[str], Ints]) -> Block:
    return block(
        name,
        WEB,
        "web",
        at,
        np.full(len(rows), -1),
        payload,
        anonymous=quoted(pick(who[0], rows)),
        user=["null"] * len(rows),
        context=[_AGENTS[n] for n in who[1][rows].tolist()],
        kind=kind,
    )

"""After the sale: parcels, returns, refunds, reviews, and the orders that a marketplace reports."""

import numpy as np

from simulator.arrays import DAY, HOUR, MINUTE, Bools, Ints, pick
from simulator.life.orders import IN_MARKET, IN_STORE, Orders, line_texts, sum_texts
from simulator.life.state import Life
from simulator.stream.block import SERVER, SERVER_CONTEXT, TILL, TILL_CONTEXT, WEB, Block, block, external, quoted
from simulator.town.catalogue import money, product_at
from simulator.town.homes import STORES

_CARRIERS = ("Pontpost", "Quickwheel")


def aftersales_blocks(life: Life, day: int, orders: Orders) -> list[Block]:
    """Parcels of today's orders (dated ahead), returns and reviews that fall due today, marketplace orders."""
    g = life.chance(day, "aftersales")
    _promise(life, day, orders, g)
    blocks = [*_market(life, orders), _parcels(life, orders, g)]
    for returned in life.returning.pop(day, []):
        blocks += _returns(life, day, returned, g)
    for reviewed in life.reviewing.pop(day, []):
        blocks.append(_reviews(life, day, reviewed, g))
    return blocks


def _promise(life: Life, day: int, orders: Orders, g: np.random.Generator) -> None:
    """Draw now which orders will come back or be reviewed, and on which day."""
    for due, share, low, high in ((life.returning, 0.06, 4, 13), (life.reviewing, 0.08, 5, 16)):
        rows = np.flatnonzero(g.random(len(orders)) < share)
        days = day + g.integers(low, high, len(rows))
        for on in np.unique(days).tolist():
            due.setdefault(on, []).append(_some(orders, rows[days == on]))


def _some(orders: Orders, rows: Ints) -> Orders:
    return Orders(**{name: column[rows] for name, column in vars(orders).items()})


def _market(life: Life, orders: Orders) -> list[Block]:
    """A marketplace tells its own buyer id, and the name and address on the parcel; no e-mail address."""
    rows = np.flatnonzero(orders.shop == IN_MARKET)
    person, ids = orders.person[rows], orders.ids()
    lines, sums = line_texts(orders, life.town.catalogue), sum_texts(orders)
    buyers = pick(life.town.contacts.marketplace, person)
    sold = [
        f'{{"order_id":"{ids[i]}","channel":"marketplace","marketplace":"bazaro",{sums[i]},"products":{lines[i]}}}'
        for i in rows.tolist()
    ]
    context = [SERVER_CONTEXT + text for text in external("marketplace_id", buyers)]
    return [
        block(
            name,
            SERVER,
            "marketplace",
            orders.at[rows] + wait,
            person,
            payload,
            anonymous=quoted(buyers),
            user=["null"] * len(rows),
            context=context,
            kind=kind,
        )
        for name, kind, wait, payload in (
            ("", "identify", 0, pick(life.traits.parcel, person)),
            ("Order Completed", "track", 1000, sold),
        )
    ]


def _buyers(life: Life, orders: Orders) -> tuple[list[str], list[str], list[str]]:
    """How the shop's own systems name the buyers of orders: anonymousId, userId, context."""
    in_store = (orders.shop == IN_STORE).tolist()
    market = pick(life.town.contacts.marketplace, orders.person)
    is_market = (orders.shop == IN_MARKET).tolist()
    anonymous, user = life.known(orders.person)
    receipts = [f'"receipt-{number}"' for number in orders.ids()]
    anonymous = [
        receipt if store else f'"{buyer}"' if other else own
        for receipt, buyer, own, store, other in zip(receipts, market, anonymous, in_store, is_market, strict=True)
    ]
    user = ["null" if store or other else own for own, store, other in zip(user, in_store, is_market, strict=True)]
    return anonymous, user, [SERVER_CONTEXT] * len(orders)


def _parcels(life: Life, orders: Orders, g: np.random.Generator) -> Block:
    sent = _some(orders, np.flatnonzero(orders.shop < IN_STORE))
    at = (
        sent.at // DAY * DAY + g.integers(2, 5, len(sent)) * DAY + (g.uniform(8, 17, len(sent)) * HOUR).astype(np.int64)
    )
    carriers = g.integers(len(_CARRIERS), size=len(sent)).tolist()
    payload = [f'{{"order_id":"{a}","carrier":"{_CARRIERS[b]}"}}' for a, b in zip(sent.ids(), carriers, strict=True)]
    anonymous, user, context = _buyers(life, sent)
    return block(
        "Parcel Delivered", SERVER, "post", at, sent.person, payload, anonymous=anonymous, user=user, context=context
    )


def _returns(life: Life, day: int, orders: Orders, g: np.random.Generator) -> list[Block]:
    """Back to a store (its till says so) or by parcel; the money follows after half an hour."""
    at = life.midnight(day) + (g.uniform(9, 18, len(orders)) * HOUR).astype(np.int64)
    to_store: Bools = (orders.shop == IN_STORE) | (g.random(len(orders)) < 0.4)
    stores = g.integers(len(STORES), size=len(orders)).tolist()
    lines, totals = line_texts(orders, life.town.catalogue), [money(t) for t in orders.total.tolist()]
    names = _buyers(life, orders)
    blocks = []
    for source, channel, context, rows in (
        (TILL, "store", TILL_CONTEXT, np.flatnonzero(to_store)),
        (SERVER, "post", SERVER_CONTEXT, np.flatnonzero(~to_store)),
    ):
        ids = pick(orders.ids(), rows)
        facts = [
            f'"order_id":"{name}",'
            + (f'"store_id":"{STORES[stores[i]]}",' if source == TILL else "")
            + f'"total":{totals[i]},"currency":"EUR","products":{lines[i]}'
            for name, i in zip(ids, rows.tolist(), strict=True)
        ]
        for event, wait in (("Order Returned", 0), ("Order Refunded", 30 * MINUTE)):
            blocks.append(
                block(
                    event,
                    source,
                    channel,
                    at[rows] + wait,
                    orders.person[rows],
                    [f"{{{fact}}}" for fact in facts],
                    anonymous=pick(names[0], rows),
                    user=pick(names[1], rows),
                    context=[context] * len(rows),
                )
            )
    return blocks


def _reviews(life: Life, day: int, orders: Orders, g: np.random.Generator) -> Block:
    """Only who has an account and a phone reviews what was bought; it is written on the phone's browser."""
    phone = life.town.devices.phone[orders.person]
    some = _some(orders, np.flatnonzero(life.account[orders.person] & (phone >= 0)))
    device = life.town.devices.phone[some.person]
    product = pick(life.town.catalogue.product_id, product_at(some.department, some.first, some.step, 0))
    stars = np.minimum(g.integers(1, 8, len(some)), 5).tolist()
    payload = [
        f'{{"product_id":"{a}","review_id":"V{b[1:]}","review_body":"As expected.","rating":{c}}}'
        for a, b, c in zip(product, some.ids(), stars, strict=True)
    ]
    return block(
        "Product Reviewed",
        WEB,
        "web",
        life.midnight(day) + (g.uniform(9, 21, len(some)) * HOUR).astype(np.int64),
        some.person,
        payload,
        anonymous=quoted(pick(life.cookie, device)),
        user=quoted(pick(life.town.contacts.user_id, some.person)),
        context=pick(life.town.devices.web_context, device),
        device=device,
    )

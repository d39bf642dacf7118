"""Store visits as tills, wristband readers and the app's location see them; most walk in and out unseen."""

import numpy as np

from simulator.arrays import DAY, MINUTE, SECOND, Bools, Ints, pick
from simulator.chance import habit_ms, hex_ids
from simulator.life.orders import IN_STORE, Orders, line_texts, sum_texts
from simulator.life.state import Life
from simulator.stream.block import APP, TILL, TILL_CONTEXT, Block, block, external, quoted
from simulator.town.homes import STORES

_PLACES = ("entrance", "fitting_room", "cafe")


def store_blocks(life: Life, day: int, orders: Orders) -> list[Block]:
    """Receipts, coupons, sign-ups for the card, and the coming and going of those who can be seen."""
    g = life.chance(day, "store")
    rows = np.flatnonzero(orders.shop == IN_STORE)
    store = _stores(life, orders.person[rows], g)
    blocks = _receipts(life, orders, rows, store, g)
    stay = (g.uniform(6, 40, len(rows)) * MINUTE).astype(np.int64)
    walkers = np.flatnonzero(g.random(len(life.account)) < 0.12 * life.town.tastes.shop[:, 2] * life.town.people.shops)
    walked = habit_ms(g, life.town.tastes.hour[walkers], 2.5, 8, 19.5)
    person = np.concatenate((orders.person[rows], walkers))
    came = np.concatenate((orders.at[rows] - stay, life.midnight(day) + walked))
    length = np.concatenate((stay + 3 * MINUTE, (g.uniform(3, 30, len(walkers)) * MINUTE).astype(np.int64)))
    stores = np.concatenate((store, _stores(life, walkers, g)))
    return blocks + _seen(life, person, stores, came, length, g)


def _stores(life: Life, person: Ints, g: np.random.Generator) -> Ints:
    near = life.town.homes.store[life.town.homes.home[person]]
    return np.where(g.random(len(person)) < 0.85, near, g.integers(len(STORES), size=len(person)))


def _receipts(life: Life, orders: Orders, rows: Ints, store: Ints, g: np.random.Generator) -> list[Block]:
    person = orders.person[rows]
    joins = life.town.people.adult[person] & ~life.carded[person] & (g.random(len(rows)) < 0.05)
    life.carded[person[joins]] = True
    shown = life.carded[person] & (joins | (g.random(len(rows)) < 0.85))
    numbers = pick(life.town.contacts.card, person)
    card = [number if show else "" for number, show in zip(numbers, shown.tolist(), strict=True)]
    ids, lines, sums = orders.ids(), line_texts(orders, life.town.catalogue), sum_texts(orders)
    payload = [
        f'{{"order_id":"{ids[i]}","receipt_id":"R{ids[i][1:]}","channel":"store","store_id":"{STORES[s]}",'
        f'{_members(life, orders, i, number)}{sums[i]},"products":{lines[i]}}}'
        for i, s, number in zip(rows.tolist(), store.tolist(), card, strict=True)
    ]
    sold = block(
        "Order Completed",
        TILL,
        "store",
        orders.at[rows],
        person,
        payload,
        anonymous=quoted([f"receipt-{ids[i]}" for i in rows.tolist()]),
        user=["null"] * len(rows),
        context=[TILL_CONTEXT + text for text in external("loyalty_card", card)],
    )
    used = np.flatnonzero(orders.coupon[rows] >= 0)
    return [sold, _redeemed(life, orders, rows, used, sold), *_sign_ups(life, orders, rows, joins, store, g)]


def _members(life: Life, orders: Orders, row: int, card: str) -> str:
    number = int(orders.coupon[row])
    coupon = f'"coupon":"{life.campaigns[number].coupon_id}",' if number >= 0 else ""
    return (f'"loyalty_card":"{card}",' if card else "") + coupon


def _redeemed(life: Life, orders: Orders, rows: Ints, used: Ints, sold: Block) -> Block:
    ids = orders.ids()
    payload = []
    for i in rows[used].tolist():
        campaign = life.campaigns[int(orders.coupon[i])]
        payload.append(
            f'{{"coupon_id":"{campaign.coupon_id}","campaign_id":"{campaign.campaign_id}","order_id":"{ids[i]}"}}'
        )
    return block(
        "Coupon Redeemed",
        TILL,
        "store",
        sold.at[used] + SECOND,
        sold.person[used],
        payload,
        anonymous=pick(sold.anonymous, used),
        user=["null"] * len(used),
        context=pick(sold.context, used),
    )


def _sign_ups(life: Life, orders: Orders, rows: Ints, joins: Bools, store: Ints, g: np.random.Generator) -> list[Block]:
    """A new card: on the store's tablet, which all customers share and which keeps one cookie, or at the till."""
    new = np.flatnonzero(joins)
    person, at = orders.person[rows[new]], orders.at[rows[new]] - 2 * MINUTE
    tablet = g.random(len(new)) < life.plan.faults.tablet
    device = np.where(tablet, life.town.devices.store_tablet[store[new]], -1)
    contact = pick(life.town.contacts.contact_id, person)
    names = [life.cookie[d] if d >= 0 else own for d, own in zip(device.tolist(), contact, strict=True)]
    context = [TILL_CONTEXT + text for text in external("loyalty_card", pick(life.town.contacts.card, person))]
    count = len(new)
    blocks = []
    for kind, name, payload in (
        ("track", "Form Submitted", ['{"form_id":"card_signup"}'] * count),
        ("identify", "", pick(life.traits.till, person)),
    ):
        blocks.append(
            block(
                name,
                TILL,
                "store",
                at,
                person,
                payload,
                anonymous=quoted(names),
                user=["null"] * count,
                context=context,
                kind=kind,
                device=device,
            )
        )
    return blocks


def _seen(life: Life, person: Ints, store: Ints, came: Ints, length: Ints, g: np.random.Generator) -> list[Block]:
    """By the app, where it may know the place; by the wristband, which is read at the entrance and in the shop."""
    devices, contacts = life.town.devices, life.town.contacts
    has_app = life.town.tastes.app[person] & (devices.phone[person] >= 0)
    located = np.flatnonzero(has_app & (g.random(len(person)) < 0.6))
    phone = devices.phone[person[located]]
    late = np.where(g.random(len(located)) < life.plan.faults.late, DAY, 0)
    at_store = [f'{{"store_id":"{STORES[s]}"}}' for s in store[located].tolist()]
    blocks = [
        block(
            name,
            APP,
            "app",
            at,
            person[located],
            at_store,
            anonymous=quoted(pick(life.installation, phone)),
            user=quoted(pick(contacts.user_id, person[located])),
            context=pick(devices.app_context, phone),
            device=phone,
            late=late,
        )
        for name, at in (("Store Visited", came[located]), ("Store Left", (came + length)[located]))
    ]
    worn = np.flatnonzero(np.array([bool(token) for token in contacts.token])[person])
    return blocks + _read(life, person[worn], store[worn], came[worn], g)


def _read(life: Life, person: Ints, store: Ints, came: Ints, g: np.random.Generator) -> list[Block]:
    tokens = pick(life.town.contacts.token, person)
    count = len(person)
    names = quoted([f"token-{text}" for text in hex_ids(g, count, 12)])
    context = [TILL_CONTEXT + text for text in external("token", tokens)]
    where = [_PLACES[0]] * count, [_PLACES[1 + n] for n in g.integers(2, size=count).tolist()]
    blocks = []
    for places, minutes in zip(where, (0, 4), strict=True):
        payload = [
            f'{{"token":"{token}","place":"{STORES[s]}/{place}"}}'
            for token, s, place in zip(tokens, store.tolist(), places, strict=True)
        ]
        blocks.append(
            block(
                "Token Read",
                TILL,
                "token",
                came + minutes * MINUTE,
                person,
                payload,
                anonymous=names,
                user=["null"] * count,
                context=context,
            )
        )
    return blocks

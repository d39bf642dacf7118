"""Orders of a day: the baseline's and the touches', where they are placed, and what lies in the basket."""

from dataclasses import dataclass

import numpy as np

from simulator.arrays import HOUR, Bools, Ints, counted, pick
from simulator.chance import draw_rows
from simulator.town.catalogue import Catalogue, money, product_at
from simulator.town.town import Town

IN_WEB, IN_APP, IN_STORE, IN_MARKET = range(4)
LARGEST_BASKET = 4
FREE_SHIPPING_CENTS = 5000
SHIPPING_CENTS = 490


@dataclass(frozen=True)
class Orders:
    """One row per order. Money in integer cents; `touch`, `campaign`, `coupon` are -1 for none (`coupon` is the
    number of the campaign that gave it). Line j holds the product met at place j of the walk (first, step)."""

    serial: Ints
    person: Ints
    department: Ints
    at: Ints
    shop: Ints
    touch: Ints
    campaign: Ints
    size: Ints
    first: Ints
    step: Ints
    quantity: Ints
    coupon: Ints
    subtotal: Ints
    margin: Ints
    discount: Ints
    shipping: Ints

    def __len__(self) -> int:
        return len(self.serial)

    @property
    def total(self) -> Ints:
        return self.subtotal - self.discount + self.shipping

    def ids(self) -> list[str]:
        return [f"O-{serial:08d}" for serial in self.serial.tolist()]


@dataclass(frozen=True)
class Wishes:
    """Who wants to buy in which department when, and what made them (-1, -1 = nobody)."""

    person: Ints
    department: Ints
    at: Ints
    touch: Ints
    campaign: Ints


def places_to_buy(town: Town, person: Ints, g: np.random.Generator) -> Ints:
    """Drawn from the true preference; without any device only the store is left."""
    devices = town.devices
    offline = (devices.phone < 0) & (devices.laptop < 0) & (devices.tablet < 0)
    shop = draw_rows(g, town.tastes.shop[person])
    shop = np.where((shop == IN_APP) & (devices.phone[person] < 0), IN_WEB, shop)
    return np.where(offline[person] & (shop < IN_STORE), IN_STORE, shop)


def fill_baskets(
    town: Town, wishes: Wishes, serial: int, coupons: tuple[Ints, Bools], g: np.random.Generator
) -> Orders:
    """Baskets for the wishes, in their order. `coupons`: per wish the coupon's campaign, and whether it is used."""
    count = len(wishes.person)
    size = np.minimum(1 + g.poisson(0.7, count), LARGEST_BASKET)
    first, step = shelf_walks(count, g)
    quantity = 1 + (g.random(count) < 0.15)
    subtotal, margin = _sums(town.catalogue, wishes.department, (first, step, size, quantity))
    shop = places_to_buy(town, wishes.person, g)
    coupon = np.where(coupons[1] & (shop != IN_MARKET), coupons[0], -1)
    discount = np.where(coupon >= 0, subtotal // 10, 0)
    ships = (shop < IN_STORE) & (subtotal - discount < FREE_SHIPPING_CENTS)
    return Orders(
        serial=serial + np.arange(count),
        person=wishes.person,
        department=wishes.department,
        at=wishes.at,
        shop=shop,
        touch=wishes.touch,
        campaign=wishes.campaign,
        size=size,
        first=first,
        step=step,
        quantity=quantity,
        coupon=coupon,
        subtotal=subtotal,
        margin=margin - discount,
        discount=discount,
        shipping=np.where(ships, SHIPPING_CENTS, 0),
    )


def shelf_walks(count: int, g: np.random.Generator) -> tuple[Ints, Ints]:
    """Starts and steps of walks along a shelf; the front of the shelf is popular."""
    return np.minimum(g.geometric(0.12, count) - 1, 22), g.integers(1, 23, count)


def waking(at: Ints, midnight: int) -> Ints:
    """Times of the day moved out of the night (00-07 UTC) into the morning; the later ones stay."""
    return np.where(at - midnight < 7 * HOUR, at + 7 * HOUR, at)


def line_texts(orders: Orders, catalogue: Catalogue) -> list[str]:
    """The JSON array `products` of each order, in Segment's product fields."""
    row, place = counted(orders.size)
    product = product_at(orders.department[row], orders.first[row], orders.step[row], place)
    quantity = np.where(place == 0, orders.quantity[row], 1).tolist()
    fields = pick(catalogue.fields, product)
    lines = [f'{{{text},"quantity":{many}}}' for text, many in zip(fields, quantity, strict=True)]
    ends = np.cumsum(orders.size)
    spans = zip((ends - orders.size).tolist(), ends.tolist(), strict=True)
    return [f"[{','.join(lines[a:b])}]" for a, b in spans]


def sum_texts(orders: Orders) -> list[str]:
    """The JSON members of each order's money: subtotal, discount, shipping, tax, revenue, total, currency."""
    columns = (orders.subtotal, orders.discount, orders.shipping, orders.total * 20 // 120)
    rows = zip(*(column.tolist() for column in columns), strict=True)
    return [
        f'"subtotal":{money(a)},"discount":{money(b)},"shipping":{money(c)},"tax":{money(d)},'
        f'"revenue":{money(a - b)},"total":{money(a - b + c)},"currency":"EUR"'
        for a, b, c, d in rows
    ]


def _sums(catalogue: Catalogue, department: Ints, walk: tuple[Ints, Ints, Ints, Ints]) -> tuple[Ints, Ints]:
    first, step, size, quantity = walk
    price, margin = np.zeros(len(first), np.int64), np.zeros(len(first), np.int64)
    for place in range(LARGEST_BASKET):
        product = product_at(department, first, step, place)
        pieces = np.where(place < size, quantity if place == 0 else 1, 0)
        price += catalogue.price[product] * pieces
        margin += catalogue.margin[product] * pieces
    return price, margin

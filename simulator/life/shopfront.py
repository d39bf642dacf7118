"""What the web shop and the app record of visits: pages, searches, products, carts, checkouts, orders, names."""

from dataclasses import dataclass

import numpy as np

from simulator.arrays import MINUTE, SECOND, Bools, Ints, counted, pick
from simulator.life.orders import Orders, line_texts, sum_texts
from simulator.life.state import Life
from simulator.life.visits import CHECKOUT_MS, LANDING_MS, VIEW_MS, Guises, Visits
from simulator.stream.block import APP, WEB, Block, block
from simulator.town.catalogue import money, product_at
from simulator.town.tastes import MESSAGES
from simulator.town.words import DEPARTMENTS, NOUNS

_MEDIUM = ("email", "sms", "push", "post", "cpc", "social")
_ENGINES = ("seekly", "lookaround")


@dataclass(frozen=True)
class Front:
    """The visits of one front (web or app) with all that each of their events carries."""

    life: Life
    visits: Visits
    guises: Guises
    source: int
    context: list[str]

    def tell(
        self, name: str, rows: Ints, at: Ints, payload: list[str], *, kind: str = "track", channel: str = ""
    ) -> Block:
        """Events at the given rows of the visits."""
        visits = self.visits
        return block(
            name,
            self.source,
            channel or ("app" if self.source == APP else "web"),
            at,
            visits.person[rows],
            payload,
            anonymous=pick(self.guises.anonymous, rows),
            user=pick(self.guises.user, rows),
            context=pick(self.context, rows),
            kind=kind,
            device=visits.device[rows],
            late=visits.late[rows],
            touch=visits.touch[rows],
        )


def front_blocks(life: Life, day: int, visits: Visits, guises: Guises, orders: Orders) -> list[Block]:
    """The events of all visits, web first, then app."""
    blocks: list[Block] = []
    for source, chosen in ((WEB, ~visits.app), (APP, visits.app)):
        rows = np.flatnonzero(chosen)
        names = Guises(pick(guises.anonymous, rows), pick(guises.user, rows), guises.login[rows], guises.register[rows])
        part = visits.take(rows)
        front = Front(life, part, names, source, _contexts(life, part, source))
        g = life.chance(day, f"front {source}")
        blocks += [*_arrivals(front, g), *_shelf(front), *_checkout(front, orders, g), *_names(front)]
    return blocks


def _contexts(life: Life, visits: Visits, source: int) -> list[str]:
    devices = life.town.devices
    texts = pick(devices.app_context if source == APP else devices.web_context, visits.device)
    links = [_link(life, number) for number in range(len(life.campaigns))]
    return [
        text + links[number] if number >= 0 else text
        for text, number in zip(texts, visits.campaign.tolist(), strict=True)
    ]


def _link(life: Life, number: int) -> str:
    campaign = life.campaigns[number]
    channel = MESSAGES[campaign.channel]
    return (
        f',"campaign":{{"name":"{campaign.campaign_id}","source":"{channel}","medium":"{_MEDIUM[campaign.channel]}"}}'
    )


def _arrivals(front: Front, g: np.random.Generator) -> list[Block]:
    visits = front.visits
    count = len(visits)
    all_rows = np.arange(count)
    kind = "screen" if front.source == APP else "page"
    landing = '{"title":"Home","path":"/","url":"https://shop.example/"}'
    found = np.flatnonzero(visits.search)
    looks = np.flatnonzero(g.random(count) < 0.3)
    sees = np.flatnonzero(g.random(count) < 0.25)
    clicks = sees[g.random(len(sees)) < 0.2]
    keywords = _keywords(visits, found, g)
    return [
        front.tell("Home", all_rows, visits.at, [landing] * count, kind=kind),
        front.tell("Search Result Clicked", found, visits.at[found] - SECOND, keywords, channel="search"),
        front.tell("Products Searched", looks, visits.at[looks] + 10 * SECOND, _queries(visits, looks, g)),
        front.tell("Promotion Viewed", sees, visits.at[sees] + 15 * SECOND, _promotions(visits, sees)),
        front.tell("Promotion Clicked", clicks, visits.at[clicks] + 20 * SECOND, _promotions(visits, clicks)),
    ]


def _words(visits: Visits, rows: Ints, g: np.random.Generator) -> list[str]:
    nouns = g.integers(6, size=len(rows)).tolist()
    return [NOUNS[d][n] for d, n in zip(visits.department[rows].tolist(), nouns, strict=True)]


def _keywords(visits: Visits, rows: Ints, g: np.random.Generator) -> list[str]:
    brand = g.random(len(rows)) < 0.5
    words = zip(_words(visits, rows, g), brand.tolist(), strict=True)
    return [f'{{"keyword":"{"choral shop" if own else word}","engine":"{_ENGINES[own]}"}}' for word, own in words]


def _queries(visits: Visits, rows: Ints, g: np.random.Generator) -> list[str]:
    return [f'{{"query":"{word}"}}' for word in _words(visits, rows, g)]


def _promotions(visits: Visits, rows: Ints) -> list[str]:
    return [
        f'{{"promotion_id":"pr-{d}","creative":"banner","name":"{DEPARTMENTS[d]} week","position":"home_top"}}'
        for d in visits.department[rows].tolist()
    ]


def _shelf(front: Front) -> list[Block]:
    visits, fields = front.visits, front.life.town.catalogue.fields
    row, place = counted(visits.views)
    product = product_at(visits.department[row], visits.first[row], visits.step[row], place)
    seen_at = visits.at[row] + LANDING_MS + place * VIEW_MS
    bought = np.flatnonzero(place < visits.added[row])
    carts = _carts(visits, row[bought])
    texts = zip(carts, pick(fields, product[bought]), strict=True)
    added = [f'{{"cart_id":"{cart}",{text},"quantity":1}}' for cart, text in texts]
    looks = np.flatnonzero(visits.added > 0)
    cart_at = visits.at[looks] + LANDING_MS + visits.views[looks] * VIEW_MS
    return [
        front.tell("Product Viewed", row, seen_at, [f'{{{text},"currency":"EUR"}}' for text in pick(fields, product)]),
        front.tell("Product Added", row[bought], seen_at[bought] + 8 * SECOND, added),
        front.tell("Cart Viewed", looks, cart_at, _cart_texts(front, looks)),
    ]


def _carts(visits: Visits, rows: Ints) -> list[str]:
    pairs = zip(visits.at[rows].tolist(), visits.person[rows].tolist(), strict=True)
    return [f"K{at % 10**9:09d}{person}" for at, person in pairs]


def _cart_texts(front: Front, rows: Ints) -> list[str]:
    visits, fields = front.visits, front.life.town.catalogue.fields
    texts = []
    columns = (visits.department, visits.first, visits.step, visits.added)
    for cart, d, first, step, many in zip(_carts(visits, rows), *(c[rows].tolist() for c in columns), strict=True):
        lines = ",".join(f"{{{fields[d * 23 + (first + step * place) % 23]}}}" for place in range(many))
        texts.append(f'{{"cart_id":"{cart}","products":[{lines}]}}')
    return texts


def _checkout(front: Front, orders: Orders, g: np.random.Generator) -> list[Block]:
    visits = front.visits
    rows = np.flatnonzero(visits.order >= 0)
    number = visits.order[rows]
    idle = np.flatnonzero((visits.order < 0) & (visits.added > 0))
    gives_up = idle[g.random(len(idle)) < 0.3]
    ids, lines, sums = orders.ids(), line_texts(orders, front.life.town.catalogue), sum_texts(orders)
    done = [
        f'{{"order_id":"{ids[i]}","checkout_id":"{cart}","channel":"{"app" if front.source == APP else "web"}",'
        f'{_coupon(front.life, orders, i)}{sums[i]},"products":{lines[i]}}}'
        for i, cart in zip(number.tolist(), _carts(visits, rows), strict=True)
    ]
    begun = [f'{{"order_id":"{ids[i]}",{sums[i]},"products":{lines[i]}}}' for i in number.tolist()]
    given_up = [f'{{"checkout_id":"{cart}","currency":"EUR"}}' for cart in _carts(visits, gives_up)]
    left_at = visits.at[gives_up] + LANDING_MS + visits.views[gives_up] * VIEW_MS + MINUTE
    return [
        front.tell("Checkout Started", rows, orders.at[number] - 60 * SECOND, begun),
        front.tell("Checkout Started", gives_up, left_at, given_up),
        front.tell("Order Completed", rows, orders.at[number], done),
        *_coupons(front, orders, rows),
    ]


def _coupon(life: Life, orders: Orders, row: int) -> str:
    number = int(orders.coupon[row])
    return f'"coupon":"{life.campaigns[number].coupon_id}",' if number >= 0 else ""


def _coupons(front: Front, orders: Orders, rows: Ints) -> list[Block]:
    used = rows[orders.coupon[front.visits.order[rows]] >= 0]
    number = front.visits.order[used]
    ids = orders.ids()
    applied, redeemed = [], []
    for i in number.tolist():
        campaign = front.life.campaigns[int(orders.coupon[i])]
        name = f'"order_id":"{ids[i]}","coupon_id":"{campaign.coupon_id}"'
        applied.append(f'{{{name},"coupon_name":"10 % off","discount":{money(int(orders.discount[i]))}}}')
        redeemed.append(f'{{{name},"campaign_id":"{campaign.campaign_id}"}}')
    return [
        front.tell("Coupon Applied", used, orders.at[number] - 30 * SECOND, applied),
        front.tell("Coupon Redeemed", used, orders.at[number] + SECOND, redeemed),
    ]


def _names(front: Front) -> list[Block]:
    visits, traits = front.visits, front.life.traits
    buys = visits.order >= 0
    guest: Bools = buys & np.array([user == "null" for user in front.guises.user], bool)
    opened = np.flatnonzero(front.guises.register)
    known = np.flatnonzero(front.guises.login | front.guises.register)
    shy = np.flatnonzero(guest)
    form = ['{"form_id":"register"}'] * len(opened)
    late = LANDING_MS + visits.views * VIEW_MS + CHECKOUT_MS - 45 * SECOND
    known_at = visits.at[known] + np.where(buys[known], late[known], 5 * SECOND)
    return [
        front.tell("", known, known_at, pick(traits.account, visits.person[known]), kind="identify"),
        front.tell("", shy, visits.at[shy] + late[shy], pick(traits.guest, visits.person[shy]), kind="identify"),
        front.tell("Form Submitted", opened, visits.at[opened] + late[opened] - SECOND, form),
    ]

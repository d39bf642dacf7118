"""Visits to the web shop and the app: to buy, to browse, or after a click; and under which name each appears."""

from dataclasses import dataclass, fields

import numpy as np

from simulator.arrays import DAY, SECOND, Bools, Ints
from simulator.chance import draw_rows, habit_ms, hex_ids
from simulator.life.campaigns import ADS, EMAIL, SMS, SOCIAL
from simulator.life.orders import IN_APP, IN_STORE, Orders, shelf_walks
from simulator.life.state import Life
from simulator.life.touches import Touches
from simulator.stream.block import quoted
from simulator.town.town import Town

VIEW_MS = 25 * SECOND
LANDING_MS = 30 * SECOND
CHECKOUT_MS = 90 * SECOND


@dataclass(frozen=True)
class Visits:
    """One row per visit; `at` its beginning in ms since 1970 UTC, `order` a row of the day's orders or -1,
    `campaign` and `touch` whose link was clicked or -1, `late` by how many ms an offline app holds it back."""

    person: Ints
    device: Ints
    at: Ints
    app: Bools
    private: Bools
    search: Bools
    department: Ints
    first: Ints
    step: Ints
    views: Ints
    added: Ints
    order: Ints
    campaign: Ints
    touch: Ints
    late: Ints

    def __len__(self) -> int:
        return len(self.person)

    def take(self, rows: Ints) -> "Visits":
        return Visits(*(getattr(self, field.name)[rows] for field in fields(self)))


@dataclass(frozen=True)
class Guises:
    """How each visit names itself, as JSON values; `login` signs in now, `register` opens an account now."""

    anonymous: list[str]
    user: list[str]
    login: Bools
    register: Bools


def visits_of(life: Life, day: int, orders: Orders, clicks: Touches) -> Visits:
    """All visits of a day, in the order of their beginnings."""
    g = life.chance(day, "visits")
    visits = _joined([_to_buy(life, orders, g), _to_browse(life, day, g), _after_click(life, clicks, g)])
    visits = visits.take(np.flatnonzero(visits.device >= 0))
    return visits.take(np.argsort(visits.at, kind="stable"))


def name_visits(life: Life, day: int, visits: Visits) -> Guises:
    """Cookies, installations and logins; on a shared device the family member who logged in last may be named."""
    g = life.chance(day, "guises")
    holder = life.logged[visits.device]
    buys = visits.order >= 0
    mine = (holder == visits.person) & ~visits.private & ~visits.app
    wants = g.random(len(visits)) < np.where(buys, 0.8, 0.25)
    login = life.account[visits.person] & ~mine & ~visits.app & wants & (~visits.private | buys)
    opens = buys & ~life.account[visits.person] & ~visits.app & (g.random(len(visits)) < 0.25)
    register = opens & np.array([bool(value) for value in life.town.contacts.email])[visits.person]
    mistaken = (holder >= 0) & (holder != visits.person) & ~visits.private & (g.random(len(visits)) < 0.5)
    named = np.where(mine | login | register | visits.app, visits.person, np.where(mistaken & ~visits.app, holder, -1))
    stays = (login | register) & ~visits.private
    life.logged[visits.device[stays]] = visits.person[stays]
    life.account[visits.person[register]] = True
    ids = life.town.contacts.user_id
    user = [ids[person] if person >= 0 else "" for person in named.tolist()]
    return Guises(_anonymous(life, visits, g), quoted(user), login, register)


def _anonymous(life: Life, visits: Visits, g: np.random.Generator) -> list[str]:
    fresh = hex_ids(g, len(visits))
    columns = zip(visits.device.tolist(), visits.app.tolist(), visits.private.tolist(), fresh, strict=True)
    names = [life.installation[d] if app else new if private else life.cookie[d] for d, app, private, new in columns]
    return quoted(names)


def _to_buy(life: Life, orders: Orders, g: np.random.Generator) -> Visits:
    rows = np.flatnonzero(orders.shop < IN_STORE)
    person, size = orders.person[rows], orders.size[rows]
    views = size + g.poisson(1.2, len(rows))
    app = orders.shop[rows] == IN_APP
    channel = np.array([campaign.channel for campaign in life.campaigns])[orders.campaign[rows]]
    clickable = np.isin(channel, (EMAIL, SMS, ADS, SOCIAL)) & ~app & (clicking_device(life.town, person) >= 0)
    linked = (orders.campaign[rows] >= 0) & clickable & (g.random(len(rows)) < 0.6)
    own = np.where(linked, clicking_device(life.town, person), _device(life, person, g))
    return _visits(
        life,
        g,
        person,
        np.where(app, life.town.devices.phone[person], own),
        orders.at[rows] - LANDING_MS - CHECKOUT_MS - views * VIEW_MS,
        app=app,
        department=orders.department[rows],
        walk=(orders.first[rows], orders.step[rows]),
        views=views,
        added=size,
        order=rows,
        campaign=np.where(linked, orders.campaign[rows], -1),
        touch=np.where(linked, orders.touch[rows], -1),
    )


def _to_browse(life: Life, day: int, g: np.random.Generator) -> Visits:
    tastes = life.town.tastes
    person = np.repeat(np.arange(len(tastes.visits)), g.poisson(tastes.visits))
    count = len(person)
    device = _device(life, person, g)
    app = tastes.app[person] & (life.town.devices.phone[person] == device) & (device >= 0) & (g.random(count) < 0.6)
    return _visits(
        life,
        g,
        person,
        device,
        life.midnight(day) + habit_ms(g, tastes.hour[person], 3.0, 6.5, 23.2),
        app=app,
        department=draw_rows(g, tastes.taste[person]),
        walk=shelf_walks(count, g),
        views=1 + g.poisson(2.4, count),
        added=np.where(g.random(count) < 0.22, g.integers(1, 3, count), 0),
    )


def _after_click(life: Life, clicks: Touches, g: np.random.Generator) -> Visits:
    department = np.array([campaign.department for campaign in life.campaigns])[clicks.campaign]
    return _visits(
        life,
        g,
        clicks.person,
        clicking_device(life.town, clicks.person),
        clicks.noticed + 20 * SECOND,
        app=np.zeros(len(clicks), bool),
        department=department,
        walk=shelf_walks(len(clicks), g),
        views=1 + g.poisson(1.5, len(clicks)),
        added=np.zeros(len(clicks), np.int64),
        campaign=clicks.campaign,
        touch=clicks.serial,
    )


def _visits(
    life: Life,
    g: np.random.Generator,
    person: Ints,
    device: Ints,
    at: Ints,
    *,
    app: Bools,
    department: Ints,
    walk: tuple[Ints, Ints],
    views: Ints,
    added: Ints,
    order: Ints | None = None,
    campaign: Ints | None = None,
    touch: Ints | None = None,
) -> Visits:
    count = len(person)
    none = np.full(count, -1)
    faults = life.plan.faults
    offline = app & (order is None) & (g.random(count) < faults.late)
    source = none if campaign is None else campaign
    return Visits(
        person=person,
        device=device,
        at=at,
        app=app,
        private=~app & (g.random(count) < faults.private),
        search=~app & (source < 0) & (g.random(count) < 0.3),
        department=department,
        first=walk[0],
        step=walk[1],
        views=views,
        added=np.minimum(added, views),
        order=none if order is None else order,
        campaign=source,
        touch=none if touch is None else touch,
        late=np.where(offline, (g.uniform(0.3, 4.0, count) * DAY).astype(np.int64), 0),
    )


def clicking_device(town: Town, person: Ints) -> Ints:
    """Where people read messages and see adverts: the phone, else the laptop; -1 if they have neither."""
    devices = town.devices
    return np.where(devices.phone[person] >= 0, devices.phone[person], devices.laptop[person])


def _device(life: Life, person: Ints, g: np.random.Generator) -> Ints:
    """Phone, laptop or the family's tablet, among those the person has; -1 if none."""
    devices = life.town.devices
    options = np.stack((devices.phone[person], devices.laptop[person], devices.tablet[person]), axis=1)
    have = options >= 0
    chosen = draw_rows(g, np.where(have, (0.5, 0.3, 0.2), 0.0))
    picked = options[np.arange(len(person)), chosen]
    return np.where(have.any(axis=1), picked, -1)


def _joined(parts: list[Visits]) -> Visits:
    return Visits(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Visits)))

"""The devices: phones, laptops, family tablets and the stores' tablets, and whose they are."""

from dataclasses import dataclass

import numpy as np

from simulator.arrays import Bools, Ints
from simulator.chance import chance
from simulator.plan import Faults
from simulator.town.homes import STORES, Homes
from simulator.town.people import People
from simulator.town.words import LOCALES

KINDS = ("phone", "laptop", "tablet", "store tablet")
SKEWS_MS = (-86_400_000, -7_200_000, -3_600_000, 420_000, 5_400_000, 86_400_000)
_AGENTS = (
    "Mozilla/5.0 (Linux; Android 15; Town One) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36",
    "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
    "Mozilla/5.0 (iPad; CPU OS 18_6 like Mac OS X) AppleWebKit/605.1.15 Version/18.6 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 14; Counter Tab) AppleWebKit/537.36 Chrome/138.0 Safari/537.36",
)


@dataclass(frozen=True)
class Devices:
    """One row per device, `home` -1 in stores; `phone`, `laptop`, `tablet` have one row per person, -1 = none.
    `skew` is what the device's clock is ahead, in milliseconds; `*_context` are JSON members."""

    kind: Ints
    home: Ints
    skew: Ints
    phone: Ints
    laptop: Ints
    tablet: Ints
    store_tablet: Ints
    web_context: list[str]
    app_context: list[str]
    users: list[list[int]]

    def __len__(self) -> int:
        return len(self.kind)


def build_devices(homes: Homes, people: People, seed: int, faults: Faults) -> Devices:
    """Phones are personal; a laptop is shared by 30 % of the homes that have one; a tablet by the whole family."""
    g = chance(seed, "devices")
    count = len(people)
    phone = _own((people.age >= 12) & (g.random(count) < 0.96), 0)
    used = int(phone.max(initial=-1)) + 1
    laptop = _own(people.adult & (g.random(count) < 0.65), used)
    laptop = _lent(laptop, homes, g)
    used = max(used, int(laptop.max(initial=-1)) + 1)
    tablet = _family(homes, g, used)
    used = max(used, int(tablet.max(initial=-1)) + 1)
    store_tablet = used + np.arange(len(STORES))
    total = used + len(STORES)
    kind, home = np.full(total, 3), np.full(total, -1)
    for number, column in enumerate((phone, laptop, tablet)):
        have = column >= 0
        kind[column[have]], home[column[have]] = number, homes.home[have]
    clocks = chance(seed, "clocks")
    wrong = clocks.random(total) < faults.skew
    skew = np.where(wrong, np.array(SKEWS_MS)[clocks.integers(len(SKEWS_MS), size=total)], 0)
    web = [_web(homes, a, b) for a, b in zip(kind.tolist(), home.tolist(), strict=True)]
    app = [text.replace('"analytics.js","version":"5.1.0"', '"analytics-android","version":"4.11.0"') for text in web]
    users = _users((phone, laptop, tablet), total)
    return Devices(kind, home, skew, phone, laptop, tablet, store_tablet, web, app, users)


def _own(have: Bools, first: int) -> Ints:
    return np.where(have, first + np.cumsum(have) - 1, -1)


def _lent(laptop: Ints, homes: Homes, g: np.random.Generator) -> Ints:
    """In some homes the partner has no laptop of their own and uses the first adult's."""
    shares = (homes.seat == 1) & (g.random(len(laptop)) < 0.3)
    before = np.roll(laptop, 1)
    lent = np.where(shares & (before >= 0), before, laptop)
    kept, numbers = np.unique(lent[lent >= 0], return_inverse=True)
    result = np.full(len(lent), -1)
    result[lent >= 0] = (kept[0] if len(kept) else 0) + numbers
    return result


def _family(homes: Homes, g: np.random.Generator, first: int) -> Ints:
    sizes = np.bincount(homes.home)
    have = (sizes >= 2) & (g.random(len(sizes)) < 0.6)
    return _own(have, first)[homes.home]


def _users(columns: tuple[Ints, ...], total: int) -> list[list[int]]:
    users: list[list[int]] = [[] for _ in range(total)]
    for column in columns:
        for person, device in enumerate(column.tolist()):
            if device >= 0:
                users[device].append(person)
    return users


def _web(homes: Homes, kind: int, home: int) -> str:
    ip = homes.ip[home] if home >= 0 else "203.0.113.10"
    locale = LOCALES[int(homes.language[home])] if home >= 0 else LOCALES[0]
    return (
        f'"ip":"{ip}","locale":"{locale}","userAgent":"{_AGENTS[kind]}",'
        f'"library":{{"name":"analytics.js","version":"5.1.0"}}'
    )

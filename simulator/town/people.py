"""The people: name, age and place in the family; what they like is in tastes, how to reach them in contacts."""

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from simulator.arrays import Bools, Ints
from simulator.chance import chance
from simulator.town.homes import Homes
from simulator.town.words import FIRST_NAMES, NAME_ENDS, NAME_STARTS


@dataclass(frozen=True)
class People:
    """One row per person; `age` in years at `today`; `adult` is 18 and over, `shops` is 14 and over."""

    first: list[str]
    last: list[str]
    born: list[date]
    age: Ints
    adult: Bools
    shops: Bools

    def __len__(self) -> int:
        return len(self.first)


def build_people(homes: Homes, seed: int, today: date) -> People:
    """Families that mostly share a surname; 3 % of children carry a parent's first name too."""
    g = chance(seed, "people")
    count = len(homes.home)
    age = _ages(homes.home, homes.seat, g)
    days = age * 365.25 + g.random(count) * 365
    return People(
        first=_first_names(homes, g),
        last=_last_names(homes, g),
        born=[today - timedelta(days=day) for day in days.astype(np.int64).tolist()],
        age=age,
        adult=age >= 18,
        shops=age >= 14,
    )


def _ages(home: Ints, seat: Ints, g: np.random.Generator) -> Ints:
    count = len(home)
    head = g.integers(22, 84, count)
    head_of = head[np.maximum.accumulate(np.where(seat == 0, np.arange(count), 0))]
    partner = np.clip(head_of + g.integers(-6, 7, count), 20, 90)
    child = np.clip(head_of - g.integers(22, 40, count), 1, 24)
    alone = g.random(count) < 0.15
    return np.where(seat == 0, head, np.where((seat == 1) & ~alone, partner, child))


def _first_names(homes: Homes, g: np.random.Generator) -> list[str]:
    count = len(homes.home)
    language = homes.language[homes.home].tolist()
    drawn = g.integers(30, size=count).tolist()
    namesake = (g.random(count) < 0.03).tolist()
    names: list[str] = []
    for person, seat in enumerate(homes.seat.tolist()):
        options = FIRST_NAMES[language[person]]
        copies = namesake[person] and seat >= 2
        names.append(names[person - seat] if copies else options[drawn[person] % len(options)])
    return names


def _last_names(homes: Homes, g: np.random.Generator) -> list[str]:
    count = len(homes.home)
    language = homes.language[homes.home].tolist()
    starts, ends = g.integers(10, size=count).tolist(), g.integers(10, size=count).tolist()
    own = (g.random(count) < 0.2).tolist()
    names: list[str] = []
    for person, seat in enumerate(homes.seat.tolist()):
        if seat == 0 or (seat == 1 and own[person]):
            names.append(NAME_STARTS[language[person]][starts[person]] + NAME_ENDS[language[person]][ends[person]])
        else:
            names.append(names[person - seat])
    return names

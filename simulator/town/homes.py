"""The homes: how many live in each, where it stands, its telephone line and its network address."""

from dataclasses import dataclass

import numpy as np

from simulator.arrays import Ints
from simulator.chance import chance
from simulator.town.words import QUARTERS, STREETS

STORES = ("S-01", "S-02", "S-03", "S-04")
_SIZES = (0.32, 0.30, 0.17, 0.14, 0.07)


@dataclass(frozen=True)
class Homes:
    """One row per home; `home` and `seat` have one row per person (seat 0 is the first adult)."""

    home: Ints
    seat: Ints
    language: Ints
    street: list[str]
    postcode: list[str]
    city: list[str]
    landline: list[str]
    ip: list[str]
    store: Ints


def build_homes(people: int, seed: int) -> Homes:
    """Homes of 1 to 5 for exactly `people` people, in three quarters that speak three languages."""
    g = chance(seed, "homes")
    sizes = g.choice(5, size=people, p=_SIZES) + 1
    home = np.repeat(np.arange(people), sizes)[:people]
    count = int(home[-1]) + 1
    firsts = np.concatenate(([0], np.flatnonzero(np.diff(home)) + 1))
    language = g.choice(3, size=count, p=(0.4, 0.3, 0.3))
    quarter, numbers, road = g.integers(2, size=count), g.integers(1, 120, size=count), g.integers(6, size=count)
    places = [QUARTERS[a][b] for a, b in zip(language.tolist(), quarter.tolist(), strict=True)]
    return Homes(
        home=home,
        seat=np.arange(people) - firsts[home],
        language=language,
        street=[_street(a, r, n) for a, r, n in zip(language.tolist(), road.tolist(), numbers.tolist(), strict=True)],
        postcode=[place[0] for place in places],
        city=[place[1] for place in places],
        landline=_landlines(count, g),
        ip=[f"198.51.{100 + i // 250 % 100}.{i % 250 + 1}" for i in range(count)],
        store=np.where(g.random(count) < 0.2, len(STORES) - 1, language),
    )


def _street(language: int, road: int, number: int) -> str:
    name = STREETS[language][road]
    return f"{name} {number}" if language == 1 else f"{number} {name}"


def _landlines(count: int, g: np.random.Generator) -> list[str]:
    """A line in a fifth of the homes, from a range that France keeps for fiction (05 36 49)."""
    have = g.random(count) < 0.2
    return [f"+3353649{i:04d}" if have[i] and i < 10_000 else "" for i in range(count)]

"""The lists a chain finds when it unites: web accounts, card forms, old till lists, bought addresses; truth apart.

A country of three languages with thousands of surnames, streets and towns, families in one home, people who moved or
married, short names, slips of pen and keyboard, and some telephones that belong to somebody else. No list has a number
that another one knows.

    python -m simulator.registers LISTS.csv TRUTH.csv [--people N --seed S]
"""

import argparse
import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from simulator.chance import chance
from simulator.town.contacts import plain
from simulator.town.mistakes import maybe_mistyped
from simulator.town.words import FIRST_NAMES, MAIL_HOSTS, NAME_ENDS, NAME_STARTS

FIELDS = ("list", "first_name", "last_name", "street", "postal_code", "city", "birthday", "phone", "email")
_LISTS = ("web", "form", "till", "bought")
_MIDDLES = (
    tuple("ti mi na ro li ve sse bou che du re".split()),
    tuple("ti mi na ro li ve re ca ma ne lo".split()),
    tuple("ing er en ow ell al or in ay ers ed".split()),
)
_COMPOUND = (("Marie-", "Jean-"), ("Maria ", "Gian "), ("Mary ", "John "))
_STREET_WORDS = (
    ("rue", "avenue", "chemin", "boulevard", "place", "impasse"),
    ("Via", "Viale", "Corso", "Piazza", "Vicolo", "Largo"),
    ("Street", "Road", "Lane", "Close", "Avenue", "Court"),
)
_LINKS = (("des ", "du ", "de la ", "de l'", ""), ("dei ", "del ", "della ", ""), ("",))
_BY = (("", "sur Mer", "le Haut"), ("", "al Mare", "Alto"), ("", "by Sea", "Hill"))
_SHORT_STREETS = {"rue": "r.", "avenue": "av.", "boulevard": "bd", "chemin": "ch.", "place": "pl.", "impasse": "imp.",
                  "Via": "v.", "Viale": "v.le", "Corso": "c.so", "Piazza": "p.zza", "Street": "St", "Road": "Rd",
                  "Lane": "Ln", "Close": "Cl", "Avenue": "Ave", "Court": "Ct"}  # fmt: skip
_SHORT_NAMES = {"Antoine": "Tony", "Benoît": "Ben", "Élodie": "Élo", "Théo": "Théodore", "Alessandro": "Sandro",
                "Giovanni": "Gianni", "Lorenzo": "Renzo", "Tommaso": "Tom", "Matteo": "Teo", "Federica": "Fede",
                "Catherine": "Kate", "Abigail": "Abby", "Daniel": "Dan", "Jonathan": "Jon", "Thomas": "Tom",
                "William": "Bill", "Edmund": "Ned", "Eleanor": "Ellie", "Peter": "Pete", "Oliver": "Ollie"}  # fmt: skip
# Of each list: how often a field is left out, and how often it has a slip.
_MISSING = {
    "web": {"street": 0.35, "postal_code": 0.35, "city": 0.35, "birthday": 0.6, "phone": 0.4},
    "form": {"first_name": 0.02, "birthday": 0.3, "phone": 0.3, "email": 0.5, "postal_code": 0.15, "street": 0.05},
    "till": {"first_name": 0.04, "birthday": 0.4, "phone": 0.4, "email": 0.9, "postal_code": 0.2},
    "bought": {"birthday": 1.0, "phone": 0.5, "email": 0.8},
}
_SLIPS = {
    "web": {"first_name": 0.02, "last_name": 0.02, "street": 0.05, "email": 0.02, "phone": 0.02, "city": 0.02},
    "form": {"first_name": 0.1, "last_name": 0.1, "street": 0.12, "city": 0.05, "phone": 0.05, "email": 0.08,
             "postal_code": 0.03, "birthday": 0.03},
    "till": {"first_name": 0.08, "last_name": 0.08, "street": 0.1, "city": 0.05, "phone": 0.04, "postal_code": 0.03},
    "bought": {"first_name": 0.04, "last_name": 0.04, "street": 0.05, "city": 0.02, "phone": 0.04, "postal_code": 0.02},
}  # fmt: skip


@dataclass(frozen=True)
class Entry:
    """One line of a list, and the person it tells of."""

    person: int
    fields: dict[str, str]


@dataclass(frozen=True)
class _Home:
    language: int
    surname: str
    street: str
    house: str
    postcode: str
    town: str
    line: str


def entries(people: int, seed: int = 7) -> Iterator[Entry]:
    """One to four lines about each of `people`, shuffled; the same for a seed. About 1.9 lines a person."""
    g = chance(seed, "registers")
    persons = list(_persons(people, g))
    counts = g.choice((1, 2, 3, 4), people, p=(0.45, 0.3, 0.15, 0.1))
    for person in g.permutation(np.repeat(np.arange(people), counts)).tolist():
        yield Entry(person, _written(persons[person], _LISTS[int(g.choice(4, p=(0.3, 0.3, 0.2, 0.2)))], g, persons))


def _persons(people: int, g: np.random.Generator) -> Iterator[dict[str, str]]:
    home, left = _home(g), int(g.choice((1, 2, 3, 4), p=(0.4, 0.3, 0.15, 0.15)))
    names: list[str] = []
    for number in range(people):
        if left == 0:
            home, left, names = _home(g), int(g.choice((1, 2, 3, 4), p=(0.4, 0.3, 0.15, 0.15))), []
        left -= 1
        first = names[0] if names and g.random() < 0.01 else _first(home.language, g, names)
        names.append(first)
        last = home.surname if g.random() < 0.85 else _surname(home.language, g)
        mobile = f"06{int(g.integers(10**8)):08d}" if home.language < 2 else f"07{int(g.integers(10**9)):09d}"
        written = f"{plain(first)}.{plain(last)}{number % 97 if g.random() < 0.5 else ''}"
        yield {
            "first_name": first, "last_name": last, "street": _street(home), "postal_code": home.postcode,
            "city": home.town, "phone": home.line if g.random() < 0.2 else mobile, "language": str(home.language),
            "birthday": f"{1935 + int(g.integers(72))}-{1 + int(g.integers(12)):02}-{1 + int(g.integers(28)):02}",
            "email": f"{written}@{MAIL_HOSTS[int(g.integers(len(MAIL_HOSTS)))]}",
        }  # fmt: skip


def _home(g: np.random.Generator) -> _Home:
    language = int(g.choice(3, p=(0.4, 0.3, 0.3)))
    town = int(120 * g.random() ** 1.7)
    starts, ends = NAME_STARTS[language], NAME_ENDS[language]
    kind = _STREET_WORDS[language][int(g.integers(6))]
    link = _LINKS[language][int(g.integers(len(_LINKS[language])))]
    word = f"{starts[int(g.integers(10))]}{_MIDDLES[language][int(g.integers(11))]}"
    street = f"{word} {kind}" if language == 2 else f"{kind} {link}{word}"
    place = f"{starts[town % 10]}{ends[town // 10 % 10]} {_BY[language][town % 3]}".strip()
    return _Home(
        language, _surname(language, g), street, str(1 + int(g.integers(150))), f"9{language + 1}{town:03d}", place,
        f"05{int(g.integers(10**8)):08d}",
    )  # fmt: skip


def _first(language: int, g: np.random.Generator, taken: list[str]) -> str:
    """A name that nobody in the home has yet; common ones more often."""
    while True:
        name = FIRST_NAMES[language][int(30 * g.random() ** 1.4)]
        name = _COMPOUND[language][int(g.integers(2))] + name if g.random() < 0.12 else name
        if name not in taken:
            return name


def _surname(language: int, g: np.random.Generator) -> str:
    start, end = NAME_STARTS[language][int(g.integers(10))], NAME_ENDS[language][int(10 * g.random() ** 1.3)]
    name = start + _MIDDLES[language][int(11 * g.random() ** 1.3)] + end
    particle = (("de ", "Le "), ("De ", "Di "), ("O'", "Mc"))[language][int(g.integers(2))]
    return particle + name if g.random() < 0.06 else name


def _street(home: _Home) -> str:
    return f"{home.street} {home.house}" if home.language == 1 else f"{home.house} {home.street}"


def _written(
    true: dict[str, str], sheet: str, g: np.random.Generator, persons: list[dict[str, str]]
) -> dict[str, str]:  # fmt: skip
    """One line as this list writes it."""
    values = dict(true)
    if g.random() < 0.04:  # moved since
        other = persons[int(g.integers(len(persons)))]
        values |= {name: other[name] for name in ("street", "postal_code", "city")}
    if g.random() < 0.01:  # married since
        values["last_name"] = persons[int(g.integers(len(persons)))]["last_name"]
    if g.random() < 0.02:  # gave somebody else's telephone
        values["phone"] = persons[int(g.integers(len(persons)))]["phone"]
    if g.random() < 0.1:
        values["first_name"] = _SHORT_NAMES.get(values["first_name"], values["first_name"])
    if g.random() < 0.35:
        values["street"] = " ".join(_SHORT_STREETS.get(word, word) for word in values["street"].split())
    if sheet == "till" and g.random() < 0.3:
        values["first_name"] = f"{values['first_name'][0]}."
    values["birthday"] = _dated(values["birthday"], sheet)
    fields = {"list": sheet}
    for name in FIELDS[1:]:
        value = "" if g.random() < _MISSING[sheet].get(name, 0.0) else values[name]
        value = maybe_mistyped(value, _SLIPS[sheet].get(name, 0.0), g)
        fields[name] = value.upper() if sheet == "till" and name != "email" else value
    if g.random() < 0.01:
        fields["first_name"], fields["last_name"] = fields["last_name"], fields["first_name"]
    return fields


def _dated(day: str, sheet: str) -> str:
    year, month, date = day.split("-")
    return {"web": day, "form": f"{date}/{month}/{year}", "till": year, "bought": ""}[sheet]


def main() -> int:
    """Write both CSV files (UTF-8, with headers; the truth as line,person)."""
    parser = argparse.ArgumentParser(prog="python -m simulator.registers", description=__doc__)
    parser.add_argument("lists", type=Path, help="CSV of the lines")
    parser.add_argument("truth", type=Path, help="CSV of line,person")
    parser.add_argument("--people", type=int, default=3000)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    with given.lists.open("w", newline="", encoding="utf-8") as out, given.truth.open("w", encoding="utf-8") as apart:
        lines, answers = csv.DictWriter(out, FIELDS), csv.writer(apart)
        lines.writeheader()
        answers.writerow(("line", "person"))
        for number, entry in enumerate(entries(given.people, given.seed), start=1):
            lines.writerow(entry.fields)
            answers.writerow((number, entry.person))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

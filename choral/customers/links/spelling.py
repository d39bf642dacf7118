"""One spelling for what people write by hand: names, streets, towns, days and numbers in French, Italian and English.

Pure. What is left out (titles, particles, kinds of streets) is what forms and old tills write one time in two.
"""

from __future__ import annotations

import re
import unicodedata
from typing import NamedTuple

from choral.customers.links.names import PARTICLES, ROOTS, SAINTS, STREET_TYPES, TITLES

_NOT_WORDS = re.compile(r"[^a-z0-9]+")
_APOSTROPHES = re.compile(r"['’`´]")
_HOUSE = re.compile(r"^(\d{1,4})(?: ?(bis|ter|quater|[a-qs-uw-z]))?$")  # a lone r or v is a rue or a via
_DAY_FIRST = re.compile(r"^(\d{1,2})\D(\d{1,2})\D(\d{4}|\d{2})$")
_YEAR_FIRST = re.compile(r"^(\d{4})\D(\d{1,2})\D(\d{1,2})")
_LIGATURES = str.maketrans({"œ": "oe", "æ": "ae", "ß": "ss", "ø": "o", "ł": "l", "đ": "d"})
_VOWELS = frozenset("aeiouyh")
_ALIKE = str.maketrans({"c": "k", "q": "k", "x": "k", "z": "s", "g": "j", "w": "v", "b": "p", "d": "t"})
_PHONE_DIGITS = 9  # French and Italian numbers without their country, and more than enough of a British one
_YOUNGEST_CENTURY = 30  # 1930 or 2030: nobody is born in the future


class Address(NamedTuple):
    """The words that name a street, and the number of the house."""

    street: str
    house: str


def fold(text: str) -> str:
    """Lower-case ASCII words: “D’Angelo, Éloïse” → “d angelo eloise”."""
    decomposed = unicodedata.normalize("NFKD", _APOSTROPHES.sub(" ", text.casefold().translate(_LIGATURES)))
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return _NOT_WORDS.sub(" ", bare).strip()


def first_name(text: str) -> str:
    """A first name without titles: “Mme Marie-Claire” → “marie claire”, “J.” → “j”."""
    return " ".join(word for word in fold(text).split() if word not in TITLES or len(word) == 1)


def roots(first: str) -> list[str]:
    """The names a first name may be short for, itself included: “bob” → bob, robert; “jean pierre” → jean pierre."""
    return sorted({first, *ROOTS.get(first, ())}) if first else []


def last_name(text: str) -> str:
    """A surname without particles, in one word: “de la Tour”, “Delatour” stay apart, “D'Angelo” → “angelo”."""
    words = [word for word in fold(text).split() if word not in TITLES]
    core = [word for word in words if word not in PARTICLES]
    return "".join(core or words)


def divided(full: str) -> tuple[str, str]:
    """First and last name out of one field: “Rossi, Anna” and “Anna ROSSI”; else the last word is the surname."""
    last, comma, first = full.partition(",")
    if comma and first.strip():
        return first.strip(), last.strip()
    words = full.split()
    shouted = [word for word in words if len(word) > 1 and word.isupper()]
    if shouted and len(shouted) < len(words):
        return " ".join(word for word in words if word not in shouted), " ".join(shouted)
    at = len(words) - 1
    while at > 1 and fold(words[at - 1]) in PARTICLES:  # the particle goes with the surname
        at -= 1
    return " ".join(words[:at]), " ".join(words[at:])


def sound(last: str) -> str:
    """A rough skeleton of a surname that survives most slips: its first letter and four consonants."""
    if not last:
        return ""
    rest = [letter for letter in last[1:].translate(_ALIKE) if letter not in _VOWELS]
    kept = [letter for place, letter in enumerate(rest) if place == 0 or letter != rest[place - 1]]
    return last[0].translate(_ALIKE) + "".join(kept)[:4]


def address(text: str) -> Address:
    """Street and house: “12 bis, rue des Lilas” and “Via dei Tigli 12/A” → (“lilas”, “12bis”), (“tigli”, “12a”)."""
    words = fold(text).split()
    house, words = _house(words)
    named = [SAINTS.get(word, word) if place < len(words) - 1 else word for place, word in enumerate(words)]
    core = [word for word in named if word not in STREET_TYPES and word not in PARTICLES]
    return Address(" ".join(core or named), house)


def postcode(text: str) -> str:
    """Letters and digits only, in capitals: “sw1a 1aa” → “SW1A1AA”."""
    return "".join(letter for letter in text.upper() if letter.isalnum())


def town(text: str) -> str:
    """A town's name: “St-Denis Cedex 2” → “saint denis”."""
    words = [word for word in fold(text).split() if word != "cedex" and not word.isdigit()]
    return " ".join(SAINTS.get(word, word) if place < len(words) - 1 else word for place, word in enumerate(words))


def birth(text: str) -> tuple[str, str]:
    """A birthday as (ISO day or "", year or ""): days before months; a year alone stays one."""
    bare = text.strip()
    if found := _YEAR_FIRST.match(bare):
        year, month, day = found.groups()
    elif found := _DAY_FIRST.match(bare):
        day, month, year = found.groups()
        year = year if len(year) == 4 else f"{'20' if int(year) < _YOUNGEST_CENTURY else '19'}{year}"
    elif len(bare) == 4 and bare.isdigit():
        return "", bare
    else:
        return "", ""
    if int(month) > 12 >= int(day):
        day, month = month, day
    if not (1 <= int(month) <= 12 and 1 <= int(day) <= 31):
        return "", year
    return f"{year}-{int(month):02}-{int(day):02}", year


def phone(text: str) -> str:
    """The last nine digits of a telephone number, "" when it has fewer than six."""
    digits = "".join(letter for letter in text if letter.isdigit())
    return digits[-_PHONE_DIGITS:] if len(digits) >= 6 else ""


def mail(text: str) -> tuple[str, str]:
    """An e-mail address and the part before the @ without what some providers ignore (dots, +tags)."""
    bare = text.strip().lower()
    local, at, host = bare.partition("@")
    if not at or not local or not host:
        return "", ""
    return bare, local.split("+")[0].replace(".", "")


def own(local: str, first: str, last: str) -> str:
    """The part before the @ where it says more than the name: anna.rossi is any Anna Rossi, anna.rossi84 is one."""
    given = first.replace(" ", "")
    names = {given + last, last + given, given[:1] + last, last + given[:1], given, last}
    return "" if fold(local).replace(" ", "") in names else local


def _house(words: list[str]) -> tuple[str, list[str]]:
    """The number at the beginning or the end, with the letter behind it."""
    for first, second in ((0, 1), (-2, -1)):
        if len(words) > 2 and (found := _HOUSE.match(f"{words[first]} {words[second]}")) and found[2]:
            return found[1] + found[2], words[2:] if first == 0 else words[:-2]
    for place in (0, -1):
        if len(words) > 1 and (found := _HOUSE.match(words[place])):
            return found[1] + (found[2] or ""), words[1:] if place == 0 else words[:-1]
    return "", words

"""Personal values: how they are spelled, searched and masked. Pure."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

NAMES = ("name", "first_name", "last_name", "company")
SEARCHABLE = frozenset({*NAMES, "email", "phone"})
LONGEST_VALUE = 2_000  # characters
BEFORE = "  "  # two blanks mark where a word begins
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_NO_DIGIT = re.compile(r"\D+")
_WORD = re.compile(r"[^\W_]+")
_OTHER_NAMES = {"firstname": "first_name", "lastname": "last_name", "surname": "last_name", "given_name": "first_name",
                "family_name": "last_name", "full_name": "name", "e_mail": "email", "phone_number": "phone",
                "telephone": "phone", "mobile": "phone"}  # fmt: skip


@lru_cache(maxsize=1_000)
def field_name(field: str) -> str:
    """The one spelling of a field: snake_case, with the field's usual synonyms brought together."""
    snake = _HUMP.sub("_", field.strip()).replace("-", "_").replace(" ", "_").lower()[:120]
    return _OTHER_NAMES.get(snake, snake)


def fold(text: str) -> str:
    """Without case and accents: “Éloïse” and “eloise” are found by the same letters."""
    if text.isascii():
        return text.lower()
    decomposed = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter)).casefold()


def indexed(field: str, value: str) -> list[str]:
    """What the index must hold of a value so that `words` are found by their beginnings and by any piece of them.

    A word that ends another one's text only brings its beginning: the rest of it is there already.
    """
    if field == "phone":
        found = digits(value)
        if len(found) > 9:  # nearly all: spelled out, because it is done once for everybody who comes
            return [BEFORE + found, BEFORE + found[1:3], BEFORE + found[2:4], BEFORE + found[3:5]]
        return [BEFORE + found, *(BEFORE + found[size : size + 2] for size in (1, 2) if len(found) > size + 6)]
    folded = fold(value).strip()
    if field != "email":
        return [BEFORE + part[:80] for part in _WORD.findall(folded)]
    return [BEFORE + folded, *[BEFORE + part[:2] for part in _WORD.findall(folded.partition("@")[0])]]


def words(field: str, value: str) -> set[str]:
    """What a search may begin with to find this value; a telephone number by its digits, with and without country."""
    if field == "phone":
        found = digits(value)
        return {found, *(found[size:] for size in (1, 2, 3) if len(found) > size + 6)} if found else set()
    folded = fold(value).strip()
    if field == "email":  # not by the words of its domain, which it shares with half the shop
        return {part[:80] for part in (folded, *_WORD.findall(folded.partition("@")[0]))}
    return {part[:80] for part in _WORD.findall(folded)}


def digits(text: str) -> str:
    """Only the digits, without the zeros in front that stand for “abroad” or “this country”."""
    found = _NO_DIGIT.sub("", text) if text.isascii() else "".join(letter for letter in text if letter.isdigit())
    return found.lstrip("0")


def masked(field: str, value: str) -> str:
    """What may be shown of a value to somebody who may not see it: enough to recognise it, not to learn it."""
    if not value:
        return ""
    if field == "email":
        name, _, domain = value.partition("@")
        return f"{name[:1]}•••@{domain[:1]}•••"
    if field == "phone":
        return f"••• {value[-2:]}"
    if field in NAMES:
        return " ".join(f"{part[0]}•••" for part in value.split())
    return "•••"


def full_name(values: dict[str, str]) -> str:
    """The name to call somebody by, from whichever fields are known; '' when none is."""
    both = " ".join(filter(None, (values.get("first_name"), values.get("last_name"))))
    return both or values.get("name", "") or values.get("company", "")

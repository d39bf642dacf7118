"""Finds customers by whatever a person types: part of a name, a number in any spelling, an e-mail, a card, an order."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from choral.core.identifiers import seen
from choral.customers.identity import queries as identity
from choral.customers.identity.rules import STRONG
from choral.customers.profiles import queries as profiles
from choral.customers.records import queries as records
from choral.customers.records.rules import digits, fold

_PLAIN = tuple(kind.name for kind in STRONG if kind.name not in ("email", "phone"))
_FEWEST_DIGITS = 4  # fewer would find half the shop
_FEWEST_LETTERS = 3  # for the middle of a word


class Hit(NamedTuple):
    """A customer (number), what kind of thing matched and its text; the text is '' where it is personal."""

    customer: int
    by: str
    hint: str


def search(text: str, personal: bool, secret: bytes, region: str, limit: int) -> list[Hit]:
    """The best hits first, each customer once. Personal values are only looked at when the reader may see them."""
    wanted = " ".join(text.replace("\0", "").split())[:200]
    if len(wanted) < 2:
        return []
    hits: dict[int, Hit] = {}
    for hit in _hits(wanted, personal, secret, region, limit):
        hits.setdefault(hit.customer, hit)
        if len(hits) >= limit:
            break
    return list(hits.values())


def _hits(text: str, personal: bool, secret: bytes, region: str, limit: int) -> Iterator[Hit]:
    yield from _by_identifier(text, limit)
    yield from _by_order(text, limit)
    if personal:
        yield from _by_contact(text, secret, region)
        yield from _by_words(text, limit)


def _by_identifier(text: str, limit: int) -> Iterator[Hit]:
    if text.isdecimal() and len(text) <= 19 and int(text) < 1 << 63:
        customer = identity.current(int(text))
        if customer is not None:
            yield Hit(customer, "id", text)
    kind, _, value = text.partition(":")
    asked = [text] if kind in _PLAIN and value else [f"{kind}:{text}" for kind in _PLAIN]
    found = identity.resolve([*asked, f"anonymous:{text}", f"device:{text}"])
    found |= {one: customer for one, customer in identity.beginning_with(asked, limit) if one not in found}
    for one, customer in found.items():
        yield Hit(customer, one.partition(":")[0], one.partition(":")[2])


def _by_order(text: str, limit: int) -> Iterator[Hit]:
    found = profiles.orders_numbered(text.lstrip("#"), limit)
    people = identity.by_keys({subject for _, subject in found})
    for order, subject in found:
        yield Hit(people[subject].customer, "order", order)


def _by_contact(text: str, secret: bytes, region: str) -> Iterator[Hit]:
    kind = "email" if "@" in text else "phone" if len(digits(text)) >= 6 else None
    identifier = seen(kind, text, secret, region) if kind else None
    if identifier is not None:
        for customer in identity.resolve([str(identifier)]).values():
            yield Hit(customer, identifier.kind, "")


def _by_words(text: str, limit: int) -> Iterator[Hit]:
    number = digits(text)
    letters = [word for word in fold(text).split() if any(map(str.isalpha, word))]
    if letters:
        terms = [part for word in letters for part in ([word] if "@" in word else _split(word))]
        found = records.beginning_with(terms, limit)
        if not found and len(terms) == 1 and len(terms[0]) >= _FEWEST_LETTERS:
            found = records.containing(terms[0], limit)
    elif len(number) >= _FEWEST_DIGITS:
        found = records.beginning_with([number], limit)
    else:
        return
    by = "name" if letters else "phone"
    people = identity.resolve(found)
    for one in found:
        if one in people:
            yield Hit(people[one], by, "")


def _split(word: str) -> list[str]:
    return [part for part in "".join(letter if letter.isalnum() else " " for letter in word).split() if part]

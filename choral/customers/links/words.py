"""Evidence in English words; pages say it in their reader's language by the same codes."""

from __future__ import annotations

import json

from choral.customers.links.values import Evidence

WORDS: dict[tuple[str, str], str] = {
    ("first", "same"): "same first name",
    ("first", "swapped"): "first and last name changed places",
    ("first", "short"): "first name and its short form",
    ("first", "close"): "first name one slip apart",
    ("first", "initial"): "first name and its initial",
    ("first", "part"): "one of two first names",
    ("first", "alike"): "similar first names",
    ("first", "other"): "different first names",
    ("last", "same"): "same surname",
    ("last", "swapped"): "first and last name changed places",
    ("last", "close"): "surname one slip apart",
    ("last", "part"): "one surname is part of the other",
    ("last", "other"): "different surnames",
    ("birth", "same"): "same birthday",
    ("birth", "close"): "birthday one slip apart",
    ("birth", "year"): "same year of birth",
    ("birth", "other"): "different birthdays",
    ("street", "same"): "same street and house",
    ("street", "close"): "street one slip apart, same house",
    ("street", "street"): "same street, another house or none",
    ("street", "other"): "different streets",
    ("town", "postcode"): "same postal code",
    ("town", "town"): "same town",
    ("town", "close"): "town or postal code one slip apart",
    ("town", "other"): "different towns",
    ("email", "same"): "same e-mail",
    ("email", "local"): "same e-mail name at another provider",
    ("email", "close"): "e-mail one slip apart",
    ("email", "other"): "different e-mails",
    ("phone", "same"): "same telephone",
    ("phone", "close"): "telephone one slip apart",
    ("phone", "other"): "different telephones",
}


def evidence(levels: str) -> tuple[Evidence, ...]:
    """What the comparisons say, from the levels as the book keeps them; those where one is silent are left out."""
    found = []
    for field, level in json.loads(levels):
        if level == "missing" or (field == "last" and level == "swapped"):
            continue
        found.append(Evidence(field, level, WORDS[field, level], level == "other"))
    return tuple(found)


def reason(levels: str, probability: float, state: str) -> str:
    """Why two were made one, or kept apart, as identity's book and its readers see it."""
    pieces = ", ".join(one.words for one in evidence(levels))
    return f"Suggestion {state} ({probability:.1%}): {pieces}"

"""Who is behind each identifier, as JSON-ready facts: owners, sharers, and what was written down wrongly."""

from collections.abc import Iterator
from typing import Any

from simulator.life.state import Life
from simulator.truth.book import person_name


def identifier_lines(life: Life) -> Iterator[dict[str, Any]]:
    """One fact per (type, value). `person_ids` are its owners; anonymous ids have the persons seen behind them;
    `used_by` of an account are those who really clicked under its name; `typing_error` has no owner but a writer."""
    contacts = life.town.contacts
    columns = {
        "email": contacts.email,
        "phone": contacts.phone,
        "loyalty_card": contacts.card,
        "token": contacts.token,
        "marketplace_id": contacts.marketplace,
        "social_handle": contacts.social,
    }
    for kind, values in columns.items():
        yield from _owned(kind, values)
    yield from _lines_at_home(life)
    yield from _accounts(life)
    for value, people in life.book.behind("anonymous_id").items():
        yield {"type": "anonymous_id", "value": value, "person_ids": [person_name(p) for p in people]}
    yield from _mistyped("email", contacts.email, contacts.till_email)
    yield from _mistyped("phone", contacts.phone, contacts.till_phone)


def _owned(kind: str, values: list[str]) -> Iterator[dict[str, Any]]:
    owners: dict[str, list[str]] = {}
    for person, value in enumerate(values):
        if value:
            owners.setdefault(value, []).append(person_name(person))
    for value, people in owners.items():
        yield {"type": kind, "value": value, "person_ids": people}


def _lines_at_home(life: Life) -> Iterator[dict[str, Any]]:
    homes, adult = life.town.homes, life.town.people.adult
    people: dict[int, list[str]] = {}
    for person, home in enumerate(homes.home.tolist()):
        if adult[person] and homes.landline[home]:
            people.setdefault(home, []).append(person_name(person))
    for home, names in people.items():
        yield {"type": "phone", "value": homes.landline[home], "person_ids": names, "line_of_the_home": True}


def _accounts(life: Life) -> Iterator[dict[str, Any]]:
    used = life.book.behind("user_id")
    for person, value in enumerate(life.town.contacts.user_id):
        if life.account[person]:
            users = [person_name(p) for p in used.get(value, [])]
            yield {"type": "user_id", "value": value, "person_ids": [person_name(person)], "used_by": users}


def _mistyped(kind: str, true: list[str], written: list[str]) -> Iterator[dict[str, Any]]:
    for person, (right, wrong) in enumerate(zip(true, written, strict=True)):
        if right != wrong:
            name = person_name(person)
            yield {"type": kind, "value": wrong, "person_ids": [name], "typing_error": True, "meant": right}

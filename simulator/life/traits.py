"""What people say about themselves as JSON traits: as an account holds it, and as a till wrote it down."""

import json
from dataclasses import dataclass

from simulator.town.town import Town


@dataclass(frozen=True)
class Traits:
    """One JSON object per person, with e-mail, phone, firstName, lastName, address, birthday and card if known."""

    account: list[str]
    guest: list[str]
    till: list[str]
    parcel: list[str]


def build_traits(town: Town) -> Traits:
    """`account` is complete; `guest` a checkout without account; `till` dictated; `parcel` a marketplace's label."""
    contacts = town.contacts
    rows = range(len(town.people))
    cards = [card if linked else "" for card, linked in zip(contacts.card, contacts.linked.tolist(), strict=True)]
    return Traits(
        account=[_text(town, p, contacts.email[p], contacts.phone[p], cards[p], True) for p in rows],
        guest=[_text(town, p, contacts.email[p], contacts.phone[p], "", False) for p in rows],
        till=[_text(town, p, contacts.till_email[p], contacts.till_phone[p], contacts.card[p], False) for p in rows],
        parcel=[_text(town, p, "", "", "", False) for p in rows],
    )


def _text(town: Town, person: int, email: str, phone: str, card: str, birthday: bool) -> str:
    people, homes = town.people, town.homes
    home = int(homes.home[person])
    address = {
        "street": homes.street[home],
        "city": homes.city[home],
        "postalCode": homes.postcode[home],
        "country": "FR",
    }
    said = {
        "email": email,
        "phone": phone,
        "firstName": people.first[person],
        "lastName": people.last[person],
        "address": address,
        "birthday": people.born[person].isoformat() if birthday else "",
        "loyalty_card": card,
    }
    known = {name: value for name, value in said.items() if value}
    return json.dumps(known, ensure_ascii=False, separators=(",", ":"))

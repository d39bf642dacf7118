"""The identifiers of the people: e-mail, phone, account, loyalty card, wristband, marketplace and social names."""

import unicodedata
from dataclasses import dataclass

import numpy as np

from simulator.arrays import Bools
from simulator.chance import chance, hex_ids
from simulator.town.homes import Homes
from simulator.town.mistakes import maybe_mistyped
from simulator.town.people import People
from simulator.town.words import MAIL_HOSTS


@dataclass(frozen=True)
class Contacts:
    """One row per person, "" where there is none; `till_*` is what the till wrote when they were dictated."""

    email: list[str]
    phone: list[str]
    user_id: list[str]
    card: list[str]
    token: list[str]
    marketplace: list[str]
    social: list[str]
    contact_id: list[str]
    till_email: list[str]
    till_phone: list[str]
    account: Bools
    carded: Bools
    linked: Bools


def build_contacts(homes: Homes, people: People, seed: int, typing: float) -> Contacts:
    """Partners share a card in 30 % and an e-mail address in 6 % of the homes; `typing` is the rate of errors."""
    g = chance(seed, "contacts")
    count = len(people)
    partner = (homes.seat == 1) & people.adult
    email = _shared(_emails(people, g), partner & (g.random(count) < 0.06))
    phone = _phones(people)
    card = _shared(_numbers("2950", people.adult, g), partner & (g.random(count) < 0.3))
    mailed = np.array([bool(value) for value in email])
    account = people.shops & mailed & (g.random(count) < np.where(people.age < 60, 0.6, 0.35))
    carded = people.adult & (g.random(count) < 0.5)
    typed = chance(seed, "contacts at the till")
    return Contacts(
        email=email,
        phone=phone,
        user_id=[f"u-{text}" for text in hex_ids(g, count, 12)],
        card=card,
        token=_have("E280", people.shops & (g.random(count) < 0.12), hex_ids(g, count, 16)),
        marketplace=_have("bazaro-", people.adult & (g.random(count) < 0.4), hex_ids(g, count, 10)),
        social=_handles(people, people.shops & (g.random(count) < 0.5)),
        contact_id=[f"crm-{text}" for text in hex_ids(g, count, 12)],
        till_email=[maybe_mistyped(value, typing, typed) for value in email],
        till_phone=[maybe_mistyped(value, typing, typed) for value in phone],
        account=account,
        carded=carded,
        linked=account & carded & (g.random(count) < 0.6),
    )


def plain(text: str) -> str:
    """Lower-case ASCII letters and digits of a name."""
    stripped = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return "".join(letter for letter in stripped.lower() if letter.isalnum())


def _shared(values: list[str], shares: Bools) -> list[str]:
    """Where `shares` holds, the value of the person before (the partner in seat 0)."""
    return [values[i - 1] if shares[i] else value for i, value in enumerate(values)]


def _emails(people: People, g: np.random.Generator) -> list[str]:
    hosts = g.integers(len(MAIL_HOSTS), size=len(people)).tolist()
    have = people.shops & (g.random(len(people)) < 0.93)
    taken: dict[str, int] = {}
    emails = []
    for person, (first, last) in enumerate(zip(people.first, people.last, strict=True)):
        local = f"{plain(first)}.{plain(last)}"
        taken[local] = taken.get(local, 0) + 1
        number = taken[local] if taken[local] > 1 else ""
        emails.append(f"{local}{number}@{MAIL_HOSTS[hosts[person]]}" if have[person] else "")
    return emails


def _phones(people: People) -> list[str]:
    """Mobile numbers that France keeps for fiction; they suffice for 50,000 people, the rest have none."""
    ranges = ("+3363998", "+3319900", "+3326191", "+3335301", "+3346571")
    have = (people.age >= 12).tolist()
    return [f"{ranges[i // 10_000]}{i % 10_000:04d}" if has and i < 50_000 else "" for i, has in enumerate(have)]


def _numbers(prefix: str, have: Bools, g: np.random.Generator) -> list[str]:
    order = g.permutation(len(have)).tolist()
    return [f"{prefix}{number:09d}" if have[i] else "" for i, number in enumerate(order)]


def _have(prefix: str, have: Bools, values: list[str]) -> list[str]:
    return [prefix + value if have[i] else "" for i, value in enumerate(values)]


def _handles(people: People, have: Bools) -> list[str]:
    names = zip(people.first, people.last, strict=True)
    return [f"@{plain(a)}_{plain(b)}{i}" if have[i] else "" for i, (a, b) in enumerate(names)]

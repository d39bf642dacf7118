"""What the room keeps about a person, for export; and its erasure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from choral.books import Tx
from choral.customers.consent import actions, queries

_ALL = 100_000


@dataclass(frozen=True)
class Section:
    """What one room holds about a person, machine-readable, with a title for people; times in µs UTC."""

    room: str
    title: str
    rows: tuple[Mapping[str, object], ...]


def told(identifiers: Sequence[str]) -> list[Section]:
    """Every statement of these identifiers with its proof and the text it rests on."""
    page = queries.entries(queries.EntryFilter(identifiers=tuple(identifiers)), personal=True, limit=_ALL)
    texts = {
        (key, one.version): one.texts for key in {entry.purpose for entry in page.rows} for one in queries.wordings(key)
    }
    rows = tuple(
        {
            "identifier": one.identifier, "purpose": one.purpose, "channel": one.channel, "state": one.state,
            "at": one.at, "until_at": one.until_at, "basis": one.basis,
            "where": one.place, "noted_by": one.actor, "text": dict(texts.get((one.purpose, one.wording or 0), {})),
            "proof": dict(one.proof),
        }
        for one in page.rows
    )  # fmt: skip
    return [Section("consent", "What you agreed to and what you refused", rows)] if rows else []


def erase(tx: Tx, identifiers: Sequence[str]) -> int:
    """Forget it; a refusal of everything stays under the keyed hash of each address."""
    return actions.erase(tx, identifiers)

"""What every room that keeps anything about a person promises: to tell it, and to erase it.

A room keeps the promise in its `personal.py`; whoever has one is found by itself. Nothing here knows a room.
"""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, cast, runtime_checkable

from django.apps import apps

from choral.books import Tx
from choral.customers.privacy.traces import Traces
from choral.home import Home


@dataclass(frozen=True)
class Section:
    """One kind of thing a room holds about a person: rows of plain values by the name of the column.

    `title` is an English sentence of a few words; times are µs UTC in columns `at` or `.._at`.
    """

    room: str
    title: str
    rows: tuple[Mapping[str, object], ...]


@dataclass(frozen=True)
class Kept:
    """A line of the register of processing (GDPR art. 30): what a table holds about people, what for, how long."""

    table: str
    what: str
    purpose: str
    until: str


@runtime_checkable
class Personal(Protocol):
    """The module `<room>/personal.py`."""

    def told(self, identifiers: Sequence[str]) -> Sequence[Section]:
        """What the room holds of a person, found by their identifiers as the log has them (`card:8812`)."""
        ...

    def erase(self, tx: Tx, identifiers: Sequence[str]) -> int:
        """Forget it; how many rows. Doing it again changes nothing. Views, which are made from the log, do nothing."""
        ...


@runtime_checkable
class Searched(Protocol):
    """What such a module has besides where people stand in free text: found by values, not by identifiers."""

    def found(self, home: Home, traces: Traces) -> Sequence[Section]: ...

    def scrub(self, tx: Tx, home: Home, traces: Traces) -> int: ...


@dataclass(frozen=True)
class Room:
    """A room and its promise. `kept` are its lines of the register."""

    name: str
    label: str
    module: Personal

    @property
    def kept(self) -> tuple[Kept, ...]:
        return cast("tuple[Kept, ...]", getattr(self.module, "KEPT", ()))

    @property
    def searched(self) -> Searched | None:
        return cast(Searched, self.module) if hasattr(self.module, "scrub") else None


def rooms() -> Iterator[Room]:
    """The rooms that keep anything about people, in the order of the settings."""
    for config in apps.get_app_configs():
        name = f"{config.name}.personal"
        if config.name.startswith("choral.") and importlib.util.find_spec(name):
            yield Room(config.name, config.label, cast(Personal, importlib.import_module(name)))


# Tables that hold no customer's data, and why; every other table with a column that looks personal needs a room.
NOT_ABOUT_CUSTOMERS: Mapping[str, str] = {
    "team_member": "the retailer's own people, who are no customers of this system",
    "team_apikey": "programs",
    "team_signinlink": "digests of links of the retailer's own people",
    "django_content_type": "the framework's names of tables",
    "django_migrations": "which tables were made",
    "django_session": "sign-ins of the retailer's own people; gone after twelve hours",
    "auth_group": "not used",
    "auth_permission": "not used",
    "connectors_cursor": "how far a system was read",
    "forwarding_destination": "tools that events are passed on to",
    "forwarding_dead": "positions of the log; the events themselves are in the log alone",
    "plan_expected": "which events are expected",
    "plan_violation": "names of events and positions of the log",
    "plan_seen": "counts",
    "plan_progress": "how far the log was checked",
    "recommend_rule": "what may be recommended",
    "experiments_experiment": "what is tried, in words of the retailer",
    "experiments_arm": "the variations of an experiment",
    "boards_board": "figures the team looks at together, and what they are called",
    "boards_query": "what an analyst asked, over tables that name nobody",
    "boards_sending": "which of the team's own people got a board by e-mail",
    "traits_trait": "how a trait is computed",
    "audiences_audience": "who is meant, in words of the retailer",
    "audiences_version": "what an audience said before",
    "audiences_size": "counts",
    "finding_said": "what was found in the shop's figures: no person is named",
    "finding_away": "which findings are put away",
    "geo_study": "which stores or areas are compared",
    "geo_table": "figures of areas by day",
    "identity_state": "numbers of the identity view's own state",
    "identity_withdrawn": "names of sources",
}
# Views beside identity and profiles that an erasure takes a person out of (`forgetting.py`).
FORGOTTEN_WITH_THE_VIEWS = frozenset({"following_hit", "following_due", "following_member", "seen", "duplicates"})

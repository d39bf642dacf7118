"""Tells a shop what happened, and reads back what it concluded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import msgspec
from django.db import connections
from pyroaring import BitMap

from choral import Shop
from choral.books.outbox import BooksOutbox
from choral.core.event import Event, encode_lines
from choral.core.identifiers import PERSONAL_KINDS, seen
from choral.customers.consumer import consume, empty
from choral.customers.identity.tables import EMPTY as IDENTITY
from choral.customers.profiles.tables import EMPTY as PROFILES
from choral.customers.records.tables import NAMED
from choral.events.relay import relay
from choral.events.store import Batch

START = 1_700_000_000_000_000
VIEWS = (*IDENTITY, *PROFILES, "seen", "duplicates")


class Told:
    """A shop with a short way to tell it events; every sender is a source of its own name."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.customers = shop.customers
        self._numbers = iter(range(1, 1_000_000))
        empty()

    def says(self, source: str, *events: dict[str, Any], consumed: bool = True) -> None:
        """Events through the collector's way, as a channel sends them; `id` and `at` are filled in."""
        made = self.shop.events.create_source(source, "store" if source == "till" else "web", source)
        rows = []
        for event in events:
            number = next(self._numbers)
            rows.append({"id": f"m{number}", "name": "Page Viewed", "at": START + number} | event)
        verdict = self.shop.events.accept(made, rows)
        assert not verdict.refused, verdict.refused
        if consumed:
            self.consume()

    def consume(self, most: int = 1_000) -> None:
        while consume(self.shop.home, self.shop.log, most):
            pass

    def one(self, identifier: str) -> str:
        """The customer an identifier belongs to; addresses and numbers as people write them, or as seen."""
        return self._resolve([identifier])[0]

    def same(self, *identifiers: str) -> bool:
        """Whether all of these are one customer."""
        return len(set(self._resolve(identifiers))) == 1

    def settle(self) -> None:
        """The facts that actions told into the log, and the log into the views, as the worker does."""
        relay(BooksOutbox(), self.shop.log)
        self.consume()

    def _resolve(self, identifiers: Sequence[str]) -> list[str]:
        spelled = [self._spelled(text) for text in identifiers]
        found = self.customers.resolve(spelled)
        return [found[text] for text in spelled]

    def _spelled(self, text: str) -> str:
        kind, _, value = text.partition(":")
        if kind not in PERSONAL_KINDS or value.startswith("#"):
            return text
        return str(seen(kind, value, self.shop.home.secret, self.shop.home.region))


def event(number: int, *ids: str, name: str = "Page Viewed", at: int | None = None, **more: Any) -> Event:
    """An event as the log holds it."""
    properties = msgspec.Raw(msgspec.json.encode(more.pop("properties", {})))
    return Event(f"m{number}", name, START + (number if at is None else at), ids, properties=properties, **more)


def append(shop: Shop, source: str, events: Sequence[Event]) -> None:
    """One batch straight into the log."""
    shop.log.append([Batch(source, START, len(events), encode_lines(list(events)))])


def rows(table: str, columns: str = "*", alias: str = "views") -> list[tuple[Any, ...]]:
    """All rows of a table, in one order for all engines."""
    with connections[alias].cursor() as cursor:
        cursor.execute(f"SELECT {columns} FROM {table}")
        return sorted(cursor.fetchall(), key=repr)


def dump() -> dict[str, list[tuple[Any, ...]]]:
    """All that views and records hold."""
    views = {table: rows(table) for table in VIEWS}
    records = {
        "records": rows(NAMED, "identifier, field, value, at, source", "default"),
        "index": indexed(),
    }
    return views | records


def indexed() -> list[tuple[Any, ...]]:
    """What the index of personal values holds: (three letters, identifier), whatever numbers the identifiers have."""
    of = dict(rows("records_subject", "subject, identifier", "default"))
    return sorted(
        (three, of[subject])
        for three, subjects in rows("records_gram", "gram, subjects", "default")
        for subject in BitMap.deserialize(bytes(subjects))
    )


def persons() -> dict[frozenset[str], tuple[Any, ...]]:
    """What is concluded about each person, by their identifiers: nothing that depends on the order of the log."""
    members: defaultdict[int, set[str]] = defaultdict(set)
    text = {}
    states = {}
    for key, name, _, customer, state, *_ in rows("identity_identifier"):
        members[customer].add(name)
        text[key] = name
        states[name] = state
    figures: defaultdict[str, list[Any]] = defaultdict(list)
    for table in ("profiles_figure", "profiles_trait"):
        for subject, *rest in rows(table):
            figures[text[subject]].append(tuple(rest))
    sums = {customer: rest for customer, *rest in rows("profiles_customer")}
    return {
        frozenset(names): (
            sorted((name, states[name], sorted(figures[name], key=repr)) for name in names), tuple(sums[customer]),
        )
        for customer, names in members.items()
    }  # fmt: skip

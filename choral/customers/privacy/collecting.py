"""Everything the shop holds about one person, section by section."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from django.db import connections

from choral.books.erasing import audit_about
from choral.core.clock import SYSTEM_CLOCK
from choral.customers.identity import queries as identity
from choral.customers.privacy.contract import Section, rooms
from choral.customers.privacy.happened import at_positions
from choral.customers.privacy.person import Person
from choral.customers.privacy.refused import refused_about
from choral.customers.privacy.rules import about_person
from choral.customers.profiles.erasing import positions_about
from choral.events.store import EventLog
from choral.home import Home


@dataclass(frozen=True)
class Told:
    """What a person gets when they ask what is known: `at` is when it was put together (µs UTC)."""

    customer: str
    at: int
    identifiers: tuple[str, ...]
    sections: tuple[Section, ...]

    @property
    def rows(self) -> int:
        return sum(len(one.rows) for one in self.sections)


Concluded = Callable[[str], Sequence[Section]]


def everything(home: Home, log: EventLog, person: Person, concluded: Concluded) -> Told:
    """All sections, those without a row left out; `concluded` says what is worked out about a customer's id."""
    sections = [
        *(section for room in rooms() for section in room.module.told(person.traces.identifiers)),
        *(section for room in rooms() if room.searched for section in room.searched.found(home, person.traces)),
        *(concluded(person.customer) if person.customer else ()),
        Section("events", "Time line", tuple(_time_line(log, person))),
        Section("events", "Refused events", tuple(_refused(log, person))),
        Section("books", "What staff and programs did", tuple(_audit(person))),
    ]
    filled = tuple(one for one in sections if one.rows)
    return Told(person.customer, SYSTEM_CLOCK.now(), person.traces.identifiers, filled)


def _time_line(log: EventLog, person: Person) -> Iterator[Mapping[str, object]]:
    if not person.customer:
        return
    mine = set(person.traces.identifiers)
    keys = [node.key for node in identity.members([int(person.customer)]) if node.text in mine]
    with connections["views"].cursor() as cursor:
        positions = positions_about(cursor, keys)
    for one in at_positions(log, positions):
        event = one.event
        yield {
            "at": event.at, "event": event.name, "channel": event.channel, "source": one.source,
            "amount": event.amount, "currency": event.currency, "identifiers": list(event.ids),
            "properties": json.loads(bytes(event.properties)), "context": json.loads(bytes(event.context)),
            "received_at": one.received_at, "message_id": event.id, "position": one.position,
        }  # fmt: skip


def _refused(log: EventLog, person: Person) -> Iterator[Mapping[str, object]]:
    for row in refused_about(log, person.traces):
        yield {"received_at": row.received_at, "source": row.source, "why": row.message,
               "event": row.event.decode("utf-8", "replace")}  # fmt: skip


def _audit(person: Person) -> Iterator[Mapping[str, object]]:
    for line in audit_about(about_person([person.customer], person.traces)):
        yield {"at": line.at, "action": line.action, "subject": line.subject, "before": line.before,
               "after": line.after}  # fmt: skip

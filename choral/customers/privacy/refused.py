"""Refused events about a person: they are in nobody's time line, so they are found by what was sent."""

from __future__ import annotations

from collections.abc import Iterator

from choral.customers.privacy.rules import names_person
from choral.customers.privacy.traces import Traces
from choral.events.store import EventLog, RejectedRow

_AT_ONCE = 2_000


def refused_about(log: EventLog, traces: Traces) -> Iterator[RejectedRow]:
    """Those of every state that name the person by an identifier, a contact, a street or the full name."""
    after = 0
    while rows := log.every_rejected(after, _AT_ONCE):
        for row in rows:
            if row.event and names_person(f"{row.event.decode('utf-8', 'replace')} {row.message_id}", traces):
                yield row
        after = rows[-1].id

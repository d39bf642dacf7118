"""Withdrawing a source: its events, told before or after, count no more; the views are as if it had sent nothing.

A room asks for it by telling the fact `Source Withdrawn` (an import undone, a source connected by mistake). The log
keeps the events, as it keeps everything; the lake drops their rows (`choral.events.lake.writer`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from django.db.backends.utils import CursorWrapper

from choral.books import SYSTEM, act
from choral.core.event import Event
from choral.customers import sets
from choral.customers.consent.actions import forget_grants
from choral.customers.identity.actions import retract, unlink
from choral.customers.identity.keys import load
from choral.customers.profiles import actions as profiles
from choral.customers.profiles import summing
from choral.customers.profiles.queries import first_positions
from choral.customers.records.actions import forget
from choral.events.store import Stored

NAME = "Source Withdrawn"
_FACTS = "choral"  # the source of facts; whoever else sends this event is not believed


class _Said(msgspec.Struct):
    source: str


_said = msgspec.json.Decoder(_Said)


def asked_for(decoded: Iterable[tuple[Stored, Sequence[Event]]]) -> dict[str, int]:
    """The sources that facts among these events withdraw, each with the position of the first such fact."""
    found: dict[str, int] = {}
    for batch, events in decoded:
        if batch.source != _FACTS:
            continue
        for position, event in enumerate(events, batch.first):
            if event.name == NAME:
                source = _said.decode(event.properties).source
                if source != _FACTS:
                    found.setdefault(source, position)
    return found


def known(cursor: CursorWrapper) -> set[str]:
    """The sources withdrawn so far."""
    cursor.execute("SELECT source FROM identity_withdrawn")
    return {row[0] for row in cursor.fetchall()}


def withdraw(cursor: CursorWrapper, sources: Mapping[str, int], currency: str) -> set[int]:
    """Take these sources (with the positions of the facts) out of records and views; twice is as good as once.

    The customers it was about.
    """
    names = sorted(sources)
    act(forget, SYSTEM, names)
    act(forget_grants, SYSTEM, names)
    sets.write(cursor, "identity_withdrawn", "source text, position bigint", sorted(sources.items()))
    touched = profiles.forget(cursor, names) | unlink(cursor, names)
    customers = {node.customer for node in load(cursor, touched).values()}
    customers |= retract(cursor, touched, first_positions(touched))
    summing.sum_up(cursor, customers, currency)
    return customers

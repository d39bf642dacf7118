"""The consumer: reads the log in micro-batches and keeps identity, profiles and time line; one transaction each.

Personal parts go to the records book first (doing it twice changes nothing); once the views have committed they are
cleared from the log. A crash anywhere leaves either the whole batch or nothing of it in the views.
"""

from __future__ import annotations

import gc
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

from choral.books import SYSTEM, act
from choral.core.event import Event, decode_lines
from choral.customers import progress, sets, withdrawal
from choral.customers.audiences.catalogue import catalogue
from choral.customers.audiences.live import noting
from choral.customers.audiences.live.tables import EMPTY as FOLLOWING_TABLES
from choral.customers.consent import hearing as consent
from choral.customers.identity import directions
from choral.customers.identity.actions import Absorbed, Sighting, absorb
from choral.customers.identity.anew import resettle
from choral.customers.identity.kinds import PROVING, proved
from choral.customers.identity.tables import EMPTY as IDENTITY_TABLES
from choral.customers.privacy.actions import erase_barred
from choral.customers.privacy.barring import barred_among
from choral.customers.profiles import actions as profiles
from choral.customers.profiles import summing
from choral.customers.profiles.combining import combine
from choral.customers.profiles.rules import Seen
from choral.customers.profiles.tables import EMPTY as PROFILE_TABLES
from choral.customers.records.actions import Value, remember
from choral.events import dedupe
from choral.events.store import EventLog, Stored
from choral.home import Home

MOST_EVENTS = 50_000
DEDUPE_TABLES = ("seen", "duplicates")
# Held while a batch is taken in or facts are relayed: what rewrites the log (an erasure) must not have old bytes
# overtake it. One process of a home does all three (`choral.pulse.only_worker`).
TURN = threading.RLock()


class PersonalPart(msgspec.Struct):
    """What the collector set apart of one event."""

    traits: dict[str, object] = {}
    identifiers: dict[str, str] = {}


class _Verified(msgspec.Struct):
    verified: Any = None


_NOTHING: frozenset[str] = frozenset()
_personal = msgspec.json.Decoder(dict[str, PersonalPart])


def consume(home: Home, log: EventLog, most: int = MOST_EVENTS) -> int:
    """Take in one micro-batch, as large as the backlog up to about `most`; how many events it held."""
    with TURN:
        return _consume(home, log, most)


def _consume(home: Home, log: EventLog, most: int) -> int:
    position = progress.read(progress.POSITION)
    batches = log.read(position, most)
    if not batches:
        return 0
    with _no_garbage(), transaction.atomic(using="views"), connections["views"].cursor() as cursor:
        sets.prepare_writing(cursor)
        _take_in(cursor, batches, home)
        progress.save(cursor, progress.POSITION, batches[-1].last)
    if any(batch.personal for batch in batches):
        log.clear_personal(batches[-1].last)
    return batches[-1].last - position


@contextmanager
def _no_garbage() -> Iterator[None]:
    """A batch makes a hundred thousand small values and no cycles: looking for some costs a fifth of its time."""
    collected = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collected:
            gc.enable()


def clear_personal(log: EventLog) -> None:
    """Clear what a crash between the views' commit and the clearing may have left; once when a worker starts."""
    log.clear_personal(progress.read(progress.POSITION))


def rebuild(home: Home, log: EventLog) -> int:
    """Throw the views away and conclude them again from the whole log; how many events it read."""
    empty()
    total = 0
    while done := consume(home, log):
        total += done
    return total


def empty() -> None:
    """Throw the views away; the next `consume` begins at the beginning of the log."""
    with transaction.atomic(using="views"), connections["views"].cursor() as cursor:
        dedupe.prepare(cursor, cursor.db.vendor)
        for table in (*IDENTITY_TABLES, *PROFILE_TABLES, *FOLLOWING_TABLES, *DEDUPE_TABLES):
            cursor.execute(f"DELETE FROM {table}")  # noqa: S608


def _take_in(cursor: CursorWrapper, batches: list[Stored], home: Home) -> None:
    decoded = [(batch, decode_lines(batch.payload)) for batch in batches]
    withdrawn = withdrawal.known(cursor)
    asked = {source: at for source, at in withdrawal.asked_for(decoded).items() if source not in withdrawn}
    if asked:
        touched = withdrawal.withdraw(cursor, asked, home.currency)
        noting.forget(cursor)
        noting.touch(cursor, touched, batches[-1].last)
        withdrawn |= asked.keys()
    barred = barred_among(home, (one for _, events in decoded for event in events for one in event.ids))
    decided = _decided(cursor, decoded, home)
    accepted: list[Seen] = []
    values: list[Value] = []
    for batch, events, first in _first_seen(cursor, decoded):
        if batch.source in withdrawn:
            continue
        personal = _personal.decode(batch.personal) if batch.personal else {}
        for index, event in enumerate(events):
            if not first[index] or not event.ids or not barred.isdisjoint(event.ids):
                continue
            accepted.append(Seen(batch.first + index, batch.source, event))
            if part := personal.get(str(index)):
                values += _values(part, event, batch.source)
    if barred:
        act(erase_barred, SYSTEM, sorted(barred))
    if values:
        act(remember, SYSTEM, values)
    consent.take_in(accepted)
    if accepted or decided:
        absorbed = absorb(cursor, _sightings(accepted), directions.rules_in_force(cursor), decided)
        added = profiles.add(cursor, accepted, absorbed.keys)
        combined = combine(cursor, absorbed.made)
        newcomers = absorbed.newcomers()
        summing.sum_up(cursor, absorbed.changed - combined - newcomers.keys(), home.currency)
        summing.begin(cursor, added, newcomers, home.currency)
        summing.count_on(cursor, added, absorbed.unchanged(combined), home.currency)
        _note(cursor, accepted, absorbed, home)


def _note(cursor: CursorWrapper, accepted: list[Seen], absorbed: Absorbed, home: Home) -> None:
    """Let audiences know what happened, when there are any."""
    if not noting.followed(cursor):
        return
    about = {absorbed.keys[seen.event.ids[0]] for seen in accepted if not noting.own(seen)}
    touched = {absorbed.nodes[key].customer for key in about} | absorbed.changed
    noting.note(cursor, accepted, absorbed.keys, touched, home.currency, catalogue(home.lake))


def take_again(cursor: CursorWrapper, accepted: list[Seen]) -> set[int]:
    """Take in events whose traces were taken out of the views before; the persons whose rows are to be summed up."""
    absorbed = absorb(cursor, _sightings(accepted), directions.rules_in_force(cursor))
    profiles.add(cursor, accepted, absorbed.keys)
    return absorbed.changed | {node.customer for node in absorbed.nodes.values()}


def _decided(cursor: CursorWrapper, decoded: list[tuple[Stored, list[Event]]], home: Home) -> set[int]:
    """Take in what people decided about identity; the identifiers that new corrections are about."""
    said = directions.asked_for(decoded)
    if said.rules and directions.keep_rules(cursor, *said.rules):
        changed = resettle(cursor).changed
        summing.sum_up(cursor, changed, home.currency)
        noting.touch(cursor, changed, decoded[-1][0].last)
    return directions.keep_decisions(cursor, said.decisions)


def _first_seen(
    cursor: CursorWrapper, decoded: list[tuple[Stored, list[Event]]]
) -> Iterator[tuple[Stored, list[Event], list[bool]]]:
    """Each batch with its events and whether each is the first of its message id."""
    dedupe.prepare(cursor, cursor.db.vendor)
    rows = [
        (batch.source, event.id, batch.first + index) for batch, events in decoded for index, event in enumerate(events)
    ]
    first = dedupe.first_seen(cursor, cursor.db.vendor, rows)
    start = 0
    for batch, events in decoded:
        yield batch, events, first[start : start + len(events)]
        start += len(events)


def _sightings(accepted: list[Seen]) -> list[Sighting]:
    """Each combination of identifiers once a source and proof, with the first position and the earliest time of it."""
    first: dict[tuple[str, tuple[str, ...], frozenset[str]], tuple[int, int]] = {}
    for seen in accepted:
        known = first.get(key := (seen.source, seen.event.ids, _proved(seen.event)))
        if known is None:
            first[key] = seen.position, seen.event.at
        elif seen.event.at < known[1]:
            first[key] = known[0], seen.event.at
    return [Sighting(ids, position, at, source, shown) for (source, ids, shown), (position, at) in first.items()]


def _proved(event: Event) -> frozenset[str]:
    """The kinds of identifiers that the event proves; most say nothing, and are not read for it."""
    if len(event.ids) < 2 or not (event.name in PROVING or b'"verified"' in bytes(event.properties)):
        return _NOTHING
    said = msgspec.json.decode(event.properties, type=_Verified).verified
    return proved(event.name, said, (one.partition(":")[0] for one in event.ids))


def _values(part: PersonalPart, event: Event, source: str) -> list[Value]:
    stated = [
        Value(event.ids[0], field, value if isinstance(value, str) else json.dumps(value), event.at, source)
        for field, value in part.traits.items()
        if value is not None
    ]
    stated += [
        Value(identifier, identifier.partition(":")[0], value, event.at, source)
        for identifier, value in part.identifiers.items()
    ]
    return stated

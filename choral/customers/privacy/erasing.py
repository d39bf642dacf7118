"""An erasure, step by step: each step may be done twice, what is done is noted, and after a crash it goes on.

The order is what makes that safe. First the list that outlives it all, then the log (what the views are made from),
then views and books while nothing is taken in, then what stands apart (refused events, files of imports, the lake,
figures made from it), and at last the bytes that engines leave in their files.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import connections

from choral.books import SYSTEM, act, note
from choral.books.erasing import answers_about, audit_about, empty_answers, redact_audit, rewrite_outbox
from choral.books.unit_of_work import Tx
from choral.core.errors import NotFound, Unavailable
from choral.customers import consumer, progress, versions
from choral.customers.identity.keys import key_of
from choral.customers.privacy import actions, queries, searching, tombstones
from choral.customers.privacy.contract import rooms
from choral.customers.privacy.forgetting import forget
from choral.customers.privacy.happened import at_positions
from choral.customers.privacy.person import Person, person_of, person_of_identifiers
from choral.customers.privacy.queries import Erasure
from choral.customers.privacy.refused import refused_about
from choral.customers.privacy.rules import about_person
from choral.customers.privacy.traces import ERASED, Traces
from choral.events import dedupe
from choral.events.store import EventLog
from choral.home import Home

if TYPE_CHECKING:
    from choral.events.lake.rows import Placed

MakeFigures = Callable[[], int]
_TRIES, _PAUSE_S = 40, 0.25


@dataclass(frozen=True)
class Work:
    """One erasure and what it works on. `figures` makes what analysis keeps anew without the person; how many files
    were forgotten."""

    home: Home
    log: EventLog
    erasure: Erasure
    traces: Traces
    figures: MakeFigures


def run(home: Home, log: EventLog, erasure_id: str, figures: MakeFigures) -> Erasure:
    """Do an erasure from where it stands to its end; the worker's, one process of a home at a time."""
    begun = _begun(home, erasure_id)
    traces = Traces(begun.identifiers, tuple(queries.found_values(erasure_id)))
    work = Work(home, log, begun, traces, figures)
    for name, step in STEPS:
        if name not in begun.steps:
            count = step(work)
            act(actions.note_step, SYSTEM, erasure_id, name, count)
    act(actions.finish_erasure, SYSTEM, erasure_id)
    empty_write_ahead_logs(log)  # the book itself held what was searched for until now
    return _erasure(erasure_id)


def would_erase(home: Home, log: EventLog, person: Person) -> dict[str, int]:
    """How many things of a person are where, by place; nothing is changed."""
    traces = person.traces
    events = sum(len(one.positions) for _, found in searching.searched(log, traces, 0, log.head()) for one in found)
    counts = {"log": events, "refused": sum(1 for _ in refused_about(log, traces))}
    for room in rooms():
        sections = [*room.module.told(traces.identifiers)]
        sections += room.searched.found(home, traces) if room.searched else []
        counts[room.label] = sum(len(one.rows) for one in sections)
    counts["audit"] = len(audit_about(about_person([person.customer], traces)))
    counts["backups"] = len(tombstones.copies_of(home.path))
    return counts


def empty_write_ahead_logs(log: EventLog) -> None:
    """Deleted bytes are overwritten in the files (`secure_delete`); here the last copies of them go."""
    log.scrub()
    for alias in ("default", "views"):
        if connections[alias].vendor == "sqlite":
            _truncate(alias)


def _begun(home: Home, erasure_id: str) -> Erasure:
    """The erasure, begun: what is known of the person is looked up now, and everything they ever were is searched."""
    found = _erasure(erasure_id)
    if found.state != "waiting":
        return found
    asked = Traces(found.identifiers, tuple(queries.found_values(erasure_id)))
    now = _person_now(home, found)
    texts = tuple(dict.fromkeys((*now.identifiers, *asked.identifiers)))
    values = tuple(sorted({*now.values, *asked.values, *person_of_identifiers(texts).values}))
    traces = Traces(texts, values)
    act(actions.begin_erasure, SYSTEM, erasure_id, traces, tombstones.hashed(home.secret, texts))
    return _erasure(erasure_id)


def _person_now(home: Home, found: Erasure) -> Traces:
    """Who it is by now: events may have come since it was asked for."""
    for one in (*([found.customer] if found.customer else []), *found.identifiers):
        try:
            return person_of(home, one).traces
        except NotFound:
            continue
    return Traces(())


def _remember(work: Work) -> int:
    """The list that outlives it; and, when asked, who must never come back."""
    one = work.erasure
    hashes = tombstones.hashed(work.home.secret, work.traces.identifiers)
    if one.never_again:
        act(actions.bar, SYSTEM, hashes)
    tombstones.add(
        work.home.path, tombstones.Tombstone(one.id, one.started_at or one.asked_at, one.never_again, hashes)
    )
    return len(hashes)


def _log(work: Work) -> int:
    """All that the consumer has read; the rest follows while it stands still."""
    upto = progress.read(progress.POSITION)
    act(actions.note_step, SYSTEM, work.erasure.id, _UPTO, upto)
    return _rewrite(work, 0, upto)


def _people(work: Work) -> int:
    """Views and books of the person, and what came in meanwhile; nothing is taken in until it is done."""
    with consumer.TURN:
        head = work.log.head()
        count = _rewrite(work, _erasure(work.erasure.id).steps[_UPTO], head)
        count += forget(work.home, work.log, work.traces.identifiers)
        count += act(_books, SYSTEM, work)
        # Last: rooms tell facts while they forget, and those must not name the person either.
        return count + act(_outbox, SYSTEM, work.traces)


def _refused(work: Work) -> int:
    return work.log.empty_rejected([row.id for row in refused_about(work.log, work.traces)]) + _sources(work)


def _lake(work: Work) -> int:
    from choral.events.lake import erasing as lake  # deferred: engines that the command line's help must not load
    from choral.events.lake.rows import Placed as Row

    positions = list(lake.positions_within(work.home.lake, queries.noted_positions(work.erasure.id)))
    rewritten = [Row(one.position, one.source, one.received_at, one.event)
                 for one in at_positions(work.log, positions)]  # fmt: skip
    count = lake.refresh(work.home.lake, rewritten, _counted(rewritten)) if rewritten else 0
    lake.forget_history(work.home.lake)
    versions.drop(versions.root(work.home.lake, "purchases"))  # the worker sorts them anew from what the lake is now
    return count


def _figures(work: Work) -> int:
    return work.figures()


def _bytes(work: Work) -> int:
    empty_write_ahead_logs(work.log)
    return 0


STEPS: tuple[tuple[str, Callable[[Work], int]], ...] = (
    ("remembered", _remember), ("log", _log), ("people", _people), ("refused", _refused), ("lake", _lake),
    ("figures", _figures), ("bytes", _bytes),
)  # fmt: skip
_UPTO = "searched"  # beside the steps: up to where the log was searched while events were still taken in


def _rewrite(work: Work, after: int, upto: int) -> int:
    count = 0
    for _, found in searching.searched(work.log, work.traces, after, upto):
        if found:
            positions = [position for one in found for position in one.positions]
            act(actions.note_positions, SYSTEM, work.erasure.id, positions)
            searching.rewrite(work.log, found)
            count += len(positions)
    return count


def _outbox(tx: Tx, traces: Traces) -> int:
    return rewrite_outbox(tx, lambda line, personal: searching.fact_without(line, personal, traces))


def _books(tx: Tx, work: Work) -> int:
    """Every room's rows and free texts, and what all books share; one transaction."""
    traces, customers = work.traces, _customers(work)
    matches = about_person(customers, traces)
    count = actions.forget_person(tx, traces.identifiers, customers)
    for room in rooms():
        if room.searched:
            count += room.searched.scrub(tx, work.home, traces)
        count += room.module.erase(tx, traces.identifiers)
    count += empty_answers(tx, answers_about(matches))
    count += redact_audit(tx, audit_about(matches), matches)
    note(tx, "erasure.books_done", f"erasure:{work.erasure.id}", {"rows": count})
    actions.tell_erased(tx, work.erasure.id)
    return count


def _customers(work: Work) -> list[str]:
    """Every customer id the person can have had: each is the number of one of their identifiers."""
    own = {str(key_of(one)) for one in work.traces.identifiers}
    return sorted(own | ({work.erasure.customer} - {""}))


def _sources(work: Work) -> int:
    """Sources are named after files by imports; a name may be a person's."""
    named = [one for one in work.log.sources() if work.traces.stands_in(one.name)]
    for one in named:
        work.log.set_source(one.id, name=ERASED)
    return len(named)


def _counted(rewritten: Sequence[Placed]) -> set[int]:
    """Those that the lake holds: no repetitions, no sources withdrawn."""
    withdrawn = set(progress.withdrawn())
    positions = [one.position for one in rewritten if one.source not in withdrawn]
    if not positions:
        return set()
    with connections["views"].cursor() as cursor:
        dedupe.prepare(cursor, cursor.db.vendor)
        return set(positions) - set(dedupe.excluded(cursor, min(positions) - 1, max(positions)))


def _truncate(alias: str) -> None:
    for _ in range(_TRIES):
        with connections[alias].cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            if not cursor.fetchone()[0]:
                return
        time.sleep(_PAUSE_S)
    raise Unavailable(
        "database_in_use", "A database is being read without pause.", "Its write-ahead log cannot be emptied.",
        "It is tried again by itself.", 503,
    )  # fmt: skip


def _erasure(erasure_id: str) -> Erasure:
    found = queries.erasure(erasure_id)
    if found is None:
        raise NotFound("no_such_erasure", "There is no such erasure.", status=404)
    return found

"""The only writers of the room's book; what an erasure does elsewhere is in `erasing.py`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from choral.books import Tx
from choral.core.clock import HOUR, MINUTE
from choral.core.errors import Conflict, InvalidInput, NotFound
from choral.core.event import Event
from choral.core.ids import new_id
from choral.customers import sets
from choral.customers.privacy.traces import Traces

REASONS = ("asked", "inactive", "other", "restored", "barred")
UNDO_MINUTES = 10


def note_export(tx: Tx, customer: str, sections: int, rows: int) -> None:
    """A line of the audit log: somebody was given everything about a person."""
    tx.audit("customer.exported", f"customer:{customer}", after={"sections": sections, "rows": rows})


def forget_person(tx: Tx, identifiers: Sequence[str], customers: Sequence[str]) -> int:
    """Forget restrictions, and whose requests were whose; how many rows."""
    gone = 0
    for one in identifiers:
        gone += tx.execute("DELETE FROM privacy_restriction WHERE identifier = %s", (one,))
    for one in customers:
        gone += tx.execute("UPDATE privacy_request SET customer = '' WHERE customer = %s", (one,))
    return gone


def ask_erasure(
    tx: Tx, customer: str, traces: Traces, *, reason: str = "asked", never_again: bool = False,
    minutes: int = UNDO_MINUTES, erasure_id: str | None = None,
) -> str:  # fmt: skip
    """Ask for a person's erasure; it begins `minutes` from now and can be cancelled until then. Its id."""
    if reason not in REASONS:
        raise InvalidInput("unknown_reason", "This reason is not known.", fix=f"Use one of: {', '.join(REASONS)}.")
    made = erasure_id or new_id(tx.now).hex
    added = tx.execute(
        "INSERT INTO privacy_erasure (id, state, reason, never_again, asked_by, asked_at, due_at, customer,"
        " identifiers, found, steps, hashes) VALUES (%s, 'waiting', %s, %s, %s, %s, %s, %s, %s, %s, '{}', '[]')"
        " ON CONFLICT (id) DO NOTHING",
        (
            made, reason, never_again, tx.actor.name, tx.now, tx.now + minutes * MINUTE, customer,
            json.dumps(traces.identifiers), json.dumps(traces.values),
        ),
    )  # fmt: skip
    if added:
        tx.audit("erasure.asked", f"erasure:{made}", after={"reason": reason, "never_again": never_again})
    return made


def erase_barred(tx: Tx, identifiers: Sequence[str]) -> None:
    """Events came for identifiers that must not: erase them again, all that came within an hour at once."""
    waiting = tx.rows("SELECT id, identifiers FROM privacy_erasure WHERE reason = 'barred' AND state = 'waiting'")
    if waiting:
        known = json.loads(waiting[0][1])
        listed = json.dumps(sorted({*known, *identifiers}))
        tx.execute("UPDATE privacy_erasure SET identifiers = %s WHERE id = %s", (listed, waiting[0][0]))
        return
    last = tx.rows("SELECT max(asked_at) FROM privacy_erasure WHERE reason = 'barred'")[0][0] or 0
    pause = max(0, last + HOUR - tx.now) // MINUTE
    ask_erasure(tx, "", Traces(tuple(identifiers)), reason="barred", minutes=pause)


def cancel_erasure(tx: Tx, erasure_id: str) -> None:
    """Take an erasure back before it has begun; nothing has been erased. `Conflict` `erasure_begun` afterwards."""
    changed = tx.execute(
        "UPDATE privacy_erasure SET state = 'cancelled', finished_at = %s, customer = '', identifiers = '[]',"
        " found = '' WHERE id = %s AND state = 'waiting'",
        (tx.now, erasure_id),
    )
    if changed:
        tx.audit("erasure.cancelled", f"erasure:{erasure_id}")
        return
    if not tx.rows("SELECT 1 FROM privacy_erasure WHERE id = %s", (erasure_id,)):
        raise NotFound("no_such_erasure", "There is no such erasure.", status=404)
    raise Conflict(
        "erasure_begun", "This erasure cannot be cancelled any more.", "It has begun, was done, or was cancelled.",
        "What is erased cannot be brought back.", status=409,
    )  # fmt: skip


def begin_erasure(tx: Tx, erasure_id: str, traces: Traces, hashes: Sequence[str]) -> None:
    """It runs from now on, over everything that is known of the person at this moment."""
    tx.execute(
        "UPDATE privacy_erasure SET state = 'running', started_at = %s, identifiers = %s, found = %s, hashes = %s"
        " WHERE id = %s AND state = 'waiting'",
        (tx.now, json.dumps(traces.identifiers), json.dumps(traces.values), json.dumps(list(hashes)), erasure_id),
    )


def bar(tx: Tx, hashes: Iterable[str]) -> int:
    """Identifiers (their keyed hashes) that must never come in again; how many."""
    listed = sorted(set(hashes))
    sql = "INSERT INTO privacy_barred (hash, since) VALUES (%s, %s) ON CONFLICT (hash) DO NOTHING"
    tx.many(sql, [(one, tx.now) for one in listed])
    return len(listed)


def note_positions(tx: Tx, erasure_id: str, positions: Iterable[int]) -> None:
    """Events of the log that are about to be rewritten; noted first, so that the lake follows after a crash too."""
    tx.many(
        "INSERT INTO privacy_erasedposition (erasure, position) VALUES (%s, %s) ON CONFLICT DO NOTHING",
        [(erasure_id, position) for position in positions],
    )


def note_step(tx: Tx, erasure_id: str, step: str, count: int) -> None:
    """A step is done; done again, its count stands for the last time."""
    before = json.loads(tx.rows("SELECT steps FROM privacy_erasure WHERE id = %s", (erasure_id,))[0][0])
    steps = json.dumps({**before, step: count})
    tx.execute("UPDATE privacy_erasure SET steps = %s WHERE id = %s", (steps, erasure_id))


def finish_erasure(tx: Tx, erasure_id: str) -> None:
    """Everything is erased: forget what was searched for, keep hashes and counts, and tell that it happened."""
    done = tx.execute(
        "UPDATE privacy_erasure SET state = 'done', finished_at = %s, customer = '', identifiers = '[]', found = ''"
        " WHERE id = %s AND state = 'running'",
        (tx.now, erasure_id),
    )
    tx.execute("DELETE FROM privacy_erasedposition WHERE erasure = %s", (erasure_id,))
    if done:
        tx.audit("erasure.done", f"erasure:{erasure_id}")
        tx.tell(_fact(tx, "Customer Erased", {"erasure_id": erasure_id}))


def _fact(tx: Tx, name: str, said: dict[str, object], ids: tuple[str, ...] = ()) -> Event:
    return Event(id=str(new_id(tx.now)), name=name, at=tx.now, ids=ids, channel="console", properties=sets.raw(said))

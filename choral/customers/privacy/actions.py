"""The only writers of the room's book; what an erasure does elsewhere is in `erasing.py`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from msgspec import structs

from choral.books import Tx
from choral.core.clock import HOUR, MINUTE
from choral.core.errors import Conflict, InvalidInput, NotFound
from choral.core.event import Event
from choral.core.ids import new_id
from choral.customers import sets
from choral.customers.privacy.classes import LEVELS
from choral.customers.privacy.rules import a_month_after
from choral.customers.privacy.traces import Traces

REASONS = ("asked", "inactive", "other", "restored", "barred")
UNDO_MINUTES = 10
KINDS = ("processing", "profiling", "marketing")
RIGHTS = ("access", "rectification", "erasure", "restriction", "portability", "objection")


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


def tell_erased(tx: Tx, erasure_id: str) -> None:
    """Tell that somebody was erased, and not whom; told again after a crash, it counts once by its id."""
    fact = _fact(tx, "Customer Erased", {"erasure_id": erasure_id})
    tx.tell(structs.replace(fact, id=f"erasure-{erasure_id}"))


def _fact(tx: Tx, name: str, said: dict[str, object], ids: tuple[str, ...] = ()) -> Event:
    return Event(id=str(new_id(tx.now)), name=name, at=tx.now, ids=ids, channel="console", properties=sets.raw(said))


def restrict(tx: Tx, identifiers: Sequence[str], kind: str) -> int:
    """Note that the person of these identifiers said no to a kind of use; how many identifiers it is new for."""
    if kind not in KINDS:
        raise InvalidInput("unknown_kind", "This kind of use is not known.", fix=f"Use one of: {', '.join(KINDS)}.")
    sql = (
        "INSERT INTO privacy_restriction (identifier, kind, since, by) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (identifier, kind) DO NOTHING"
    )
    added = sum(tx.execute(sql, (one, kind, tx.now, tx.actor.name)) for one in identifiers)
    if added:
        tx.audit("customer.restricted", identifiers[0], after={"kind": kind})
        tx.tell(_fact(tx, "Processing Restricted", {"kind": kind}, tuple(identifiers[:1])))
    return added


def lift(tx: Tx, identifiers: Sequence[str], kind: str) -> int:
    """Take a restriction back; of how many identifiers."""
    sql = "DELETE FROM privacy_restriction WHERE identifier = %s AND kind = %s"
    gone = sum(tx.execute(sql, (one, kind)) for one in identifiers)
    if gone:
        tx.audit("customer.restriction_lifted", identifiers[0], after={"kind": kind})
        tx.tell(_fact(tx, "Restriction Lifted", {"kind": kind}, tuple(identifiers[:1])))
    return gone


def open_request(tx: Tx, kind: str, customer: str) -> str:
    """Somebody used a right; it is to be answered within a month (GDPR art. 12). The request's id."""
    if kind not in RIGHTS:
        raise InvalidInput("unknown_right", "This right is not known.", fix=f"Use one of: {', '.join(RIGHTS)}.")
    made = new_id(tx.now).hex
    tx.execute(
        "INSERT INTO privacy_request (id, kind, customer, state, opened_by, opened_at, due_at, closed_by)"
        " VALUES (%s, %s, %s, 'open', %s, %s, %s, '')",
        (made, kind, customer, tx.actor.name, tx.now, a_month_after(tx.now)),
    )
    tx.audit("request.opened", f"request:{made}", after={"kind": kind})
    return made


def close_request(tx: Tx, request_id: str, answered: bool = True) -> None:
    """It was answered, or refused; `Conflict` `request_closed` when somebody was first."""
    state = "answered" if answered else "refused"
    changed = tx.execute(
        "UPDATE privacy_request SET state = %s, closed_by = %s, closed_at = %s WHERE id = %s AND state = 'open'",
        (state, tx.actor.name, tx.now, request_id),
    )
    if not changed:
        raise Conflict("request_closed", "This request is closed already, or there is none.", status=409)
    tx.audit(f"request.{state}", f"request:{request_id}")


def reopen_request(tx: Tx, request_id: str) -> None:
    """It was closed by mistake."""
    changed = tx.execute(
        "UPDATE privacy_request SET state = 'open', closed_by = '', closed_at = NULL WHERE id = %s AND state <> 'open'",
        (request_id,),
    )
    if changed:
        tx.audit("request.reopened", f"request:{request_id}")


def keep_for(tx: Tx, category: str, days: int | None, reason: str) -> None:
    """How long a category is kept from now on (None: for ever), with the reason why not as long as by default."""
    tx.execute(
        "INSERT INTO privacy_retentionrule (category, days, reason, by, at) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT (category) DO UPDATE SET days = excluded.days, reason = excluded.reason, by = excluded.by,"
        " at = excluded.at",
        (category, days, reason[:400], tx.actor.name, tx.now),
    )
    tx.audit("retention.changed", f"retention:{category}", after={"days": days, "reason": reason[:400]})


def note_run(tx: Tx, category: str, before: int, count: int) -> None:
    """A rule was applied: everything of the category older than `before`; how much that was."""
    tx.execute(
        "INSERT INTO privacy_retentionrun (at, category, before, count) VALUES (%s, %s, %s, %s)",
        (tx.now, category, before, count),
    )


def classify(tx: Tx, field: str, level: str) -> None:
    """Which class a field is of, from now on."""
    if level not in LEVELS:
        raise InvalidInput("unknown_class", "This class is not known.", fix=f"Use one of: {', '.join(LEVELS)}.")
    tx.execute(
        "INSERT INTO privacy_fieldclass (field, level, by, at) VALUES (%s, %s, %s, %s)"
        " ON CONFLICT (field) DO UPDATE SET level = excluded.level, by = excluded.by, at = excluded.at",
        (field, level, tx.actor.name, tx.now),
    )
    tx.audit("field.classified", f"field:{field}"[:200], after={"class": level})


def note_unmasking(tx: Tx, customer: str, reason: str) -> None:
    """Somebody who sees a customer masked looked at everything once, and said why."""
    if not reason.strip():
        raise InvalidInput("no_reason", "No reason was given.", "Looking at personal data is written down with why.",
                           "Say in a few words what you need it for.")  # fmt: skip
    tx.audit("customer.unmasked", f"customer:{customer}", after={"reason": reason.strip()[:200]})


def forget_closed(tx: Tx, before: int) -> int:
    """Delete the requests that were closed before a time (µs UTC); how many."""
    gone = tx.execute("DELETE FROM privacy_request WHERE closed_at < %s", (before,))
    if gone:
        tx.audit("request.forgotten", "requests", after={"count": gone})
    return gone


def rectify_trait(tx: Tx, identifier: str, field: str, value: object) -> None:
    """Correct a trait, which is not personal by itself: the fact states it anew, and the newest statement counts."""
    tx.audit("customer.rectified", identifier, after={"field": field})
    tx.tell(_fact(tx, "Customer Identified", {field: value}, (identifier,)))

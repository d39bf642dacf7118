"""The only writers of destinations and of what they did not take."""

from __future__ import annotations

import json

from choral.books import Tx
from choral.connectors.forwarding import rules
from choral.connectors.forwarding.values import ON, PAUSED, Settings
from choral.core.errors import NotFound
from choral.core.ids import new_id

_SET = ("name", "url", "write_key", "events", "sources", "identifiers", "purpose")


def add(tx: Tx, settings: Settings, position: int) -> str:
    """A new destination that gets what comes after `position` of the log; its id."""
    rules.check(settings)
    made = str(new_id(tx.now))
    columns = ("id", *_SET, "state", "generation", "position", "size", "attempts", "retry_at", "problem", "delivered",
               "created_at")  # fmt: skip
    values = (made, *_values(settings), ON, 1, position, rules.MOST_EVENTS, 0, 0, "", 0, tx.now)
    marks = ", ".join(["%s"] * len(columns))
    tx.execute(f"INSERT INTO forwarding_destination ({', '.join(columns)}) VALUES ({marks})", values)  # noqa: S608
    tx.audit("forwarding.added", f"destination:{made}", after=_audited(settings))
    return made


def change(tx: Tx, destination: str, settings: Settings) -> None:
    """Other settings; what waits is sent by them."""
    rules.check(settings)
    columns = ", ".join(f"{name} = %s" for name in _SET)
    _found(tx.execute(f"UPDATE forwarding_destination SET {columns} WHERE id = %s", (*_values(settings), destination)))  # noqa: S608
    tx.audit("forwarding.changed", f"destination:{destination}", after=_audited(settings))


def pause(tx: Tx, destination: str) -> None:
    """Nothing is sent until it is resumed; what comes meanwhile waits in the log."""
    _found(tx.execute("UPDATE forwarding_destination SET state = %s WHERE id = %s", (PAUSED, destination)))
    tx.audit("forwarding.paused", f"destination:{destination}")


def resume(tx: Tx, destination: str) -> None:
    """It is tried again at once, from where it stood."""
    _found(
        tx.execute(
            "UPDATE forwarding_destination SET state = %s, attempts = 0, retry_at = 0, problem = '' WHERE id = %s",
            (ON, destination),
        )
    )
    tx.audit("forwarding.resumed", f"destination:{destination}")


def rewind(tx: Tx, destination: str, position: int) -> None:
    """Everything after `position` is sent (again, with the same message ids)."""
    _found(
        tx.execute(
            "UPDATE forwarding_destination SET position = %s, attempts = 0, retry_at = 0, size = %s WHERE id = %s",
            (position, rules.MOST_EVENTS, destination),
        )
    )
    tx.audit("forwarding.replayed", f"destination:{destination}", after={"position": position})


def renew_secret(tx: Tx, destination: str) -> None:
    """Signatures are made with another secret from now on."""
    _found(tx.execute("UPDATE forwarding_destination SET generation = generation + 1 WHERE id = %s", (destination,)))
    tx.audit("forwarding.secret_renewed", f"destination:{destination}")


def remove(tx: Tx, destination: str) -> None:
    """It gets nothing any more; what it did not take is forgotten too."""
    _found(tx.execute("DELETE FROM forwarding_destination WHERE id = %s", (destination,)))
    tx.execute("DELETE FROM forwarding_dead WHERE destination_id = %s", (destination,))
    tx.audit("forwarding.removed", f"destination:{destination}")


def settle(tx: Tx, dead: int, state: str) -> None:
    """A line of what was not taken was sent again, or is put away (`resent`, `discarded`, `open` again)."""
    rows = tx.rows("SELECT destination_id FROM forwarding_dead WHERE id = %s", (dead,))
    _found(len(rows))
    tx.execute("UPDATE forwarding_dead SET state = %s WHERE id = %s", (state, dead))
    tx.audit(f"forwarding.dead_{state}", f"destination:{rows[0][0]}", after={"line": dead})


def note_taken(tx: Tx, destination: str, before: int, position: int, events: int) -> bool:
    """It took a batch, or nothing of this stretch of the log was meant for it; False when it was moved meanwhile."""
    return bool(
        tx.execute(
            "UPDATE forwarding_destination SET position = %s, attempts = 0, retry_at = 0, problem = '',"
            " size = CASE WHEN size * 2 < %s THEN size * 2 ELSE %s END, delivered = delivered + %s,"
            " delivered_at = CASE WHEN %s > 0 THEN %s ELSE delivered_at END WHERE id = %s AND position = %s",
            (position, rules.MOST_EVENTS, rules.MOST_EVENTS, events, events, tx.now, destination, before),
        )
    )


def note_refused(tx: Tx, destination: str, before: int, problem: str, attempts: int, retry_at: int, size: int) -> None:
    """It did not take the batch in hand."""
    tx.execute(
        "UPDATE forwarding_destination SET attempts = %s, retry_at = %s, problem = %s, size = %s"
        " WHERE id = %s AND position = %s",
        (attempts, retry_at, problem[:300], size, destination, before),
    )


def put_aside(
    tx: Tx, destination: str, before: int, first: int, last: int, events: int, attempts: int, problem: str
) -> None:
    """The batch in hand goes to the list of what was not taken, so that the next one can be sent."""
    if note_taken(tx, destination, before, last, 0):
        tx.execute(
            "INSERT INTO forwarding_dead (destination_id, first, last, events, attempts, problem, at, state)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, 'open')",
            (destination, first, last, events, attempts, problem[:300], tx.now),
        )


def _values(settings: Settings) -> tuple[str, ...]:
    return (
        settings.name.strip()[:120], settings.url.strip()[:500], settings.write_key.strip()[:200],
        json.dumps(list(settings.events)), json.dumps(list(settings.sources)), settings.identifiers, settings.purpose,
    )  # fmt: skip


def _audited(settings: Settings) -> dict[str, object]:
    return {
        "name": settings.name, "url": settings.url, "identifiers": settings.identifiers, "purpose": settings.purpose,
        "events": list(settings.events), "sources": list(settings.sources),
    }  # fmt: skip


def _found(rows: int) -> None:
    if not rows:
        raise NotFound("no_such_destination", "There is no such destination.", status=404)

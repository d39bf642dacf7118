"""The only writers of idempotency keys; the audit log and the outbox are written by the unit of work itself."""

from __future__ import annotations

from collections.abc import Mapping

from choral.books.unit_of_work import Tx
from choral.core.clock import DAY, MINUTE
from choral.core.errors import Conflict

KEPT_FOR = 8 * DAY  # callers are promised seven
_TAKEN_OVER_AFTER = MINUTE
_IN_PROGRESS = 0  # the status of a claim that has no answer yet


def note(tx: Tx, action: str, subject: str, after: Mapping[str, object] | None = None) -> None:
    """A line of the audit log about something that was changed outside the books: a source, a refused event."""
    tx.audit(action, subject, after=after)


def claim_key(tx: Tx, owner: str, key: str, request: bytes) -> tuple[int, bytes] | None:
    """None when the caller may go on, or the status and body that were answered before.

    Raises `Conflict`: `idempotency_key_reused` for another request, `idempotency_key_in_use` while one is under way.
    """
    claimed = tx.execute(
        "INSERT INTO books_idempotency(owner, key, request, status, body, at) VALUES (%s, %s, %s, %s, %s, %s)"
        " ON CONFLICT (owner, key) DO NOTHING",
        (owner, key, request, _IN_PROGRESS, b"", tx.now),
    )
    if claimed:
        return None
    found = tx.rows("SELECT request, status, body, at FROM books_idempotency WHERE owner = %s AND key = %s",
                    (owner, key))  # fmt: skip
    before, status, body, at = found[0]
    if bytes(before) != request:
        raise Conflict(
            "idempotency_key_reused",
            "This Idempotency-Key was used for another request.",
            "A key stands for one request, whole: its address and its body.",
            "Send a new key, or the first request unchanged.",
            status=409,
        )
    if status != _IN_PROGRESS:
        return int(status), bytes(body)
    taken = tx.execute(
        "UPDATE books_idempotency SET at = %s WHERE owner = %s AND key = %s AND status = %s AND at = %s AND at < %s",
        (tx.now, owner, key, _IN_PROGRESS, at, tx.now - _TAKEN_OVER_AFTER),
    )
    if not taken:
        raise Conflict(
            "idempotency_key_in_use",
            "A request with this Idempotency-Key is still being worked on.",
            "It was sent twice at the same time.",
            "Try again in a second; then you get its answer.",
            status=409,
        )
    return None


def keep_answer(tx: Tx, owner: str, key: str, status: int, body: bytes) -> None:
    """Keep what was answered to a claimed key."""
    tx.execute(
        "UPDATE books_idempotency SET status = %s, body = %s, at = %s WHERE owner = %s AND key = %s",
        (status, body, tx.now, owner, key),
    )


def release_key(tx: Tx, owner: str, key: str) -> None:
    """Give up a claim without an answer: the work was refused or failed."""
    tx.execute(
        "DELETE FROM books_idempotency WHERE owner = %s AND key = %s AND status = %s", (owner, key, _IN_PROGRESS)
    )


def forget_answers(tx: Tx) -> int:
    """Delete what has been kept long enough (housekeeping); how many."""
    return tx.execute("DELETE FROM books_idempotency WHERE at < %s", (tx.now - KEPT_FOR,))

"""Where people stand in what all books share, found and taken out for an erasure: audit log, kept answers, outbox.

The audit log only grows; the one exception is here, in one function: what it says about an erased person is put out,
the line itself (who did which kind of thing, when) stays.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from django.db import connection

from choral.books.audit import AuditFilter, AuditLine, all_audit_lines
from choral.books.unit_of_work import Tx

Matches = Callable[[str], bool]
ERASED = "erased"
_EMPTY_ANSWER = b'{"erased": true}'


def audit_about(matches: Matches) -> list[AuditLine]:
    """The lines whose subject or content a person's traces match, newest first."""
    return [line for line in all_audit_lines(AuditFilter()) if _says(line, matches)]


def redact_audit(tx: Tx, lines: Sequence[AuditLine], matches: Matches) -> int:
    """Put out subject and content of these lines where they match; how many lines."""
    rows = [
        (
            ERASED if matches(line.subject) else line.subject,
            *(None if value is None or matches(_text(value)) else _text(value) for value in (line.before, line.after)),
            line.id,
        )
        for line in lines
    ]
    if rows:
        with _audit_may_change(tx):
            tx.many("UPDATE books_audit SET subject = %s, before = %s, after = %s WHERE id = %s", rows)
    return len(rows)


def drop_audit(tx: Tx, before: int) -> int:
    """Delete the lines older than a time (µs UTC), for a retention rule; how many."""
    with _audit_may_change(tx):
        return tx.execute("DELETE FROM books_audit WHERE at < %s", (before,))


def count_audit(before: int) -> int:
    """How many lines are older than a time (µs UTC)."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM books_audit WHERE at < %s", [before])
        return int(cursor.fetchone()[0])


def answers_about(matches: Matches) -> list[tuple[str, str]]:
    """Owner and key of the kept answers of writes that say something about a person."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT owner, key, body FROM books_idempotency")
        return [(owner, key) for owner, key, body in cursor.fetchall() if matches(_decoded(body)) or matches(key)]


def empty_answers(tx: Tx, keys: Sequence[tuple[str, str]]) -> int:
    """Keep that these writes were answered, but not what; a repetition still does nothing twice."""
    tx.many(
        "UPDATE books_idempotency SET body = %s WHERE owner = %s AND key = %s",
        [(_EMPTY_ANSWER, owner, key) for owner, key in keys],
    )
    return len(keys)


def rewrite_outbox(tx: Tx, change: Callable[[bytes, bytes | None], tuple[bytes, bytes | None] | None]) -> int:
    """Let `change` see every fact that waits (line, personal part) and replace those it gives back; how many."""
    rows = []
    for number, line, part in tx.rows("SELECT id, event, personal FROM books_outbox"):
        changed = change(bytes(line), None if part is None else bytes(part))
        if changed is not None:
            rows.append((*changed, number))
    tx.many("UPDATE books_outbox SET event = %s, personal = %s WHERE id = %s", rows)
    return len(rows)


def _says(line: AuditLine, matches: Matches) -> bool:
    return matches(line.subject) or any(matches(_text(said)) for said in (line.before, line.after) if said is not None)


def _text(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _decoded(body: object) -> str:
    return bytes(body).decode("utf-8", "replace")  # type: ignore[call-overload,no-any-return]


@contextmanager
def _audit_may_change(tx: Tx) -> Iterator[None]:
    """Lift the guard of the audit log inside this transaction; nobody else can write while it is lifted."""
    if connection.vendor == "postgresql":
        tx.execute("ALTER TABLE books_audit DISABLE TRIGGER books_audit_only_grows")
        yield
        tx.execute("ALTER TABLE books_audit ENABLE TRIGGER books_audit_only_grows")
        return
    guards = tx.rows("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'books_audit'")
    for name, _ in guards:
        tx.execute(f"DROP TRIGGER {name}")
    yield
    for _, statement in guards:
        tx.execute(statement)

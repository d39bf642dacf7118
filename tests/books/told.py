"""Small actions that change a book (idempotency keys serve as one) and tell a fact of it."""

from __future__ import annotations

from choral.books import Tx
from choral.core.event import Event


def note(tx: Tx, key: str, *, fail: bool = False) -> str:
    """Write a row and tell it; with `fail` raise after both."""
    tx.execute(
        "INSERT INTO books_idempotency(owner, key, request, status, body, at) VALUES (%s, %s, %s, %s, %s, %s)",
        ("test", key, b"", 200, b"", tx.now),
    )
    tx.tell(Event(f"fact-{key}", "Customer Rectified", tx.now, ("card:8812",)), {"traits": {"first_name": "Ada"}})
    tx.audit("test.noted", key, after={"key": key})
    if fail:
        raise ValueError(f"{key} failed on purpose")
    return key


def keys(tx: Tx) -> list[str]:
    """What is written, in order."""
    return [row[0] for row in tx.rows("SELECT key FROM books_idempotency ORDER BY key")]


def count(tx: Tx, table: str) -> int:
    """The number of rows of one of the books' own tables."""
    return int(tx.rows(f"SELECT count(*) FROM books_{table}")[0][0])

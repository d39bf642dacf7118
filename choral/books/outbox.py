"""The books' side of the relay: facts written with their changes, read and deleted by the worker."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection

from choral.books.unit_of_work import SYSTEM, Tx, act
from choral.events.relay import Waiting


class BooksOutbox:
    """`choral.events.relay.Outbox` on the table of the books; may be used from any thread."""

    def take(self, limit: int) -> list[Waiting]:
        """The oldest facts, which stay where they are."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT id, event, personal FROM books_outbox ORDER BY id LIMIT %s", [limit])
            rows = cursor.fetchall()
        return [Waiting(id_, bytes(event), None if part is None else bytes(part)) for id_, event, part in rows]

    def done(self, ids: Sequence[int]) -> None:
        """Delete these facts, and no others: on PostgreSQL a lower number may still be on its way to be committed."""
        act(_delete, SYSTEM, ids)


def _delete(tx: Tx, ids: Sequence[int]) -> None:
    tx.many("DELETE FROM books_outbox WHERE id = %s", [(one,) for one in ids])

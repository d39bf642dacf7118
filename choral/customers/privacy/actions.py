"""The only writers of the room's book; what an erasure does elsewhere is in `erasing/`."""

from __future__ import annotations

from collections.abc import Sequence

from choral.books import Tx


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

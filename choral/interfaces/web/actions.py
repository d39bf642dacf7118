"""What the console itself writes: saved views, and who signed in."""

from __future__ import annotations

from choral.books import Tx
from choral.core.errors import InvalidInput, NotFound


def save_view(tx: Tx, member: int, page: str, name: str, query: str) -> int:
    """Keep a list's address under a name (the same name again replaces it); `InvalidInput` `no_name` without one."""
    name = name.strip()[:60]
    if not name:
        raise InvalidInput("no_name", "The view has no name.", "You must find it again.", "Give it a name.")
    row = tx.rows(
        "INSERT INTO console_savedview(member, page, name, query, created_at) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT (member, page, name) DO UPDATE SET query = excluded.query RETURNING id",
        (member, page[:40], name, query[:1000], tx.now),
    )
    return int(row[0][0])


def remove_view(tx: Tx, member: int, view: int) -> tuple[str, str, str]:
    """Forget a saved view of this member; what it was (page, name, query), so that it can be put back."""
    found = tx.rows(
        "DELETE FROM console_savedview WHERE id = %s AND member = %s RETURNING page, name, query", (view, member)
    )
    if not found:
        raise NotFound("no_such_view", "There is no such view.", status=404)
    page, name, query = found[0]
    return page, name, query


def note_sign_in(tx: Tx, member: int, how: str) -> None:
    """A line of the audit log: somebody signed in, by password or by link."""
    tx.audit("member.signed_in", f"member:{member}", after={"how": how})


def note_sign_out(tx: Tx, member: int) -> None:
    """A line of the audit log: somebody signed out."""
    tx.audit("member.signed_out", f"member:{member}")


def forget_views(tx: Tx, views: list[int]) -> int:
    """Delete saved views that name an erased customer; how many."""
    return sum(tx.execute("DELETE FROM console_savedview WHERE id = %s", (one,)) for one in views)

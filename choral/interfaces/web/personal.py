"""The console's promise to people: lists that a member saved under a search for a customer."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import unquote_plus

from choral.books import Tx
from choral.customers.privacy.contract import Kept, Section
from choral.customers.privacy.traces import Traces
from choral.home import Home
from choral.interfaces.web.actions import forget_views
from choral.interfaces.web.models import SavedView

KEPT = (
    Kept("console_savedview", "names and filters of saved lists; a filter may hold a name that was searched",
         "to open a list again", "those about an erased customer are deleted"),
)  # fmt: skip


def told(identifiers: Sequence[str]) -> list[Section]:
    """Nothing is kept by identifier; see `found`."""
    return []


def erase(tx: Tx, identifiers: Sequence[str]) -> int:
    """Nothing is kept by identifier; see `scrub`."""
    return 0


def found(home: Home, traces: Traces) -> list[Section]:
    """Saved lists whose name or filters name the person."""
    rows = [{"page": one.page, "name": one.name, "filters": one.query} for one in _about(traces)]
    return [Section("console", "Saved lists", tuple(rows))]


def scrub(tx: Tx, home: Home, traces: Traces) -> int:
    """Delete them."""
    return forget_views(tx, [one.pk for one in _about(traces)])


def _about(traces: Traces) -> list[SavedView]:
    return [
        one
        for one in SavedView.objects.all()
        if traces.stands_in(one.name) or _asks_for(unquote_plus(one.query), traces)
    ]


def _asks_for(query: str, traces: Traces) -> bool:
    return traces.stands_in(query) or any(traces.is_cell(part.partition("=")[2]) for part in query.split("&"))

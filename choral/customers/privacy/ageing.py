"""Old visits keep that they were, and no more what was looked at: log, lake and time line alike.

The log goes first, the lake second and the time line last: what it still says of an event is what is left to do, so a
crash anywhere costs only doing it again.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from choral.customers.identity.keys import key_of
from choral.customers.privacy import searching
from choral.customers.privacy.happened import Happened, at_positions
from choral.customers.privacy.rules import aged
from choral.customers.privacy.searching import Rewritten
from choral.customers.profiles.ageing import old_positions, say_less
from choral.customers.profiles.rules import Seen, moment
from choral.events.store import EventLog
from choral.home import Home

VISITS = (
    "Page Viewed", "Screen Viewed", "Product Viewed", "Product List Viewed", "Product List Filtered",
    "Products Searched", "Promotion Viewed", "Promotion Clicked", "Product Clicked", "Link Clicked",
)  # fmt: skip
MOST = 20_000  # of one run


def age(home: Home, log: EventLog, before: int) -> int:
    """Age the visits from before a time (µs UTC), up to 20,000 of them; how many."""
    from choral.events.lake import erasing as lake  # deferred: engines that the command line's help must not load
    from choral.events.lake.rows import Placed

    positions = old_positions(VISITS, before, MOST)
    if not positions:
        return 0
    searching.rewrite(log, list(_rewritten(log, positions)))
    now = list(at_positions(log, positions))
    reached = set(lake.positions_within(home.lake, positions))
    rows = [Placed(one.position, one.source, one.received_at, one.event) for one in now if one.position in reached]
    if rows:
        lake.refresh(home.lake, rows, reached)  # what the time line has counts: no repetition, no source withdrawn
        lake.forget_history(home.lake)
    say_less([moment(_seen(one), key_of(one.event.ids[0])) for one in now])
    return len(positions)


def _rewritten(log: EventLog, positions: Sequence[int]) -> Iterator[Rewritten]:
    wanted, index = sorted(positions), 0
    while index < len(wanted):
        batch = log.read(wanted[index] - 1, 1)[0]
        chosen = set()
        while index < len(wanted) and wanted[index] <= batch.last:
            chosen.add(wanted[index])
            index += 1
        yield searching.changed(batch, chosen, aged)


def _seen(one: Happened) -> Seen:
    return Seen(one.position, one.source, one.event)

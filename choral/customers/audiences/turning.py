"""When conditions change by themselves, as SQL: for everybody the earliest time a window or a date may turn.

Careful rather than exact: it may name a time at which nothing changes, never one later than the first change.
"""

from __future__ import annotations

from collections.abc import Mapping

from choral.core.clock import DAY, HOUR
from choral.customers.audiences import tree
from choral.customers.audiences.compile import Binding, rows_of, yearly
from choral.customers.audiences.matchers import matchers_of
from choral.customers.audiences.tree import Condition, Leaf, Window, leaves


def turning_leaves(node: Condition, others: Mapping[str, Condition]) -> list[Leaf]:
    """The leaves of a tree, and of the audiences it names, that time changes."""
    found: list[Leaf] = []
    for leaf in leaves(node):
        if isinstance(leaf, tree.Member):
            found += turning_leaves(others[leaf.audience], others) if leaf.audience in others else []
        elif _turns(leaf):
            found.append(leaf)
    return list(dict.fromkeys(found))


def turns_sql(leaf: Leaf, bind: Binding) -> str:
    """SQL for (n, µs UTC of the next time this leaf may change) of everybody for whom there is one."""
    if isinstance(leaf, tree.Trait | tree.Personal):
        return _day_turns(leaf, bind)
    matchers = matchers_of(leaf)
    events = rows_of(matchers[0], bind) if matchers else "SELECT key, happened FROM events"
    if isinstance(leaf, tree.Channel):
        events = f"SELECT key, happened FROM events WHERE channel = {bind(leaf.channel)}"  # noqa: S608
    after = ", ".join(f"happened + {bind(one)}" for one in _delays(leaf))
    now = bind(bind.moment.now)
    return (
        f"SELECT n, min(turn)::BIGINT AS turn FROM (SELECT key, unnest([{after}]) AS turn FROM ({events}))"  # noqa: S608
        f" JOIN ids USING (key) WHERE turn > {now} GROUP BY n"
    )


def _turns(leaf: Leaf) -> bool:
    if isinstance(leaf, tree.Trait | tree.Personal):
        return leaf.test.how in tree.DATED
    return bool(_delays(leaf))


def _delays(leaf: Leaf) -> list[int]:
    """How long after an event a leaf about it may change."""
    if isinstance(leaf, tree.Channel):
        return [] if leaf.days is None or leaf.use == "preferred" else [leaf.days * DAY]
    window: Window | None = getattr(leaf, "window", None)
    found = []
    if window is not None and window.days is not None:
        found = [0, window.days * DAY] if window.when == "last" else [window.days * DAY]
    if isinstance(leaf, tree.Sequence) and leaf.hours is not None and not leaf.followed:
        found.append(leaf.hours * HOUR)
    return found


def _day_turns(leaf: tree.Trait | tree.Personal, bind: Binding) -> str:
    days = int(float(leaf.test.values[0]))
    begins, ends = (0, days + 1) if leaf.test.how.endswith("_ago") else (-days, 1)
    of = ", ".join(yearly("day", bind.moment.today)) if leaf.test.how in tree.YEARLY else "day"
    table = "traits JOIN ids USING (key)" if isinstance(leaf, tree.Trait) else "personal"
    zone, now = bind(bind.moment.zone), bind(bind.moment.now)
    midnight = f"epoch_us(timezone({zone}, (day + shift)::TIMESTAMP))"
    return (
        f"SELECT n, min({midnight}) AS turn FROM (SELECT n, day, unnest([{begins}, {ends}]) AS shift"  # noqa: S608
        f" FROM (SELECT n, unnest([{of}]) AS day FROM {table} WHERE field = {bind(leaf.field)} AND day IS NOT NULL))"
        f" WHERE {midnight} > {now} GROUP BY n"
    )

"""Follows events: whoever was touched, or whose time has come, is looked at again, and moves are told once.

Deciding is a view and may be done again; doing is `actions.move`, which tells only what changes a row of the book.
Audiences that are new, or changed, or whose view was thrown away, are first filled from the columns (`fill.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper

from choral.books import SYSTEM, act
from choral.core.clock import SYSTEM_CLOCK, Clock
from choral.customers import progress, sets
from choral.customers.audiences import actions, queries
from choral.customers.audiences.evaluate import Person, find
from choral.customers.audiences.live import noting
from choral.customers.audiences.live.loading import Beside, load, noted_hits
from choral.customers.audiences.queries import Kept
from choral.customers.audiences.tree import Condition
from choral.customers.audiences.windows import Moment
from choral.customers.identity import queries as identity

MOST = 300  # customers looked at in one step: the consumer waits no longer than for so many
Due = list[tuple[int, int]]


@dataclass(frozen=True)
class Looked:
    """What one step did: customers looked at, moves told."""

    customers: int
    moves: int


def step(beside: Beside, zone: str, clock: Clock = SYSTEM_CLOCK, most: int = MOST) -> Looked:
    """Look at up to `most` customers whose time has come. One process at a time, and never beside the consumer."""
    moment = Moment(clock.now(), zone)
    with transaction.atomic(using="views"), connections["views"].cursor() as cursor:
        due = _due(cursor, moment.now, most)
        if not due:
            return Looked(0, 0)
        kept = ready(cursor)
        position = progress.read(progress.POSITION)
        if any(position < one.settled_at for one in kept):
            return Looked(0, 0)  # the views are being made again and do not know yet what was told
        moves, later = look([customer for customer, _ in due], kept, moment, beside, position)
        _put_off(cursor, due, later)
    return Looked(len(due), moves)


def look(
    customers: Sequence[int], kept: Sequence[Kept], moment: Moment, beside: Beside, position: int
) -> tuple[int, dict[int, int]]:
    """Tell how these customers moved; how many moves, and when to look at each again."""
    customers = carried(customers)
    persons, trees = load(customers, noted_hits, beside), queries.trees()
    there, names = _members(customers), standing(customers)
    moves = 0
    later: dict[int, int] = {}
    for one in kept:
        entered, left = _changes(one, customers, persons, trees, moment, there[one.key], later)
        if entered or left:
            told = ({customer: names[customer] for customer in entered},
                    {customer: names.get(customer, "") for customer in left})  # fmt: skip
            moves += act(actions.move, SYSTEM, one.key, one.version, "followed", *told, position)
    return moves, later


def carried(customers: Sequence[int]) -> list[int]:
    """These customers under the ids they have now; members who were merged go on as who they are."""
    merged = {key: node.customer for key, node in identity.by_keys(customers).items() if node.customer != key}
    if merged:
        members = {row[0] for row in queries.memberships(merged)}
        if ids := {old: new for old, new in merged.items() if old in members}:
            act(actions.carry, SYSTEM, ids)
    return sorted({merged.get(customer, customer) for customer in customers})


def ready(cursor: CursorWrapper) -> list[Kept]:
    """The audiences that are followed, as they are now; a version not filled yet is left to `fill.py`."""
    cursor.execute("SELECT audience, version FROM following_audience")
    versions = dict(cursor.fetchall())
    return [one for one in queries.audiences() if not one.fixed and versions.get(one.key) == one.version]


def waiting(now: int) -> int:
    """How many customers are to be looked at now."""
    with connections["views"].cursor() as cursor:
        cursor.execute("SELECT count(*) FROM following_due WHERE at <= %s", [now])
        return int(cursor.fetchone()[0])


def put_due(cursor: CursorWrapper, rows: list[tuple[int, int, int]]) -> None:
    """Look at these (customer, at, position) then, if not sooner."""
    sets.write(cursor, "following_due", noting.DUE, rows, noting.SOONER.format(**sets.functions(cursor)))


def _changes(
    one: Kept, customers: Sequence[int], persons: Mapping[int, Person], trees: Mapping[str, Condition],
    moment: Moment, members: set[int], later: dict[int, int],
) -> tuple[set[int], set[int]]:  # fmt: skip
    """Who entered and who left; notes in `later` when to look again. An id that is nobody's any more leaves."""
    entered, left = set(), set()
    for customer in customers:
        person = persons.get(customer)
        if person is None:
            left |= {customer} & members
            continue
        found = find(one.definition.who, person, moment, trees)
        if found.turns_at is not None:
            later[customer] = min(found.turns_at, later.get(customer, found.turns_at))
        inside = found.holds and (person.known or one.definition.visitors) and not person.restricted
        if inside and customer not in members:
            entered.add(customer)
        elif not inside and customer in members:
            left.add(customer)
    return entered, left


def _members(customers: Sequence[int]) -> defaultdict[str, set[int]]:
    found: defaultdict[str, set[int]] = defaultdict(set)
    for customer, key, _, _ in queries.memberships(customers):
        found[key].add(customer)
    return found


def standing(customers: Sequence[int]) -> dict[int, str]:
    """The identifier that stands for each customer."""
    return {key: node.text for key, node in identity.by_keys(customers).items()}


def _due(cursor: CursorWrapper, now: int, most: int) -> Due:
    cursor.execute(
        "SELECT customer, position FROM following_due WHERE at <= %s ORDER BY at, customer LIMIT %s", [now, most]
    )
    return list(cursor.fetchall())


def _put_off(cursor: CursorWrapper, due: Due, later: Mapping[int, int]) -> None:
    """Look at these again when their time comes; an id that was merged has none."""
    among = sets.among_numbers(cursor)
    cursor.execute(f"DELETE FROM following_due WHERE customer {among}", [sets.as_json([one for one, _ in due])])  # noqa: S608
    reached = max(position for _, position in due)
    put_due(cursor, [(customer, at, reached) for customer, at in sorted(later.items())])

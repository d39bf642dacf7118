"""Fills audiences from the columns, set-based: the new and changed ones, and all of them after a flood of events."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec
import numpy as np
import pyarrow
from django.db import connections, transaction
from django.db.backends.utils import CursorWrapper
from pyroaring import BitMap

from choral.books import SYSTEM, act
from choral.customers import progress, sets
from choral.customers.audiences import actions, queries, tree, turning
from choral.customers.audiences.compile import Binding, rows_of
from choral.customers.audiences.counting import Counting
from choral.customers.audiences.live import noting
from choral.customers.audiences.live.follow import carried, put_due, standing
from choral.customers.audiences.matchers import ByLine, Matcher, all_of
from choral.customers.audiences.queries import Kept
from choral.customers.audiences.windows import Moment
from choral.customers.identity import queries as identity
from choral.customers.profiles import queries as profiles

_AT_ONCE = 20_000
NOT_YET = 0  # the version of an audience that waits to be filled
_encode = msgspec.json.encode


def watch() -> None:
    """From now on the consumer notes what live audiences ask about, and no more than that."""
    wanted = all_of(queries.trees().values())
    with transaction.atomic(using="views"), connections["views"].cursor() as cursor:
        known = noting.matchers(cursor)
        position = progress.read(progress.POSITION)
        new = [(key, _encode(one).decode(), position, -1) for key, one in sorted(wanted.items()) if key not in known]
        sets.write(cursor, "following_matcher", "matcher text, says text, since bigint, filled bigint", new)
        live = {one.key: one.version for one in queries.audiences() if not one.fixed}
        cursor.execute("SELECT audience FROM following_audience")
        followed = {row[0] for row in cursor.fetchall()}
        waiting = [(key, NOT_YET, position) for key in sorted(live.keys() - followed)]
        sets.write(cursor, "following_audience", "audience text, version bigint, position bigint", waiting)
        for key in sorted(followed - live.keys()):
            cursor.execute("DELETE FROM following_audience WHERE audience = %s", [key])
        for key in sorted(known.keys() - wanted.keys()):
            cursor.execute("DELETE FROM following_matcher WHERE matcher = %s", [key])
            cursor.execute("DELETE FROM following_hit WHERE matcher = %s", [key])


def pending(reached: int) -> list[Kept]:
    """Audiences to fill that columns reaching a position can fill, and archived ones that are to be emptied."""
    with connections["views"].cursor() as cursor:
        cursor.execute("SELECT audience, version, position FROM following_audience")
        followed = {row[0]: row[1:] for row in cursor.fetchall()}
    found = [one for one in queries.unsettled() if one.archived_at is not None]
    for one in queries.audiences():
        version, since = followed.get(one.key, (NOT_YET, 1 << 62))
        if not one.fixed and (version != one.version or not one.settled) and reached >= max(since, one.settled_at):
            found.append(one)
    return found


def begin_again(cursor: CursorWrapper, keys: Iterable[str]) -> None:
    """Stop following these audiences until they have been filled anew."""
    for key in keys:
        cursor.execute("UPDATE following_audience SET version = %s, position = %s WHERE audience = %s",
                       [NOT_YET, progress.read(progress.POSITION), key])  # fmt: skip


def begin_again_asking(attribute: str) -> None:
    """An attribute was concluded anew: audiences that ask for it are filled again."""
    asking = [
        one.key for one in queries.audiences()
        if any(isinstance(leaf, tree.Attribute) and leaf.name == attribute for leaf in _all_leaves(one))
    ]  # fmt: skip
    with transaction.atomic(using="views"), connections["views"].cursor() as cursor:
        begin_again(cursor, asking)


def forget_lines(version: int, name: str) -> None:
    """The catalogue is another: what was noted by category, department and brand is noted again."""
    with transaction.atomic(using="views"), connections["views"].cursor() as cursor:
        for key, matcher in noting.matchers(cursor).items():
            if isinstance(matcher, ByLine) and matcher.by != "product":
                cursor.execute("DELETE FROM following_hit WHERE matcher = %s", [key])
                cursor.execute("UPDATE following_matcher SET since = %s, filled = -1 WHERE matcher = %s",
                               [progress.read(progress.POSITION), key])  # fmt: skip
        bought = [one.key for one in queries.audiences()
                  if any(isinstance(leaf, tree.Bought) for leaf in _all_leaves(one))]  # fmt: skip
        begin_again(cursor, bought)
        progress.save(cursor, name, version)


def _all_leaves(one: Kept) -> list[tree.Leaf]:
    """Its leaves, and those of the audiences it asks for."""
    others = queries.trees()
    found: list[tree.Leaf] = []
    waiting = [one.definition.who]
    while waiting:
        for leaf in tree.leaves(waiting.pop()):
            found.append(leaf)
            if isinstance(leaf, tree.Member) and leaf.audience in others:
                waiting.append(others[leaf.audience])
    return found


def fill_matchers(counting: Counting, reached: int, moment: Moment, currency: str) -> bool:
    """Take from the columns (which reach a position of the log) what happened before the consumer began to note;
    whether all matchers are whole now."""
    with connections["views"].cursor() as cursor:
        cursor.execute("SELECT matcher, says, since FROM following_matcher WHERE filled < since")
        missing = cursor.fetchall()
    whole = True
    for key, says, since in missing:
        if reached < since:
            whole = False
            continue
        matcher = msgspec.json.decode(says, type=Matcher)
        bind = Binding(moment, currency)
        rows = rows_of(matcher, bind)
        said = counting.ask(
            f"SELECT key, position, happened, number FROM ({rows}) WHERE position <= {int(since)}",  # noqa: S608
            bind.params,  # noqa: S608
        )
        with transaction.atomic(using="views"), connections["views"].cursor() as cursor:
            for part in said.to_batches(max_chunksize=_AT_ONCE):
                keys, positions, times, numbers = (column.to_pylist() for column in part.columns)
                hits = [(k, key, p, at, n) for k, p, at, n in zip(keys, positions, times, numbers, strict=True)]
                sets.write(cursor, "following_hit", noting.HIT, sorted(hits),
                           "ON CONFLICT (subject, matcher, position) DO NOTHING")  # fmt: skip
            cursor.execute("UPDATE following_matcher SET filled = since WHERE matcher = %s", [key])
    return whole


def fill(one: Kept, counting: Counting, reached: int, moment: Moment) -> int:
    """Bring the members of an audience to what the columns say, and follow it from there; how many moved.

    Whoever was touched after the columns' position is due at once, so nothing between is missed.
    """
    trees = queries.trees()
    now_in = counting.members(one.definition, moment, trees) if one.archived_at is None else BitMap()
    wanted = counting.ids(now_in)
    carried(queries.members(one.number))
    before = np.array(queries.members(one.number), dtype=np.int64)
    because = "filled" if one.archived_at is None else "archived"
    moved = 0
    entering, leaving = np.setdiff1d(wanted, before), np.setdiff1d(before, wanted)
    for customers in _parts(leaving):
        moved += act(actions.move, SYSTEM, one.key, one.version, because, {}, _named(customers), reached)
    for customers in _parts(entering):
        moved += act(actions.move, SYSTEM, one.key, one.version, because, _named(customers), {}, reached)
    if one.archived_at is not None:
        return moved
    with transaction.atomic(using="views"), connections["views"].cursor() as cursor:
        cursor.execute("DELETE FROM following_audience WHERE audience = %s", [one.key])
        cursor.execute("INSERT INTO following_audience (audience, version, position) VALUES (%s, %s, %s)",
                       [one.key, one.version, reached])  # fmt: skip
        for rows in _turning(one, counting, moment, reached):
            put_due(cursor, rows)
        noting.touch(cursor, _touched_after(reached), reached)
    act(actions.settle, SYSTEM, one.key, one.version, reached)
    return moved


def _turning(one: Kept, counting: Counting, moment: Moment, reached: int) -> Iterator[list[tuple[int, int, int]]]:
    """(customer, at, position) of everybody who may move by themselves, in parts."""
    leaves = turning.turning_leaves(one.definition.who, queries.trees())
    for leaf in leaves:
        bind = Binding(moment, "")
        said: pyarrow.Table = counting.ask(turning.turns_sql(leaf, bind), bind.params)
        numbers, times = said.column(0).to_numpy(), said.column(1).to_numpy()
        customers = counting.customers[numbers]
        for start in range(0, len(customers), _AT_ONCE):
            part = slice(start, start + _AT_ONCE)
            yield [(c, at, reached) for c, at in zip(customers[part].tolist(), times[part].tolist(), strict=True)]


def _touched_after(position: int) -> set[int]:
    nodes = identity.by_keys(profiles.touched_after(position))
    return {node.customer for node in nodes.values()}


def _named(customers: Sequence[int]) -> Mapping[int, str]:
    """The identifier that stands for each, '' for an id nobody has any more."""
    names = standing(customers)
    return {one: names.get(one, "") for one in customers}


def _parts(customers: Iterable[int]) -> Iterator[list[int]]:
    listed = [int(one) for one in customers]
    for start in range(0, len(listed), _AT_ONCE):
        yield listed[start : start + _AT_ONCE]

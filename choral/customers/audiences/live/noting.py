"""What the consumer notes for audiences in its own transaction: the events that count, and whom they touch."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec
from django.db.backends.utils import CursorWrapper

from choral.customers import sets
from choral.customers.audiences.facts import ENTERED, LEFT
from choral.customers.audiences.matchers import Catalogue, Matcher, noted
from choral.customers.profiles.rules import Seen

_matcher = msgspec.json.Decoder(Matcher)
HIT = "subject bigint, matcher text, position bigint, at bigint, number float8"
DUE = "customer bigint, at bigint, position bigint"
SOONER = "ON CONFLICT (customer) DO UPDATE SET at = {least}(following_due.at, excluded.at)," \
         " position = {greatest}(following_due.position, excluded.position)"  # fmt: skip


def followed(cursor: CursorWrapper) -> bool:
    """Whether any audience is followed, or about to be."""
    cursor.execute("SELECT 1 FROM following_matcher UNION ALL SELECT 1 FROM following_audience LIMIT 1")
    return cursor.fetchone() is not None


def matchers(cursor: CursorWrapper) -> dict[str, Matcher]:
    """What is noted, by key."""
    cursor.execute("SELECT matcher, says FROM following_matcher")
    return {key: _matcher.decode(says) for key, says in cursor.fetchall()}


def note(
    cursor: CursorWrapper, batch: Sequence[Seen], keys: Mapping[str, int], touched: Iterable[int],
    currency: str, catalogue: Catalogue,
) -> None:  # fmt: skip
    """Note what counts of accepted events, and that the customers they touch must be looked at now.

    `keys`: numbers of identifiers; `touched`: customers of the events, and those whose identifiers changed.
    """
    hits = [
        (keys[event.ids[0]], one.matcher, one.position, one.at, one.number)
        for event, one in noted(batch, matchers(cursor), currency, catalogue)
    ]
    sets.write(cursor, "following_hit", HIT, sorted(hits), "ON CONFLICT (subject, matcher, position) DO NOTHING")
    touch(cursor, touched, batch[-1].position)


def touch(cursor: CursorWrapper, customers: Iterable[int], position: int) -> None:
    """These must be looked at now."""
    rows = [(customer, 0, position) for customer in sorted(customers)]
    sets.write(cursor, "following_due", DUE, rows, SOONER.format(**sets.functions(cursor)))


def own(seen: Seen) -> bool:
    """Whether an event is what we told ourselves: it changes nothing an audience may ask."""
    return seen.event.name in (ENTERED, LEFT)


def forget_identifiers(cursor: CursorWrapper, keys: Iterable[int], customers: Iterable[int], position: int) -> None:
    """Somebody was erased: what was noted of their identifiers goes, and whoever it concerned is looked at."""
    asked = sets.as_json(keys)
    cursor.execute(f"DELETE FROM following_hit WHERE subject {sets.among_numbers(cursor)}", [asked])  # noqa: S608
    touch(cursor, customers, position)


def forget(cursor: CursorWrapper) -> None:
    """Events were taken back: what was noted of them goes too (their time lines are gone already)."""
    cursor.execute(
        "DELETE FROM following_hit WHERE NOT EXISTS"
        " (SELECT 1 FROM profiles_moment m WHERE m.position = following_hit.position)"
    )

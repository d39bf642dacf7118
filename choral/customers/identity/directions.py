"""What people decided about identity, as the log tells it to the view: the rules in force, joins and aparts.

The book (`identity.book`) is where it is decided; its facts come here, and only facts of the shop itself count.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from django.db import connections
from django.db.backends.utils import CursorWrapper

from choral.core.event import Event
from choral.customers import sets
from choral.customers.identity.keys import find
from choral.customers.identity.kinds import RuleSet, decode, default_rules
from choral.events.store import Stored

MERGED, UNDONE = "Customers Merged", "Merge Undone"
APART, AGAIN = "Identifiers Kept Apart", "Identifiers Let Together"
RULED = "Identity Rules Changed"
_FACTS = "choral"  # the source of facts; whoever else sends such an event is not believed
_DECISIONS = {MERGED: (1, 0), UNDONE: (1, 1), APART: (0, 0), AGAIN: (0, 1)}
_WATCHED = frozenset({*_DECISIONS, RULED})


class Decision(msgspec.Struct, frozen=True):
    """One correction as its fact says it."""

    correction: str
    one: str
    other: str
    joins: int = 1
    withdrawn: int = 0
    position: int = 0


class Directions(msgspec.Struct):
    """What a batch of the log says: corrections made or withdrawn, and the newest rules (JSON) with their position."""

    decisions: list[Decision] = []
    rules: tuple[int, str] | None = None


class _Ruled(msgspec.Struct):
    rules: msgspec.Raw


_decision, _ruled = msgspec.json.Decoder(Decision), msgspec.json.Decoder(_Ruled)


def asked_for(decoded: Iterable[tuple[Stored, Sequence[Event]]]) -> Directions:
    """The decisions that facts among these events tell."""
    found = Directions()
    for batch, events in decoded:
        if batch.source != _FACTS:
            continue
        for position, event in enumerate(events, batch.first):
            if event.name not in _WATCHED or len(event.properties) <= 2:
                continue  # an erased customer's decision says nothing any more
            if event.name == RULED:
                found.rules = position, bytes(_ruled.decode(event.properties).rules).decode()
                continue
            joins, withdrawn = _DECISIONS[event.name]
            said = _decision.decode(event.properties)
            if not (":" in said.one and ":" in said.other):
                continue  # nor does one in which an erased identifier stood
            found.decisions.append(Decision(said.correction, said.one, said.other, joins, withdrawn, position))
    return found


def rules_in_force(cursor: CursorWrapper) -> RuleSet:
    """The rules the view goes by."""
    cursor.execute("SELECT body FROM identity_rules ORDER BY position DESC LIMIT 1")
    row = cursor.fetchone()
    return decode(row[0]) if row else default_rules()


def read_rules() -> RuleSet:
    """The same, for who only reads."""
    with connections["views"].cursor() as cursor:
        return rules_in_force(cursor)


def keep_rules(cursor: CursorWrapper, position: int, body: str) -> bool:
    """Let these rules hold; whether they are others than before."""
    before = rules_in_force(cursor)
    cursor.execute("DELETE FROM identity_rules")
    cursor.execute("INSERT INTO identity_rules (position, body) VALUES (%s, %s)", [position, body])
    return decode(body) != before


def keep_decisions(cursor: CursorWrapper, decisions: Sequence[Decision]) -> set[int]:
    """Write corrections down; the identifiers (their numbers) they are about. Saying one again changes nothing."""
    if not decisions:
        return set()
    keys, _ = find(cursor, dict.fromkeys(text for one in decisions for text in (one.one, one.other)))
    last: dict[str, sets.Row] = {}
    for said in decisions:
        known = last.get(said.correction)
        withdrawn = max(said.withdrawn, known[4] if known else 0)
        position = known[5] if known else said.position
        last[said.correction] = said.correction, said.joins, keys[said.one], keys[said.other], withdrawn, position
    sets.write(
        cursor,
        "identity_correction",
        "id text, joins bigint, one bigint, other bigint, withdrawn bigint, position bigint",
        sorted(last.values()),
        "ON CONFLICT (id) DO UPDATE SET withdrawn = CASE WHEN identity_correction.withdrawn > excluded.withdrawn"
        " THEN identity_correction.withdrawn ELSE excluded.withdrawn END",
    )
    cursor.execute(
        f"SELECT one, other FROM identity_correction WHERE id {sets.among_texts(cursor)}",  # noqa: S608
        [sets.as_json(sorted(last))],
    )
    return {key for pair in cursor.fetchall() for key in pair}


def known(corrections: Sequence[str]) -> dict[str, bool]:
    """Of those corrections whose fact has come to the view: whether it goes by them."""
    if not corrections:
        return {}
    with connections["views"].cursor() as cursor:
        cursor.execute(
            f"SELECT id, withdrawn FROM identity_correction WHERE id {sets.among_texts(cursor)}",  # noqa: S608
            [sets.as_json(corrections)],
        )
        return {number: not withdrawn for number, withdrawn in cursor.fetchall()}

"""The only writers of the book of audiences. Whoever enters or leaves is told to the log in the same transaction."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from choral.books import Tx
from choral.core.errors import Conflict, InvalidInput, NotFound
from choral.customers.audiences import facts, tree
from choral.customers.audiences.tree import Definition
from choral.customers.records.rules import fold


def create(tx: Tx, name: str, definition: Definition, key: str = "") -> str:
    """A new audience; its key, made of the name when none is given."""
    clean, found = _name(name), _key(key or name)
    if tx.rows("SELECT 1 FROM audiences_audience WHERE key = %s", (found,)):
        if key:
            raise Conflict("audience_exists", f"There is an audience “{found}” already.", fix="Give another key.",
                           status=409)  # fmt: skip
        found = _free(tx, found)
    tx.execute(
        "INSERT INTO audiences_audience (key, name, definition, version, fixed, created_at, updated_at, updated_by,"
        " settled_version, settled_at) VALUES (%s, %s, %s, 1, %s, %s, %s, %s, 0, 0)",
        (found, clean, tree.dump(definition), False, tx.now, tx.now, tx.actor.name),
    )
    _keep_version(tx, found)
    tx.audit("audience.created", f"audience:{found}", after={"name": clean})
    return found


def change(tx: Tx, key: str, name: str, definition: Definition, expected: int | None = None) -> int:
    """What it says from now on, as its next version; the version. `expected`: `Conflict` when it is no more that."""
    before = tx.rows("SELECT name, definition, version, fixed FROM audiences_audience WHERE key = %s", (key,))
    if not before:
        raise missing(key)
    old_name, old, version, fixed = before[0]
    clean, said = _name(name), tree.dump(definition)
    if expected is not None and expected != version:
        raise Conflict("audience_changed", "Somebody has changed this audience meanwhile.",
                       fix="Look at what it says now, then change it again.", status=409)  # fmt: skip
    if fixed and said != old:
        raise Conflict("audience_fixed", "This audience is a frozen list.", "What it says cannot change any more.",
                       "Make a new audience.", status=409)  # fmt: skip
    if (clean, said) == (old_name, old):
        return int(version)
    tx.execute(
        "UPDATE audiences_audience SET name = %s, definition = %s, version = version + 1, updated_at = %s,"
        " updated_by = %s WHERE key = %s",
        (clean, said, tx.now, tx.actor.name, key),
    )
    _keep_version(tx, key)
    tx.audit("audience.changed", f"audience:{key}", before={"name": old_name, "version": version},
             after={"name": clean, "version": version + 1})  # fmt: skip
    return int(version) + 1


def archive(tx: Tx, key: str, archived: bool = True) -> None:
    """Put it away: nobody is in it any more; or take it out again."""
    done = tx.execute(
        f"UPDATE audiences_audience SET archived_at = %s, settled_version = 0 WHERE key = %s"  # noqa: S608
        f" AND archived_at IS {'NULL' if archived else 'NOT NULL'}",  # noqa: S608
        (tx.now if archived else None, key),
    )
    if done:
        tx.audit("audience.archived" if archived else "audience.restored", f"audience:{key}")


def freeze(tx: Tx, key: str, name: str, members: Iterable[int]) -> str:
    """A list of who is in an audience now, which never moves; its key. One line of the audit log tells it."""
    found = tx.rows("SELECT definition FROM audiences_audience WHERE key = %s", (key,))
    if not found:
        raise missing(key)
    return _fixed(tx, name, tree.decode(found[0][0]), members, {"of": key})


def keep_list(tx: Tx, name: str, members: Iterable[int], source: str) -> str:
    """A list of some customers, which never moves; its key. `source`: what they were picked from, for the audit log."""
    return _fixed(tx, name, Definition(tree.All(())), members, {"from": source})


def _fixed(tx: Tx, name: str, definition: Definition, members: Iterable[int], told: dict[str, str]) -> str:
    made, listed = create(tx, name, definition), list(members)
    tx.execute("UPDATE audiences_audience SET fixed = %s, settled_version = 1 WHERE key = %s", (True, made))
    number = _number(tx, made)
    tx.many(_ENTER, [(number, customer, tx.now) for customer in listed])
    tx.audit("audience.frozen", f"audience:{made}", after={**told, "members": len(listed)})
    return made


def move(tx: Tx, key: str, version: int, because: str, entered: Mapping[int, str], left: Mapping[int, str],
         position: int) -> int:  # fmt: skip
    """Note and tell who entered and who left (customer -> the identifier that stands for them, '' for none); how many.

    Doing it again tells nothing: only rows that change are told.
    """
    number, moved = _number(tx, key), 0
    there = _there(tx, number, [*entered, *left])
    coming = {customer: text for customer, text in entered.items() if customer not in there}
    going = {customer: text for customer, text in left.items() if customer in there}
    tx.many(_ENTER, [(number, customer, tx.now) for customer in coming])
    tx.many("DELETE FROM audiences_membership WHERE audience_id = %s AND customer = %s",
            [(number, customer) for customer in going])  # fmt: skip
    for name, people in ((facts.ENTERED, coming), (facts.LEFT, going)):
        for text in people.values():
            tx.tell(facts.moved(name, text, key, version, because, tx.now))
            moved += 1
    if moved:
        tx.execute(_SETTLED, (position, position, key))
    return moved


def carry(tx: Tx, ids: Mapping[int, int]) -> None:
    """Two ids became one person: the rows of the old one (key) become the new one's (value), or go."""
    for old, new in ids.items():
        tx.execute(
            "DELETE FROM audiences_membership WHERE customer = %s AND audience_id IN"
            " (SELECT audience_id FROM audiences_membership WHERE customer = %s)",
            (old, new),
        )
        tx.execute("UPDATE audiences_membership SET customer = %s WHERE customer = %s", (new, old))


def settle(tx: Tx, key: str, version: int, position: int) -> None:
    """The members of this version are told up to a position of the log."""
    tx.execute("UPDATE audiences_audience SET settled_version = %s WHERE key = %s", (version, key))
    tx.execute(_SETTLED, (position, position, key))


def note_sizes(tx: Tx, day: date) -> None:
    """Keep how many are in each today; asked again the same day, the last answer counts."""
    tx.execute(
        "INSERT INTO audiences_size (audience_id, day, members) SELECT a.id, %s, count(m.id) FROM audiences_audience a"
        " LEFT JOIN audiences_membership m ON m.audience_id = a.id WHERE a.archived_at IS NULL GROUP BY a.id"
        " ON CONFLICT (audience_id, day) DO UPDATE SET members = excluded.members",
        (day,),
    )


def erase(tx: Tx, customers: Sequence[int]) -> int:
    """Forget that these customers were in any audience; how many rows."""
    gone = 0
    for customer in customers:
        gone += tx.execute("DELETE FROM audiences_membership WHERE customer = %s", (customer,))
    return gone


def missing(key: str) -> NotFound:
    """The error of an audience that is not there."""
    return NotFound("no_such_audience", f"There is no audience “{key[:80]}”.",
                    fix="Look at the list of audiences.", status=404)  # fmt: skip


_TAKEN = frozenset({"new", "preview", "why"})  # words of addresses
_ENTER = "INSERT INTO audiences_membership (audience_id, customer, entered_at) VALUES (%s, %s, %s)"
_SETTLED = (
    "UPDATE audiences_audience SET settled_at = CASE WHEN settled_at > %s THEN settled_at ELSE %s END WHERE key = %s"
)


def _keep_version(tx: Tx, key: str) -> None:
    tx.execute(
        "INSERT INTO audiences_version (audience_id, version, name, definition, at, by)"
        " SELECT id, version, name, definition, updated_at, updated_by FROM audiences_audience WHERE key = %s",
        (key,),
    )


def _number(tx: Tx, key: str) -> int:
    found = tx.rows("SELECT id FROM audiences_audience WHERE key = %s", (key,))
    if not found:
        raise missing(key)
    return int(found[0][0])


def _there(tx: Tx, number: int, customers: Iterable[int]) -> set[int]:
    """Those of these customers who are in."""
    asked, found = list(customers), set()
    for start in range(0, len(asked), 500):
        part = asked[start : start + 500]
        marks = ", ".join(["%s"] * len(part))
        rows = tx.rows(
            f"SELECT customer FROM audiences_membership WHERE audience_id = %s AND customer IN ({marks})",  # noqa: S608
            (number, *part),
        )
        found |= {row[0] for row in rows}
    return found


def _name(name: str) -> str:
    clean = " ".join(name.split())
    if not 1 <= len(clean) <= 120:
        raise InvalidInput("audience_name", "An audience needs a name of 1 to 120 characters.", fix="Give it one.",
                           status=422)  # fmt: skip
    return clean


def _key(text: str) -> str:
    found = re.sub(r"[^a-z0-9]+", "-", fold(text)).strip("-")[:60]
    return found if found and found not in _TAKEN else "audience"


def _free(tx: Tx, key: str) -> str:
    taken = {row[0] for row in tx.rows("SELECT key FROM audiences_audience WHERE key LIKE %s", (f"{key}-%",))}
    return next(name for number in range(2, 100_000) if (name := f"{key}-{number}") not in taken)

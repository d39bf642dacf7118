"""The row of a large person that others joined as a whole: the sum of their rows, whatever number of identifiers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db.backends.utils import CursorWrapper

from choral.customers import sets
from choral.customers.profiles.summing import COUNTED, NAMES

_OVER = f"ON CONFLICT (customer) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in NAMES[1:])}"
WHOLE = -1  # all identifiers of a person, however many


@dataclass
class Parts:
    """What a person consists of now: persons of before, each with how many of its identifiers came (`WHOLE`: all,
    else to be compared with how many it had), and identifiers never seen before."""

    persons: dict[int, int] = field(default_factory=dict)
    fresh: int = 0
    known: bool = False


def combine(cursor: CursorWrapper, made: Mapping[int, Parts]) -> set[int]:
    """Write the rows of these persons from the rows of their parts, and the parts' rows out.

    The row becomes what `sum_up` would make of it before the batch's own events. Returns the persons, old and new,
    for whom that was done; the others are to be summed up.
    """
    if not made:
        return set()
    asked = {person for new, parts in made.items() for person in (new, *parts.persons)}
    cursor.execute(
        f"SELECT {', '.join(NAMES)} FROM profiles_customer"  # noqa: S608
        f" WHERE customer {sets.among_numbers(cursor)}",
        [sets.as_json(sorted(asked))],
    )
    rows = {row[0]: dict(zip(NAMES, row, strict=True)) for row in cursor.fetchall()}
    done: set[int] = set()
    written = []
    for new, parts in made.items():
        came = {one: count for one, count in parts.persons.items() if one != new}
        if any(one not in rows or count not in (WHOLE, rows[one]["identifiers"]) for one, count in came.items()):
            continue
        known = [rows[one] for one in (new, *came) if one in rows]
        written.append(_sum(new, known, parts))
        done |= {new, *came}
    sets.write(cursor, "profiles_customer", COUNTED, written, _OVER)
    gone = sorted(done - {row[0] for row in written})
    cursor.execute(
        f"DELETE FROM profiles_customer WHERE customer {sets.among_numbers(cursor)}",  # noqa: S608
        [sets.as_json(gone)],
    )
    return done


def _sum(customer: int, rows: list[dict[str, object]], parts: Parts) -> sets.Row:
    def total(name: str) -> int:
        return sum(int(str(row[name])) for row in rows)

    def times(name: str) -> list[int]:
        return [int(str(row[name])) for row in rows if row["events"]]

    channels = sorted({one for row in rows for one in str(row["channels"]).split(",")} - {""})
    gross, paid = total("gross"), total("paid")
    average = (gross // paid if gross >= 0 else -(-gross // paid)) if paid else 0  # towards zero, as databases divide
    return (
        customer, int(parts.known or total("known") > 0), total("identifiers") + parts.fresh, total("events"),
        total("orders"), total("revenue"), average, min(times("first_at"), default=0),
        max(times("last_at"), default=0), max(times("last_order_at"), default=0), gross, paid,
        f",{','.join(channels)}," if channels else ",",
    )  # fmt: skip

"""Reads the identity view: who an identifier is, which identifiers are one person, and why."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from django.db import connections

from choral.customers import sets
from choral.customers.identity.keys import Node, find, load
from choral.customers.identity.rules import LAST_STRONG, WEAK

if TYPE_CHECKING:
    import pyarrow

_COLUMNS = "key, text, tier, customer, state, position, proven"
_AT_ONCE = 100_000


def resolve(texts: Iterable[str]) -> dict[str, int]:
    """The current customer of each identifier that is known."""
    with connections["views"].cursor() as cursor:
        keys, nodes = find(cursor, dict.fromkeys(texts))
    return {text: nodes[key].customer for text, key in keys.items() if key in nodes}


def current(customer: int) -> int | None:
    """The customer an id leads to now: every id is the number of an identifier, which always belongs to somebody."""
    with connections["views"].cursor() as cursor:
        cursor.execute("SELECT customer FROM identity_identifier WHERE key = %s", [customer])
        row = cursor.fetchone()
    return int(row[0]) if row else None


def members(customers: Iterable[int]) -> list[Node]:
    """The identifiers of these customers, the strongest first."""
    with connections["views"].cursor() as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS} FROM identity_identifier WHERE customer {sets.among_numbers(cursor)}"  # noqa: S608
            " ORDER BY customer, tier, position, key",
            [sets.as_json(customers)],
        )
        return [Node(*row) for row in cursor.fetchall()]


class Seen(NamedTuple):
    """Evidence as one source first showed it; `said`: what events said of its proof (`rules.proof`)."""

    a: int
    b: int
    position: int
    at: int
    source: str
    said: int


def evidence(keys: Iterable[int], limit: int = 5_000, strong: bool = False) -> list[Seen]:
    """The first pairs that touch these identifiers, by source; `strong`: only of kinds that say who somebody is."""
    wanted = sets.as_json(keys)
    tiers = f" AND tier <= {LAST_STRONG}" if strong else ""
    with connections["views"].cursor() as cursor:
        among = sets.among_numbers(cursor)
        cursor.execute(
            f"SELECT a, b, position, at, source, said FROM identity_link WHERE a {among}{tiers} UNION"  # noqa: S608
            f" SELECT a, b, position, at, source, said FROM identity_link WHERE b {among}{tiers}"
            " ORDER BY 3, 1, 2 LIMIT %s",
            [wanted, wanted, limit],
        )
        return [Seen(*row) for row in cursor.fetchall()]


def set_aside(after: tuple[int, int] | None, limit: int) -> list[Node]:
    """Identifiers that are public property or blocked, in a fixed order; `after` (state, key) goes on."""
    state, key = after or (0, 0)
    with connections["views"].cursor() as cursor:
        cursor.execute(
            f"SELECT {_COLUMNS} FROM identity_identifier WHERE state >= 2 AND (state, key) > (%s, %s)"  # noqa: S608
            " ORDER BY state, key LIMIT %s",
            [state, key, limit],
        )
        return [Node(*row) for row in cursor.fetchall()]


def sightings_of(keys: Iterable[int]) -> dict[int, list[tuple[int, int]]]:
    """For each of these identifiers the others it was seen with and when first (µs UTC), the earliest first."""
    wanted = sets.as_json(keys)
    with connections["views"].cursor() as cursor:
        among = sets.among_numbers(cursor)
        cursor.execute(
            f"SELECT one, other, min(at) FROM (SELECT b AS one, a AS other, at FROM identity_link"  # noqa: S608
            f" WHERE b {among} UNION ALL SELECT a, b, at FROM identity_link WHERE a {among}) AS seen"
            " GROUP BY one, other ORDER BY 3, 2",
            [wanted, wanted],
        )
        found: dict[int, list[tuple[int, int]]] = {}
        for one, other, at in cursor.fetchall():
            found.setdefault(one, []).append((other, at))
        return found


def by_keys(keys: Iterable[int]) -> dict[int, Node]:
    """Identifiers by their numbers."""
    with connections["views"].cursor() as cursor:
        return load(cursor, keys)


def beginning_with(texts: list[str], limit: int) -> list[tuple[str, int]]:
    """Identifiers (user, card, token, marketplace, social) that begin with one of these, with their customers."""
    # One range each: put together with OR, SQLite would walk the whole index instead.
    one = (
        "SELECT * FROM (SELECT text, customer FROM identity_identifier"
        " WHERE tier <= 5 AND text >= %s AND text < %s ORDER BY text LIMIT %s) AS range"
    )
    params = [param for text in texts for param in (text, text + "\uffff", limit)]
    with connections["views"].cursor() as cursor:
        cursor.execute(" UNION ALL ".join([one] * len(texts)), params)
        return sorted(cursor.fetchall())[:limit]


def identity_map() -> pyarrow.Table:
    """All identifiers with their customers: columns `identifier` (text), `customer` (int64) and `says_who` (bool): a
    card, an account, an e-mail do; a browser, a device or a receipt does not."""
    import pyarrow  # deferred: 100 ms that pages and the command line's help must not pay

    columns = {"identifier": pyarrow.string(), "customer": pyarrow.int64(), "says_who": pyarrow.bool_()}
    schema = pyarrow.schema(list(columns.items()))
    parts = [
        pyarrow.record_batch([pyarrow.array(one) for one in (texts, customers, says_who)], schema=schema)
        for texts, customers, says_who in _columns()
    ]
    return pyarrow.Table.from_batches(parts, schema=schema)


def _columns() -> Iterator[tuple[list[str], list[int], list[bool]]]:
    last = -1
    with connections["views"].cursor() as cursor:
        while True:
            cursor.execute(
                "SELECT key, text, customer, tier FROM identity_identifier WHERE key > %s ORDER BY key LIMIT %s",
                [last, _AT_ONCE],
            )
            rows = cursor.fetchall()
            if not rows:
                return
            keys, texts, customers, tiers = zip(*rows, strict=True)
            yield list(texts), list(customers), [tier < WEAK for tier in tiers]
            last = keys[-1]


def keyed_map() -> pyarrow.Table:
    """All identifiers by number: `key` (int64), `text`, `customer` (int64), `tier` (int64)."""
    import pyarrow  # deferred, as above

    columns = {"key": pyarrow.int64(), "text": pyarrow.string(), "customer": pyarrow.int64(), "tier": pyarrow.int64()}
    schema, last = pyarrow.schema(list(columns.items())), -1
    parts: list[pyarrow.RecordBatch] = []
    with connections["views"].cursor() as cursor:
        while True:
            cursor.execute(
                "SELECT key, text, customer, tier FROM identity_identifier WHERE key > %s ORDER BY key LIMIT %s",
                [last, _AT_ONCE],
            )
            rows = cursor.fetchall()
            if not rows:
                return pyarrow.Table.from_batches(parts, schema=schema)
            parts.append(pyarrow.record_batch([pyarrow.array(one) for one in zip(*rows, strict=True)], schema=schema))
            last = rows[-1][0]

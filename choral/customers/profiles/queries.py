"""Reads the profile view: figures, traits, time line, the list of customers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connections

from choral.core.errors import InvalidInput
from choral.customers import sets
from choral.customers.profiles.rules import Moment

SORTS = ("last_at", "first_at", "revenue", "orders", "average", "events", "last_order_at")
_ROW = "customer, known, identifiers, events, orders, revenue, average, first_at, last_at, last_order_at, channels"
_MOMENT = ", ".join(Moment._fields)


@dataclass(frozen=True)
class CustomerFilter:
    """Which customers a list shows. `known`: only those with an identifier that says who they are."""

    known: bool = True
    channel: str | None = None
    least_orders: int | None = None
    least_revenue: int | None = None
    seen_since: int | None = None
    seen_before: int | None = None

    def sql(self) -> tuple[str, list[Any]]:
        asked = (
            ("known = 1", self.known, None),
            ("channels LIKE %s", self.channel is not None, f"%,{self.channel},%"),
            ("orders >= %s", self.least_orders is not None, self.least_orders),
            ("revenue >= %s", self.least_revenue is not None, self.least_revenue),
            ("last_at >= %s", self.seen_since is not None, self.seen_since),
            ("last_at < %s", self.seen_before is not None, self.seen_before),
        )
        conditions = [text for text, wanted, _ in asked if wanted]
        return " AND ".join(conditions) or "1 = 1", [value for text, wanted, value in asked if wanted and "%s" in text]


@dataclass(frozen=True)
class Sum:
    """A customer's row as the view keeps it."""

    customer: int
    known: int
    identifiers: int
    events: int
    orders: int
    revenue: int
    average: int
    first_at: int
    last_at: int
    last_order_at: int
    channels: str


def sums(customers: Iterable[int]) -> dict[int, Sum]:
    """The rows of these customers."""
    with connections["views"].cursor() as cursor:
        cursor.execute(
            f"SELECT {_ROW} FROM profiles_customer WHERE customer {sets.among_numbers(cursor)}",  # noqa: S608
            [sets.as_json(customers)],
        )
        return {row[0]: Sum(*row) for row in cursor.fetchall()}


def page(sort: str, descending: bool, chosen: CustomerFilter, after: str | None, limit: int) -> list[Sum]:
    """Up to `limit` rows after the place `after` ("value.customer") in this order."""
    if sort not in SORTS:
        raise InvalidInput(
            "unknown_sort", f"Customers cannot be sorted by “{sort[:40]}”.", fix=f"Use {', '.join(SORTS)}."
        )
    where, params = chosen.sql()
    if after is not None:
        where += f" AND ({sort}, customer) {'<' if descending else '>'} (%s, %s)"
        params += place(after)
    direction = "DESC" if descending else "ASC"
    with connections["views"].cursor() as cursor:
        cursor.execute(
            f"SELECT {_ROW} FROM profiles_customer WHERE {where}"  # noqa: S608
            f" ORDER BY {sort} {direction}, customer {direction} LIMIT %s",
            [*params, limit],
        )
        return [Sum(*row) for row in cursor.fetchall()]


def count(chosen: CustomerFilter) -> int:
    """How many customers a filter leaves."""
    where, params = chosen.sql()
    with connections["views"].cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM profiles_customer WHERE {where}", params)  # noqa: S608
        return int(cursor.fetchone()[0])


def place(text: str) -> list[int]:
    """A cursor "number.number" back to its numbers; `InvalidInput` when it is not one of ours."""
    one, _, two = text.partition(".")
    try:
        return [int(one), int(two)]
    except ValueError:
        what = "This place in the list is not known."
        raise InvalidInput("invalid_cursor", what, fix="Start at the first page.") from None


def figures(keys: Iterable[int]) -> list[sets.Row]:
    """(channel, currency, events, orders, revenue, refunded, first_at, last_at) summed over these identifiers."""
    with connections["views"].cursor() as cursor:
        cursor.execute(
            "SELECT channel, currency, sum(events), sum(orders), sum(revenue), sum(refunded),"  # noqa: S608
            f" min(first_at), max(last_at) FROM profiles_figure WHERE subject {sets.among_numbers(cursor)}"
            " GROUP BY channel, currency ORDER BY channel, currency",
            [sets.as_json(keys)],
        )
        return [(*row[:2], *map(int, row[2:])) for row in cursor.fetchall()]


def traits(keys: Iterable[int]) -> dict[str, tuple[int, str, str]]:
    """Field -> (at, value as JSON, source): the newest over these identifiers."""
    newest: dict[str, tuple[int, str, str]] = {}
    with connections["views"].cursor() as cursor:
        cursor.execute(
            f"SELECT field, at, value, source FROM profiles_trait WHERE subject {sets.among_numbers(cursor)}",  # noqa: S608
            [sets.as_json(keys)],
        )
        for field, at, value, source in cursor.fetchall():
            newest[field] = max(newest.get(field, (at, value, source)), (at, value, source))
    return dict(sorted(newest.items()))


def timeline(
    keys: Iterable[int], before: str | None, limit: int, channel: str | None, name: str | None
) -> list[Moment]:
    """The newest `limit` moments of these identifiers before a place ("at.position")."""
    where, params = ["1 = 1"], [sets.as_json(keys)]
    for condition, value in (("channel = %s", channel), ("name = %s", name)):
        if value is not None:
            where.append(condition)
            params.append(value)
    extra: list[int] = []
    if before is not None:
        where.append("(at, position) < (%s, %s)")
        extra = [*place(before)]
    with connections["views"].cursor() as cursor:
        cursor.execute(
            f"SELECT {_MOMENT} FROM profiles_moment WHERE subject {sets.among_numbers(cursor)}"  # noqa: S608
            f" AND {' AND '.join(where)} ORDER BY at DESC, position DESC LIMIT %s",
            [*params, *extra, limit],
        )
        return [Moment(*row) for row in cursor.fetchall()]


def first_positions(keys: Iterable[int]) -> dict[int, int]:
    """The position of the first event about each of these identifiers, for those that have any."""
    with connections["views"].cursor() as cursor:
        cursor.execute(
            f"SELECT subject, min(position) FROM profiles_moment WHERE subject {sets.among_numbers(cursor)}"  # noqa: S608
            " GROUP BY subject",
            [sets.as_json(keys)],
        )
        return dict(cursor.fetchall())


def moment_names(keys: Iterable[int]) -> tuple[list[str], list[str]]:
    """The channels and the names of events these identifiers have: what a time line can be filtered by."""
    with connections["views"].cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT channel, name FROM profiles_moment WHERE subject {sets.among_numbers(cursor)}",  # noqa: S608
            [sets.as_json(keys)],
        )
        rows = cursor.fetchall()
    return sorted({row[0] for row in rows}), sorted({row[1] for row in rows})


def favourite_store(keys: Iterable[int]) -> str | None:
    """The store of most of the orders, the latest visited among equals."""
    with connections["views"].cursor() as cursor:
        cursor.execute(
            f"SELECT place FROM profiles_moment WHERE subject {sets.among_numbers(cursor)} AND place IS NOT NULL"  # noqa: S608
            " AND order_id IS NOT NULL GROUP BY place ORDER BY count(*) DESC, max(at) DESC, place LIMIT 1",
            [sets.as_json(keys)],
        )
        row = cursor.fetchone()
    return str(row[0]) if row else None


def known_orders(numbers: Iterable[str], apart_from: str = "") -> set[str]:
    """Those of these order numbers that some event of a customer has told, `apart_from` a source's own."""
    with connections["views"].cursor() as cursor:
        cursor.execute(
            f"SELECT DISTINCT order_id FROM profiles_moment WHERE order_id {sets.among_texts(cursor)}"  # noqa: S608
            " AND source <> %s",
            [sets.as_json(numbers), apart_from],
        )
        return {row[0] for row in cursor.fetchall()}


def orders_numbered(number: str, limit: int) -> list[tuple[str, int]]:
    """Order numbers equal to `number`, with the identifier (as its number) each was seen under."""
    with connections["views"].cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT order_id, subject FROM profiles_moment WHERE order_id = %s LIMIT %s", [number, limit]
        )
        return list(cursor.fetchall())


def channels_of(keys: Iterable[int]) -> list[tuple[int, str, int, int]]:
    """(identifier's number, channel, events, last of them in µs UTC) of each of these identifiers."""
    return _of(keys, "SELECT subject, channel, sum(events), max(last_at) FROM profiles_figure", "GROUP BY 1, 2")


def traits_of(keys: Iterable[int]) -> list[tuple[int, str, int, str, str]]:
    """(identifier's number, field, at, value as JSON, source) of all that is stated of each of these identifiers."""
    return _of(keys, "SELECT subject, field, at, value, source FROM profiles_trait")


def touched_after(position: int) -> set[int]:
    """The numbers of the identifiers that events above a position of the log are about."""
    with connections["views"].cursor() as cursor:
        cursor.execute("SELECT DISTINCT subject FROM profiles_moment WHERE position > %s", [position])
        return {row[0] for row in cursor.fetchall()}


def _of(keys: Iterable[int], selected: str, grouped: str = "") -> list[Any]:
    with connections["views"].cursor() as cursor:
        cursor.execute(f"{selected} WHERE subject {sets.among_numbers(cursor)} {grouped}", [sets.as_json(keys)])
        return list(cursor.fetchall())

"""Keeps the profile view: adds a micro-batch to figures, traits and time line, then sums up whom it touched."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db.backends.utils import CursorWrapper

from choral.customers import sets
from choral.customers.identity.rules import LAST_STRONG
from choral.customers.profiles.rules import ORDER, REFUND, Figures, Moment, Seen, moment, traits

_FIGURE = (
    "subject bigint, channel text, currency text, events bigint, orders bigint, revenue bigint, refunded bigint,"
    " first_at bigint, last_at bigint, first_order_at bigint, last_order_at bigint"
)
_MOMENT = (
    "position bigint, subject bigint, at bigint, name text, channel text, source text, amount bigint, currency text,"
    " order_id text, campaign text, place text, label text"
)
_CUSTOMER = (
    "customer bigint, known bigint, identifiers bigint, events bigint, orders bigint, revenue bigint, average bigint,"
    " first_at bigint, last_at bigint, last_order_at bigint, channels text"
)
# Smaller and greater of two where either may be unknown.
_ADD = """ON CONFLICT (subject, channel, currency) DO UPDATE SET
    events = profiles_figure.events + excluded.events, orders = profiles_figure.orders + excluded.orders,
    revenue = profiles_figure.revenue + excluded.revenue, refunded = profiles_figure.refunded + excluded.refunded,
    first_at = {least}(profiles_figure.first_at, excluded.first_at),
    last_at = {greatest}(profiles_figure.last_at, excluded.last_at),
    first_order_at = {least}(coalesce(profiles_figure.first_order_at, excluded.first_order_at),
                             coalesce(excluded.first_order_at, profiles_figure.first_order_at)),
    last_order_at = {greatest}(coalesce(profiles_figure.last_order_at, excluded.last_order_at),
                               coalesce(excluded.last_order_at, profiles_figure.last_order_at))"""
_TRAIT = "subject bigint, field text, source text, value text, at bigint"
_NEWER = """ON CONFLICT (subject, field, source) DO UPDATE SET value = excluded.value, at = excluded.at
    WHERE (excluded.at, excluded.value) > (profiles_trait.at, profiles_trait.value)"""
_AGAIN = f"""INSERT INTO profiles_figure (subject, channel, currency, events, orders, revenue, refunded, first_at,
        last_at, first_order_at, last_order_at)
    SELECT subject, channel, CASE WHEN amount IS NULL THEN '' ELSE coalesce(currency, '') END, count(*),
        count(CASE WHEN name = '{ORDER}' THEN 1 END), coalesce(sum(CASE WHEN name = '{ORDER}' THEN amount END), 0),
        coalesce(sum(CASE WHEN name = '{REFUND}' THEN amount END), 0), min(at), max(at),
        min(CASE WHEN name = '{ORDER}' THEN at END), max(CASE WHEN name = '{ORDER}' THEN at END)
    FROM profiles_moment WHERE subject {{among}} GROUP BY 1, 2, 3"""  # noqa: S608


def add(cursor: CursorWrapper, batch: list[Seen], keys: dict[str, int]) -> None:
    """Add events (each with at least one identifier) to the figures, traits and time line of their first one."""
    figures: defaultdict[tuple[int, str, str], Figures] = defaultdict(Figures)
    stated: dict[tuple[int, str, str], tuple[str, int]] = {}
    moments: list[Moment] = []
    for seen in batch:
        event = seen.event
        subject = keys[event.ids[0]]
        figures[subject, event.channel, (event.currency or "") if event.amount is not None else ""].add(event)
        moments.append(moment(seen, subject))
        for field, value in traits(event):
            told = stated.get((subject, field, seen.source))
            if told is None or (event.at, value) > (told[1], told[0]):
                stated[subject, field, seen.source] = value, event.at
    sets.write(cursor, "profiles_moment", _MOMENT, moments)
    _write_figures(cursor, figures)
    sets.write(cursor, "profiles_trait", _TRAIT, sorted((*key, *told) for key, told in stated.items()), _NEWER)


def forget(cursor: CursorWrapper, sources: Iterable[str]) -> set[int]:
    """Take these sources' events out of time line, traits and figures; the identifiers they were about."""
    asked, of_sources = sets.as_json(sources), f"source {sets.among_texts(cursor)}"
    cursor.execute(f"SELECT DISTINCT subject FROM profiles_moment WHERE {of_sources}", [asked])  # noqa: S608
    found = [row[0] for row in cursor.fetchall()]
    subjects = sets.as_json(found)
    among = sets.among_numbers(cursor)
    for table in ("profiles_moment", "profiles_trait"):
        cursor.execute(f"DELETE FROM {table} WHERE {of_sources}", [asked])  # noqa: S608
    cursor.execute(f"DELETE FROM profiles_figure WHERE subject {among}", [subjects])  # noqa: S608
    cursor.execute(_AGAIN.format(among=among), [subjects])
    return set(found)


def _write_figures(cursor: CursorWrapper, figures: dict[tuple[int, str, str], Figures]) -> None:
    rows = [
        (*key, f.events, f.orders, f.revenue, f.refunded, f.first_at, f.last_at, f.first_order_at, f.last_order_at)
        for key, f in sorted(figures.items(), key=lambda item: item[0])
    ]
    sets.write(cursor, "profiles_figure", _FIGURE, rows, _ADD.format(**sets.functions(cursor)))


def sum_up(cursor: CursorWrapper, customers: Iterable[int], currency: str) -> None:
    """Write these persons' rows anew from the figures of their identifiers; who has none left, goes."""
    touched = sorted(customers)
    if not touched:
        return
    asked = sets.as_json(touched)
    cursor.execute(
        "SELECT i.customer, i.key, i.tier, f.channel, f.currency, f.events, f.orders, f.revenue, f.refunded,"  # noqa: S608
        " f.first_at, f.last_at, f.last_order_at FROM identity_identifier i"
        f" LEFT JOIN profiles_figure f ON f.subject = i.key WHERE i.customer {sets.among_numbers(cursor)}",
        [asked],
    )
    sums: defaultdict[int, _Sum] = defaultdict(_Sum)
    for row in cursor.fetchall():
        sums[row[0]].add(row[1:], currency)
    gone = [customer for customer in touched if customer not in sums]
    if gone:
        cursor.execute(
            f"DELETE FROM profiles_customer WHERE customer {sets.among_numbers(cursor)}",  # noqa: S608
            [sets.as_json(gone)],
        )
    names = [column.split()[0] for column in _CUSTOMER.split(",")][1:]
    sets.write(
        cursor,
        "profiles_customer",
        _CUSTOMER,
        [(customer, *found.row()) for customer, found in sorted(sums.items(), key=lambda item: item[0])],
        "ON CONFLICT (customer) DO UPDATE SET " + ", ".join(f"{name} = excluded.{name}" for name in names),
    )


class _Sum:
    """One person's row while it is summed."""

    __slots__ = (
        "at_home",
        "channels",
        "events",
        "first",
        "gross",
        "keys",
        "known",
        "last",
        "ordered",
        "orders",
        "revenue",
    )

    def __init__(self) -> None:
        self.keys: set[int] = set()
        self.channels: set[str] = set()
        self.known = self.events = self.orders = self.at_home = self.gross = self.revenue = self.ordered = 0
        self.first, self.last = 1 << 62, 0

    def add(self, row: sets.Row, currency: str) -> None:
        key, tier, channel, spent_in, events, orders, revenue, refunded, first, last, ordered = row
        self.keys.add(key)
        self.known |= tier <= LAST_STRONG
        if events is None:
            return
        self.channels.add(channel)
        self.events += events
        self.orders += orders
        self.first, self.last = min(self.first, first), max(self.last, last)
        self.ordered = max(self.ordered, ordered or 0)
        if spent_in == currency:
            self.at_home += orders
            self.gross += revenue
            self.revenue += revenue - refunded

    def row(self) -> tuple[object, ...]:
        average = self.gross // self.at_home if self.at_home else 0
        first = self.first if self.events else 0
        channels = "".join(f",{channel}" for channel in sorted(self.channels)) + ","
        return (
            int(self.known), len(self.keys), self.events, self.orders, self.revenue, average,
            first, self.last, self.ordered, channels,
        )  # fmt: skip

"""Keeps the profile view: adds a micro-batch to figures, traits and time line, then sums up whom it touched."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from django.db.backends.utils import CursorWrapper

from choral.customers import sets
from choral.customers.identity.rules import LAST_STRONG
from choral.customers.profiles.rules import IDENTIFIED, ORDER, REFUND, Figures, Moment, Seen, moment, traits

_FIGURE = (
    "subject bigint, channel text, currency text, events bigint, orders bigint, revenue bigint, refunded bigint,"
    " first_at bigint, last_at bigint, first_order_at bigint, last_order_at bigint"
)
_MOMENT = (
    "position bigint, subject bigint, at bigint, name text, channel text, source text, amount bigint, currency text,"
    " order_id text, campaign text, place text, label text"
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

# One row a person. Channels are joined in the order of the alphabet, so that equal figures give equal rows.
_SUM = f"""WITH who AS (SELECT customer, key, tier FROM identity_identifier WHERE customer {{among}}),
    has AS (SELECT customer, max(CASE WHEN tier <= {LAST_STRONG} THEN 1 ELSE 0 END) AS known,
            count(*) AS identifiers FROM who GROUP BY customer),
    via AS (SELECT customer, channel, sum(events) AS events, sum(orders) AS orders, min(first_at) AS first_at,
            max(last_at) AS last_at, max(last_order_at) AS last_order_at,
            sum(CASE WHEN currency = %s THEN revenue - refunded ELSE 0 END) AS revenue,
            sum(CASE WHEN currency = %s THEN revenue ELSE 0 END) AS gross,
            sum(CASE WHEN currency = %s THEN orders ELSE 0 END) AS paid
        FROM who JOIN profiles_figure ON subject = key GROUP BY customer, channel ORDER BY customer, channel),
    sums AS (SELECT customer, {{joined}} AS channels, sum(events) AS events, sum(orders) AS orders,
            min(first_at) AS first_at, max(last_at) AS last_at, max(last_order_at) AS last_order_at,
            sum(revenue) AS revenue, CAST(sum(gross) AS BIGINT) AS gross, CAST(sum(paid) AS BIGINT) AS paid
        FROM via GROUP BY customer)
    INSERT INTO profiles_customer (customer, known, identifiers, events, orders, revenue, average, first_at, last_at,
        last_order_at, channels)
    SELECT customer, known, identifiers, coalesce(events, 0), coalesce(orders, 0), coalesce(revenue, 0),
        CASE WHEN paid > 0 THEN gross / paid ELSE 0 END, coalesce(first_at, 0), coalesce(last_at, 0),
        coalesce(last_order_at, 0), ',' || coalesce(channels || ',', '')
    FROM has LEFT JOIN sums USING (customer) WHERE 1 = 1
    ON CONFLICT (customer) DO UPDATE SET known = excluded.known, identifiers = excluded.identifiers,
        events = excluded.events, orders = excluded.orders, revenue = excluded.revenue, average = excluded.average,
        first_at = excluded.first_at, last_at = excluded.last_at, last_order_at = excluded.last_order_at,
        channels = excluded.channels"""  # noqa: S608


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
        if event.name != IDENTIFIED:
            continue
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
    asked, among = sets.as_json(touched), sets.among_numbers(cursor)
    cursor.execute(
        f"DELETE FROM profiles_customer WHERE customer {among} AND NOT EXISTS"  # noqa: S608
        " (SELECT 1 FROM identity_identifier i WHERE i.customer = profiles_customer.customer)",
        [asked],
    )
    cursor.execute(_SUM.format(among=among, **sets.functions(cursor)), [asked, currency, currency, currency])

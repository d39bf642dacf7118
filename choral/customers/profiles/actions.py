"""Keeps the profile view of identifiers: adds a micro-batch to figures, traits and time line, or takes a source out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from operator import itemgetter

from django.db.backends.utils import CursorWrapper

from choral.customers import sets
from choral.customers.profiles.rules import (
    IDENTIFIED,
    ORDER,
    REFUND,
    UNCOUNTED,
    FigureKey,
    Figures,
    Moment,
    Seen,
    moment,
    traits,
)  # fmt: skip

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
_UNCOUNTED = ", ".join(f"'{name}'" for name in sorted(UNCOUNTED))
_AGAIN = f"""INSERT INTO profiles_figure (subject, channel, currency, events, orders, revenue, refunded, first_at,
        last_at, first_order_at, last_order_at)
    SELECT subject, channel, CASE WHEN amount IS NULL THEN '' ELSE coalesce(currency, '') END, count(*),
        count(CASE WHEN name = '{ORDER}' THEN 1 END), coalesce(sum(CASE WHEN name = '{ORDER}' THEN amount END), 0),
        coalesce(sum(CASE WHEN name = '{REFUND}' THEN amount END), 0), min(at), max(at),
        min(CASE WHEN name = '{ORDER}' THEN at END), max(CASE WHEN name = '{ORDER}' THEN at END)
    FROM profiles_moment WHERE subject {{among}} AND name NOT IN ({_UNCOUNTED}) GROUP BY 1, 2, 3"""  # noqa: S608


def add(cursor: CursorWrapper, batch: list[Seen], keys: dict[str, int]) -> dict[FigureKey, Figures]:
    """Add events (each with at least one identifier) to the figures, traits and time line of their first one.

    What they add to the figures, by identifier (its number), channel and currency.
    """
    figures: defaultdict[FigureKey, Figures] = defaultdict(Figures)
    stated: dict[tuple[int, str, str], tuple[str, int]] = {}
    moments: list[Moment] = []
    for seen in batch:
        event = seen.event
        subject = keys[event.ids[0]]
        moments.append(moment(seen, subject))
        if event.name in UNCOUNTED:
            continue
        figures[subject, event.channel, (event.currency or "") if event.amount is not None else ""].add(event)
        if event.name != IDENTIFIED:
            continue
        for field, value in traits(event):
            told = stated.get((subject, field, seen.source))
            if told is None or (event.at, value) > (told[1], told[0]):
                stated[subject, field, seen.source] = value, event.at
    moments.sort(key=itemgetter(1))  # each page of the index by person is touched once a batch, not in passing
    sets.write(cursor, "profiles_moment", _MOMENT, moments)
    _write_figures(cursor, figures)
    sets.write(cursor, "profiles_trait", _TRAIT, sorted((*key, *told) for key, told in stated.items()), _NEWER)
    return figures


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


def _write_figures(cursor: CursorWrapper, figures: dict[FigureKey, Figures]) -> None:
    rows = [
        (*key, f.events, f.orders, f.revenue, f.refunded, f.first_at, f.last_at, f.first_order_at, f.last_order_at)
        for key, f in sorted(figures.items(), key=lambda item: item[0])
    ]
    sets.write(cursor, "profiles_figure", _FIGURE, rows, _ADD.format(**sets.functions(cursor)))

"""What conditions can be chosen from in this shop: events, traits, products and the rest that are really there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pyarrow

from choral.customers.audiences.counting import Counting

_MOST = 200
_SAMPLED = 50_000  # events whose properties are looked at


@dataclass(frozen=True)
class Choice:
    """A value with how often it is there (events, people or products; 0: not counted)."""

    value: str
    count: int = 0


@dataclass(frozen=True)
class Choices:
    """What there is. `properties` and `trait_values` by event and by field."""

    events: tuple[Choice, ...]
    properties: dict[str, tuple[Choice, ...]] = field(hash=False)
    channels: tuple[Choice, ...]
    kinds: tuple[Choice, ...]
    traits: tuple[Choice, ...]
    trait_values: dict[str, tuple[Choice, ...]] = field(hash=False)
    products: dict[str, tuple[Choice, ...]] = field(hash=False)


def choices(counting: Counting) -> Choices:
    """All of them, the most frequent first."""
    return Choices(
        _counted(counting, "SELECT name, count(*) FROM events GROUP BY ALL"),
        _by(counting, "SELECT name, property, count(*) FROM (SELECT name, unnest(json_keys(properties)) AS property"  # noqa: S608
                      f" FROM (SELECT name, properties FROM events USING SAMPLE {_SAMPLED} ROWS)) GROUP BY ALL"),
        _counted(counting, "SELECT channel, count(*) FROM events GROUP BY ALL"),
        _counted(counting, "SELECT kind, count(DISTINCT n) FROM ids GROUP BY ALL"),
        _counted(counting, "SELECT field, count(*) FROM traits GROUP BY ALL"),
        _by(counting, "SELECT field, t, count(*) FROM (SELECT field, unnest(texts) AS t FROM traits) GROUP BY ALL"),
        {by: _products(counting, by) for by in ("category", "department", "brand")},
    )  # fmt: skip


def _counted(counting: Counting, sql: str) -> tuple[Choice, ...]:
    ordered = f"AS said(value, number) ORDER BY number DESC, value LIMIT {_MOST}"
    rows = counting.ask(f"SELECT * FROM ({sql}) {ordered}")  # noqa: S608
    return tuple(Choice(value, number) for value, number in _plain(rows) if value)


def _by(counting: Counting, sql: str) -> dict[str, tuple[Choice, ...]]:
    rows = counting.ask(
        f"SELECT * FROM ({sql}) AS said(key, value, number)"  # noqa: S608
        " QUALIFY row_number() OVER (PARTITION BY key ORDER BY number DESC, value) <= 60"
        " ORDER BY key, number DESC, value"
    )
    found: dict[str, list[Choice]] = {}
    for key, value, number in _plain(rows):
        if value:
            found.setdefault(key, []).append(Choice(value, number))
    return {key: tuple(values) for key, values in found.items()}


def _products(counting: Counting, by: str) -> tuple[Choice, ...]:
    sold = "lines LEFT JOIN products AS p USING (product_id)"
    value = "coalesce(p.category, lines.category)" if by == "category" else f"p.{by}"
    return _counted(counting, f"SELECT {value} AS value, count(*) FROM {sold} GROUP BY ALL")  # noqa: S608


def _plain(rows: pyarrow.Table) -> list[tuple[Any, ...]]:
    return list(zip(*(column.to_pylist() for column in rows.columns), strict=True))

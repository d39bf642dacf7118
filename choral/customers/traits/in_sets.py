"""Computed traits of every customer at once: the same definitions as SQL over the lake, in DuckDB.

What a definition means is said by `computing`; that both agree is held by a property test.
"""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import pyarrow

from choral.core.clock import DAY
from choral.customers.traits.definitions import NUMBERS, Definition, Filter
from choral.events.lake import place, writer
from choral.events.lake.datasets import Datasets

_EVENTS = """CREATE TEMP TABLE events AS
    SELECT i.customer, epoch_us(e."at") AS moment, e.position, e.name, e.channel, e.source,
           CASE WHEN e.currency = {currency} THEN e.amount END AS amount{texts}
    FROM {events} AS e JOIN identity AS i ON i.identifier = e.subject"""
_LINES = """CREATE TEMP TABLE lines AS
    WITH known AS (SELECT * FROM {products}
                   QUALIFY row_number() OVER (PARTITION BY product_id ORDER BY department, category, name) = 1)
    SELECT i.customer, epoch_us(l."at") AS moment, l.position, l.product_id,
           coalesce(p.name, l.name, l.product_id) AS product, coalesce(p.department, '') AS department,
           coalesce(p.category, l.category, '') AS category, coalesce(p.brand, '') AS brand,
           coalesce(l.store_id, '') AS store, l.channel, l.quantity,
           CASE WHEN l.currency = {currency} THEN l.total ELSE 0 END AS total,
           CASE WHEN l.currency = {currency} THEN l.discount ELSE 0 END AS discount
    FROM {lines} AS l JOIN identity AS i ON i.identifier = l.subject LEFT JOIN known AS p USING (product_id)
    WHERE NOT l.returned AND l.product_id IS NOT NULL"""
# Reading a text out of the properties costs ten times the rest: only what a definition asks for is read.
_TEXTS = {
    "order_id": "coalesce(properties->>'$.order_id', '')",
    "campaign": "coalesce(properties->>'$.campaign_id', properties->>'$.campaign', context->>'$.campaign.name',"
    " context->>'$.campaign.id', '')",
    "place": "coalesce(properties->>'$.store_id', '')",
    "label": "coalesce(properties->>'$.name', properties->>'$.title', properties->>'$.subject',"
    " properties->>'$.query', properties->>'$.coupon_id', properties->>'$.coupon', properties->>'$.product_id',"
    " properties->>'$.path', properties->>'$.url', '')",
}
_SIMPLE = {"count": "count(*)", "exists": "true", "sum": "sum({of})", "min": "min({of})", "max": "max({of})",
           "distinct": "count(DISTINCT {of})"}  # fmt: skip


def table(
    lake: str, definitions: Sequence[Definition], identity_map: pyarrow.Table, end: int, currency: str
) -> pyarrow.Table:
    """`customer` and one column a definition; a customer without any row of it has none (a count of 0)."""
    config: dict[str, str | bool | int | float | list[str]] = {"memory_limit": "1GB"}
    with duckdb.connect(config=config) as database:
        database.register("identity", identity_map)
        given = {"currency": place.quoted(currency), "products": Datasets(lake).scan("products")}
        sources = {one.source for one in definitions}
        if "events" in sources:
            texts = "".join(f", {sql} AS {name}" for name, sql in _TEXTS.items() if _asked(name, definitions))
            database.execute(_EVENTS.format(events=writer.scan(lake, "events"), texts=texts, **given))
        if "lines" in sources:
            database.execute(_LINES.format(lines=writer.scan(lake, "order_lines"), **given))
        joins = "".join(
            f" LEFT JOIN ({_one(one, end)}) AS t{number} USING (customer)" for number, one in enumerate(definitions)
        )
        columns = "".join(f", {_empty(one, number)} AS {one.key}" for number, one in enumerate(definitions))
        everybody = "(SELECT DISTINCT customer FROM identity)"
        return database.sql(
            f"SELECT customer{columns} FROM {everybody}{joins} ORDER BY customer"  # noqa: S608 - checked definitions
        ).to_arrow_table()


def _asked(name: str, definitions: Sequence[Definition]) -> bool:
    return any(name == one.of or name in {condition.field for condition in one.filters} for one in definitions)


def _one(one: Definition, end: int) -> str:
    """`customer`, `value` of those who have rows."""
    within = f"moment <= {end}" + (f" AND moment > {end - one.days * DAY}" if one.days is not None else "")
    for column, value in (("name", one.event), ("channel", one.channel)):
        within += f" AND {column} = {place.quoted(value)}" if value else ""
    kept = " AND ".join(_condition(condition, one) for condition in one.filters) or "true"
    if one.kind == "share":
        part, whole = (f"coalesce(sum({one.of}), 0)", f"sum({one.of})") if one.of else ("count(*)", "count(*)")
        value = f"CASE WHEN {whole} > 0 THEN ({part} FILTER ({kept}))::DOUBLE / {whole} END"
        value = value.replace(
            f"coalesce(sum({one.of}), 0) FILTER ({kept})", f"coalesce(sum({one.of}) FILTER ({kept}), 0)"
        )
        return f"SELECT customer, {value} AS value FROM {one.source} WHERE {within} GROUP BY customer"  # noqa: S608
    where = f"{within} AND {kept}" + (f" AND {_is_known(one.of, one)}" if one.of not in ("", "at") else "")
    if one.kind == "favourite":
        return _favourite(one, where)
    return f"SELECT customer, {_value(one, end)} AS value FROM {one.source} WHERE {where} GROUP BY customer"  # noqa: S608


def _value(one: Definition, end: int) -> str:
    of = "product_id" if (one.of, one.kind) == ("product", "distinct") else one.of
    if one.kind in _SIMPLE:
        return _SIMPLE[one.kind].format(of=of)
    if one.kind == "average":
        return f"round_even(avg({of}), 0)::BIGINT" if one.unit == "money" else f"avg({of})"
    if one.kind == "days_since":
        return f"({end} - max(moment)) // {DAY}"
    if of == "at":
        return "min(moment)" if one.kind == "first" else "max(moment)"
    order = "moment, position" if one.kind == "first" else "moment DESC, position DESC"
    return f"first({of} ORDER BY {order})"


def _favourite(one: Definition, where: str) -> str:
    apart = "product_id, product" if one.of == "product" else one.of
    return (
        f"SELECT customer, {one.of} AS value FROM {one.source} WHERE {where} GROUP BY customer, {apart}"  # noqa: S608
        f" QUALIFY row_number() OVER (PARTITION BY customer ORDER BY count(*) DESC, max(moment) DESC, {one.of}) = 1"
    )


def _condition(one: Filter, of: Definition) -> str:
    if one.operator == "known":
        return _is_known(one.field, of)
    if one.operator in ("more", "less"):
        return f"coalesce({one.field} {'>' if one.operator == 'more' else '<'} {float(one.value)!r}, false)"
    value = place.quoted(one.value)
    if one.operator == "contains":
        return f"contains(lower({one.field}), lower({value}))"
    return f"{one.field} {'=' if one.operator == 'is' else '<>'} {value}"


def _is_known(name: str, of: Definition) -> str:
    return f"{name} IS NOT NULL" if name in NUMBERS[of.source] else f"{name} <> ''"


def _empty(one: Definition, number: int) -> str:
    """What a customer without a row of it has."""
    nothing = {"count": "0", "distinct": "0", "sum": "0", "exists": "false"}.get(one.kind)
    return f"coalesce(t{number}.value, {nothing})" if nothing else f"t{number}.value"

"""The orders behind any figure, a page at a time, and one order with its lines."""

from __future__ import annotations

from collections.abc import Iterator

from choral.analytics import choices
from choral.analytics.reading import Reading, Row
from choral.analytics.values import AsOf, Choice, Order, OrderLine, OrderPage, OrderRow
from choral.core.errors import InvalidInput, NotFound

SORTS = {"at": "epoch_us(happened_at)", "amount": "amount", "lines": "lines"}
_COLUMNS = """position, order_id, epoch_us(happened_at) AS "at", "day", customer, channel, store_id, source, returned,
              amount, discount, currency, lines"""


def page(
    reading: Reading | None, as_of: AsOf, choice: Choice, sort: str, descending: bool, after: str | None, limit: int
) -> OrderPage:
    """See `Analytics.orders`."""
    if sort not in SORTS:
        raise InvalidInput("unknown_sort", f"Orders cannot be sorted by “{sort[:30]}”.", fix=f"Use {', '.join(SORTS)}.")
    cursor = _cursor(after)
    currency = choice.currency or as_of.currency
    if reading is None:
        return OrderPage((), None, 0, 0, currency)
    chosen, params = _chosen(choice, as_of)
    order = f"sort {'DESC' if descending else 'ASC'}, position {'DESC' if descending else 'ASC'}"
    going = f"WHERE (sort, position) {'<' if descending else '>'} ($sort, $last)" if cursor else ""
    known = {"sort": cursor[0], "last": cursor[1]} if cursor else {}
    found = reading.rows(
        f"""WITH chosen AS ({chosen}), sorted AS (SELECT *, {SORTS[sort]} AS sort FROM chosen),
                 counted AS (SELECT count(*) AS n, coalesce(sum(amount), 0)::BIGINT AS whole FROM sorted),
                 shown AS (SELECT {_COLUMNS}, sort FROM sorted {going} ORDER BY {order} LIMIT $most)
            SELECT * FROM counted LEFT JOIN shown ON true""",
        f"""WITH counted AS (SELECT sum(n)::BIGINT AS n, sum(whole)::BIGINT AS whole FROM
                              (SELECT DISTINCT ON (part) n, whole FROM partials)),
                 shown AS (SELECT * EXCLUDE (n, whole, part) FROM partials WHERE position IS NOT NULL
                           ORDER BY {order} LIMIT $most)
            SELECT counted.*, shown.*, named.name AS store FROM counted LEFT JOIN shown ON true
              LEFT JOIN (SELECT store_id, any_value(name) AS name FROM stores GROUP BY 1) AS named USING (store_id)
            ORDER BY {order}""",
        params | known | {"most": limit + 1},
    )
    rows = tuple(_row(one) for one in found if one["position"] is not None)
    more = len(rows) > limit
    last = found[limit - 1] if more else None
    total = found[0] if found else {"n": 0, "whole": 0}
    return OrderPage(
        rows[:limit], f"{last['sort']}.{last['position']}" if last else None, total["n"] or 0, total["whole"] or 0,
        currency,
    )  # fmt: skip


def every(reading: Reading | None, as_of: AsOf, choice: Choice, sort: str, descending: bool) -> Iterator[OrderRow]:
    """See `Analytics.order_rows`."""
    after: str | None = None
    while True:
        found = page(reading, as_of, choice, sort, descending, after, 20_000)
        yield from found.rows
        if found.next is None:
            return
        after = found.next


def one(reading: Reading | None, key: int | str) -> Order:
    """See `Analytics.order`."""
    found: list[Row] = []
    if reading is not None:
        if isinstance(key, int) or (key.isdecimal() and int(key) < 1 << 63):
            found = _of(reading, "position = $key", int(key))
        found = found or _of(reading, "order_id = $key", str(key))
    if not found or reading is None:
        raise NotFound("no_such_order", "There is no such order.", status=404)
    lines = reading.rows(
        """SELECT line, product_id, name, department, category, quantity, total, discount FROM order_lines
           WHERE position = $key""",
        "SELECT * EXCLUDE (part) FROM partials ORDER BY line = 0, line",
        {"key": found[0]["position"]},
    )
    return Order(_row(found[0]), tuple(OrderLine(**line) for line in lines))


def _of(reading: Reading, condition: str, key: int | str) -> list[Row]:
    return reading.rows(
        f"SELECT {_COLUMNS} FROM orders WHERE {condition}",
        """SELECT partials.*, named.name AS store FROM partials
             LEFT JOIN (SELECT store_id, any_value(name) AS name FROM stores GROUP BY 1) AS named USING (store_id)
           ORDER BY returned, position LIMIT 1""",
        {"key": key},
    )


def _chosen(choice: Choice, as_of: AsOf) -> tuple[str, dict[str, object]]:
    """The orders of a choice; where it looks at lines, their amounts are of those lines only."""
    where, params = choices.where(choice, as_of)
    lines, more = choices.of_lines(choice)
    if not lines:
        return f"SELECT * FROM orders WHERE {where}", params
    return (
        f"""SELECT orders.* REPLACE (part.amount AS amount, part.discount AS discount, part.lines AS lines)
            FROM (SELECT position, sum(total)::BIGINT AS amount, sum(discount)::BIGINT AS discount,
                         (count(*) FILTER (line > 0))::INTEGER AS lines
                  FROM order_lines WHERE {where} AND {lines} GROUP BY position) AS part JOIN orders USING (position)""",
        params | more,
    )


def _cursor(after: str | None) -> tuple[int, int] | None:
    if after is None:
        return None
    first, _, second = after.partition(".")
    try:
        return int(first), int(second)
    except ValueError as error:
        raise InvalidInput("wrong_cursor", "The page asked for does not exist.", fix="Begin at the first.") from error


def _row(said: Row) -> OrderRow:
    values = {name: said[name] for name in OrderRow.__dataclass_fields__}
    return OrderRow(**values | {"customer": None if said["customer"] is None else str(said["customer"])})

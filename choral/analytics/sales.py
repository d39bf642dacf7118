"""Sales over time and headline figures, from the sums by day; all reconcile with the orders."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from choral.analytics import choices
from choral.analytics.choices import Days
from choral.analytics.reading import Reading, Row
from choral.analytics.values import (
    REST,
    AsOf,
    By,
    Choice,
    Headline,
    Overview,
    Period,
    ProductRow,
    Sales,
    Series,
    Split,
    Totals,
    Unit,
)  # fmt: skip

_METHOD = 1  # raise it whenever the overview would come out differently
_MOST_SERIES = 8
_STEP = """CASE $by WHEN 'week' THEN date_trunc('week', "day") WHEN 'month' THEN date_trunc('month', "day")
           ELSE "day" END::DATE"""
_KEYS = {
    None: "'all'",
    "channel": "channel",
    "store": "coalesce(store_id, '')",
    "department": "coalesce(department, '')",
}
_NO_TOTALS = Totals(0, 0, 0, 0, 0, 0)
Cells = dict[str, dict[date, tuple[int, int]]]


def sales(reading: Reading | None, as_of: AsOf, by: By, split: Split | None, choice: Choice) -> Sales:
    """See `Analytics.sales`."""
    choices.only(choice, "channel", "store", "department")
    span = choices.days(as_of, choice)
    currency, others = choice.currency or as_of.currency, choices.others(as_of, choice)
    if reading is None or span is None:
        return Sales(currency, others, by, split, None, None, (), (), _NO_TOTALS, None, None, None)
    chosen = choices.between(choice, (span.since, span.until))
    periods = choices.axis(as_of, by, span.since, span.until)
    cells = _cells(reading, by, split, chosen)
    before = {} if span.before is None else _sums(_cells(reading, by, split, choices.between(choice, span.before)))
    names = _names(reading, split)
    series = _series(by, periods, cells, before if span.before else None, names)
    then = totals(reading, choices.between(choice, span.before)) if span.before else None
    return Sales(
        currency, others, by, split, span.since, span.until, periods, series, totals(reading, chosen), then,
        *(span.before or (None, None)),
    )  # fmt: skip


def totals(reading: Reading, choice: Choice) -> Totals:
    """Sums of a choice by days, channel, store or department."""
    where, params = choices.where(choice, reading.as_of)
    if choice.department is None:
        said = reading.whole(
            "SELECT sum(amount)::BIGINT AS amount, sum(orders)::BIGINT AS orders, sum(refunds)::BIGINT AS refunds,"
            " sum(discount)::BIGINT AS discount, sum(orders - unidentified)::BIGINT AS identified"
            f" FROM order_sums_by_day WHERE {where}",
            params,
        )[0]
    else:
        said = reading.whole(
            "SELECT sum(amount)::BIGINT AS amount, sum(orders)::BIGINT AS orders, sum(refunds)::BIGINT AS refunds,"
            f" sum(discount)::BIGINT AS discount FROM sales_days WHERE {where} AND department = $department",
            params | {"department": choice.department},
        )[0]
    amount, orders = said["amount"] or 0, said["orders"] or 0
    identified = None if choice.department is not None else said["identified"] or 0
    average = round(amount / orders) if orders else 0
    return Totals(amount, orders, said["refunds"] or 0, said["discount"] or 0, average, identified)


def overview(reading: Reading | None, as_of: AsOf, since: date | None, until: date | None) -> Overview:
    """See `Analytics.overview`."""
    span = choices.days(as_of, Choice(since, until))
    if reading is None or span is None:
        empty = tuple(Headline(key, unit, 0, None, ()) for key, unit in _UNITS.items())
        return Overview(as_of.currency, as_of.other_currencies, None, None, None, None, "day", (), empty)
    return reading.lasting(f"overview {_METHOD} {span}", Overview, lambda: _overview(reading, as_of, span))


def _overview(reading: Reading, as_of: AsOf, span: Days) -> Overview:
    length = (span.until - span.since).days + 1
    by: By = "day" if length <= 62 else "week" if length <= 750 else "month"
    periods = choices.axis(as_of, by, span.since, span.until)
    people = _people(reading, span.since, span.until, by)
    now = _figures(reading, span.since, span.until, people[None])
    then = _figures(reading, *span.before, _people(reading, *span.before, by)[None]) if span.before else None
    sparks = _sparks(reading, by, span, periods, people)
    begun, ended = span.before or (None, None)
    figures = tuple(
        Headline(key, unit, now[key], then[key] if then else None, sparks[key]) for key, unit in _UNITS.items()
    )
    return Overview(
        as_of.currency, as_of.other_currencies, span.since, span.until, begun, ended, by, periods, figures,
    )  # fmt: skip


def products(reading: Reading | None, by: str, choice: Choice, limit: int) -> tuple[ProductRow, ...]:
    """See `Analytics.products`."""
    if reading is None:
        return ()
    key = {"product": "product_id", "category": "category", "department": "department"}[by]
    name = "any_value(name)" if by == "product" else f"any_value({key})"
    where, params = choices.where(choice, reading.as_of)
    lines, more = choices.of_lines(choice)
    found = reading.rows(
        f"""SELECT coalesce({key}, '') AS key, {name} AS name, any_value(department) AS department,
                   sum(total)::BIGINT AS amount, sum(quantity) AS quantity,
                   count(DISTINCT position) FILTER (NOT returned) AS orders, count(DISTINCT customer) AS customers
            FROM order_lines WHERE {where}{" AND " + lines if lines else ""} GROUP BY 1""",
        """SELECT key, min(name) AS name, min(department) AS department, sum(amount)::BIGINT AS amount,
                  sum(quantity) AS quantity, sum(orders)::BIGINT AS orders, sum(customers)::BIGINT AS customers,
                  sum(sum(amount)) OVER ()::BIGINT AS whole
           FROM partials GROUP BY key ORDER BY amount DESC, key LIMIT $most""",
        params | more | {"most": limit},
    )
    return tuple(
        ProductRow(
            row["key"], row["name"] or "", row["department"] if by != "department" else row["key"], row["amount"],
            row["quantity"], row["orders"], row["customers"], row["amount"] / row["whole"] if row["whole"] else 0.0,
        )
        for row in found
    )  # fmt: skip


_UNITS: dict[str, Unit] = {
    "sales": "money", "orders": "count", "average": "money", "identified": "share", "customers": "count",
    "new_customers": "count",
}  # fmt: skip


def _cells(reading: Reading, by: By, split: Split | None, choice: Choice) -> Cells:
    """Amount and orders of each key and step."""
    where, params = choices.where(choice, reading.as_of)
    table = "order_sums_by_day" if split != "department" and choice.department is None else "sales_days"
    if choice.department is not None:
        where, params = f"{where} AND department = $department", params | {"department": choice.department}
    found = reading.whole(
        f"""SELECT {_KEYS[split]} AS key, {_STEP} AS step, sum(amount)::BIGINT AS amount, sum(orders)::BIGINT AS orders
            FROM {table} WHERE {where} GROUP BY ALL ORDER BY ALL""",
        params | {"by": by},
    )
    cells: defaultdict[str, dict[date, tuple[int, int]]] = defaultdict(dict)
    for row in found:
        cells[row["key"]][row["step"]] = (row["amount"], row["orders"])
    return cells


def _sums(cells: Cells) -> dict[str, int]:
    return {key: sum(amount for amount, _ in steps.values()) for key, steps in cells.items()}


def _series(
    by: By, periods: tuple[Period, ...], cells: Cells, before: dict[str, int] | None, names: dict[str, str]
) -> tuple[Series, ...]:
    sums = _sums(cells)
    whole = sum(sums.values())
    ranked = sorted(sums, key=lambda key: (-sums[key], key))
    shown, rest = ranked[:_MOST_SERIES], ranked[_MOST_SERIES:]
    gone = set(before or {}) - set(shown)
    groups = [(key, [key]) for key in shown] + ([(REST, rest)] if rest or gone else [])
    steps = [choices.first_day(by, period.start) for period in periods]
    found = []
    for key, members in groups:
        at = [[cells[one].get(step, (0, 0)) for one in members] for step in steps]
        amounts = tuple(sum(amount for amount, _ in step) for step in at)
        orders = tuple(sum(count for _, count in step) for step in at)
        amount = sum(amounts)
        past = (
            None
            if before is None
            else sum(before.get(one, 0) for one in ({*members, *gone} if key == REST else members))
        )
        share = amount / whole if whole else 0.0
        found.append(
            Series(key, names.get(key, "" if key == REST else key), amounts, orders, amount, sum(orders), share, past)
        )
    return tuple(found)


def _names(reading: Reading, split: Split | None) -> dict[str, str]:
    if split != "store":
        return {}
    said = reading.whole("SELECT store_id, any_value(name) AS name FROM stores WHERE name IS NOT NULL GROUP BY 1")
    return {row["store_id"]: row["name"] for row in said}


def _figures(reading: Reading, since: date, until: date, people: Row) -> dict[str, int | float]:
    sums = totals(reading, Choice(since, until))
    return {
        "sales": sums.amount, "orders": sums.orders, "average": sums.average,
        "identified": (sums.identified or 0) / sums.orders if sums.orders else 0.0,
        "customers": people["active"], "new_customers": people["new"],
    }  # fmt: skip


def _people(reading: Reading, since: date, until: date, by: By) -> dict[date | None, Row]:
    """Customers with a purchase, and with their first one, in the whole span (None) and in each step."""
    found = reading.rows(
        f"""WITH bought AS (
              SELECT customer, {_STEP} AS step, bool_or("day" = first_order_day) AS fresh
              FROM orders JOIN (SELECT customer, first_order_day FROM customers) AS known USING (customer)
              WHERE identified AND NOT returned AND currency = $currency AND "day" BETWEEN $since AND $until
              GROUP BY ALL)
            SELECT step, count(*) AS active, count(*) FILTER (fresh) AS new FROM bought GROUP BY step
            UNION ALL SELECT NULL, count(DISTINCT customer), count(*) FILTER (fresh) FROM bought""",
        "SELECT step, sum(active)::BIGINT AS active, sum(new)::BIGINT AS new FROM partials GROUP BY step",
        {"by": by, "since": since, "until": until, "currency": reading.as_of.currency},
    )
    none: Row = {"active": 0, "new": 0}
    return {None: none} | {row["step"]: row for row in found}


def _sparks(
    reading: Reading, by: By, span: Days, periods: tuple[Period, ...], people: dict[date | None, Row]
) -> dict[str, tuple[int | float, ...]]:
    where, params = choices.where(Choice(span.since, span.until), reading.as_of)
    found = reading.whole(
        f"""SELECT {_STEP} AS step, sum(amount)::BIGINT AS amount, sum(orders)::BIGINT AS orders,
                   sum(orders - unidentified)::BIGINT AS identified
            FROM order_sums_by_day WHERE {where} GROUP BY ALL""",
        params | {"by": by},
    )
    sums = {row["step"]: row for row in found}
    steps = [choices.first_day(by, period.start) for period in periods]
    none = {"amount": 0, "orders": 0, "identified": 0}
    at = [sums.get(step, none) for step in steps]
    return {
        "sales": tuple(row["amount"] for row in at),
        "orders": tuple(row["orders"] for row in at),
        "average": tuple(round(row["amount"] / row["orders"]) if row["orders"] else 0 for row in at),
        "identified": tuple(row["identified"] / row["orders"] if row["orders"] else 0.0 for row in at),
        "customers": tuple(people.get(step, people[None] | {"active": 0})["active"] for step in steps),
        "new_customers": tuple(people.get(step, people[None] | {"new": 0})["new"] for step in steps),
    }

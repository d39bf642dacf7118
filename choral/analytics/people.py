"""Customers as a whole: recency, frequency and value; and whose silence is long for them."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection
from datetime import date

import pyarrow

from choral.analytics.reading import Reading, Row
from choral.analytics.values import (
    AsOf,
    Rfm,
    RfmBorders,
    RfmCell,
    RfmCustomer,
    RfmPage,
    RfmSegment,
    Slipping,
    SlippingPage,
)  # fmt: skip
from choral.core.errors import InvalidInput

_METHOD = 1  # raise it whenever a place in the grid would come out differently
# Which (recency, frequency) quintiles each name covers: recencies, frequencies.
_AREAS = (
    ("champions", (5,), (4, 5)),
    ("loyal", (3, 4), (4, 5)),
    ("potential", (4, 5), (2, 3)),
    ("new", (5,), (1,)),
    ("promising", (4,), (1,)),
    ("attention", (3,), (3,)),
    ("fading", (3,), (1, 2)),
    ("cannot_lose", (1, 2), (5,)),
    ("at_risk", (1, 2), (3, 4)),
    ("asleep", (1, 2), (1, 2)),
)
SEGMENTS = {key: tuple((r, f) for r in recencies for f in frequencies) for key, recencies, frequencies in _AREAS}
OF_CELL = {cell: key for key, cells in SEGMENTS.items() for cell in cells}

Ranks = dict[str, list[tuple[int, int, int]]]
_PER_CUSTOMER = """
    SELECT customer, any_value(identifier) AS identifier, count(*) FILTER (NOT returned) AS orders,
           sum(amount)::BIGINT AS amount, max("day") FILTER (NOT returned) AS last_order_day
    FROM orders JOIN (SELECT customer, identifier FROM customers) AS known USING (customer)
    WHERE identified AND currency = $currency GROUP BY customer HAVING count(*) FILTER (NOT returned) > 0"""
# Quintiles by rank; equal values are told apart by amount and then by the customer's number, so they never wander.
_PLACED = """placed AS (
    SELECT customer, identifier, orders, amount, last_order_day, ($on::DATE - last_order_day)::INTEGER AS recency_days,
           ntile(5) OVER (ORDER BY last_order_day, amount, customer) AS recency,
           ntile(5) OVER (ORDER BY orders, amount, customer) AS frequency,
           ntile(5) OVER (ORDER BY amount, customer) AS monetary FROM partials)"""


def rfm(reading: Reading | None, as_of: AsOf) -> Rfm:
    """See `Analytics.rfm`."""
    if reading is None or as_of.until is None:
        return Rfm(None, as_of.currency, 0, 0, _cells({}), _segments({}), ())
    return reading.lasting(f"rfm {_METHOD}", Rfm, lambda: _grid(reading, as_of))


def _grid(reading: Reading, as_of: AsOf) -> Rfm:
    said = reading.rows(
        _PER_CUSTOMER,
        f"""WITH {_PLACED}
            SELECT recency, frequency, count(*) AS customers, sum(amount)::BIGINT AS amount
            FROM placed GROUP BY ALL""",
        _params(as_of),
    )
    found = {(row["recency"], row["frequency"]): (row["customers"], row["amount"]) for row in said}
    customers, amount = (sum(pair[part] for pair in found.values()) for part in (0, 1))
    return Rfm(as_of.until, as_of.currency, customers, amount, _cells(found), _segments(found), _borders(reading))


def prepare(reading: Reading | None, as_of: AsOf) -> None:
    """Keep the grid and where its quintiles begin."""
    rfm(reading, as_of)
    if reading is not None:
        _ranks(reading)


def rfm_customers(
    reading: Reading | None,
    as_of: AsOf,
    segment: str | None,
    cell: tuple[int, int] | None,
    after: str | None,
    limit: int,
    hidden: Collection[int] = (),
) -> RfmPage:
    """See `Analytics.rfm_customers`."""
    if segment is not None and segment not in SEGMENTS:
        raise InvalidInput(
            "no_such_segment", f"There is no segment “{segment[:40]}”.", fix=f"Use one of {', '.join(SEGMENTS)}."
        )
    if reading is None or as_of.until is None:
        return RfmPage((), None, 0)
    cells = {cell} if cell else set(OF_CELL)
    cells &= set(SEGMENTS[segment]) if segment else cells
    skip = _offset(after)
    said = reading.rows(
        _PER_CUSTOMER,
        f"""WITH {_PLACED}, chosen AS (SELECT * FROM placed
              WHERE list_contains($cells, 10 * recency + frequency) AND NOT list_contains($hidden::BIGINT[], customer))
            SELECT *, count(*) OVER () AS n FROM chosen ORDER BY amount DESC, customer LIMIT $most OFFSET $skip""",
        _params(as_of) | {"cells": [10 * r + f for r, f in sorted(cells)], "most": limit + 1, "skip": skip,
                            "hidden": sorted(hidden)},
    )  # fmt: skip
    more = str(skip + limit) if len(said) > limit else None
    return RfmPage(tuple(_customer(row) for row in said[:limit]), more, said[0]["n"] if said else 0)


def places(reading: Reading, as_of: AsOf) -> pyarrow.Table:
    """Everybody who ever ordered: `customer`, and the quintiles `recency` and `frequency`."""
    return reading.table(
        _PER_CUSTOMER, f"WITH {_PLACED} SELECT customer, recency, frequency FROM placed ORDER BY 1", _params(as_of)
    )


def rfm_of(reading: Reading | None, as_of: AsOf, customer: str) -> RfmCustomer | None:
    """See `Analytics.rfm_of`."""
    if reading is None or as_of.until is None or not customer.isdecimal() or int(customer) >= 1 << 63:
        return None
    said = reading.rows(
        _PER_CUSTOMER.replace("WHERE", "WHERE customer = $customer AND"),
        "SELECT *, ($on::DATE - last_order_day)::INTEGER AS recency_days FROM partials",
        _params(as_of) | {"customer": int(customer)},
    )
    return _customer(said[0] | _quintiles(reading, said[0])) if said else None


def slipping(
    reading: Reading | None, as_of: AsOf, after: str | None, limit: int, hidden: Collection[int] = ()
) -> SlippingPage:
    """See `Analytics.slipping`."""
    if reading is None or as_of.until is None:
        return SlippingPage((), None, 0, 0)
    skip = _offset(after)
    said = reading.rows(
        """WITH silent AS (
             SELECT customer, identifier, usual_gap, longest_gap, last_order_day,
                    ($on::DATE - last_order_day)::INTEGER AS silence_days FROM customers
             WHERE order_days >= 5 AND $on::DATE - last_order_day > longest_gap
               AND $on::DATE - last_order_day >= 2 * usual_gap)
           SELECT silent.*, count(*) FILTER (NOT returned) AS orders, sum(amount)::BIGINT AS amount,
                  coalesce(sum(amount) FILTER ("day" > last_order_day - 365), 0)::BIGINT AS at_risk
           FROM silent JOIN orders USING (customer) WHERE currency = $currency GROUP BY ALL""",
        """SELECT *, count(*) OVER () AS n, sum(at_risk) OVER ()::BIGINT AS whole FROM partials
           WHERE NOT list_contains($hidden::BIGINT[], customer)
           ORDER BY at_risk DESC, customer LIMIT $most OFFSET $skip""",
        _params(as_of) | {"most": limit + 1, "skip": skip, "hidden": sorted(hidden)},
    )
    rows = tuple(
        Slipping(
            str(row["customer"]), row["identifier"], row["silence_days"], row["usual_gap"], row["longest_gap"],
            row["silence_days"] / max(row["usual_gap"], 1.0), row["orders"], row["amount"], row["at_risk"],
            row["last_order_day"],
        )
        for row in said[:limit]
    )  # fmt: skip
    more = str(skip + limit) if len(said) > limit else None
    return SlippingPage(rows, more, said[0]["n"] if said else 0, said[0]["whole"] if said else 0)


def _params(as_of: AsOf) -> dict[str, object]:
    return {"currency": as_of.currency, "on": as_of.until}


def _offset(after: str | None) -> int:
    if after is not None and (not after.isdecimal() or len(after) > 15):
        raise InvalidInput("wrong_cursor", "The page asked for does not exist.", fix="Begin at the first.")
    return int(after or 0)


def _cells(found: dict[tuple[int, int], tuple[int, int]]) -> tuple[RfmCell, ...]:
    return tuple(RfmCell(r, f, *found.get((r, f), (0, 0)), OF_CELL[r, f]) for r in range(5, 0, -1) for f in range(1, 6))


def _segments(found: dict[tuple[int, int], tuple[int, int]]) -> tuple[RfmSegment, ...]:
    many, much = (sum(pair[part] for pair in found.values()) for part in (0, 1))
    segments = []
    for key, cells in SEGMENTS.items():
        customers, amount = (sum(found.get(cell, (0, 0))[part] for cell in cells) for part in (0, 1))
        segments.append(
            RfmSegment(key, cells, customers, amount, customers / many if many else 0.0, amount / much if much else 0.0)
        )
    return tuple(segments)


def _borders(reading: Reading) -> tuple[RfmBorders, ...]:
    said = reading.rows(
        _PER_CUSTOMER,
        f"""WITH {_PLACED},
              r AS (SELECT recency AS quintile, min(recency_days) AS recency_from, max(recency_days) AS recency_to
                    FROM placed GROUP BY 1),
              f AS (SELECT frequency AS quintile, min(orders) AS frequency_from, max(orders) AS frequency_to
                    FROM placed GROUP BY 1),
              m AS (SELECT monetary AS quintile, min(amount) AS amount_from, max(amount) AS amount_to
                    FROM placed GROUP BY 1)
            SELECT * FROM r JOIN f USING (quintile) JOIN m USING (quintile) ORDER BY quintile""",
        _params(reading.as_of),
    )
    return tuple(RfmBorders(**row) for row in said)


def _quintiles(reading: Reading, row: Row) -> dict[str, int]:
    """Where one customer stands, without ranking all of them again: above how many quintiles' lowest ranks."""
    lowest = _ranks(reading)
    days = (row["last_order_day"] - date(1970, 1, 1)).days
    first = {"recency": days, "frequency": row["orders"], "monetary": row["amount"]}
    return {key: bisect_right(lowest[key], (value, row["amount"], row["customer"])) for key, value in first.items()}


def _ranks(reading: Reading) -> Ranks:
    return reading.lasting(f"rfm ranks {_METHOD}", Ranks, lambda: _lowest(reading))


def _lowest(reading: Reading) -> Ranks:
    said = reading.rows(
        _PER_CUSTOMER,
        f"""WITH {_PLACED},
              ranks AS (
                SELECT 'recency' AS key, recency AS quintile, last_order_day - DATE '1970-01-01' AS value, amount,
                       customer FROM placed
                UNION ALL SELECT 'frequency', frequency, orders, amount, customer FROM placed
                UNION ALL SELECT 'monetary', monetary, amount, amount, customer FROM placed)
            SELECT key, min({{'value': value::BIGINT, 'amount': amount, 'customer': customer}}) AS lowest
            FROM ranks GROUP BY key, quintile ORDER BY key, quintile""",
        _params(reading.as_of),
    )
    found: Ranks = {"recency": [], "frequency": [], "monetary": []}
    for row in said:
        found[row["key"]].append((row["lowest"]["value"], row["lowest"]["amount"], row["lowest"]["customer"]))
    return found


def _customer(row: Row) -> RfmCustomer:
    values = {name: row[name] for name in RfmCustomer.__dataclass_fields__ if name not in ("customer", "segment")}
    return RfmCustomer(**values, customer=str(row["customer"]), segment=OF_CELL[row["recency"], row["frequency"]])

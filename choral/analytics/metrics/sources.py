"""Where the sums come from, as SQL: which table answers a split, and what is added up in it. No arithmetic here.

Every statement answers rows (level, key, step, ...sums): level 0 is one part in one step, 1 one part in all days, 2 all
parts in one step, 3 everything. Days are days of the shop's zone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from choral.analytics.metrics.values import MetricSplit
from choral.analytics.reading import Reading, Row
from choral.analytics.values import REST, By, Choice
from choral.core.errors import InvalidInput

# What lies in the days compared with stands at the step of the day it is compared with.
_STEP = """CASE $by WHEN 'week' THEN date_trunc('week', "day" + $shift::INTEGER)
           WHEN 'month' THEN date_trunc('month', "day" + $shift::INTEGER) ELSE "day" + $shift::INTEGER END::DATE"""
_KEPT = "CASE WHEN list_contains($keys, {key}) THEN {key} ELSE $rest END"
_SETS = "GROUP BY GROUPING SETS ((key, step), (key), (step), ())"
_LEVEL = "(GROUPING(step) + 2 * GROUPING(key))::INTEGER AS level"
_MERGED = "SELECT level, key, step, {sums} FROM partials GROUP BY level, key, step"


@dataclass(frozen=True)
class Table:
    """A table that answers a split: what it is read from, its key, its sums by name, and whether something counted may
    have more than one key (an order lies in all departments of its lines: then the whole is asked elsewhere)."""

    origin: str
    key: str
    columns: Mapping[str, str]
    overlaps: bool = False
    bucketed: bool = False


@dataclass(frozen=True)
class Origin:
    """A kind of fact with its tables by split (None: undivided) and the choices it understands."""

    tables: Mapping[MetricSplit | None, Table]
    filters: Mapping[str, str]
    adds_up: bool = True
    currency: bool = False
    condition: str = field(default="true")


_CHANNEL_STORE = {"channel": "channel = $channel", "store": "coalesce(store_id, '') = $store"}
_DEPARTMENT = {"department": "coalesce(department, '') = $department"}
_SALES = {
    "amount": "coalesce(sum(amount), 0)", "orders": "coalesce(sum(orders), 0)",
    "discount": "coalesce(sum(discount), 0)", "before_discount": "coalesce(sum(amount + discount), 0)",
    "given_back": "coalesce(sum(given_back), 0)", "gross": "coalesce(sum(amount + given_back), 0)",
    "bought": "coalesce(sum(bought), 0)",
}  # fmt: skip
_KNOWN = {
    "identified": "coalesce(sum(orders - unidentified), 0)", "refunds": "coalesce(sum(refunds), 0)"
}  # fmt: skip
_LINES = {
    "amount": "coalesce(sum(total), 0)", "orders": "count(DISTINCT position) FILTER (NOT returned)",
    "discount": "coalesce(sum(discount), 0)", "before_discount": "coalesce(sum(total + discount), 0)",
    "given_back": "coalesce(-sum(total) FILTER (returned), 0)",
    "gross": "coalesce(sum(total) FILTER (NOT returned), 0)",
    "bought": "count(*) FILTER (line > 0 AND NOT returned)",
}  # fmt: skip
# A margin is of lines: an order may hold products of known and of unknown cost.
_MARGINS = {
    "margin": "sum(margin)", "margin_of": "coalesce(sum(margin_of), 0)", "amount": "coalesce(sum(amount), 0)"
}  # fmt: skip
_LINE_MARGINS = {
    "margin": "sum(margin)", "margin_of": "coalesce(sum(total) FILTER (margin IS NOT NULL), 0)",
    "amount": "coalesce(sum(total), 0)",
}  # fmt: skip
_TOUCHES = {
    "touches": "coalesce(sum(touches), 0)", "contacts": "coalesce(sum(contacts), 0)",
    "redemptions": "coalesce(sum(redemptions), 0)", "cost": "sum(cost)",
}  # fmt: skip
_SESSIONS = {"sessions": "coalesce(sum(sessions), 0)", "bought": "coalesce(sum(bought), 0)"}
# Of a customer with purchases in different parts each part counts them, and the whole once.
_PEOPLE = {
    "active": "count(DISTINCT customer) FILTER (NOT returned)",
    "fresh": "count(DISTINCT customer) FILTER (NOT returned AND \"day\" = first_order_day)",
    "back": "count(DISTINCT customer) FILTER (NOT returned)"
            " - count(DISTINCT customer) FILTER (NOT returned AND \"day\" = first_order_day)",
    "orders": "count(*) FILTER (NOT returned)", "amount": "coalesce(sum(amount), 0)",
}  # fmt: skip
_PEOPLE_FROM = """(SELECT o.*, first_order_day FROM orders AS o
                   JOIN (SELECT customer, first_order_day FROM customers) AS known USING (customer)
                   WHERE identified)"""
_REACH_FROM = """(SELECT * FROM touches
                  WHERE campaign_id IS NOT NULL AND kind NOT IN ('order', 'refund', 'coupon'))"""
_REACH = {"reached": "count(DISTINCT customer)"}
# An amount over n days: after i days floor(amount * i / n) of it is spent, so that the days sum to the amount.
_SPEND_FROM = """(SELECT channel, coalesce(campaign_id, '') AS campaign_id, currency,
                    (starts + nth::INTEGER) AS "day",
                    (amount * (nth + 1)) // length - (amount * nth) // length AS amount
                  FROM (SELECT *, (ends - starts + 1)::BIGINT AS length,
                               unnest(generate_series(0, (ends - starts)::BIGINT)) AS nth
                        FROM spend WHERE ends >= starts AND amount IS NOT NULL))"""


def _tables(
    origin: str, columns: Mapping[str, str], keys: Mapping[MetricSplit, str], bucketed: bool = False, whole: bool = True
) -> dict[MetricSplit | None, Table]:
    found: dict[MetricSplit | None, Table] = {}
    if whole:
        found[None] = Table(origin, "''", columns, bucketed=bucketed)
    for name, key in keys.items():
        found[name] = Table(origin, key, columns, bucketed=bucketed)
    return found


_BY_PLACE: dict[MetricSplit, str] = {"channel": "channel", "store": "coalesce(store_id, '')"}
_BY_PRODUCT: dict[MetricSplit, str] = {"category": "coalesce(category, '')", "product": "product_id"}
_BY_CAMPAIGN: dict[MetricSplit, str] = {"channel": "channel", "campaign": "campaign_id"}
_VISITS = _tables("session_days", _SESSIONS, {"store": "store_id"})
SOURCES: dict[str, Origin] = {
    "orders": Origin(
        _tables("order_sums_by_day", _SALES | _KNOWN, _BY_PLACE)
        | {"department": Table("sales_days", "department", _SALES, overlaps=True)}
        | {split: Table("order_lines", key, _LINES, True, True) for split, key in _BY_PRODUCT.items()},
        _CHANNEL_STORE | _DEPARTMENT, currency=True,
    ),
    "lines": Origin(
        _tables("sales_days", _MARGINS, _BY_PLACE | {"department": "department"})
        | _tables("order_lines", _LINE_MARGINS, _BY_PRODUCT, True, whole=False),
        _CHANNEL_STORE | _DEPARTMENT, currency=True,
    ),
    "touches": Origin(_tables("touch_days", _TOUCHES, _BY_PLACE | _BY_CAMPAIGN), _CHANNEL_STORE),
    "sessions": Origin(_tables("session_days", _SESSIONS, _BY_PLACE), _CHANNEL_STORE),
    "visits": Origin(_VISITS, _CHANNEL_STORE, condition="channel = 'store'"),
    "spend": Origin(
        _tables(_SPEND_FROM, {"amount": "sum(amount)"}, _BY_CAMPAIGN),
        {"channel": _CHANNEL_STORE["channel"]}, currency=True,
    ),
    "people": Origin(
        _tables(_PEOPLE_FROM, _PEOPLE, _BY_PLACE, True), _CHANNEL_STORE, adds_up=False, currency=True
    ),
    "reach": Origin(
        _tables(_REACH_FROM, _REACH, _BY_CAMPAIGN, True),
        {"channel": _CHANNEL_STORE["channel"]}, adds_up=False,
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What is asked of a source. `shift` (days) moves days onto those they are compared with. `keys`: the only parts
    kept apart, all others are one (where there may be too many of them)."""

    split: MetricSplit | None
    by: By
    since: date
    until: date
    shift: int
    choice: Choice
    keys: tuple[str, ...] | None = None


def biggest(reading: Reading, asked: Asked, most: int) -> tuple[str, ...]:
    """The keys of the parts with the biggest sales, of a split that has many thousands."""
    table, (conditions, params) = SOURCES["orders"].tables[asked.split], _chosen(SOURCES["orders"], asked.choice)
    params |= {"since": asked.since, "until": asked.until, "most": most}
    params["currency"] = asked.choice.currency or reading.as_of.currency
    where = " AND ".join(['"day" BETWEEN $since AND $until', "currency = $currency", *conditions])
    found = reading.rows(
        f"SELECT {table.key} AS key, sum(total) AS amount FROM {table.origin} WHERE {where} GROUP BY 1",  # noqa: S608
        "SELECT key FROM partials GROUP BY key ORDER BY sum(amount) DESC, key LIMIT $most",
        params,
    )
    return tuple(row["key"] for row in found)


def ask(reading: Reading, source: str, asked: Asked) -> list[Row]:
    """The sums of a source over some days."""
    origin = SOURCES[source]
    table = _table(origin, asked.split, asked.choice)
    conditions, params = _chosen(origin, asked.choice)
    params |= {"by": asked.by, "shift": asked.shift, "since": asked.since, "until": asked.until}
    if origin.currency:
        conditions.append("currency = $currency")
        params["currency"] = asked.choice.currency or reading.as_of.currency
    where = " AND ".join([origin.condition, '"day" BETWEEN $since AND $until', *conditions])
    sums = ", ".join(f"({sql})::BIGINT AS {name}" for name, sql in table.columns.items())
    key = table.key
    if asked.keys is not None:
        key, params["keys"], params["rest"] = _KEPT.format(key=key), list(asked.keys), REST
    inner = f"SELECT *, {key} AS key, {_STEP} AS step FROM {table.origin} WHERE {where}"  # noqa: S608
    said = f"SELECT {_LEVEL}, key, step, {sums} FROM ({inner}) {_SETS}"
    if not table.bucketed:
        return reading.whole(said, params)
    again = ", ".join(f"sum({name})::BIGINT AS {name}" for name in table.columns)
    merge = _MERGED.format(sums=again)
    # What is counted customer by customer takes longest: the worker keeps it for the pages' processes.
    key = repr((reading.source.marts.version.name, said, sorted(params.items(), key=repr)))
    kept = reading.remembered(key, lambda: [_kept(row) for row in reading.rows(said, merge, params)])
    return [row | {"step": date.fromisoformat(row["step"]) if row["step"] else None} for row in kept]


def _kept(row: Row) -> Row:
    return row | {"step": row["step"].isoformat() if row["step"] else None}


def _table(origin: Origin, split: MetricSplit | None, choice: Choice) -> Table:
    """The table of a split; a choice by department needs one that knows departments."""
    table = origin.tables[split]
    if choice.department is not None and split in (None, "channel", "store") and "department" in origin.tables:
        return Table("sales_days", table.key, origin.tables["department"].columns)
    return table


def _chosen(origin: Origin, choice: Choice) -> tuple[list[str], dict[str, object]]:
    wanted = {
        name: getattr(choice, name) for name in ("channel", "store", "department", "customer", "product", "returned")
        if getattr(choice, name) is not None
    }  # fmt: skip
    wrong = [name for name in wanted if name not in origin.filters]
    if wrong:
        raise InvalidInput(
            "choice_not_possible", f"This cannot be chosen by {', '.join(wrong)}.", "The figure is not counted by it.",
            f"Choose by days or {', '.join(origin.filters)}.",
        )  # fmt: skip
    return [origin.filters[name] for name in wanted], wanted

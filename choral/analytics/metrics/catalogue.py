"""Every metric there is: the one place where a figure of the shop is defined."""

from __future__ import annotations

from typing import Any, Literal

from choral.analytics.metrics.sources import SOURCES
from choral.analytics.metrics.values import Metric, MetricSplit, MetricUnit, Sum
from choral.core.errors import NotFound

_ONE = "0.4"  # the release that defined them first
_Good = Literal["up", "down", "none"]
_GRAIN = {
    "orders": "a purchase or refund", "lines": "a line of a purchase or refund", "touches": "a meeting",
    "sessions": "a session", "visits": "a visit of a store",
    "spend": "a day of paid media", "people": "a customer", "reach": "a customer",
}  # fmt: skip


def _sum(text: str | None) -> Sum | None:
    return Sum(*text.split(".")) if text else None


def _metric(
    key: str, name: str, unit: MetricUnit, top: str, base: str | None, formula: str, meaning: str, **more: Any
) -> Metric:
    above, below = Sum(*top.split(".")), _sum(base)
    good: _Good = more.get("good", "up")
    return Metric(
        key, name, meaning, formula, unit, good, above, below, _sum(more.get("covered")), _sum(more.get("whole")),
        _GRAIN[above.source], _splits(above, below), below is None and SOURCES[above.source].adds_up,
        more.get("owner", "sales"), _ONE,
    )  # fmt: skip


def _splits(top: Sum, base: Sum | None) -> tuple[MetricSplit, ...]:
    """What all its sums can be split by. Sums of two sources can not: a sale's channel is not the media's."""
    if base is not None and base.source != top.source:
        return ()
    asked = [one.column for one in (top, base) if one]
    return tuple(
        split for split, table in SOURCES[top.source].tables.items()
        if split is not None and all(column in table.columns for column in asked)
    )  # fmt: skip


_LIST = (
    _metric("sales", "Sales", "money", "orders.amount", None, "sum of amounts of purchases less refunds",
            "What customers paid, less what was given back."),
    _metric("orders", "Orders", "count", "orders.orders", None, "number of purchases",
            "Completed purchases; refunds are counted apart."),
    _metric("average", "Average order", "money", "orders.amount", "orders.orders", "sales / orders",
            "Sales divided by the number of purchases."),
    _metric("items", "Items per order", "number", "orders.bought", "orders.orders", "lines of purchases / orders",
            "How many different products a purchase holds, on average."),
    _metric("discount_share", "Discount share", "share", "orders.discount", "orders.before_discount",
            "discounts / (sales + discounts)", "The part of the full price that was given away as discount.",
            good="down"),
    _metric("refund_share", "Refund share", "share", "orders.given_back", "orders.gross",
            "refunds / sales before refunds", "The part of what was paid that was given back.", good="down"),
    _metric("margin", "Margin", "money", "lines.margin", None, "sales - cost of the products sold",
            "What is left of sales after the products' cost, of products whose cost is known.",
            covered="lines.margin_of", whole="lines.amount"),
    _metric("margin_rate", "Margin rate", "share", "lines.margin", "lines.margin_of", "margin / sales of known cost",
            "Margin as a part of the sales whose cost is known.", covered="lines.margin_of", whole="lines.amount"),
    _metric("recognised", "Recognised", "share", "orders.identified", "orders.orders",
            "purchases of known customers / orders", "Share of the orders whose customer is known.",
            owner="identity"),
    _metric("customers", "Customers", "count", "people.active", None, "different customers with a purchase",
            "Customers who ordered in these days.", owner="customers"),
    _metric("new_customers", "New customers", "count", "people.fresh", None,
            "different customers whose first purchase lies in these days",
            "Customers whose first order lies in these days.", owner="customers"),
    _metric("returning_share", "Returning customers", "share", "people.back", "people.active",
            "(customers - new customers) / customers",
            "Share of the customers of these days who had bought before them.", owner="customers"),
    _metric("frequency", "Orders per customer", "number", "people.orders", "people.active",
            "purchases of known customers / customers", "How often a customer of these days ordered in them.",
            owner="customers"),
    _metric("customer_sales", "Sales per customer", "money", "people.amount", "people.active",
            "sales to known customers with a purchase / customers",
            "What a customer of these days spent in them, less refunds.", owner="customers"),
    _metric("touches", "Touchpoints", "count", "touches.touches", None, "number of touches of known customers",
            "Every contact with a known customer, on any channel, purchases included.", good="none",
            owner="journeys"),
    _metric("sessions", "Sessions", "count", "sessions.sessions", None, "number of sessions",
            "Times a known customer came by: acts on one channel with less than 30 minutes between them.",
            owner="journeys"),
    _metric("conversion", "Conversion", "share", "sessions.bought", "sessions.sessions",
            "sessions with a purchase / sessions", "Share of the sessions in which something was bought.",
            owner="journeys"),
    _metric("visits", "Store visits", "count", "visits.sessions", None, "sessions of the channel store",
            "Times a known customer was in a store, whether or not they bought.", owner="journeys"),
    _metric("visit_conversion", "Visits with a purchase", "share", "visits.bought", "visits.sessions",
            "store visits with a purchase / store visits",
            "Share of the store visits in which something was bought.", owner="journeys"),
    _metric("reach", "Campaign reach", "count", "reach.reached", None,
            "different customers with a touch of a campaign",
            "Customers who got at least one message or advertisement of a campaign.", good="none",
            owner="campaigns"),
    _metric("redemptions", "Coupons redeemed", "count", "touches.redemptions", None, "number of coupons redeemed",
            "Coupons that customers used.", owner="campaigns"),
    _metric("contact_cost", "Contact cost", "money", "touches.cost", None, "sum of costs of touches",
            "What single messages and advertisements cost, where their events say so.", good="none",
            owner="campaigns"),
    _metric("spend", "Media spend", "money", "spend.amount", None, "sum of spend, spread evenly over its days",
            "What was paid for media, on line and off line.", good="none", owner="mix"),
    _metric("return_on_spend", "Sales per unit of spend", "number", "orders.amount", "spend.amount", "sales / spend",
            "All sales divided by all media spend: it does not say what the spend brought.", owner="mix"),
)  # fmt: skip
METRICS: dict[str, Metric] = {one.key: one for one in _LIST}


def metric(key: str) -> Metric:
    """The definition of a metric; `NotFound` `no_such_metric`."""
    if key not in METRICS:
        raise NotFound(
            "no_such_metric", f"There is no metric “{key[:40]}”.", fix=f"Use one of {', '.join(METRICS)}.", status=404
        )
    return METRICS[key]

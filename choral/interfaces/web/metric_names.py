"""What metrics, their units and splits are called in the reader's language; the English ones are the catalogue's."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from choral.analytics.metrics.values import Figures, Metric, MetricSeries, Value
from choral.analytics.values import REST, UNKNOWN
from choral.core.money import Money
from choral.interfaces.web import formats
from choral.interfaces.web.names import channel_name

Text = str | Promise
# key -> (name, formula, meaning), word by word as in choral.analytics.metrics.catalogue.
METRIC_WORDS: dict[str, tuple[Text, Text, Text]] = {
    "sales": (
        _("Sales"), _("sum of amounts of purchases less refunds"),
        _("What customers paid, less what was given back."),
    ),
    "orders": (
        _("Orders"), _("number of purchases"),
        _("Completed purchases; refunds are counted apart."),
    ),
    "average": (
        _("Average order"), _("sales / orders"),
        _("Sales divided by the number of purchases."),
    ),
    "items": (
        _("Items per order"), _("lines of purchases / orders"),
        _("How many different products a purchase holds, on average."),
    ),
    "discount_share": (
        _("Discount share"), _("discounts / (sales + discounts)"),
        _("The part of the full price that was given away as discount."),
    ),
    "refund_share": (
        _("Refund share"), _("refunds / sales before refunds"),
        _("The part of what was paid that was given back."),
    ),
    "margin": (
        _("Margin"), _("sales - cost of the products sold"),
        _("What is left of sales after the products' cost, of products whose cost is known."),
    ),
    "margin_rate": (
        _("Margin rate"), _("margin / sales of known cost"),
        _("Margin as a part of the sales whose cost is known."),
    ),
    "recognised": (
        _("Recognised"), _("purchases of known customers / orders"),
        _("Share of the orders whose customer is known."),
    ),
    "customers": (
        _("Customers"), _("different customers with a purchase"),
        _("Customers who ordered in these days."),
    ),
    "new_customers": (
        _("New customers"), _("different customers whose first purchase lies in these days"),
        _("Customers whose first order lies in these days."),
    ),
    "returning_share": (
        _("Returning customers"), _("(customers - new customers) / customers"),
        _("Share of the customers of these days who had bought before them."),
    ),
    "frequency": (
        _("Orders per customer"), _("purchases of known customers / customers"),
        _("How often a customer of these days ordered in them."),
    ),
    "customer_sales": (
        _("Sales per customer"), _("sales to known customers with a purchase / customers"),
        _("What a customer of these days spent in them, less refunds."),
    ),
    "touches": (
        _("Touchpoints"), _("number of touches of known customers"),
        _("Every contact with a known customer, on any channel, purchases included."),
    ),
    "sessions": (
        _("Sessions"), _("number of sessions"),
        _("Times a known customer came by: acts on one channel with less than 30 minutes between them."),
    ),
    "conversion": (
        _("Conversion"), _("sessions with a purchase / sessions"),
        _("Share of the sessions in which something was bought."),
    ),
    "visits": (
        _("Store visits"), _("sessions of the channel store"),
        _("Times a known customer was in a store, whether or not they bought."),
    ),
    "visit_conversion": (
        _("Visits with a purchase"), _("store visits with a purchase / store visits"),
        _("Share of the store visits in which something was bought."),
    ),
    "reach": (
        _("Campaign reach"), _("different customers with a touch of a campaign"),
        _("Customers who got at least one message or advertisement of a campaign."),
    ),
    "redemptions": (
        _("Coupons redeemed"), _("number of coupons redeemed"),
        _("Coupons that customers used."),
    ),
    "contact_cost": (
        _("Contact cost"), _("sum of costs of touches"),
        _("What single messages and advertisements cost, where their events say so."),
    ),
    "spend": (
        _("Media spend"), _("sum of spend, spread evenly over its days"),
        _("What was paid for media, on line and off line."),
    ),
    "return_on_spend": (
        _("Sales per unit of spend"), _("sales / spend"),
        _("All sales divided by all media spend: it does not say what the spend brought."),
    ),
}  # fmt: skip
SPLIT_NAMES: dict[str, Text] = {
    "": _("All together"), "channel": _("Channel"), "store": _("Store"), "department": _("Department"),
    "category": _("Category"), "product": _("Product"), "campaign": _("Campaign"),
}  # fmt: skip
STEP_NAMES: dict[str, Text] = {"day": _("Day"), "week": _("Week"), "month": _("Month")}


def metric_name(key: str) -> Text:
    """A metric as people call it."""
    return METRIC_WORDS[key][0] if key in METRIC_WORDS else key


def metric_meaning(key: str) -> Text:
    """What a metric says, in one sentence."""
    return METRIC_WORDS[key][2] if key in METRIC_WORDS else ""


def metric_formula(key: str) -> Text:
    """How a metric is computed, in words."""
    return METRIC_WORDS[key][1] if key in METRIC_WORDS else ""


def part_name(found: Figures, one: MetricSeries) -> Text:
    """What people call one line of a metric's chart."""
    if found.split is None or one is found.total:
        return metric_name(found.metric.key)
    if one.key == REST:
        return _("All others")
    if one.key == UNKNOWN:
        return _("Not said")
    return channel_name(one.key) if found.split == "channel" else one.name


def written(metric: Metric, value: Value, currency: str, *, short: bool = False) -> str:
    """A value of a metric as people read it; a dash where it is not known."""
    if value is None:
        return "–"
    if metric.unit == "money":
        money = Money(int(value), currency)
        return formats.compact_money(money) if short else formats.money(money)
    if metric.unit == "share":
        return formats.percent(value)
    return formats.number(value, 2 if metric.unit == "number" else 0)

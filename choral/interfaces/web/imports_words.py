"""The words of imports: fields, kinds, states, reasons, what stands in the way."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from choral.interfaces.web.cells import BadgeTone

Text = str | Promise
KINDS: dict[str, Text] = {"customers": _("Customers"), "orders": _("Orders"), "products": _("Products"),
                           "spend": _("Media spend")}  # fmt: skip
STATES: dict[str, tuple[Text, BadgeTone]] = {
    "uploaded": (_("to be checked"), "info"),
    "running": (_("running"), "info"),
    "done": (_("done"), "good"),
    "failed": (_("failed"), "bad"),
    "undone": (_("undone"), "plain"),
    "discarded": (_("thrown away"), "plain"),
}
FIELDS: dict[str, Text] = {
    "user_id": _("Customer number"),
    "card": _("Loyalty card"),
    "email": _("E-mail"),
    "phone": _("Telephone"),
    "first_name": _("First name"),
    "last_name": _("Last name"),
    "name": _("Full name"),
    "birthday": _("Birthday"),
    "street": _("Street"),
    "postal_code": _("Postal code"),
    "city": _("City"),
    "country": _("Country"),
    "language": _("Language"),
    "created_at": _("Customer since"),
    "consent_newsletter": _("Agreed to news by e-mail"),
    "consent_email": _("Agreed to offers by e-mail"),
    "consent_sms": _("Agreed to offers by text"),
    "consent_call": _("Agreed to offers by telephone"),
    "consent_post": _("Agreed to offers by post"),
    "consent_at": _("Agreed on"),
    "order_id": _("Order number"),
    "at": _("Date and time"),
    "total": _("Order total"),
    "currency": _("Currency"),
    "store_id": _("Store"),
    "channel": _("Channel"),
    "product_id": _("Product number"),
    "product_name": _("Product"),
    "category": _("Category"),
    "quantity": _("Quantity"),
    "price": _("Price each"),
    "line_total": _("Line total"),
    "discount": _("Discount"),
    "department": _("Department"),
    "brand": _("Brand"),
    "manufacturer": _("Manufacturer"),
    "size": _("Size"),
    "cost": _("Cost each"),
    "starts": _("First day"),
    "ends": _("Last day"),
    "amount": _("Amount paid"),
    "campaign_id": _("Campaign"),
    "creative": _("Creative"),
    "region": _("Region"),
    "impressions": _("Times shown"),
    "clicks": _("Clicks"),
}
_REASONS: dict[str, Text] = {
    "broken_row": _("The row cannot be divided into cells"),
    "missing_value": _("A value that is needed is empty"),
    "nobody": _("Nobody is named"),
    "bad_money": _("An amount cannot be read"),
    "bad_number": _("A number cannot be read"),
    "bad_moment": _("A date cannot be read"),
    "bad_email": _("An e-mail address is none"),
    "bad_phone": _("A telephone number is none"),
    "rows_differ": _("Rows of one order do not agree"),
    "no_amount": _("An order has no amount"),
    "order_known": _("The order is already known"),
    "order_incomplete": _("Another row of the order cannot be read"),
    "unknown_currency": _("There is no such currency"),
    "line_twice": _("Another row says the same line"),
    "ends_before_start": _("It ends before it starts"),
    "below_zero": _("An amount is below zero"),
}
_GROUPS: dict[str, Text] = {
    "who": _("a column that says who it is: number, card, e-mail or telephone"),
    "medium": _("a column that says for which channel it was paid"),
    "worth": _("a column with an amount: order total, line total or price"),
}


def field_name(key: str) -> Text:
    """What a field is called."""
    return FIELDS.get(key, key.removeprefix("trait:").replace("_", " "))


def reason(code: str) -> Text:
    """Why rows are refused."""
    return _REASONS.get(code, code.replace("_", " "))


def problem(code: str) -> Text:
    """What stands in the way of an import."""
    kind, _colon, what = code.partition(":")
    if kind == "missing":
        return _("No column is taken for: %(field)s") % {"field": field_name(what)}
    if kind == "missing_one_of":
        return _("What is missing: %(what)s") % {"what": _GROUPS.get(what, what)}
    if kind == "twice":
        return _("Two columns are taken for: %(field)s") % {"field": field_name(what)}
    return code

"""What happened, in a sentence a person reads: the events of a time line and of the live view."""

from __future__ import annotations

from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral.core.money import Money
from choral.customers.values import TimelineEntry
from choral.interfaces.web import formats
from choral.interfaces.web.names import channel_icon

Text = str | Promise
# What the best known events are called; the others are shown by their own name.
_TITLES: dict[str, Text] = {
    "Order Completed": gettext_lazy("Bought"),
    "Order Refunded": gettext_lazy("Was given money back"),
    "Order Cancelled": gettext_lazy("Cancelled an order"),
    "Order Returned": gettext_lazy("Brought goods back"),
    "Mail Piece Sent": gettext_lazy("Was sent a letter"),
    "Coupon Redeemed": gettext_lazy("Redeemed a coupon"),
    "Coupon Applied": gettext_lazy("Used a coupon"),
    "Coupon Issued": gettext_lazy("Was given a coupon"),
    "Customer Identified": gettext_lazy("Said who they are"),
    "Identifiers Linked": gettext_lazy("Was recognised"),
    "Page Viewed": gettext_lazy("Looked at a page"),
    "Screen Viewed": gettext_lazy("Looked at a screen"),
    "Product Viewed": gettext_lazy("Looked at a product"),
    "Product List Viewed": gettext_lazy("Looked at a list of products"),
    "Products Searched": gettext_lazy("Searched"),
    "Product Added": gettext_lazy("Put a product into the basket"),
    "Product Removed": gettext_lazy("Took a product out of the basket"),
    "Cart Viewed": gettext_lazy("Looked at the basket"),
    "Checkout Started": gettext_lazy("Went to the checkout"),
    "Email Delivered": gettext_lazy("Got an e-mail"),
    "Email Opened": gettext_lazy("Opened an e-mail"),
    "Email Clicked": gettext_lazy("Clicked in an e-mail"),
    "SMS Delivered": gettext_lazy("Got a text message"),
    "Push Opened": gettext_lazy("Opened a push message"),
    "Call Ended": gettext_lazy("Was on the telephone"),
    "Call Started": gettext_lazy("Called"),
    "Store Visited": gettext_lazy("Came into a store"),
    "Customer Rectified": gettext_lazy("Was corrected"),
    "Audience Entered": gettext_lazy("Entered an audience"),
    "Audience Left": gettext_lazy("Left an audience"),
    "Dataset Imported": gettext_lazy("Reference data were imported"),
    "Source Withdrawn": gettext_lazy("A source was taken back"),
    "Consent Given": gettext_lazy("Agreed to messages or use of data"),
    "Consent Withdrawn": gettext_lazy("Said no to messages or use of data"),
    "Consent Requested": gettext_lazy("Asked for something, to be confirmed"),
    "Consent Paused": gettext_lazy("Asked for a rest from messages"),
    "Processing Restricted": gettext_lazy("Restricted the use of their data"),
    "Restriction Lifted": gettext_lazy("Let their data be used again"),
    "Ad Clicked": gettext_lazy("Clicked an advertisement"),
    "Ad Viewed": gettext_lazy("Saw an advertisement"),
}
_ICONS = {"Order Completed": "orders", "Order Refunded": "undo", "Order Returned": "undo", "Coupon Redeemed": "coupon",
          "Coupon Applied": "coupon", "Coupon Issued": "coupon", "Customer Identified": "person",
          "Customer Rectified": "edit", "Products Searched": "search", "Product Added": "basket"}  # fmt: skip
_TONES = {"Order Completed": "good", "Order Refunded": "bad", "Coupon Redeemed": "accent", "Coupon Applied": "accent"}


def title(name: str) -> Text:
    """What an event is called."""
    return _TITLES.get(name, name)


def icon(name: str, channel: str) -> str:
    """The drawing beside it: of the event, else of its channel."""
    return _ICONS.get(name) or channel_icon(channel)


def tone(name: str) -> str:
    return _TONES.get(name, "")


def text(entry: TimelineEntry) -> str:
    """The rest of the sentence: for how much, where, of which campaign, about what."""
    parts = []
    if entry.amount is not None and entry.currency:
        parts.append(_("for %(amount)s") % {"amount": formats.money(Money(entry.amount, entry.currency))})
    if entry.place:
        parts.append(_("in store %(store)s") % {"store": entry.place})
    if entry.campaign:
        parts.append(_("campaign %(campaign)s") % {"campaign": entry.campaign})
    if entry.label and entry.label not in (entry.campaign, entry.place):
        parts.append(entry.label)
    return " · ".join(parts) if len(parts) > 2 else ", ".join(parts)


def target(entry: TimelineEntry) -> str:
    """Where it leads: to the order, to the campaign, or nowhere."""
    try:
        if entry.order_id and entry.name in ("Order Completed", "Order Refunded"):
            return reverse("order", args=[entry.position])
        if entry.campaign:
            return reverse("campaign", args=[entry.campaign])
    except NoReverseMatch:
        return ""
    return ""

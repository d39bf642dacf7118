"""The words people use for what the data calls by keys: channels, stores, segments; one place for all pages."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from choral.analytics.values import REST, UNKNOWN

Text = str | Promise
_CHANNELS: dict[str, Text] = {
    "web": _("Web site"),
    "app": _("App"),
    "store": _("Store"),
    "till": _("Till"),
    "marketplace": _("Marketplace"),
    "social": _("Social networks"),
    "email": _("E-mail"),
    "sms": _("Text message"),
    "push": _("Push message"),
    "call": _("Telephone"),
    "ivr": _("Telephone menu"),
    "direct_mail": _("Post"),
    "mail": _("Post"),
    "print": _("Print"),
    "ad": _("Advertising"),
    "search": _("Search"),
    "form": _("Form"),
    "chat": _("Chat"),
    "voice": _("Voice assistant"),
    "token": _("Card or wristband"),
    "delivery": _("Delivery"),
    "server": _("Server"),
    "console": _("Console"),
}


def channel_name(key: str) -> Text:
    """What people call a channel; a channel of the shop's own is shown as it is written."""
    return _CHANNELS.get(key) or key.replace("_", " ").capitalize() or _("Not said")


def series_name(split: str | None, key: str, name: str) -> Text:
    """What people call one line of a chart."""
    if split is None:
        return _("All sales")
    if key == REST:
        return _("All others")
    if key == UNKNOWN:
        return _("Not said")
    if split == "channel":
        return channel_name(key)
    return name or key

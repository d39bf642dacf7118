"""Words of the platform in the reader's language: roles, themes, channels."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from choral.team import actor_names

Text = str | Promise
ROLE_NAMES: dict[str, Text] = {
    "owner": _("Owner"),
    "marketer": _("Marketer"),
    "associate": _("Store associate"),
    "agent": _("Support agent"),
    "analyst": _("Analyst"),
    "privacy": _("Privacy officer"),
    "reader": _("Door reader"),
}
ROLE_HELP: dict[str, Text] = {
    "owner": _("Everything, the team and the keys included."),
    "marketer": _("Customers, analysis, imports."),
    "associate": _("Customers, of the own store where one is set."),
    "agent": _("Customers, and correcting what is kept of them."),
    "analyst": _("Analysis and events; customers without names and addresses."),
    "privacy": _("Customers, what is kept of them, and the audit log."),
    "reader": _("Only asking whether a token opens a place: for the keys of devices at doors."),
}
THEME_NAMES: dict[str, Text] = {"system": _("As the system"), "light": _("Light"), "dark": _("Dark")}
CHANNEL_NAMES: dict[str, Text] = {
    "store": _("Store"),
    "web": _("Web site"),
    "app": _("App"),
    "marketplace": _("Marketplace"),
    "phone": _("Telephone"),
    "call": _("Telephone"),
    "ivr": _("Voice menu"),
    "email": _("E-mail"),
    "sms": _("Text message"),
    "push": _("Push message"),
    "chat": _("Chat"),
    "whatsapp": _("WhatsApp"),
    "social": _("Social networks"),
    "search": _("Search"),
    "display": _("Display advertising"),
    "ads": _("Advertising"),
    "direct_mail": _("Post"),
    "post": _("Post"),
    "print": _("Print"),
    "television": _("Television"),
    "radio": _("Radio"),
    "outdoor": _("Outdoor"),
    "cinema": _("Cinema"),
    "catalogue": _("Catalogue"),
    "video": _("Video"),
    "affiliate": _("Partner sites"),
    "influencer": _("Influencers"),
    "sponsoring": _("Sponsoring"),
    "voice": _("Voice assistant"),
    "token": _("Token"),
    "form": _("Form"),
    "delivery": _("Delivery"),
    "server": _("Server"),
    "other": _("Other"),
}
CHANNEL_ICONS = {
    "store": "store", "web": "web", "app": "app", "marketplace": "basket", "phone": "phone", "call": "phone",
    "ivr": "phone", "email": "mail", "sms": "message", "push": "message", "chat": "conversation", "whatsapp": "message",
    "social": "customers", "search": "search", "display": "campaigns", "ads": "campaigns", "direct_mail": "mail",
    "print": "mail", "post": "mail", "catalogue": "mail", "television": "campaigns", "radio": "campaigns",
    "outdoor": "campaigns", "cinema": "campaigns", "video": "campaigns",
    "voice": "phone", "token": "keys", "form": "edit", "delivery": "product", "server": "connect",
}  # fmt: skip


def channel_name(channel: str) -> Text:
    """A channel as people call it; an unknown key is shown as it is."""
    return CHANNEL_NAMES.get(channel, channel or _("Unknown"))


def channel_icon(channel: str) -> str:
    """The drawing that stands for a channel."""
    return CHANNEL_ICONS.get(channel, "point")


def who_did(actors: Iterable[str]) -> dict[str, str]:
    """How to call those who did something, by the audit log's word for each; all that were asked are in it."""
    asked = set(actors)
    return {one: _unnamed(one) for one in asked} | actor_names(asked)


def _unnamed(actor: str) -> str:
    kind, _colon, name = actor.partition(":")
    if kind == "terminal":
        return gettext("%(name)s, at the command line") % {"name": name}
    return gettext("Choral itself") if actor == "system" else actor

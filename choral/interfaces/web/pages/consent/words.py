"""What channels, states, bases and places of consents are called."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from choral.interfaces.web.cells import BadgeTone

Text = str | Promise
CHANNELS: dict[str, Text] = {
    "email": _("E-mail"), "sms": _("Text message"), "whatsapp": _("WhatsApp"), "call": _("Telephone call"),
    "push": _("App notification"), "post": _("Post"), "web": _("On the web site"), "social": _("Social network"),
    "*": _("All channels"),
}  # fmt: skip
STATES: dict[str, Text] = {
    "granted": pgettext_lazy("consent", "Agreed"), "denied": pgettext_lazy("consent", "Refused"),
    "withdrawn": pgettext_lazy("consent", "Withdrawn"), "pending": pgettext_lazy("consent", "To be confirmed"),
    "paused": pgettext_lazy("consent", "Paused"), "refused": pgettext_lazy("consent", "No"),
    "never_asked": pgettext_lazy("consent", "Never asked"), "essential": pgettext_lazy("consent", "Always"),
}  # fmt: skip
TONES: dict[str, BadgeTone] = {"granted": "good", "denied": "bad", "withdrawn": "bad", "refused": "bad",
                               "pending": "warn", "paused": "info", "never_asked": "plain",
                               "essential": "plain"}  # fmt: skip
BASES: dict[str, Text] = {
    "consent": _("Consent"), "similar_products": _("Own customer, similar products"), "contract": _("Running contract"),
    "legitimate_interest": _("Legitimate interest"),
}  # fmt: skip
KINDS: dict[str, Text] = {
    "message": _("Messages"), "processing": _("Use of data"), "essential": _("Essential, cannot be refused"),
}  # fmt: skip
PLACES: dict[str, Text] = {
    "preference_centre": _("Preference page"), "one_click": _("One-click unsubscribe"),
    "unsubscribe_page": _("Unsubscribe page"), "double_opt_in": _("Confirmation link"), "console": _("Console"),
    "api": _("API"), "terminal": _("Command line"), "sms": _("Text message"), "erasure": _("Erasure"),
    "import": _("Imported file"), "web": _("Web site"), "store": _("Store"), "form": _("Form"), "email": _("E-mail"),
    "app": _("App"), "phone": _("Telephone"),
}  # fmt: skip


def channel_word(key: str) -> Text:
    """What a channel is called; “*” is all of them."""
    return CHANNELS.get(key, key)


def state_word(key: str) -> Text:
    """What a state is called."""
    return STATES.get(key, key)


def place_word(key: str) -> Text:
    """Where something was said."""
    return PLACES.get(key, key)

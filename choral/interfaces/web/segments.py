"""What the segments of recency and frequency are called, what they mean and what one may do about them."""

from __future__ import annotations

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise
_SEGMENTS: dict[str, tuple[Text, Text]] = {
    "champions": (_("Champions"), _("Bought lately and buy most often. Thank them; ask them for a review.")),
    "loyal": (_("Loyal"), _("Buy often, and not long ago. Offer them what goes with what they buy.")),
    "potential": (_("Becoming loyal"), _("Bought lately, a few times. A second reason to come pays here.")),
    "new": (_("New"), _("Bought lately, seldom so far. Welcome them.")),
    "promising": (_("Promising"), _("Bought fairly lately, seldom so far.")),
    "attention": (_("Need attention"), _("Middling on both. An offer with an end date brings some back.")),
    "fading": (_("Fading"), _("Seldom, and getting silent.")),
    "cannot_lose": (_("Must not be lost"), _("Were among those who buy most often, silent for long. Call them.")),
    "at_risk": (_("At risk"), _("Used to buy often, silent for a while. Write to them personally.")),
    "still_buys": (_("Still buys"), _("Probability of having left below 20 %.")),
    "unsure": (_("May have left"), _("Silent for longer than they should be; not sure.")),
    "likely_left": (_("Has likely left"), _("Probability of having left above 80 %.")),
    "top_tenth": (_("Best tenth"), _("The tenth of the customers who will bring most in a year.")),
    "upper_half": (_("Upper half"), _("The rest of the half who will bring most in a year.")),
    "lower_half": (_("Lower half"), _("The half who will bring least in a year.")),
    "asleep": (_("Asleep"), _("Seldom, and long ago. Do not spend much on them.")),
}
_ATTRIBUTES: dict[str, Text] = {
    "segment": _("Value segment"),
    "outlook": _("Whether they still buy"),
    "to_come": _("What they will bring"),
}


def attribute_name(key: str) -> Text:
    """What a conclusion about customers is called."""
    return _ATTRIBUTES.get(key, key)


def segment_name(key: str) -> Text:
    """What people call a segment."""
    return _SEGMENTS[key][0] if key in _SEGMENTS else key.replace("_", " ").capitalize()


def segment_meaning(key: str) -> Text:
    """What a segment means, and what may be done about it."""
    return _SEGMENTS[key][1] if key in _SEGMENTS else ""


def value_tabs(here: str) -> list[tuple[Text, str, bool]]:
    """The pages that say what customers are worth, the one of this name marked."""
    pages = (("value", _("Recency and frequency")), ("lifetime", _("Value to come")), ("slipping", _("Slipping away")))
    return [(text, reverse(name), name == here) for name, text in pages]

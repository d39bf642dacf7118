"""What the segments of recency and frequency are called, what they mean and what one may do about them."""

from __future__ import annotations

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
    "asleep": (_("Asleep"), _("Seldom, and long ago. Do not spend much on them.")),
}


def segment_name(key: str) -> Text:
    """What people call a segment."""
    return _SEGMENTS[key][0] if key in _SEGMENTS else key.replace("_", " ").capitalize()


def segment_meaning(key: str) -> Text:
    """What a segment means, and what may be done about it."""
    return _SEGMENTS[key][1] if key in _SEGMENTS else ""

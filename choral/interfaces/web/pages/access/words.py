"""Kinds, states and reasons in the reader's language, and identifiers as people read them."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise
KINDS: dict[str, Text] = {
    "wristband": _("Wristband"),
    "card": _("Card"),
    "tag": _("Tag"),
    "phone": _("Telephone"),
    "code": _("Printed code"),
}
STATES: dict[str, tuple[Text, str]] = {
    "issued": (_("works"), "good"),
    "blocked": (_("blocked"), "bad"),
    "replaced": (_("replaced"), "plain"),
    "returned": (_("given back"), "plain"),
}
PLACES: dict[str, Text] = {
    "area": _("Area"),
    "door": _("Door"),
    "room": _("Room"),
    "till": _("Till"),
    "perk": _("Perk"),
}
REASONS: dict[str, Text] = {
    "open": _("Come in."),
    "leaving": _("Goodbye."),
    "unknown_token": _("This token is not known."),
    "blocked": _("This token is blocked."),
    "replaced": _("This token was replaced by another."),
    "expired": _("This token is no longer valid."),
    "unknown_place": _("This place is not known."),
    "no_grant": _("This token does not open this place."),
    "not_yet": _("This token opens this place later."),
    "over": _("The time in which this token opened this place is over."),
    "not_now": _("This token does not open this place at this hour."),
    "no_entries_left": _("All entries have been used."),
    "already_inside": _("This token is inside already."),
}
DAYS: dict[str, Text] = {
    "1": _("Mon"), "2": _("Tue"), "3": _("Wed"), "4": _("Thu"), "5": _("Fri"), "6": _("Sat"), "7": _("Sun"),
}  # fmt: skip


def hours(minutes: int | None, otherwise: str) -> str:
    """Minutes after midnight as 09:30."""
    return otherwise if minutes is None else f"{minutes // 60:02}:{minutes % 60:02}"

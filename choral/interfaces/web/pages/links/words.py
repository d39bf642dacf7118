"""Evidence and fields in the reader's language."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise
# One comparison and its level, as `choral.customers.links.words` has them in English.
EVIDENCE: dict[tuple[str, str], Text] = {
    ("first", "same"): _("same first name"),
    ("first", "swapped"): _("first and last name changed places"),
    ("first", "short"): _("first name and its short form"),
    ("first", "close"): _("first name one slip apart"),
    ("first", "initial"): _("first name and its initial"),
    ("first", "part"): _("one of two first names"),
    ("first", "alike"): _("similar first names"),
    ("first", "other"): _("different first names"),
    ("last", "same"): _("same surname"),
    ("last", "close"): _("surname one slip apart"),
    ("last", "part"): _("one surname is part of the other"),
    ("last", "other"): _("different surnames"),
    ("birth", "same"): _("same birthday"),
    ("birth", "close"): _("birthday one slip apart"),
    ("birth", "year"): _("same year of birth"),
    ("birth", "other"): _("different birthdays"),
    ("street", "same"): _("same street and house"),
    ("street", "close"): _("street one slip apart, same house"),
    ("street", "street"): _("same street, another house or none"),
    ("street", "other"): _("different streets"),
    ("town", "postcode"): _("same postal code"),
    ("town", "town"): _("same town"),
    ("town", "close"): _("town or postal code one slip apart"),
    ("town", "other"): _("different towns"),
    ("email", "same"): _("same e-mail"),
    ("email", "local"): _("same e-mail name at another provider"),
    ("email", "close"): _("e-mail one slip apart"),
    ("email", "other"): _("different e-mails"),
    ("phone", "same"): _("same telephone"),
    ("phone", "close"): _("telephone one slip apart"),
    ("phone", "other"): _("different telephones"),
}
# Which comparison speaks of a field, in the order in which the two stand side by side.
FIELDS: tuple[tuple[str, str, Text], ...] = (
    ("first_name", "first", _("First name")),
    ("last_name", "last", _("Last name")),
    ("name", "last", _("Name")),
    ("birthday", "birth", _("Birthday")),
    ("street", "street", _("Street")),
    ("address", "street", _("Street")),
    ("postal_code", "town", _("Postal code")),
    ("city", "town", _("City")),
    ("email", "email", _("E-mail")),
    ("phone", "phone", _("Telephone")),
)
STATES: dict[str, tuple[Text, str]] = {
    "open": (_("to decide"), "info"),
    "later": (_("put off"), "warn"),
    "accepted": (_("one person"), "good"),
    "refused": (_("two people"), "plain"),
    "gone": (_("no longer found"), "plain"),
}
_SURE = frozenset({"same", "postcode", "town", "local"})


def evidence(field: str, level: str) -> Text:
    """A piece of evidence; an unknown one as its codes."""
    return EVIDENCE.get((field, level), f"{field}: {level}")


def tone(level: str) -> str:
    """How a piece of evidence looks: good speaks for, warn hardly, bad against."""
    return "bad" if level == "other" else "good" if level in _SURE else "warn"

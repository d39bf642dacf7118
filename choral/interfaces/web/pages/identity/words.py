"""Words of identity in the reader's language: kinds of identifiers, states, reasons, what speaks against a merge."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from choral.interfaces.web.cells import BadgeTone
from choral.interfaces.web.tables import Cell

Text = str | Promise
KINDS: dict[str, Text] = {
    "user": _("Account"),
    "card": _("Loyalty card"),
    "token": _("Wristband or token"),
    "marketplace": _("Marketplace account"),
    "social": _("Social network"),
    "email": _("E-mail"),
    "phone": _("Telephone"),
    "device": _("Device"),
    "anonymous": _("Browser"),
    "receipt": _("Receipt"),
    "address": _("Postal address"),
    "name": _("Name"),
}
STATES: dict[str, tuple[Text, BadgeTone]] = {
    "normal": ("", ""),
    "ambiguous": (_("seen with several people"), "warn"),
    "shared": (_("shared by many"), "warn"),
    "blocked": (_("blocked"), "bad"),
}
ASIDE: dict[str, Text] = {
    "apart": _("Somebody decided that these are not one person."),
    "blocked": _("One of them is blocked: it links nobody."),
    "shared": _("One of them was seen with so many that it links nobody."),
    "tablet": _("It comes from a tablet that many people use."),
    "typed": _("It was only typed here; somebody else proved that it is theirs."),
    "several": _("It was seen with several people who cannot be one."),
    "elsewhere": _("It belongs to somebody else."),
}
CONFLICTS: dict[str, Text] = {
    "two_of_a_kind": _("A person has one of these; together they would have two."),
    "kept_apart": _("Somebody decided that these are not one person."),
    "trait": _("They say different things."),
}
FIELDS: dict[str, Text] = {
    "first_name": _("First name"),
    "last_name": _("Last name"),
    "birthday": _("Birthday"),
    "gender": _("Gender"),
    "country": _("Country"),
}
RULES: dict[str, Text] = {
    "block": _("Blocked"),
    "allow": _("May be shared"),
    "tablet": _("Tablet of the store"),
}
DECISIONS: dict[str, Text] = {"join": _("Made one"), "apart": _("Held apart")}


def kind_name(kind: str) -> Text:
    """What people call a kind of identifiers."""
    return KINDS.get(kind, kind)


def called(label: str) -> str:
    """“card 88” with the kind in the reader's words."""
    kind, _, value = label.partition(" ")
    return f"{kind_name(kind)} {value}".strip()


def state_cell(state: str) -> Cell:
    """A state as a badge."""
    text, tone = STATES[state]
    return Cell(text, tone=tone)

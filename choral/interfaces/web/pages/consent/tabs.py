"""The ways between the pages of consent."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from choral.interfaces.web.names import Text


def tabs(here: str) -> list[tuple[Text, str, bool]]:
    """The pages of consent; `here` is the name of the address of the one that is open."""
    found: list[tuple[Text, str]] = [
        (_("Purposes"), "consent"), (_("Ledger"), "consent_ledger"), (_("Rules of countries"), "consent_rules"),
        (_("Opposition lists"), "consent_lists"),
    ]  # fmt: skip
    return [(text, reverse(name), name == here) for text, name in found]

"""A customer's tokens, for the customer's page."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from choral.interfaces.web.pages.access.words import KINDS, STATES
from choral.shop import current_shop

_SHOWN = 5


def card(customer: str) -> list[dict[str, Any]]:
    """The tokens last given out to them, each with its state and the way to its page."""
    return [
        {
            "kind": KINDS.get(one.kind, one.kind), "value": one.value, "state": STATES[one.state][0],
            "tone": STATES[one.state][1], "href": reverse("token", args=[one.id]),
        }
        for one in current_shop().customers.access.tokens(customer=customer, limit=_SHOWN).rows
    ]  # fmt: skip

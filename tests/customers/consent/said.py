"""Short ways to say something about consent, and the times of the tests."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from choral import Shop
from choral.books import Actor
from choral.core.clock import to_microseconds
from choral.customers.consent.values import Statement

OFFICER = Actor("member:1", "192.0.2.7")


def paris(text: str) -> int:
    """µs UTC of a local time in Paris."""
    return to_microseconds(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Europe/Paris")))


NOON = paris("2026-11-24T12:00")  # a Tuesday


def say(
    shop: Shop, identifier: str, state: str, purpose: str = "offers", channel: str = "email", **more: Any
) -> list[int]:
    """Write one statement into the ledger by hand."""
    return shop.customers.consent.record(
        OFFICER, [Statement(identifier, purpose, channel, state, more.pop("place", "console"), **more)]
    )


def may(shop: Shop, who: Any, purpose: str = "offers", channel: str = "email", at: int = NOON, **more: Any) -> str:
    """The code of the first reason, with “yes ” in front when it is allowed."""
    found = shop.customers.consent.may_send(who, purpose, channel, at, **more)
    return f"{'yes' if found.allowed else 'no'} {found.reasons[0].code}"

"""One name for each event: other spellings and the older names of the field lead to it."""

from __future__ import annotations

from functools import lru_cache

from choral.events.schema.catalogue import SCHEMAS

# What Segment's kinds of call are called here; their names in `SEGMENT` are no names of events.
CALLS = frozenset({"page", "screen", "identify", "alias", "group"})
# The names of Segment's first e-commerce specification, still sent by old shop plug-ins, and common variants.
_OLDER = {
    "Viewed Product Category": "Product List Viewed",
    "Viewed Product": "Product Viewed",
    "Added Product": "Product Added",
    "Removed Product": "Product Removed",
    "Viewed Cart": "Cart Viewed",
    "Started Order": "Checkout Started",
    "Viewed Checkout Step": "Checkout Step Viewed",
    "Completed Checkout Step": "Checkout Step Completed",
    "Completed Order": "Order Completed",
    "Updated Order": "Order Updated",
    "Cancelled Order": "Order Cancelled",
    "Order Canceled": "Order Cancelled",
    "Refunded Order": "Order Refunded",
    "Viewed Promotion": "Promotion Viewed",
    "Clicked Promotion": "Promotion Clicked",
    "Viewed Experiment": "Experiment Viewed",
    "Email Subscription Cancelled": "Unsubscribed",
}


def _fold(name: str) -> str:
    return "".join(character for character in name.casefold() if character.isalnum())


_KNOWN = {_fold(name): name for name in SCHEMAS}
_ALIASES = _OLDER | {one.SEGMENT: name for name, one in SCHEMAS.items() if one.SEGMENT and one.SEGMENT not in CALLS}
_FOLDED = {_fold(alias): name for alias, name in _ALIASES.items()} | _KNOWN


def canonical(name: str) -> str:
    """The vocabulary's name for `order completed`, `Order_Completed`, `OrderCompleted` or `Completed Order`.

    A name that is not known stays as it was sent.
    """
    return name if name in SCHEMAS else _resolved(name)


@lru_cache(maxsize=10_000)
def _resolved(name: str) -> str:
    return _FOLDED.get(_fold(name), name)

"""All events of the vocabulary by name, in the order in which a reader meets them."""

from __future__ import annotations

import inspect
from types import ModuleType

from choral.events.schema import media, messages, orders, people, shop_rules, shopping, tokens, visits
from choral.events.schema.kinds import Properties

CHAPTERS: tuple[tuple[str, ModuleType], ...] = (
    ("Pages, app, stores", visits),
    ("Tokens", tokens),
    ("Looking and choosing", shopping),
    ("Orders, coupons, deliveries", orders),
    ("People, consent, loyalty", people),
    ("Messages and conversations", messages),
    ("Advertising, campaigns, experiments", media),
    ("What the shop decided", shop_rules),
)


def _events_of(module: ModuleType) -> list[type[Properties]]:
    """The classes of a module that name an event, in the order they are written."""
    return [
        found
        for found in vars(module).values()
        if inspect.isclass(found) and issubclass(found, Properties) and found.EVENT
    ]


CHAPTER_EVENTS = {title: _events_of(module) for title, module in CHAPTERS}
SCHEMAS: dict[str, type[Properties]] = {one.EVENT: one for every in CHAPTER_EVENTS.values() for one in every}

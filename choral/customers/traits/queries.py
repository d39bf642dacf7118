"""Reads the definitions of computed traits."""

from __future__ import annotations

from dataclasses import replace

import msgspec
from django.db import connection

from choral.core.errors import NotFound
from choral.customers.traits.definitions import BUILT_IN, Definition

_decode = msgspec.json.Decoder(Definition).decode


def definitions() -> list[Definition]:
    """The traits in use: the built-in ones that are not hidden or changed, then the shop's own by key."""
    kept = _kept()
    found = [one for one in BUILT_IN if one.key not in kept]
    return found + [one for one in kept.values() if one is not None]


def definition(key: str) -> Definition:
    """One of them; `NotFound` without it."""
    for one in definitions():
        if one.key == key:
            return one
    raise NotFound("no_such_trait", "There is no such computed trait.", status=404)


def hidden() -> list[Definition]:
    """The built-in ones that are hidden or were changed by the shop, as they came."""
    kept = _kept()
    return [one for one in BUILT_IN if one.key in kept]


def _kept() -> dict[str, Definition | None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT key, definition FROM traits_trait ORDER BY key")
        return {key: replace(_decode(text), built_in=False) if text else None for key, text in cursor.fetchall()}

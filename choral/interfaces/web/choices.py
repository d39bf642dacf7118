"""Which orders a page is about: read from the address, written into the addresses of links, shown as chips."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from choral.analytics.values import Choice
from choral.interfaces.web.names import channel_name

Text = str | Promise
_LONGEST = 200
_TEXTS = ("channel", "store", "department", "customer", "product", "currency")
_LABELS: dict[str, Text] = {
    "channel": _("Channel"),
    "store": _("Store"),
    "department": _("Department"),
    "customer": _("Customer"),
    "product": _("Product"),
    "currency": _("Currency"),
}


@dataclass(frozen=True)
class Chip:
    """One condition that holds, and the address without it."""

    label: Text
    value: Text
    url: str


def read_choice(
    request: HttpRequest, since: date | None, until: date | None, allowed: Sequence[str] = _TEXTS, store: str = ""
) -> Choice:
    """The choice in the address, of the keys `allowed`; `store` is the only one the reader may see ("" for all)."""
    said: dict[str, Any] = {key: _text(request, key) for key in _TEXTS if key in allowed}
    if store:
        said["store"] = store
    return Choice(since=since, until=until, **said)


def orders_url(choice: Choice, **changes: object) -> str:
    """The page of the orders behind a figure."""
    values = {one.name: getattr(choice, one.name) for one in fields(choice)} | changes
    written = {key: _written(value) for key, value in values.items() if value is not None}
    return f"{reverse('orders')}?{urlencode(written)}"


def chips(request: HttpRequest, keys: Sequence[str] = _TEXTS) -> list[Chip]:
    """The conditions of the address, each with the address without it."""
    found = []
    for key in keys:
        value = _text(request, key)
        if value is not None:
            shown = channel_name(value) if key == "channel" else value or _("Not said")
            found.append(Chip(_LABELS[key], shown, changed_url(request, **{key: None})))
    return found


def changed_url(request: HttpRequest, **changes: str | None) -> str:
    """This page's address with some of its query changed (None removes)."""
    query = {key: value for key, value in request.GET.items() if key != "after"} | changes
    kept = {key: value for key, value in query.items() if value is not None}
    return f"{request.path}?{urlencode(kept)}" if kept else request.path


def _text(request: HttpRequest, key: str) -> str | None:
    value = request.GET.get(key)
    return None if value is None else value.replace("\x00", "")[:_LONGEST]


def _written(value: object) -> str:
    if isinstance(value, bool):
        return "1" if value else "0"
    return value.isoformat() if isinstance(value, date) else str(value)

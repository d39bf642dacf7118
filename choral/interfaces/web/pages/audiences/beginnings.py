"""Audiences to begin with: the ones most shops want first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise


@dataclass(frozen=True)
class Beginning:
    """A name, what it is good for, and the tree to go on from."""

    name: Text
    what: Text
    tree: Mapping[str, Any]


def _event(name: str, **more: Any) -> dict[str, Any]:
    return {"is": "event", "event": name, **more}


def _last(days: int) -> dict[str, Any]:
    return {"when": "last", "days": days}


_ORDER = "Order Completed"
_TWICE = {"how": "at_least", "values": [2]}
BEGINNINGS: Mapping[str, Beginning] = {
    "slipping": Beginning(
        _("Slipping away"), _("Bought several times, and not for three months."),
        {"is": "all", "of": [
            {"is": "total", "figure": "orders", "test": {"how": "at_least", "values": [3]}},
            _event(_ORDER, measure="last", window={"when": "before", "days": 90}),
        ]},
    ),
    "once": Beginning(
        _("Bought once"), _("One order so far: a second one makes a customer."),
        {"is": "all", "of": [{"is": "total", "figure": "orders", "test": {"how": "is", "values": [1]}}]},
    ),
    "readers": Beginning(
        _("Readers who never bought"), _("Open e-mails, and have not ordered yet."),
        {"is": "all", "of": [
            _event("Email Opened", window=_last(180)),
            {"is": "total", "figure": "orders", "test": {"how": "is", "values": [0]}},
        ]},
    ),
    "basket": Beginning(
        _("Left the basket"), _("Filled a basket, and no order came within a day."),
        {"is": "all", "of": [
            {"is": "sequence", "first": {"event": "Product Added"}, "then": {"event": _ORDER}, "hours": 24,
             "followed": False, "window": _last(7)},
        ]},
    ),
    "best": Beginning(
        _("Best of the quarter"), _("Two orders or more in the last 90 days."),
        {"is": "all", "of": [_event(_ORDER, window=_last(90), test=_TWICE)]},
    ),
}  # fmt: skip

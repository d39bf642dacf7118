"""Segments and channels: which channel works for which customers, and when the most valuable are met."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral.analytics.affinity.groups import OTHERS
from choral.analytics.affinity.values import Affinity, Cell, Dimension, Part, Rate
from choral.core.errors import InvalidInput
from choral.core.money import Money
from choral.interfaces.web import formats
from choral.interfaces.web.access import asker_of, page
from choral.interfaces.web.choices import changed_url
from choral.interfaces.web.names import channel_name
from choral.interfaces.web.navigation import Entry
from choral.interfaces.web.pages.affinity.pictures import grid, met
from choral.interfaces.web.pages.affinity.words import MEASURES, VERDICTS, Measure, dimension_name, part_name
from choral.interfaces.web.tables import Cell as Shown
from choral.interfaces.web.tables import Column, Row, Table
from choral.interfaces.web.toasts import toast
from choral.shop import current_shop

NAVIGATION = [
    Entry("measure", 45, gettext_lazy("Segments and channels"), "affinity", "analytics.view", "channels",
          words=gettext_lazy("preferred channel response conversion satisfaction")),
]  # fmt: skip
_RATES = {one.field: one for one in MEASURES if one.field != "amount"}
_TABLE = Table(
    key="affinity",
    columns=(
        Column("channel", gettext_lazy("Channel")),
        Column("customers", gettext_lazy("Customers"), "number"),
        Column("orders", gettext_lazy("Orders"), "number"),
        Column(
            "amount",
            gettext_lazy("Sales"),
            "money",
            explain=gettext_lazy("What they bought on the channel, before refunds."),
        ),
        Column("margin", gettext_lazy("Margin"), "money", explain=gettext_lazy("Of the sales whose cost is known.")),
        *(Column(key, one.name, explain=one.means) for key, one in _RATES.items()),
    ),
    caption=gettext_lazy("By channel"),
)


@page("analytics.view")
def affinity(request: HttpRequest) -> HttpResponseBase:
    """The page."""
    door = current_shop().analytics.affinity
    dimensions = door.dimensions()
    by = request.GET.get("by", "segment")
    if by not in {one.key for one in dimensions}:
        by = "segment"
    found = door.by(by)
    part = _chosen(found, request.GET.get("part", ""))
    measure = next((one for one in MEASURES if one.field == request.GET.get("measure")), MEASURES[0])
    asked = _TABLE.read(request)
    rows = [_row(one, found.currency) for one in found.cells if part and one.part == part.key and _busy(one)]
    if asked.export:
        return asked.csv(rows, "segments-and-channels")
    hours, days = met(found, part.key) if part else (None, None)
    return render(
        request,
        "affinity/affinity.html",
        {
            "found": found, "part": part, "part_name": part_name(by, part.key) if part else "",
            "sentence": _sentence(found, part), "measure": measure, "picture": grid(found, measure, request),
            "hours": hours, "days": days, "table": asked.show(rows, next=None, total=len(rows)),
            "dimensions": _tabs(request, dimensions, by), "parts": _parts(request, found, part),
            "measures": [(one.name, changed_url(request, measure=one.field), one is measure) for one in MEASURES],
            "may_keep": asker_of(request).may("audiences.manage") and part is not None and _condition(by, part.key),
            "rated": any(one.reviews.of or one.surveys.of for one in found.cells),
        },
    )  # fmt: skip


@page("audiences.manage", "POST")
def keep(request: HttpRequest) -> HttpResponse:
    """Make a part an audience that moves with the customers."""
    by, part = request.POST.get("by", ""), request.POST.get("part", "")
    condition = _condition(by, part)
    if condition is None:
        raise InvalidInput("no_such_part", "This part cannot be an audience.", fix="Choose a part of the page.")
    audiences = current_shop().customers.audiences
    key = audiences.create(asker_of(request).actor, str(part_name(by, part)), {"who": condition})
    toast(request, _("Kept as an audience."))
    return redirect("audience", key)


def _condition(by: str, part: str) -> dict[str, object] | None:
    if part == OTHERS or not part:
        return None
    if by in ("segment", "to_come", "outlook"):
        return {"is": "attribute", "name": by, "values": [part]}
    kind, _colon, name = by.partition(":")
    return {"is": "trait", "field": name, "test": {"how": "is", "values": [part]}} if kind == "trait" else None


def _chosen(found: Affinity, asked: str) -> Part | None:
    """The one asked for, else the one that buys most."""
    return next(
        (one for one in found.parts if one.key == asked), max(found.parts, key=lambda one: one.amount, default=None)
    )


def _tabs(request: HttpRequest, dimensions: tuple[Dimension, ...], by: str) -> list[tuple[object, str, bool]]:
    return [(dimension_name(one), changed_url(request, by=one.key, part=None), one.key == by) for one in dimensions]


def _parts(request: HttpRequest, found: Affinity, part: Part | None) -> list[tuple[object, str, bool]]:
    return [
        (part_name(found.by, one.key), changed_url(request, part=one.key) + "#part", one is part) for one in found.parts
    ]


def _busy(cell: Cell) -> bool:
    return bool(cell.orders or cell.sessions or cell.answered.of)


def _sentence(found: Affinity, part: Part | None) -> str:
    if part is None:
        return _("Here stands which channel works for which customers, once orders and visits have arrived.")
    mine = [one for one in found.cells if one.part == part.key]
    name = str(part_name(found.by, part.key))
    selling = max(mine, key=lambda one: one.amount, default=None)
    answering = max((one for one in mine if one.answered.low is not None), key=lambda one: one.answered.low or 0.0,
                    default=None)  # fmt: skip
    if selling is None or not selling.amount:
        return _("%(part)s: no orders with a known customer yet.") % {"part": name}
    said = _("%(part)s: %(share)s of the sales on the channel %(channel)s.") % {
        "part": name, "share": formats.percent(selling.amount / part.amount), "channel": channel_name(selling.channel),
    }  # fmt: skip
    if answering is None or not answering.answered.value:
        return said
    return said + " " + _("They answer campaigns best on the channel %(channel)s: %(share)s.") % {
        "channel": channel_name(answering.channel), "share": formats.percent(answering.answered.value),
    }  # fmt: skip


def _row(cell: Cell, currency: str) -> Row:
    cells: dict[str, object] = {
        "channel": channel_name(cell.channel), "customers": cell.customers, "orders": cell.orders or None,
        "amount": Money(cell.amount, currency) if cell.orders else None,
        "margin": Money(cell.margin, currency) if cell.margin is not None else None,
    }  # fmt: skip
    return Row(cell.channel, cells | {key: _rate(getattr(cell, key), one) for key, one in _RATES.items()})


def _rate(rate: Rate, measure: Measure) -> Shown:
    """A rate with its interval, and whether it stands out; words when there is not enough to say."""
    if rate.value is None or rate.low is None or rate.high is None:
        return Shown(_("too few") if rate.of else "–")
    if not rate.value and measure.field == "bought":
        return Shown("–")  # nobody can order there

    def text(value: float) -> str:
        return formats.percent(value) if measure.unit == "percent" else formats.number(value, 1)

    between = _("%(low)s to %(high)s") % {"low": text(rate.low), "high": text(rate.high)}
    verdict = str(VERDICTS[rate.verdict])
    return Shown(text(rate.value), note=f"{between} · {verdict}" if verdict else between)


urlpatterns = [
    path("measure/segments-and-channels", affinity, name="affinity"),
    path("measure/segments-and-channels/keep", keep, name="affinity_keep"),
]

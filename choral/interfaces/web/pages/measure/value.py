"""Who the best customers are, and whose silence is long for them."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from choral.analytics.values import Rfm, RfmCustomer, RfmSegment, Slipping
from choral.core.money import Money
from choral.interfaces.web import formats
from choral.interfaces.web.access import asker_of, page
from choral.interfaces.web.choices import changed_url
from choral.interfaces.web.navigation import Entry
from choral.interfaces.web.segments import segment_meaning, segment_name, value_tabs
from choral.interfaces.web.stats import Stat
from choral.interfaces.web.tables import Cell, Column, Empty, Row, Table
from choral.shop import current_shop

NAVIGATION = [Entry("measure", 40, _("Customer value"), "value", "analytics.view", "value", go="v")]
_MOST_SHADES = 5
_CUSTOMERS = Table(
    key="value",
    columns=(
        Column("name", _("Customer")),
        Column("segment", _("Segment")),
        Column("recency", _("Silent for"), "number", explain=_("Days since the last order.")),
        Column("orders", _("Orders"), "number"),
        Column("amount", _("Sales"), "money", explain=_("Everything they bought, less refunds.")),
        Column("last", _("Last order"), "day"),
    ),
    caption=_("Customers"),
)
_SILENT = Table(
    key="slipping",
    columns=(
        Column("name", _("Customer")),
        Column("silence", _("Silent for"), "number", explain=_("Days since the last order.")),
        Column("usual", _("Usual pause"), "number", explain=_("The median number of days between their orders.")),
        Column("ratio", _("Times longer"), "number", explain=_("Silence divided by the usual pause.")),
        Column("at_risk", _("At risk"), "money", explain=_("What they spent in the year up to their last order.")),
        Column("orders", _("Orders"), "number"),
        Column("last", _("Last order"), "day"),
    ),
    caption=_("Customers slipping away"),
)
_NOTHING = Empty(
    _("Nobody yet"), _("Customers are sorted here once orders with a known customer have arrived."), icon="value"
)


@page("analytics.view")
def value(request: HttpRequest) -> HttpResponseBase:
    analytics = current_shop().analytics
    rfm = analytics.rfm()
    segment = request.GET.get("segment") or None
    if segment not in {one.key for one in rfm.segments}:
        segment = None
    cell = _cell(request)
    asked = _CUSTOMERS.read(request)
    personal = asker_of(request).may("customers.personal")
    found = analytics.rfm_customers(segment, cell, asked.after, 1_000_000 if asked.export else asked.limit)
    rows = _rows(found.rows, rfm.currency, personal)
    if asked.export:
        return asked.csv(rows, "customers-by-value")
    return render(
        request,
        "measure/value.html",
        {
            "rfm": rfm, "grid": _grid(request, rfm, cell), "segments": _segments(request, rfm, segment),
            "chosen": _chosen(segment, cell), "clear": changed_url(request, segment=None, cell=None),
            "table": asked.show(rows, next=found.next, total=found.count, empty=_NOTHING), "borders": rfm.borders,
            "tabs": value_tabs("value"), "left_out": _counted(rfm, segment, cell) - found.count,
        },
    )  # fmt: skip


@page("analytics.view")
def slipping(request: HttpRequest) -> HttpResponseBase:
    analytics = current_shop().analytics
    currency = analytics.as_of().currency
    asked = _SILENT.read(request)
    personal = asker_of(request).may("customers.personal")
    found = analytics.slipping(asked.after, 1_000_000 if asked.export else asked.limit)
    rows = _silent_rows(found.rows, currency, personal)
    if asked.export:
        return asked.csv(rows, "slipping-away")
    nothing = Empty(
        _("Nobody is slipping away"),
        _("This list names customers with a rhythm of their own who have been silent for longer than ever before."),
        icon="good",
    )
    stats = [
        Stat(_("Customers"), formats.number(found.count), good="none",
             explain=_("With at least five days of orders; silent for longer than any pause they made before, and at "
                       "least twice their usual one.")),
        Stat(_("At risk"), formats.compact_money(Money(found.at_risk, currency)), good="none",
             explain=_("What they spent, together, in the year up to their last order.")),
    ]  # fmt: skip
    view = asked.show(rows, next=found.next, total=found.count, empty=nothing)
    return render(request, "measure/slipping.html", {"table": view, "stats": stats, "tabs": value_tabs("slipping")})


def _counted(rfm: Rfm, segment: str | None, cell: tuple[int, int] | None) -> int:
    """How many customers the grid counts of what is chosen."""
    if segment:
        return next(one.customers for one in rfm.segments if one.key == segment)
    return sum(one.customers for one in rfm.cells if cell in (None, (one.recency, one.frequency)))


def _cell(request: HttpRequest) -> tuple[int, int] | None:
    said = request.GET.get("cell", "").split("-")
    if len(said) == 2 and all(part in ("1", "2", "3", "4", "5") for part in said):
        return int(said[0]), int(said[1])
    return None


def _grid(request: HttpRequest, rfm: Rfm, chosen: tuple[int, int] | None) -> list[dict[str, object]]:
    """Rows of the grid from the most recent down; shades by number of customers."""
    cells = {(one.recency, one.frequency): one for one in rfm.cells}
    most = max([one.customers for one in rfm.cells], default=1) or 1
    rows: list[dict[str, object]] = []
    for recency in range(5, 0, -1):
        line = []
        for frequency in range(1, 6):
            one = cells.get((recency, frequency))
            count = one.customers if one else 0
            line.append(
                {
                    "count": count, "amount": Money(one.amount if one else 0, rfm.currency or "EUR"),
                    "segment": segment_name(one.segment) if one else "",
                    "shade": -(-count * _MOST_SHADES // most),
                    "url": changed_url(request, cell=f"{recency}-{frequency}", segment=None) + "#table-value",
                    "here": chosen == (recency, frequency),
                }
            )  # fmt: skip
        rows.append({"recency": recency, "cells": line})
    return rows


def _segments(request: HttpRequest, rfm: Rfm, chosen: str | None) -> list[dict[str, object]]:
    return [_segment(request, rfm, one, chosen) for one in rfm.segments]


def _segment(request: HttpRequest, rfm: Rfm, one: RfmSegment, chosen: str | None) -> dict[str, object]:
    url = changed_url(request, segment=one.key, cell=None) + "#table-value"
    return {
        "name": segment_name(one.key), "meaning": segment_meaning(one.key), "url": url, "here": one.key == chosen,
        "customers": one.customers, "amount": Money(one.amount, rfm.currency or "EUR"),
        "share_of_customers": one.share_of_customers, "share_of_amount": one.share_of_amount,
    }  # fmt: skip


def _chosen(segment: str | None, cell: tuple[int, int] | None) -> object:
    if segment:
        return segment_name(segment)
    if cell:
        return _("Recency %(recency)s, frequency %(frequency)s") % {"recency": cell[0], "frequency": cell[1]}
    return ""


def _names(customers: Iterable[str], personal: bool) -> dict[str, str]:
    return {row.id: row.name for row in current_shop().customers.rows(customers, personal)}


def _rows(found: tuple[RfmCustomer, ...], currency: str, personal: bool) -> list[Row]:
    names = _names([one.customer for one in found], personal)
    return [
        Row(
            one.customer,
            {
                "name": names.get(one.customer, one.identifier),
                "segment": Cell(segment_name(one.segment), tone="plain"), "recency": one.recency_days,
                "orders": one.orders, "amount": Money(one.amount, currency),
                "last": one.last_order_day,
            },
            href=reverse("customer", args=[one.customer]),
        )
        for one in found
    ]  # fmt: skip


def _silent_rows(found: tuple[Slipping, ...], currency: str, personal: bool) -> list[Row]:
    names = _names([one.customer for one in found], personal)
    return [
        Row(
            one.customer,
            {
                "name": names.get(one.customer, one.identifier), "silence": one.silence_days,
                "usual": round(one.usual_gap, 1), "ratio": round(one.ratio, 1), "orders": one.orders,
                "at_risk": Money(one.at_risk, currency), "last": one.last_order_day,
            },
            href=reverse("customer", args=[one.customer]),
        )
        for one in found
    ]  # fmt: skip


urlpatterns = [
    path("measure/value", value, name="value"),
    path("measure/value/slipping", slipping, name="slipping"),
]

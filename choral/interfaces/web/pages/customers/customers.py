"""The list of customers: sorted, filtered, saved, exported."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from choral.core.clock import DAY, SYSTEM_CLOCK
from choral.core.errors import InvalidInput
from choral.core.money import Money, minor_digits
from choral.customers.door import CustomerFilter
from choral.customers.values import CustomerRow
from choral.interfaces.web.access import asker_of, page
from choral.interfaces.web.names import channel_icon, channel_name
from choral.interfaces.web.navigation import Entry
from choral.interfaces.web.tables import Asked, Cell, Column, Empty, Filter, Row, Table
from choral.shop import current_shop

NAVIGATION = [
    Entry(
        "customers", 10, _("Customers"), "customers", "customers.view", "customers", go="c", words=_("people clients")
    )
]
_SEEN = {"7": _("Within 7 days"), "30": _("Within 30 days"), "90": _("Within 90 days")}
_CHANNELS = (
    "store",
    "web",
    "app",
    "marketplace",
    "email",
    "sms",
    "push",
    "call",
    "chat",
    "social",
    "direct_mail",
    "print",
)
_TABLE = Table(
    key="customers",
    columns=(
        Column("name", _("Customer")),
        Column("channels", _("Channels"), explain=_("Every channel on which something happened with them.")),
        Column("orders", _("Orders"), "number", sortable=True),
        Column("revenue", _("Sales"), "money", sortable=True, explain=_("What they paid, less what was given back.")),
        Column("average", _("Average order"), "money", sortable=True),
        Column("last_order_at", _("Last order"), "ago", sortable=True),
        Column("last_at", _("Last seen"), "ago", sortable=True),
        Column("first_at", _("First seen"), "ago", sortable=True, shown=False),
        Column("events", _("Events"), "number", sortable=True, shown=False),
        Column("email", _("E-mail"), shown=False),
    ),
    filters=(
        Filter("channel", _("Channel"), "choice", [(key, channel_name(key)) for key in _CHANNELS]),
        Filter("orders", _("Orders, at least")),
        Filter("revenue", _("Sales, at least")),
        Filter("seen", _("Last seen"), "choice", list(_SEEN.items())),
        Filter("who", _("Who"), "choice", [("all", _("Also visitors without a name"))]),
    ),
    sort="-last_at",
    caption=_("Customers"),
)


@page("customers.view")
def customers(request: HttpRequest) -> HttpResponseBase:
    """Customers, those seen last first."""
    shop, asker = current_shop(), asker_of(request)
    asked = _TABLE.read(request)
    chosen = _chosen(asked, shop.home.currency)
    personal = asker.may("customers.personal")
    if asked.export:
        every = shop.customers.export(chosen, asked.sort, asked.descending, personal)
        return asked.csv(_rows(every, shop.home.currency), "customers")
    try:
        found = shop.customers.list(asked.sort, asked.descending, chosen, asked.after, asked.limit, personal)
    except InvalidInput:  # a place somebody mistyped, or one of another order: the list begins anew
        found = shop.customers.list(asked.sort, asked.descending, chosen, None, asked.limit, personal)
    nothing = Empty(
        _("No customers yet"),
        _("Everybody who is recognised by a card, an e-mail, a telephone number or an account stands here once."),
        reverse("imports"), _("Import customers"), "customers",
    )  # fmt: skip
    rows = list(_rows(found.rows, shop.home.currency))
    view = asked.show(rows, next=found.next, total=shop.customers.count(chosen), empty=nothing)
    return render(request, "customers/customers.html", {"table": view, "personal": personal})


def _chosen(asked: Asked, currency: str) -> CustomerFilter:
    chosen = CustomerFilter(known=asked.filters.get("who") != "all", channel=asked.filters.get("channel"))
    orders, revenue = (asked.filters.get(key, "") for key in ("orders", "revenue"))
    if orders.isascii() and orders.isdecimal():
        chosen = replace(chosen, least_orders=min(int(orders), 10**9))
    if revenue.isascii() and revenue.isdecimal():
        chosen = replace(chosen, least_revenue=min(int(revenue), 10**12) * 10 ** minor_digits(currency))
    if "seen" in asked.filters:
        chosen = replace(chosen, seen_since=SYSTEM_CLOCK.now() - int(asked.filters["seen"]) * DAY)
    return chosen


def _rows(found: Iterable[CustomerRow], currency: str) -> Iterator[Row]:
    for one in found:
        yield Row(
            one.id,
            {
                "name": Cell(one.name or _("Unknown visitor"), note=one.email if one.email != one.name else ""),
                "channels": _channels(one.channels), "orders": one.orders, "revenue": Money(one.revenue, currency),
                "average": Money(one.average, currency) if one.orders else None,
                "last_order_at": one.last_order_at or None, "last_at": one.last_at, "first_at": one.first_at,
                "events": one.events, "email": one.email,
            },
            href=reverse("customer", args=[one.id]),
        )  # fmt: skip


def _channels(keys: tuple[str, ...]) -> Cell:
    names = ", ".join(str(channel_name(key)) for key in keys)
    return Cell(names, icon=channel_icon(keys[0]) if keys else "")


urlpatterns = [path("customers", customers, name="customers")]

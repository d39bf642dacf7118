"""The orders behind any figure, and one order with its lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, Literal, cast

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from choral.analytics.values import Choice, Order, OrderRow
from choral.core.errors import NotFound
from choral.core.money import Money
from choral.interfaces.web import formats
from choral.interfaces.web.access import asker_of, page
from choral.interfaces.web.choices import chips, read_choice
from choral.interfaces.web.names import channel_name
from choral.interfaces.web.navigation import Entry
from choral.interfaces.web.stats import Stat
from choral.interfaces.web.tables import Asked, Cell, Column, Empty, Filter, Row, Table
from choral.shop import current_shop

NAVIGATION = [Entry("commerce", 10, _("Orders"), "orders", "analytics.view", "orders", go="o")]
_KINDS = (("0", _("Purchases")), ("1", _("Refunds")))
_TABLE = Table(
    key="orders",
    columns=(
        Column("order", _("Order")),
        Column("at", _("When"), "time", sortable=True),
        Column("customer", _("Customer")),
        Column("channel", _("Channel")),
        Column("store", _("Store")),
        Column("lines", _("Lines"), "number", sortable=True),
        Column("discount", _("Discount"), "money", shown=False),
        Column("amount", _("Amount"), "money", sortable=True, explain=_("What was paid; a refund is below zero.")),
    ),
    filters=(
        Filter("since", _("From"), "day"),
        Filter("until", _("To"), "day"),
        Filter("returned", _("Kind"), "choice", _KINDS),
    ),
    sort="-at",
    caption=_("Orders"),
)
_LINES = Table(
    key="order-lines",
    columns=(
        Column("name", _("Product")),
        Column("department", _("Department")),
        Column("quantity", _("Quantity"), "number"),
        Column("discount", _("Discount"), "money"),
        Column("total", _("Paid"), "money"),
    ),
    caption=_("Lines of the order"),
)
Sort = Literal["at", "amount", "lines"]


@page("analytics.view")
def orders(request: HttpRequest) -> HttpResponseBase:
    analytics = current_shop().analytics
    asked = _TABLE.read(request)
    choice = _choice(request, asked)
    sort = cast(Sort, asked.sort)
    if asked.export:
        every = analytics.order_rows(choice, sort, asked.descending)
        return asked.csv(_rows_in_pieces(every, asker_of(request).may("customers.personal")), "orders")
    found = analytics.orders(choice, sort, asked.descending, asked.after, asked.limit)
    rows = _rows(found.rows, asker_of(request).may("customers.personal"))
    nothing = Empty(
        _("No orders yet"), _("Every purchase and every refund of every channel stands here, one a row."),
        reverse("connect"), _("Connect a channel"), "orders",
    )  # fmt: skip
    return render(
        request,
        "measure/orders.html",
        {
            "table": asked.show(rows, next=found.next, total=found.count, empty=nothing),
            "chips": chips(request), "amount": Money(found.amount, found.currency),
        },
    )  # fmt: skip


@page("analytics.view")
def order(request: HttpRequest, position: int) -> HttpResponse:
    found = current_shop().analytics.order(position)
    own = asker_of(request).store
    if own and found.row.store_id != own:
        raise NotFound("no_such_order", "There is no such order.", status=404)
    row = found.row
    customer = _rows([row], asker_of(request).may("customers.personal"))[0].cells["customer"]
    return render(
        request,
        "measure/order.html",
        {
            "order": found, "row": row, "customer": customer, "channel": channel_name(row.channel),
            "stats": _stats(found), "table": _LINES.read(request).show(_lines(found)),
            "sold": bool(row.customer) and not row.returned and asker_of(request).may("analytics.view"),
        },
    )  # fmt: skip


def _choice(request: HttpRequest, asked: Asked) -> Choice:
    choice = read_choice(request, asked.day("since"), asked.day("until"), store=asker_of(request).store)
    returned = asked.filters.get("returned")
    return replace(choice, returned=None if returned is None else returned == "1")


def _rows_in_pieces(found: Iterator[OrderRow], personal: bool) -> Iterator[Row]:
    piece: list[OrderRow] = []
    for one in found:
        piece.append(one)
        if len(piece) == 1_000:
            yield from _rows(piece, personal)
            piece = []
    yield from _rows(piece, personal)


def _rows(found: Iterable[OrderRow], personal: bool) -> list[Row]:
    listed = list(found)
    known = dict.fromkeys(one.customer for one in listed if one.customer)
    names = {row.id: row.name for row in current_shop().customers.rows(known, personal)}
    return [_row(one, names) for one in listed]


def _row(one: OrderRow, names: dict[str, str]) -> Row:
    customer: Any = _("Not recognised")
    if one.customer:
        customer = Cell(names.get(one.customer, one.customer), href=reverse("customer", args=[one.customer]))
    number = one.order_id or str(one.position)
    return Row(
        str(one.position),
        {
            "order": Cell(number, tone="warn", note=_("Refund")) if one.returned else number,
            "at": one.at, "customer": customer, "channel": channel_name(one.channel),
            "store": one.store or one.store_id, "lines": one.lines, "discount": Money(one.discount, one.currency),
            "amount": Money(one.amount, one.currency),
        },
        href=reverse("order", args=[one.position]),
    )  # fmt: skip


def _stats(found: Order) -> list[Stat]:
    row = found.row
    return [
        Stat(_("Amount"), formats.money(Money(row.amount, row.currency)), explain=_("The sum of the lines below.")),
        Stat(_("Discount"), formats.money(Money(row.discount, row.currency)), good="none",
             explain=_("What was taken off the prices, already left out of the amount.")),
        Stat(_("Lines"), formats.number(row.lines), good="none", explain=_("How many different products.")),
    ]  # fmt: skip


def _lines(found: Order) -> list[Row]:
    currency = found.row.currency
    return [
        Row(
            str(one.line),
            {
                "name": Cell(one.name or one.product_id or _("Shipping, taxes and rounding"), note=one.category or ""),
                "department": one.department, "quantity": one.quantity if one.line else None,
                "discount": Money(one.discount, currency), "total": Money(one.total, currency),
            },
        )
        for one in found.lines
    ]  # fmt: skip


urlpatterns = [path("orders", orders, name="orders"), path("orders/<int:position>", order, name="order")]

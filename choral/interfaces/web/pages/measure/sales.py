"""Sales over time, by channel, store or department; every figure leads to the orders behind it."""

from __future__ import annotations

from typing import cast, get_args

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from choral.analytics.values import REST, By, Choice, Period, Sales, Split, Totals
from choral.core.money import Money
from choral.interfaces.web import formats
from choral.interfaces.web.access import page
from choral.interfaces.web.charts import Chart, Series
from choral.interfaces.web.choices import changed_url, chips, orders_url, read_choice
from choral.interfaces.web.navigation import Entry
from choral.interfaces.web.periods import read_range
from choral.interfaces.web.stats import Stat, change
from choral.interfaces.web.tables import Cell, Column, Row, Table
from choral.interfaces.web.words import series_name
from choral.shop import current_shop

NAVIGATION = [Entry("measure", 20, _("Sales"), "sales", "analytics.view", "sales", go="s")]
_KEYS = ("channel", "store", "department")
_BY = {"day": _("Day"), "week": _("Week"), "month": _("Month")}
_SPLIT = {"": _("All together"), "channel": _("Channel"), "store": _("Store"), "department": _("Department")}
_TABLE = Table(
    key="sales",
    columns=(
        Column("name", _("Part")),
        Column("amount", _("Sales"), "money", explain=_("What customers paid, less what was given back.")),
        Column("share", _("Share"), "percent"),
        Column("orders", _("Orders"), "number"),
        Column("change", pgettext_lazy("figure", "Change"), "percent",
               explain=_("Against the same number of days just before.")),
    ),
    caption=_("Sales by part"),
)  # fmt: skip


@page("analytics.view")
def sales(request: HttpRequest) -> HttpResponseBase:
    analytics = current_shop().analytics
    as_of = analytics.as_of()
    period = read_range(request, as_of.since, as_of.until)
    by = cast(By, request.GET["by"] if request.GET.get("by") in get_args(By) else "week")
    split = cast(Split | None, request.GET["split"] if request.GET.get("split") in get_args(Split) else None)
    choice = read_choice(request, period.since, period.until, (*_KEYS, "currency"))
    found = analytics.sales(by, split, choice)
    asked = _TABLE.read(request)
    rows = _rows(request, found, choice)
    if asked.export:
        return asked.csv(rows, "sales")
    return render(
        request,
        "measure/sales.html",
        {
            "as_of": as_of, "period": period, "sales": found, "chips": chips(request, _KEYS), "by": by,
            "stats": _stats(found, choice), "chart": _chart(found, choice),
            "table": asked.show(rows) if split else None,
            "steps": [(label, changed_url(request, by=key), key == by) for key, label in _BY.items()],
            "splits": [(label, changed_url(request, split=key or None), key == (split or ""))
                       for key, label in _SPLIT.items()],
        },
    )  # fmt: skip


def _stats(found: Sales, choice: Choice) -> list[Stat]:
    total, before = found.total, found.before
    rows = orders_url(choice)

    def against(name: str) -> float | None:
        return change(getattr(total, name), getattr(before, name) if before else None)

    stats = [
        Stat(_("Sales"), formats.compact_money(Money(total.amount, found.currency)), against("amount"), href=rows,
             explain=_("What customers paid, less what was given back, taxes as sent by the channels.")),
        Stat(_("Orders"), formats.number(total.orders), against("orders"), href=orders_url(choice, returned=False),
             explain=_("Completed purchases; refunds are counted apart.")),
        Stat(_("Average order"), formats.money(Money(total.average, found.currency)), against("average"), href=rows,
             explain=_("Purchases divided by their number.")),
    ]  # fmt: skip
    return [*stats, *_identified(total, rows)]


def _identified(total: Totals, rows: str) -> list[Stat]:
    if total.identified is None or not total.orders:
        return []
    share = formats.percent(total.identified / total.orders)
    return [Stat(_("Recognised"), share, href=rows, explain=_("Share of the orders whose customer is known."))]


def _behind(one: Period, choice: Choice) -> str:
    """The orders of one bar, within the days chosen."""
    since = max(one.start, choice.since) if choice.since else one.start
    until = min(one.end, choice.until) if choice.until else one.end
    return orders_url(choice, since=since, until=until)


def _chart(found: Sales, choice: Choice) -> Chart:
    labels = [formats.day(one.start) for one in found.periods]
    lines = [
        Series(series_name(found.split, one.key, one.name), one.amounts, rest=one.key == REST) for one in found.series
    ]
    return Chart(
        title=_("Sales over time"), kind="stack" if found.split else "bar", unit="money", currency=found.currency,
        labels=labels, series=lines, axis=_BY[found.by], height="tall",
        incomplete=[at for at, one in enumerate(found.periods) if not one.complete],
        links=[] if found.split else [_behind(one, choice) for one in found.periods],
    )  # fmt: skip


def _rows(request: HttpRequest, found: Sales, choice: Choice) -> list[Row]:
    if not found.split:
        return []
    rows = []
    for one in found.series:
        inside = one.key != REST
        href = changed_url(request, **{found.split: one.key}, split=None) if inside else ""
        behind = orders_url(choice, **{found.split: one.key}) if inside else ""
        rows.append(
            Row(one.key, {
                "name": series_name(found.split, one.key, one.name),
                "amount": Cell(Money(one.amount, found.currency), href=behind),
                "share": one.share, "orders": Cell(one.order_count, href=behind),
                "change": change(one.amount, one.before),
            }, href=href)
        )  # fmt: skip
    return rows


urlpatterns = [path("measure/sales", sales, name="sales")]

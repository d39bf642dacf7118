"""Customer value to come: everybody together, by the channel they came from, and customer by customer."""

from __future__ import annotations

from typing import cast, get_args

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral.analytics.lifetime.door import HORIZONS, Sort
from choral.analytics.lifetime.values import Channel, Check, CustomerValue, Lifetime, Range
from choral.core.money import Money
from choral.interfaces.web import formats
from choral.interfaces.web.access import asker_of, page
from choral.interfaces.web.charts import Chart, Series
from choral.interfaces.web.choices import changed_url
from choral.interfaces.web.names import channel_name
from choral.interfaces.web.pages.lifetime.words import CHECKS, HORIZON, MEASURES, MODELS, REASONS, SORTS
from choral.interfaces.web.segments import value_tabs
from choral.interfaces.web.stats import Stat
from choral.interfaces.web.tables import Cell, Column, Empty, Row, Table
from choral.interfaces.web.toasts import toast
from choral.shop import current_shop

_KEPT = 1_000  # customers of a list that is kept as an audience
_CUSTOMERS = Table(
    key="lifetime",
    columns=(
        Column("name", gettext_lazy("Customer")),
        Column(
            "alive",
            gettext_lazy("Still buys"),
            "percent",
            explain=gettext_lazy("The probability that they have not left for good."),
        ),
        Column(
            "value",
            gettext_lazy("Will bring"),
            "money",
            explain=gettext_lazy("Expected in the time chosen, discounted to today."),
        ),
        Column(
            "orders",
            gettext_lazy("Orders"),
            "number",
            explain=gettext_lazy("Days with an order expected in the time chosen."),
        ),
        Column(
            "at_risk",
            gettext_lazy("At risk"),
            "money",
            explain=gettext_lazy("What they brought in as long a time, times the probability that they left."),
        ),
        Column("to_date", gettext_lazy("To date"), "money"),
        Column("last", gettext_lazy("Last order"), "day"),
    ),
    caption=gettext_lazy("Customers by what they will bring"),
)
_CHANNELS = Table(
    key="acquisition",
    columns=(
        Column("channel", gettext_lazy("First met on")),
        Column("customers", gettext_lazy("Customers"), "number"),
        Column("to_date", gettext_lazy("To date, each"), "money"),
        Column("expected", gettext_lazy("Will bring, each"), "money"),
        Column("interval", gettext_lazy("95 % interval")),
        Column(
            "cost",
            gettext_lazy("Cost, each"),
            "money",
            explain=gettext_lazy("Media spend on the channel, divided by its customers."),
        ),
    ),
    caption=gettext_lazy("By channel of acquisition"),
)


@page("analytics.view")
def lifetime(request: HttpRequest) -> HttpResponseBase:
    """The page."""
    door = current_shop().analytics.lifetime
    days = int(request.GET["days"]) if request.GET.get("days", "") in [str(one) for one in HORIZONS] else 365
    sort = cast(Sort, request.GET["by"] if request.GET.get("by") in get_args(Sort) else "value")
    found = door.overview(days)
    asked = _CUSTOMERS.read(request)
    people = door.customers(sort, days, asked.after, 1_000_000 if asked.export else asked.limit)
    rows = _rows(people.rows, found.currency, asker_of(request).may("customers.personal"))
    if asked.export:
        return asked.csv(rows, "customers-to-come")
    channels = _CHANNELS.read(request)
    nothing = Empty(_("Nobody yet"), REASONS.get(found.reason, REASONS["no_orders"]), icon="value")
    return render(
        request,
        "lifetime/lifetime.html",
        {
            "found": found, "stats": _stats(found) if found.ready else [], "sentence": _sentence(found),
            "check": _check(found.check),
            "check_tone": {"good": "good", "rough": "info"}.get(found.check.verdict, "warn"),
            "check_chart": _deciles(found.check), "channel_chart": _by_channel(found),
            "channels": channels.show([_channel(one, found.currency) for one in found.channels]),
            "tabs": value_tabs("lifetime"),
            "table": asked.show(rows, next=people.next, total=people.count, empty=nothing),
            "horizons": [(HORIZON[one], changed_url(request, days=str(one), after=None), one == days)
                         for one in HORIZONS],
            "sorts": [(SORTS[key], changed_url(request, by=key, after=None), key == sort) for key in get_args(Sort)],
            "models": [(*MODELS[one.name], one) for one in found.models], "by": sort, "days": days,
            "measure": MEASURES[found.measure], "may_keep": asker_of(request).may("audiences.manage"),
        },
    )  # fmt: skip


@page("audiences.manage", "POST")
def keep(request: HttpRequest) -> HttpResponse:
    """Keep the first thousand of the list as an audience that does not move."""
    shop = current_shop()
    sort = cast(Sort, request.POST["by"] if request.POST.get("by") in get_args(Sort) else "value")
    days = int(request.POST["days"]) if request.POST.get("days", "") in [str(one) for one in HORIZONS] else 365
    people = shop.analytics.lifetime.customers(sort, days, limit=_KEPT).rows
    name = f"{SORTS[sort]}, {HORIZON[days]}"
    key = shop.customers.audiences.keep_list(
        asker_of(request).actor, name, [int(one.customer) for one in people], f"lifetime value: {sort}, {days} days"
    )
    toast(request, _("Kept as an audience."))
    return redirect("audience", key)


def _stats(found: Lifetime) -> list[Stat]:
    def between(one: Range, money: bool = False) -> str:
        low, high = (formats.compact_money(Money(round(x), found.currency)) if money else formats.compact(round(x))
                     for x in (one.low, one.high))  # fmt: skip
        return _("%(low)s to %(high)s") % {"low": low, "high": high}

    return [
        Stat(_("Will bring"), formats.compact_money(Money(round(found.value.value), found.currency)),
             note=between(found.value, True),
             explain=_("By all customers known today, discounted; new customers are not in it. The interval says how "
                       "sure the model is, and how far off it was in the past.")),
        Stat(_("Orders"), formats.compact(round(found.orders.value)), note=between(found.orders),
             explain=_("Days with an order of a customer known today.")),
        Stat(_("Still buy"), formats.compact(round(found.alive.value)), note=between(found.alive),
             explain=_("Customers of whom the model thinks that they have not left, of all who ever ordered.")),
        Stat(_("Customers"), formats.compact(found.customers), explain=_("All who ever ordered and are known.")),
    ]  # fmt: skip


def _sentence(found: Lifetime) -> str:
    if not found.ready:
        return str(REASONS.get(found.reason, REASONS["no_orders"]))
    low, high = (formats.compact_money(Money(round(x), found.currency)) for x in (found.value.low, found.value.high))
    return _("The customers of today will bring between %(low)s and %(high)s of %(measure)s in %(horizon)s.") % {
        "low": low, "high": high, "measure": MEASURES[found.measure], "horizon": HORIZON[found.days],
    }  # fmt: skip


def _check(check: Check) -> str:
    if check.off is None or check.since is None:
        return str(CHECKS["too_short"])
    figures = {
        "since": formats.day(check.since), "days": formats.number(check.days),
        "foretold": formats.number(round(check.foretold)), "made": formats.number(check.made),
        "off": formats.percent(abs(check.off), 1),
    }  # fmt: skip
    return str(CHECKS[check.verdict] % figures)


def _deciles(check: Check) -> Chart:
    return Chart(
        _("Foretold and made, by tenth of the customers"), "bar", "number",
        [formats.number(one.tenth) for one in check.deciles],
        [
            Series(_("Foretold"), [round(one.foretold, 2) for one in check.deciles]),
            Series(_("Actual"), [round(one.made, 2) for one in check.deciles]),
        ],
        axis=_("Tenth"), height="small",
    )  # fmt: skip


def _by_channel(found: Lifetime) -> Chart:
    shown = [one for one in found.channels if one.customers]
    return Chart(
        _("What a customer will bring, by the channel they were first met on"), "interval", "money",
        [channel_name(one.channel) for one in shown],
        [Series(_("Will bring, each"), [round(one.expected_each.value) for one in shown],
                [round(one.expected_each.low) for one in shown], [round(one.expected_each.high) for one in shown])],
        currency=found.currency, axis=_("Channel"),
    )  # fmt: skip


def _channel(one: Channel, currency: str) -> Row:
    each = one.expected_each
    low, high = (formats.money(Money(round(x), currency)) for x in (each.low, each.high))
    cells: dict[str, object] = {
        "channel": channel_name(one.channel), "customers": one.customers,
        "to_date": Money(round(one.to_date_each), currency), "expected": Money(round(each.value), currency),
        "interval": _("%(low)s to %(high)s") % {"low": low, "high": high},
        "cost": Money(round(one.per_customer), currency) if one.per_customer is not None else None,
    }  # fmt: skip
    return Row(one.channel, cells)


def _rows(found: tuple[CustomerValue, ...], currency: str, personal: bool) -> list[Row]:
    names = {row.id: row.name for row in current_shop().customers.rows([one.customer for one in found], personal)}
    return [
        Row(
            one.customer,
            {
                "name": names.get(one.customer) or one.customer, "alive": one.alive, "orders": round(one.orders, 1),
                "value": Money(one.value, currency), "at_risk": Money(one.at_risk, currency),
                "to_date": Money(one.to_date, currency), "last": Cell(one.last_order_day),
            },
            href=reverse("customer", args=[one.customer]),
        )
        for one in found
    ]  # fmt: skip


urlpatterns = [
    path("measure/value/lifetime", lifetime, name="lifetime"),
    path("measure/value/lifetime/keep", keep, name="lifetime_keep"),
]

"""The first page: headline figures, sales by week, what needs a look; and the first steps while they are not done."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral.analytics.metrics.values import Figures
from choral.analytics.values import REST, Choice, Headline, Overview, Sales
from choral.core.money import Money
from choral.interfaces.web import formats, verdicts
from choral.interfaces.web.access import SIGNED_IN, Asker, asker_of, page
from choral.interfaces.web.charts import Chart, Series
from choral.interfaces.web.choices import orders_url
from choral.interfaces.web.navigation import Entry
from choral.interfaces.web.pages.console.steps import first_steps
from choral.interfaces.web.pages.findings.findings import top
from choral.interfaces.web.periods import DateRange, read_range
from choral.interfaces.web.stats import Stat, change
from choral.interfaces.web.words import series_name
from choral.shop import current_shop

NAVIGATION = [Entry("", 0, gettext_lazy("Overview"), "overview", SIGNED_IN, "home", go="h")]
Text = str | Promise
_CAMPAIGNS, _STORES, _SLIPPING = 4, 6, 5
_FIGURES: dict[str, tuple[Text, Text]] = {
    "sales": (gettext_lazy("Sales"), gettext_lazy("What customers paid, less what was given back.")),
    "orders": (gettext_lazy("Orders"), gettext_lazy("Completed purchases.")),
    "average": (gettext_lazy("Average order"), gettext_lazy("Purchases divided by their number.")),
    "identified": (gettext_lazy("Recognised"), gettext_lazy("Share of the orders whose customer is known.")),
    "customers": (gettext_lazy("Customers"), gettext_lazy("Customers who ordered in these days.")),
    "new_customers": (gettext_lazy("New customers"), gettext_lazy("Customers whose first order lies in these days.")),
}


@page(SIGNED_IN)
def overview(request: HttpRequest) -> HttpResponse:
    """The first page."""
    asker = asker_of(request)
    context: dict[str, Any] = {"steps": first_steps(request, asker)}
    as_of = current_shop().analytics.as_of()
    if as_of.orders and asker.may("analytics.view"):
        period = read_range(request, as_of.since, as_of.until)
        context |= {"as_of": as_of, "period": period, "findings": _findings()} | _figures(period, asker)
    return render(request, "console/overview.html", context)


def _figures(period: DateRange, asker: Asker) -> dict[str, Any]:
    analytics = current_shop().analytics
    choice = Choice(since=period.since, until=period.until)
    found = analytics.overview(period.since, period.until)
    stores = analytics.sales("month", "store", choice)
    slipping = analytics.slipping(limit=_SLIPPING)
    silent, personal = [one.customer for one in slipping.rows], asker.may("customers.personal")
    names = {row.id: row.name for row in current_shop().customers.rows(silent, personal)}
    channels = analytics.metric("sales", "month", "channel", choice)
    return {
        "overview": found,
        "stats": [_stat(one, found, choice) for one in found.figures if one.key in _FIGURES],
        "chart": _chart(analytics.sales("week", None, choice)),
        "channels": _channels(channels, choice), "grown": grown(channels),
        "stores": _stores(stores, choice),
        "campaigns": [
            {"row": one, "tone": verdicts.tone(one), "short": verdicts.short(one),
             "sentence": verdicts.sentence(one, found.currency)}
            for one in analytics.campaigns()[:_CAMPAIGNS]
        ],
        "slipping": [
            {"name": names.get(one.customer) or one.identifier, "customer": one.customer, "silence": one.silence_days,
             "usual": formats.number(one.usual_gap, 1), "at_risk": Money(one.at_risk, found.currency)}
            for one in slipping.rows
        ],
        "slipping_count": slipping.count, "slipping_worth": Money(slipping.at_risk, found.currency),
    }  # fmt: skip


def _findings() -> list[dict[str, object]]:
    """The first three, where the worker has them ready: nobody waits for them here."""
    found = current_shop().analytics.findings.prepared()
    return [] if found is None else top(found)


def _stat(one: Headline, found: Overview, choice: Choice) -> Stat:
    label, meaning = _FIGURES[one.key]
    if one.unit == "money":
        value = formats.compact_money(Money(int(one.value), found.currency))
    else:
        value = formats.percent(one.value) if one.unit == "share" else formats.number(one.value)
    rows = reverse("value") if one.key.endswith("customers") else orders_url(choice)
    return Stat(label, value, change(one.value, one.before), explain=meaning, href=rows, spark=one.spark)


def _chart(sales: Sales) -> Chart:
    return Chart(
        _("Sales by week"), "bar", "money", [formats.day(one.start) for one in sales.periods],
        [Series(_("Sales"), one.amounts) for one in sales.series], sales.currency, axis=_("Week"),
        incomplete=[at for at, one in enumerate(sales.periods) if not one.complete],
        links=[orders_url(Choice(since=one.start, until=one.end)) for one in sales.periods],
    )  # fmt: skip


def _stores(sales: Sales, choice: Choice) -> list[dict[str, object]]:
    found: list[dict[str, object]] = [
        {
            "name": series_name("store", one.key, one.name), "amount": Money(one.amount, sales.currency),
            "share": one.share, "href": orders_url(choice, store=one.key),
        }
        for one in sales.series
        if one.key != REST
    ]  # fmt: skip
    return found[:_STORES]


def _channels(sales: Figures, choice: Choice) -> list[dict[str, object]]:
    """Sales by channel, each beside the days before; nothing to compare where there is only one."""
    if len(sales.series) < 2:
        return []
    return [
        {
            "name": series_name("channel", one.key, one.name), "amount": Money(int(one.value or 0), sales.currency),
            "share": one.share or 0.0, "href": orders_url(choice, channel=one.key),
            "change": Stat("", "", change(one.value or 0, one.before)),
        }
        for one in sales.series
    ]  # fmt: skip


def grown(sales: Figures) -> Text:
    """Which channel brought most of the growth, or of the fall; nothing without days to compare with."""
    parts = [(one, one.value - one.before) for one in sales.series if one.value is not None and one.before is not None]
    whole = sum(more for _one, more in parts)
    if len(parts) < 2 or not whole:
        return ""
    most, its = max(parts, key=lambda part: part[1] if whole > 0 else -part[1])
    named = {
        "channel": series_name("channel", most.key, most.name),
        "whole": formats.money(Money(int(abs(whole)), sales.currency)),
        "its": formats.money(Money(int(abs(its)), sales.currency)),
    }
    if whole > 0:
        return _("%(whole)s more than before; most of it from %(channel)s: %(its)s more.") % named
    return _("%(whole)s less than before; most of it from %(channel)s: %(its)s less.") % named


urlpatterns = [path("", overview, name="overview")]

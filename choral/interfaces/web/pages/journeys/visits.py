"""Visits by channel: how many, how long they last, how many have an order."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from choral.analytics.journeys.values import OTHERS, SessionRow
from choral.interfaces.web import formats
from choral.interfaces.web.access import page
from choral.interfaces.web.charts import Chart, Series
from choral.interfaces.web.names import channel_name
from choral.interfaces.web.pages.journeys import asked, words
from choral.interfaces.web.periods import read_range
from choral.interfaces.web.tables import Column, Row, Table
from choral.shop import current_shop

_SILENCES = (5, 30, 60, 240)
_VISITS = Table(
    key="visits",
    columns=(
        Column("channel", gettext_lazy("Channel")),
        Column("visits", gettext_lazy("Visits"), "number"),
        Column("customers", gettext_lazy("Customers"), "number"),
        Column("touches", gettext_lazy("Meetings a visit"), explain=gettext_lazy("On average.")),
        Column("ordered", gettext_lazy("With an order"), "percent"),
        Column(
            "length", gettext_lazy("Length"), explain=gettext_lazy("The median, from the first meeting to the last.")
        ),
    ),
    caption=gettext_lazy("Visits"),
)


@page("analytics.view")
def visits(request: HttpRequest) -> HttpResponseBase:
    shop = current_shop()
    as_of = shop.analytics.as_of()
    period = read_range(request, as_of.since, as_of.until)
    silence = asked.number(request.GET, "silence", _SILENCES, 30)
    segment = asked.segment(request.GET, shop)
    found = shop.analytics.journeys.sessions(silence, asked.since(period), period.until, segment)
    table = _VISITS.read(request)
    rows = [_row(one) for one in found]
    if table.export:
        return table.csv(rows, "visits")
    silences = [
        (str(one), ngettext("%(count)s minute", "%(count)s minutes", one) % {"count": one}, one == silence)
        for one in _SILENCES
    ]
    return render(
        request,
        "journeys/visits.html",
        {
            "found": found, "period": period, "as_of": as_of, "tabs": words.tabs("journey_visits"),
            "sentence": _sentence(found), "chart": _chart(found), "table": table.show(rows), "silences": silences,
            "segments": words.segments(shop, asked.segments(shop), segment),
        },
    )  # fmt: skip


def _sentence(found: tuple[SessionRow, ...]) -> str:
    whole = sum(one.sessions for one in found)
    if not whole:
        return _("Nobody came in these days.")
    return _("%(count)s visits, %(share)s of them with an order; most on: %(channel)s.") % {
        "count": formats.number(whole), "share": formats.percent(sum(one.with_order for one in found) / whole),
        "channel": _name(found[0]),
    }  # fmt: skip


def _chart(found: tuple[SessionRow, ...]) -> Chart:
    return Chart(
        gettext_lazy("Visits by channel"), "rows", "number", [_name(one) for one in found],
        [Series(_("Visits"), [one.sessions for one in found]),
         Series(_("With an order"), [one.with_order for one in found])],
        axis=_("Channel"), height="tall" if len(found) > 8 else "normal",
    )  # fmt: skip


def _row(one: SessionRow) -> Row:
    return Row(one.channel, {
        "channel": _name(one), "visits": one.sessions, "customers": one.customers,
        "touches": formats.number(one.touches / one.sessions, 1), "ordered": one.with_order / one.sessions,
        "length": words.duration(one.time),
    })  # fmt: skip


def _name(one: SessionRow) -> str:
    return str(words.others(one.channel) if one.channel == OTHERS else channel_name(one.channel))


urlpatterns = [path("measure/journeys/visits", visits, name="journey_visits")]

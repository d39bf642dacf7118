"""Which sequences of meetings come before a purchase, or before a loss, more often than not."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral.analytics.journeys.door import SequenceQuery
from choral.analytics.journeys.values import Sequence, Sequences
from choral.interfaces.web import formats
from choral.interfaces.web.access import page
from choral.interfaces.web.charts import Chart, Series
from choral.interfaces.web.pages.journeys import asked, words
from choral.interfaces.web.tables import Cell, Column, Row, Table
from choral.shop import Shop, current_shop

_MOST_BARS = 12
_ROWS = Table(
    key="sequences",
    columns=(
        Column("steps", gettext_lazy("Sequence"), explain=gettext_lazy("Other meetings may lie between.")),
        Column("support", gettext_lazy("Customers"), "number"),
        Column("share", gettext_lazy("With it"), "percent",
               explain=gettext_lazy("How many of those who had the sequence.")),
        Column("without", gettext_lazy("Without it"), "percent"),
        Column("lift", gettext_lazy("Times as often"),
               explain=gettext_lazy("Compared with customers who were met as often, with its interval.")),
        Column("verdict", gettext_lazy("Verdict")),
    ),
    caption=gettext_lazy("Sequences"),
)  # fmt: skip


@page("analytics.view")
def sequences(request: HttpRequest) -> HttpResponseBase:
    shop = current_shop()
    query = asked.sequence_query(request, shop)
    found = shop.analytics.journeys.sequences(query)
    names = words.campaigns(shop.analytics.journeys.offered())
    table = _ROWS.read(request)
    rows = [_row(place, one, found, request, names) for place, one in enumerate(found.rows)]
    if table.export:
        return table.csv(rows, "sequences")
    return render(
        request,
        "journeys/sequences.html",
        {
            "found": found, "tabs": words.tabs("journey_sequences"), "sentence": _sentence(found, names),
            "chart": _chart(found, names), "table": table.show(rows, total=len(rows)),
            "controls": _controls(shop, query), "as_of": shop.analytics.as_of(), "correlation": words.CORRELATION,
        },
    )  # fmt: skip


def _way(one: Sequence, by: str, names: dict[str, str]) -> str:
    return " → ".join(str(words.label(by, step, names)) for step in one.steps)


def _times(one: Sequence) -> str:
    low, lift, high = (formats.number(value, 2) for value in (one.low, one.lift, one.high))
    return _("%(lift)s (%(low)s to %(high)s)") % {"lift": lift, "low": low, "high": high}


def _sentence(found: Sequences, names: dict[str, str]) -> str:
    if not found.customers:
        return _("The data are too short, or too few customers were met, for days before and days after.")
    certain = [one for one in found.rows if one.certain and one.lift > 1]
    if not certain:
        return _("No sequence comes before it more often than chance explains.")
    best = certain[0]
    said = {
        "purchase": _("Who had %(way)s bought %(times)s times as often in the %(days)s days after as others who were"
                      " met as often."),
        "loss": _("Who had %(way)s fell silent for %(days)s days %(times)s times as often as others who were met as"
                  " often."),
    }[found.outcome]  # fmt: skip
    return said % {"way": _way(best, found.by, names), "times": _times(best), "days": found.horizon_days}


def _chart(found: Sequences, names: dict[str, str]) -> Chart:
    shown = [one for one in found.rows if one.certain][:_MOST_BARS]
    return Chart(
        gettext_lazy("How much more often"), "interval", "percent", [_way(one, found.by, names) for one in shown],
        [Series(_("More often"), [one.lift - 1 for one in shown], [one.low - 1 for one in shown],
                [one.high - 1 for one in shown])],
        axis=_("Sequence"), height="tall" if len(shown) > 6 else "normal",
    )  # fmt: skip


def _row(place: int, one: Sequence, found: Sequences, request: HttpRequest, names: dict[str, str]) -> Row:
    href = asked.people_url(request, reverse("journey_people"), of="sequence")
    href += "&" + urlencode([("step", step) for step in one.steps])
    more = _("More often") if one.lift > 1 else _("Less often")
    welcome = (one.lift > 1) == (found.outcome == "purchase")
    verdict = Cell(_("Chance explains it"), tone="plain")
    if one.certain:
        verdict = Cell(more, tone="good" if welcome else "warn")
    return Row(str(place), {
        "steps": _way(one, found.by, names), "support": one.support, "share": one.share, "without": one.share_without,
        "lift": _times(one), "verdict": verdict,
    }, href=href)  # fmt: skip


def _controls(shop: Shop, query: SequenceQuery) -> dict[str, object]:
    outcomes = (("purchase", _("A purchase")), ("loss", _("A loss: no order any more")))
    days = [(str(one), str(one)) for one in asked.WINDOWS]
    return {
        "outcome": words.choices(outcomes, query.outcome),
        "by": words.choices((("channel", _("Channel")), ("event", _("Event")), ("campaign", _("Campaign"))), query.by),
        "window": words.choices(days, str(query.window_days)), "horizon": words.choices(days, str(query.horizon_days)),
        "longest": words.choices([(str(one), str(one)) for one in (2, 3, 4)], str(query.longest)),
        "segment": words.segments(shop, asked.segments(shop), query.segment),
    }  # fmt: skip


urlpatterns = [path("measure/journeys/sequences", sequences, name="journey_sequences")]

"""Why a figure differs between two periods: its factors, its parts, who bought; all sum to the change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import cast, get_args
from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral.analytics.findings.values import By, Cause, Why, WhyMetric
from choral.analytics.findings.why import POSSIBLE
from choral.analytics.values import REST, AsOf, Choice
from choral.core.money import Money
from choral.interfaces.web import formats
from choral.interfaces.web.access import page
from choral.interfaces.web.cells import Kind
from choral.interfaces.web.charts import Chart, Series
from choral.interfaces.web.choices import orders_url
from choral.interfaces.web.names import channel_name
from choral.interfaces.web.navigation import Entry
from choral.interfaces.web.segments import segment_name
from choral.interfaces.web.stats import Stat, change
from choral.interfaces.web.tables import Cell, Column, Row, Table
from choral.shop import current_shop

Text = str | Promise
NAVIGATION = [
    Entry("measure", 16, gettext_lazy("Why did it change?"), "why", "analytics.view", "search",
          words=gettext_lazy("decomposition contribution drivers mix"))
]  # fmt: skip
_METRICS: dict[str, Text] = {
    "sales": gettext_lazy("Sales"), "orders": gettext_lazy("Orders"), "average": gettext_lazy("Average order"),
    "customers": gettext_lazy("Customers"), "discount_share": gettext_lazy("Discounts"),
    "recognised": gettext_lazy("Recognised"),
}  # fmt: skip
_SLICES: dict[str, Text] = {
    "channel": gettext_lazy("Channel"), "store": gettext_lazy("Store"), "department": gettext_lazy("Department"),
    "product": gettext_lazy("Product"), "kind": gettext_lazy("Old and new customers"),
    "segment": gettext_lazy("Segment"),
}  # fmt: skip
_FACTORS: dict[str, Text] = {
    "buyers": gettext_lazy("Buyers"), "orders_each": gettext_lazy("Orders per buyer"),
    "items_each": gettext_lazy("Lines per order"), "price": gettext_lazy("Sales per line"),
    "order_value": gettext_lazy("Average order"),
}  # fmt: skip
_KINDS: dict[str, Text] = {
    "new": gettext_lazy("New customers"), "returned": gettext_lazy("Came back"),
    "staying": gettext_lazy("Bought in both"), "lost": gettext_lazy("Did not come again"),
    "unknown": gettext_lazy("Buyers not recognised"), "refund_only": gettext_lazy("Refunds only"),
    "nobody_yet": gettext_lazy("No customers before"),
}  # fmt: skip
_SIDES = ("before", "after", "effect", "volume", "mix", "rate")
_TABLE = Table(
    key="why",
    caption=gettext_lazy("What each part did"),
    columns=(
        Column("name", gettext_lazy("Part")),
        Column("before", gettext_lazy("Before"), "number"),
        Column("after", gettext_lazy("After"), "number"),
        Column("effect", gettext_lazy("Effect"), "number", explain=gettext_lazy("The effects sum to the change.")),
        Column("volume", gettext_lazy("Volume"), "number",
               explain=gettext_lazy("What it would have gained had it only kept its share of all.")),
        Column("mix", gettext_lazy("Mix"), "number", explain=gettext_lazy("Because its share of all changed.")),
        Column("rate", gettext_lazy("Rate"), "number", explain=gettext_lazy("Because each of its own changed.")),
    ),
)  # fmt: skip


@page("analytics.view")
def why(request: HttpRequest) -> HttpResponseBase:
    """A figure between any two periods."""
    analytics = current_shop().analytics
    metric = cast(WhyMetric, _one(request, "metric", get_args(WhyMetric), "sales"))
    by = cast(By, _one(request, "by", POSSIBLE[metric], "store" if "store" in POSSIBLE[metric] else "kind"))
    days = [_day(request, name) for name in ("since", "until", "before_since", "before_until")]
    found = analytics.findings.why(metric, by, *_forward(days))
    asked = _table(found).read(request)
    rows = [_row(one, found) for one in found.parts]
    if asked.export:
        return asked.csv(rows, "why")
    return render(
        request,
        "findings/why.html",
        {
            "why": found, "as_of": analytics.as_of(), "answer": _answer(found), "metrics": _links(found, "metric"),
            "slices": _links(found, "by"), "presets": _presets(analytics.as_of(), found), "stats": _stats(found),
            "drivers": _picture(found, found.drivers, _("The factors of the figure")),
            "bridge": _picture(found, found.bridge, _("Who bought")),
            "parts": _picture(found, found.parts, _("What each part did")),
            "table": asked.show(rows, next=None, total=len(rows)),
        },
    )  # fmt: skip


def _answer(found: Why) -> str:
    """The change and its biggest cause in one sentence."""
    if not found.since:
        return ""
    changed = found.after - found.before
    values = {"figure": _METRICS[found.metric], "change": _written(abs(changed), found),
              "before": _written(found.before, found), "after": _written(found.after, found)}  # fmt: skip
    if not changed:
        return _("%(figure)s did not change: %(after)s in both periods.") % values
    text = (
        _("%(figure)s rose by %(change)s, from %(before)s to %(after)s.")
        if changed > 0
        else _("%(figure)s fell by %(change)s, from %(before)s to %(after)s.")
    ) % values
    causes = [one for one in (found.drivers or found.parts) if one.key != REST and (one.effect > 0) == (changed > 0)]
    if not causes:
        return text
    first = max(causes, key=lambda one: abs(one.effect))
    if len(found.drivers or found.parts) < 2:
        return text
    return text + " " + _("The biggest part comes from “%(cause)s”: %(effect)s.") % {
        "cause": _name(first, found), "effect": _signed(first.effect, found)}  # fmt: skip


def _stats(found: Why) -> list[Stat]:
    good = "none" if found.metric in ("discount_share",) else "up"
    return [
        Stat(_("Before"), _written(found.before, found), note=_days(found.before_since, found.before_until)),
        Stat(_("After"), _written(found.after, found), change(found.after, found.before), good=good,  # type: ignore[arg-type]
             note=_days(found.since, found.until)),
        *(
            Stat(_FACTORS[one.key], _factor(one, found), change(one.after or 0, one.before),
                 note=_signed(one.effect, found))
            for one in found.drivers
        ),
    ]  # fmt: skip


def _factor(one: Cause, found: Why) -> str:
    return _money(one.after, found) if one.key in ("price", "order_value") else formats.number(one.after or 0, 2)


def _picture(found: Why, causes: Sequence[Cause], title: str) -> Chart | None:
    """Lying bars of the effects, biggest first."""
    if len(causes) < 2:
        return None
    unit = {"money": "money", "count": "number", "share": "percent"}[found.unit]
    return Chart(
        title, "rows", unit, [_name(one, found) for one in causes],  # type: ignore[arg-type]
        [Series(_("Effect"), [round(one.effect) if unit == "money" else one.effect for one in causes])],
        found.currency if unit == "money" else "", axis=_("Part"),
        height="tall" if len(causes) > 6 else "normal" if len(causes) > 4 else "small",
    )  # fmt: skip


def _row(one: Cause, found: Why) -> Row:
    cells: dict[str, object] = {"name": Cell(_name(one, found), href=_rows_of(one, found))}
    for name in _SIDES:
        value = getattr(one, name)
        if found.unit == "money":
            value = None if value is None else Money(round(value), found.currency)
        elif found.unit == "share":
            value = None if value is None else _written(value, found) if name in _SIDES[:2] else _signed(value, found)
        cells[name] = value
    return Row(one.key or "-", cells)


def _table(found: Why) -> Table:
    """Its columns, in the unit of the figure; volume, mix and rate where there are such."""
    kind: Kind = {"money": "money", "count": "number", "share": "text"}[found.unit]  # type: ignore[assignment]
    known = [name for name in _SIDES if any(getattr(one, name) is not None for one in found.parts)]
    columns = [replace(one, kind=kind) for one in _TABLE.columns if one.key in known]
    return replace(_TABLE, columns=[_TABLE.columns[0], *columns])


def _rows_of(one: Cause, found: Why) -> str:
    if found.by not in ("channel", "store", "department", "product") or one.key == REST:
        return ""
    return orders_url(Choice(since=found.since, until=found.until), **{found.by: one.key})


def _name(one: Cause, found: Why) -> Text:
    if one.key in _FACTORS:
        return _FACTORS[one.key]
    if one.key in _KINDS:
        return _KINDS[one.key]
    if one.key == REST:
        return _("All others")
    if not one.key:
        return _("Not said")
    if found.by == "channel":
        return channel_name(one.key)
    return segment_name(one.key) if found.by == "segment" else one.name or one.key


def _written(value: float, found: Why) -> str:
    if found.unit == "money":
        return _money(value, found)
    return formats.percent(value, 2) if found.unit == "share" else formats.number(value, 1)


def _money(value: float | None, found: Why) -> str:
    return formats.money(Money(round(value or 0), found.currency))


def _signed(value: float, found: Why) -> str:
    if found.unit == "share":
        text = _("%(points)s points") % {"points": formats.number(100 * abs(value), 2)}
    else:
        text = _written(abs(value), found)
    return ("−" if value < 0 else "+") + text if value else text


def _days(since: date | None, until: date | None) -> str:
    return f"{formats.day(since)} – {formats.day(until)}" if since and until else ""


def _links(found: Why, name: str) -> list[tuple[Text, str, bool]]:
    """The other figures, or the other slices of this one, with the same days."""
    here = {"metric": found.metric, "by": found.by}
    words = _METRICS if name == "metric" else _SLICES
    choices = list(_METRICS) if name == "metric" else list(POSSIBLE[found.metric])
    links = []
    for key in choices:
        query = here | {name: key} | _query(found)
        links.append((words[key], f"{reverse('why')}?{urlencode(query)}", here[name] == key))
    return links


def _query(found: Why) -> dict[str, str]:
    days = {"since": found.since, "until": found.until, "before_since": found.before_since,
            "before_until": found.before_until}  # fmt: skip
    return {name: day.isoformat() for name, day in days.items() if day}


def _presets(as_of: AsOf, found: Why) -> list[tuple[Text, str]]:
    """Pairs of periods people ask for."""
    if as_of.until is None:
        return []
    last = as_of.until - timedelta(days=1)
    sunday = last - timedelta(days=(last.weekday() + 1) % 7)
    first = last.replace(day=1)
    month = (first - timedelta(days=1)) if last.month == as_of.until.month else last
    pairs: list[tuple[Text, date, date, date, date]] = [
        (_("Last week and the week before"), sunday - timedelta(days=6), sunday, sunday - timedelta(days=13),
         sunday - timedelta(days=7)),
        (_("Last four weeks and the four before"), sunday - timedelta(days=27), sunday, sunday - timedelta(days=55),
         sunday - timedelta(days=28)),
        (_("Last month and the month before"), month.replace(day=1), month,
         (month.replace(day=1) - timedelta(days=1)).replace(day=1), month.replace(day=1) - timedelta(days=1)),
        (_("Last four weeks and a year before"), sunday - timedelta(days=27), sunday, sunday - timedelta(days=27 + 364),
         sunday - timedelta(days=364)),
    ]  # fmt: skip
    links = []
    for label, since, until, before_since, before_until in pairs:
        if as_of.since and before_since >= as_of.since:
            query = {"metric": found.metric, "by": found.by, "since": since, "until": until,
                     "before_since": before_since, "before_until": before_until}  # fmt: skip
            links.append((label, f"{reverse('why')}?{urlencode(query)}"))
    return links


def _one(request: HttpRequest, name: str, allowed: Sequence[str], otherwise: str) -> str:
    said = request.GET.get(name, "")
    return said if said in allowed else otherwise


def _day(request: HttpRequest, name: str) -> date | None:
    try:
        return date.fromisoformat(request.GET.get(name, ""))
    except ValueError:
        return None


def _forward(days: Sequence[date | None]) -> list[date | None]:
    """Pairs of days turned the right way round."""
    found: list[date | None] = []
    for one, other in ((days[0], days[1]), (days[2], days[3])):
        found += [other, one] if one and other and one > other else [one, other]
    return found


urlpatterns = [path("measure/why", why, name="why")]

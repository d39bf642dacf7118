"""What each figure means, and each of them over time and by part."""

from __future__ import annotations

from typing import Any, cast, get_args

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral.analytics.metrics.values import Compare, Figures, Metric, MetricSplit
from choral.analytics.values import By, Choice
from choral.interfaces.web import formats
from choral.interfaces.web.access import page
from choral.interfaces.web.choices import changed_url
from choral.interfaces.web.metric_names import (
    SPLIT_NAMES,
    STEP_NAMES,
    metric_formula,
    metric_meaning,
    metric_name,
    part_name,
    written,
)
from choral.interfaces.web.navigation import Entry
from choral.interfaces.web.pages.boards.drawing import Kind, compared, drawn, headline
from choral.interfaces.web.periods import read_range
from choral.interfaces.web.tables import Column, Row, Table
from choral.shop import current_shop

Text = str | Promise
NAVIGATION = [
    Entry("measure", 91, gettext_lazy("Metrics"), "metrics", "analytics.view", "plan",
          words=gettext_lazy("definitions KPI formulas"))
]  # fmt: skip
_COMPARE: dict[str, Text] = {
    "previous": gettext_lazy("The days before"), "year": gettext_lazy("A year before"), "no": gettext_lazy("Nothing")
}  # fmt: skip
_CATALOGUE = Table(
    key="metrics", caption=gettext_lazy("Metrics"),
    columns=(
        Column("name", gettext_lazy("Metric")), Column("meaning", gettext_lazy("What it says")),
        Column("formula", gettext_lazy("Formula")), Column("splits", gettext_lazy("Can be split by")),
        Column("key", gettext_lazy("Name for programs"), "code"),
    ),
)  # fmt: skip
_PARTS = Table(
    key="parts", caption=gettext_lazy("Parts"),
    columns=(
        Column("name", gettext_lazy("Part")), Column("value", gettext_lazy("Value"), "text"),
        Column("share", gettext_lazy("Share"), "percent"), Column("before", gettext_lazy("Before"), "text"),
        Column("change", gettext_lazy("Difference"), "percent"),
    ),
)  # fmt: skip


@page("analytics.view")
def metrics(request: HttpRequest) -> HttpResponseBase:
    """The catalogue."""
    rows = [_row(one) for one in current_shop().analytics.metrics()]
    asked = _CATALOGUE.read(request)
    if asked.export:
        return asked.csv(rows, "metrics")
    return render(request, "boards/metrics.html", {"table": asked.show(rows, total=len(rows))})


@page("analytics.view")
def metric(request: HttpRequest, key: str) -> HttpResponseBase:
    """One metric over time and by part."""
    analytics = current_shop().analytics
    as_of = analytics.as_of()
    period = read_range(request, as_of.since, as_of.until)
    found = analytics.metric(key, *_asked(request), Choice(period.since, period.until), _compare(request))
    asked = _PARTS.read(request)
    rows = _rows(found)
    if asked.export:
        return asked.csv(rows, key)
    title = metric_name(key)
    kind: Kind = "stack" if found.metric.adds_up and found.split else "bar" if found.metric.adds_up else "line"
    return render(
        request,
        "boards/metric.html",
        {
            "as_of": as_of, "period": period, "found": found, "title": title, "meaning": metric_meaning(key),
            "formula": metric_formula(key), "stat": headline(found), "chart": drawn(found, kind, title, "tall"),
            "table": asked.show(rows) if found.split else None, "choices": _choices(request, found),
            "splits_said": _splits(found.metric), "cost_known": _cost_known(found),
        },
    )  # fmt: skip


def _asked(request: HttpRequest) -> tuple[By, MetricSplit | None]:
    by, split = request.GET.get("by"), request.GET.get("split")
    return (
        cast(By, by if by in get_args(By) else "week"),
        cast(MetricSplit | None, split if split in get_args(MetricSplit) else None),
    )


def _compare(request: HttpRequest) -> Compare | None:
    said = request.GET.get("compare", "previous")
    return cast(Compare, said) if said in get_args(Compare) else None


def _choices(request: HttpRequest, found: Figures) -> list[dict[str, Any]]:
    def one(label: Text, name: str, names: dict[str, Text], here: str, first: str) -> dict[str, Any]:
        return {
            "label": label,
            "links": [
                (text, changed_url(request, **{name: None if key == first else key}), key == here)
                for key, text in names.items()
            ],
        }

    splits = {key: SPLIT_NAMES[key] for key in ("", *found.metric.splits)}
    return [
        one(_("Step of time"), "by", STEP_NAMES, found.by, "week"),
        one(_("Split by"), "split", splits, found.split or "", ""),
        one(_("Compare with"), "compare", _COMPARE, found.compare or "no", "previous"),
    ]


def _row(one: Metric) -> Row:
    return Row(
        one.key,
        {
            "name": metric_name(one.key), "meaning": metric_meaning(one.key), "formula": metric_formula(one.key),
            "splits": _splits(one), "key": one.key,
        },
        href=reverse("metric", args=[one.key]),
    )  # fmt: skip


def _splits(one: Metric) -> str:
    return ", ".join(str(SPLIT_NAMES[key]) for key in one.splits) or "–"


def _rows(found: Figures) -> list[Row]:
    return [
        Row(
            one.key,
            {
                "name": part_name(found, one), "value": written(found.metric, one.value, found.currency),
                "share": one.share, "before": written(found.metric, one.before, found.currency),
                "change": compared(one),
            },
        )
        for one in found.series
    ]  # fmt: skip


def _cost_known(found: Figures) -> str:
    return "" if found.coverage is None else formats.percent(found.coverage, 0)


urlpatterns = [
    path("measure/metrics", metrics, name="metrics"),
    path("measure/metrics/<str:key>", metric, name="metric"),
]

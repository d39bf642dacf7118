"""Which channels customers meet first, and how they come to their first order."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from choral.analytics.values import PathNode, Paths
from choral.interfaces.web.access import page
from choral.interfaces.web.charts import Chart, Flow, Node, Series
from choral.interfaces.web.choices import changed_url
from choral.interfaces.web.names import channel_name
from choral.interfaces.web.navigation import Entry
from choral.interfaces.web.tables import Column, Row, Table
from choral.shop import current_shop

NAVIGATION = [Entry("measure", 50, _("Paths"), "paths", "analytics.view", "paths", go="t")]
_LENGTHS = (2, 3, 4, 6)
_MOST_PATHS = 50
_TABLE = Table(
    key="paths",
    columns=(
        Column("path", _("Channels met before the first order")),
        Column("end", _("Ends with")),
        Column("customers", _("Customers"), "number"),
        Column("share", _("Share"), "percent"),
    ),
    caption=_("Paths"),
)
_FOLLOW = Table(
    key="follow",
    columns=(
        Column("source", _("After")),
        Column("target", _("Comes")),
        Column("times", _("Times"), "number"),
        Column("customers", _("Customers"), "number"),
    ),
    caption=_("From channel to channel"),
)


@page("analytics.view")
def paths(request: HttpRequest) -> HttpResponseBase:
    length = int(request.GET["length"]) if request.GET.get("length", "") in [str(one) for one in _LENGTHS] else 4
    found = current_shop().analytics.first_paths(length)
    asked = _TABLE.read(request)
    rows = [
        Row(str(at), {
            "path": " → ".join(str(channel_name(step)) for step in one.steps) or _("Ordered at once"),
            "end": _end(one.end), "customers": one.customers, "share": one.share,
        })
        for at, one in enumerate(found.rows[:_MOST_PATHS])
    ]  # fmt: skip
    if asked.export:
        return asked.csv(rows, "paths")
    follow = [
        Row(str(at), {"source": channel_name(one.source), "target": channel_name(one.target), "times": one.times,
                      "customers": one.customers})
        for at, one in enumerate(found.transitions[:_MOST_PATHS])
    ]  # fmt: skip
    return render(
        request,
        "measure/paths.html",
        {
            "paths": found, "chart": _sankey(found), "first": _first(found), "table": asked.show(rows, total=len(rows)),
            "follow": _FOLLOW.read(request).show(follow),
            "lengths": [(str(one), changed_url(request, length=str(one)), one == length) for one in _LENGTHS],
        },
    )  # fmt: skip


def _sankey(found: Paths) -> Chart:
    nodes = [Node(one.id, _label(one), one.step) for one in found.nodes]
    flows = [Flow(one.source, one.target, one.customers) for one in found.links]
    return Chart(
        _("From the first meeting to the first order"), "sankey", "number", nodes=nodes, flows=flows, height="tall"
    )


def _first(found: Paths) -> Chart:
    return Chart(
        _("First met on"), "rows", "number", [channel_name(one.channel) for one in found.first],
        [
            Series(_("Customers"), [one.customers for one in found.first]),
            Series(_("Have ordered since"), [one.ordered for one in found.first]),
        ],
        axis=_("Channel"),
    )  # fmt: skip


def _label(node: PathNode) -> str | Promise:
    end = node.label.startswith("order:") or node.label in ("none", "more")
    return _end(node.label) if end else channel_name(node.label)


def _end(key: str) -> str | Promise:
    kind, _colon, channel = key.partition(":")
    if kind == "order":
        return _("Order: %(channel)s") % {"channel": channel_name(channel)}
    return {"none": _("No order yet"), "more": _("Longer path")}.get(key, key)


urlpatterns = [path("measure/paths", paths, name="paths")]

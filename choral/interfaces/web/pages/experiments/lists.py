"""The list of experiments, and those put away."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from choral.analytics.experiments.values import ExperimentRow
from choral.interfaces.web.access import asker_of, page
from choral.interfaces.web.names import channel_name
from choral.interfaces.web.navigation import Entry
from choral.interfaces.web.pages.experiments.words import CHECKS, KINDS, STATES
from choral.interfaces.web.tables import Cell, Column, Empty, Filter, Row, Table
from choral.shop import current_shop

NAVIGATION = [
    Entry("measure", 60, _("Experiments"), "experiments", "analytics.view", "pair", go="x",
          words=_("test hold-out A/B control group effect"))
]  # fmt: skip
_TABLE = Table(
    key="experiments",
    columns=(
        Column("name", _("Experiment")),
        Column("kind", _("Kind")),
        Column("state", _("State")),
        Column("channel", _("Channel")),
        Column("units", _("Drew a lot"), "number", explain=_("Customers, or rows of an imported file.")),
        Column("check", _("Sizes of the arms"),
               explain=_("Whether as many drew each arm as was planned. If not, no effect is shown.")),
        Column("first", _("First lot"), "day"),
        Column("last", _("Last lot"), "day"),
    ),
    caption=_("Experiments"),
    filters=(Filter("find", _("Find")), Filter("archived", _("Put away"), "choice", [("1", _("put away"))])),
)  # fmt: skip


@page("analytics.view")
def experiments(request: HttpRequest) -> HttpResponseBase:
    """All experiments: the shop's own, imported ones, and those other tools tell of."""
    asked = _TABLE.read(request)
    part = str(asked.filters.get("find") or "").lower()
    found = [
        one for one in current_shop().analytics.experiments.list(bool(asked.filters.get("archived")))
        if part in one.experiment.plan.name.lower() or part in one.experiment.key.lower()
    ]  # fmt: skip
    if asked.export:
        return asked.csv([_row(one) for one in found], "experiments")
    start = int(asked.after) if asked.after and asked.after.isdecimal() else 0
    rows = [_row(one) for one in found[start : start + asked.limit]]
    more = str(start + asked.limit) if len(found) > start + asked.limit else None
    nothing = Empty(
        _("No experiments yet"),
        _("Give something to some customers and not to others, by lot: what follows is its effect alone."),
        reverse("experiment_new"), _("Plan an experiment"), "pair",
    )  # fmt: skip
    view = asked.show(rows, next=more, total=len(found), empty=nothing)
    may = asker_of(request).may("experiments.manage")
    return render(request, "experiments/list.html", {"table": view, "may": may})


def _row(one: ExperimentRow) -> Row:
    plan = one.experiment.plan
    state, tone = STATES[one.experiment.state]
    check, check_tone = CHECKS[one.check]
    return Row(
        one.experiment.key,
        {
            "name": Cell(plan.name, note=one.experiment.key if one.experiment.key != plan.name else ""),
            "kind": KINDS[plan.kind], "state": Cell(state, tone=tone) if plan.kind != "told" else "",
            "channel": channel_name(plan.channel) if plan.channel else "", "units": one.units,
            "check": Cell(check, tone=check_tone) if one.units else "", "first": one.first_day, "last": one.last_day,
        },
        href=reverse("experiment", args=[one.experiment.key]),
    )  # fmt: skip


urlpatterns = [path("measure/experiments", experiments, name="experiments")]

"""The list of experiments, and those put away."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from choral.analytics.experiments import outcomes
from choral.analytics.experiments.values import ExperimentRow
from choral.interfaces.web.access import asker_of, page
from choral.interfaces.web.charts import Chart, Series
from choral.interfaces.web.names import channel_name
from choral.interfaces.web.navigation import Entry
from choral.interfaces.web.pages.experiments import words
from choral.interfaces.web.pages.experiments.words import CHECKS, DECISIONS, KINDS, STATES
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
        Column("answer", _("Answer"), explain=_("Of the first arm, in the outcome that decides.")),
        Column("effect", _("Effect per customer")),
        Column("first", _("First lot"), "day"),
        Column("last", _("Last lot"), "day"),
    ),
    caption=_("Experiments"),
    filters=(Filter("find", _("Find")), Filter("archived", _("Put away"), "choice", [("1", _("put away"))])),
)  # fmt: skip

_CHANNELS = Table(
    key="channels",
    caption=_("What each channel brings"),
    columns=(
        Column("channel", _("Channel")),
        Column("experiments", _("Experiments"), "number"),
        Column("treated", _("Drew it"), "number"),
        Column("effect", _("Effect per customer"),
               explain=_("Extra sales of a customer who drew it, over all experiments of the channel; each counts by "
                         "its sizes.")),
        Column("range", _("Holds at any look")),
        Column("cost", _("Cost per customer"),
               explain=_("Media spend as imported, else what the messages say they cost.")),
        Column("answer", _("Answer")),
    ),
    export=False,
)  # fmt: skip


@page("analytics.view")
def experiments(request: HttpRequest) -> HttpResponseBase:
    """All experiments: the shop's own, imported ones, and those other tools tell of."""
    asked, currency = _TABLE.read(request), current_shop().analytics.as_of().currency
    part = str(asked.filters.get("find") or "").lower()
    found = [
        one for one in current_shop().analytics.experiments.list(bool(asked.filters.get("archived")))
        if part in one.experiment.plan.name.lower() or part in one.experiment.key.lower()
    ]  # fmt: skip
    if asked.export:
        return asked.csv([_row(one, currency) for one in found], "experiments")
    start = int(asked.after) if asked.after and asked.after.isdecimal() else 0
    rows = [_row(one, currency) for one in found[start : start + asked.limit]]
    more = str(start + asked.limit) if len(found) > start + asked.limit else None
    nothing = Empty(
        _("No experiments yet"),
        _("Give something to some customers and not to others, by lot: what follows is its effect alone."),
        reverse("experiment_new"), _("Plan an experiment"), "pair",
    )  # fmt: skip
    view = asked.show(rows, next=more, total=len(found), empty=nothing)
    may = asker_of(request).may("experiments.manage")
    return render(
        request, "experiments/list.html", {"table": view, "may": may} | (_channels(request, currency) if found else {})
    )


def _row(one: ExperimentRow, currency: str) -> Row:
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
        } | _answer(one, currency),
        href=reverse("experiment", args=[one.experiment.key]),
    )  # fmt: skip


def _answer(one: ExperimentRow, currency: str) -> dict[str, object]:
    """The verdict and the effect with its bounds, where there is one."""
    answer = one.answer
    if answer is None:
        return {}
    said, tone = DECISIONS[answer.decision]
    cells: dict[str, object] = {"answer": Cell(said, tone=tone)}
    if answer.interval is not None:
        unit = outcomes.parse(one.experiment.plan.primary).unit
        note = words.bounds(answer.interval, unit, currency)
        cells["effect"] = Cell(words.effect(answer.interval.effect, unit, currency), note=note)
    return cells


def _channels(request: HttpRequest, currency: str) -> dict[str, object]:
    """What each channel brings by all its experiments: a sentence, a picture, a table."""
    found = current_shop().analytics.experiments.channels()
    if not found:
        return {}
    line = Series(
        _("Sales per customer"), [round(one.interval.effect) for one in found],
        low=[round(one.interval.low) for one in found], high=[round(one.interval.high) for one in found],
    )  # fmt: skip
    picture = Chart(
        _("Extra sales per customer who drew it, with 95 % intervals that hold at any look"), "interval", "money",
        [channel_name(one.channel) for one in found], [line], currency, axis=_("Channel"),
    )  # fmt: skip
    rows = [
        Row(one.channel, {
            "channel": channel_name(one.channel), "experiments": one.experiments, "treated": one.treated,
            "effect": words.effect(one.interval.effect, "money", currency),
            "range": words.bounds(one.interval, "money", currency),
            "cost": "" if one.cost is None else words.value(one.cost, "money", currency),
            "answer": Cell(DECISIONS[one.decision][0], tone=DECISIONS[one.decision][1]),
        })
        for one in found
    ]  # fmt: skip
    return {"channels": _CHANNELS.read(request).show(rows), "picture": picture, "said": words.channels(found, currency)}


urlpatterns = [path("measure/experiments", experiments, name="experiments")]

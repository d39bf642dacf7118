"""Who responds: the section of an experiment's page, asked for by a click, and the audience made of the best."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral.analytics.experiments.values import ReadOut
from choral.analytics.uplift.values import Heterogeneity
from choral.core.errors import ChoralError
from choral.interfaces.web import formats
from choral.interfaces.web.access import asker_of, page
from choral.interfaces.web.charts import Chart, Series, Unit
from choral.interfaces.web.pages.experiments import words
from choral.interfaces.web.tables import Column, Row, Table
from choral.interfaces.web.toasts import toast
from choral.shop import current_shop

_UNITS: dict[str, Unit] = {"money": "money", "share": "percent", "number": "number"}
_SHOWN = 12
_VERDICTS = {
    "too_few": gettext_lazy("Too few drew each arm to say who responds: it takes 200 of each."),
    "no_lots": gettext_lazy("The arms are not as big as planned, so nothing is said of who responds."),
    "no_attributes": gettext_lazy("Nothing is known of the customers before their lot that could tell them apart."),
}
_ADVICE = {
    "all": gettext_lazy("It is not shown that some respond more than others, and all together respond: treat all."),
    "nobody": gettext_lazy("It is not shown that some respond more than others, and all together lose: treat nobody."),
    "unknown": gettext_lazy("It is not shown that some respond more than others, nor that anybody responds."),
}
_TABLE = Table(
    key="responders",
    caption=gettext_lazy("Who responds"),
    columns=(
        Column("who", gettext_lazy("Part")),
        Column("units", gettext_lazy("Measured"), "number"),
        Column("effect", gettext_lazy("Effect")),
        Column("difference", gettext_lazy("Difference from the rest")),
        Column("p", gettext_lazy("p, corrected"), "number",
               explain=gettext_lazy("Corrected by Holm for all parts that are looked at.")),
    ),
    export=False,
)  # fmt: skip


def section(request: HttpRequest, found: ReadOut, arm: str) -> dict[str, Any]:
    """What the page shows once it was asked for; it learns forty models, so it is not asked for by itself."""
    if request.GET.get("who") != "1":
        return {}
    try:
        said = current_shop().analytics.uplift.of_experiment(found.experiment.key, "", arm)
    except ChoralError as problem:
        return {"who_said": str(problem)}
    if said.verdict in _VERDICTS:
        return {"who_said": _VERDICTS[said.verdict]}
    keeps = found.experiment.plan.kind in ("test", "holdout", "told") and asker_of(request).may("audiences.manage")
    return {
        "who_said": _said(said), "qini": _qini(said), "fifths": _fifths(said),
        "responders": _TABLE.read(request).show([_row(one, said) for one in said.responders[:_SHOWN]]),
        "who_share": said.share if said.advice == "best" and keeps else None,
    }  # fmt: skip


@page("audiences.manage", "POST")
def keep_best(request: HttpRequest, key: str) -> HttpResponse:
    """Those who respond most as an audience; people about whom nothing may be concluded are left out."""
    analytics = current_shop().analytics
    said = analytics.uplift.of_experiment(key, "", request.POST.get("arm", ""))
    people = analytics.uplift.best(key, said.outcome, said.arm, said.share or 0.2)
    name = _("%(name)s: who responds") % {"name": analytics.experiments.get(key).plan.name[:90]}
    made = current_shop().customers.audiences.keep_list(
        asker_of(request).actor, name, list(people), f"uplift of {key}: {said.share or 0.2:.0%}"
    )
    toast(request, _("“%(name)s” is an audience now.") % {"name": name})
    return redirect("audience", made)


def _said(said: Heterogeneity) -> str:
    if said.verdict != "found":
        return str(_ADVICE.get(said.advice, _ADVICE["unknown"]))
    p = formats.number(said.p or 0.0, 4)
    if said.advice == "best":
        return _("Some respond more than others (p = %(p)s): treat the best %(share)s.") % {
            "p": p, "share": formats.percent(said.share or 0.0, 0),
        }  # fmt: skip
    return _("Some respond more than others (p = %(p)s), but every fifth of them gains: treat all.") % {"p": p}


def _qini(said: Heterogeneity) -> Chart:
    """What treating the best so many brings a treated customer, beside choosing at random."""
    return Chart(
        _("What treating the best so many brings, beside choosing at random"), "line", _UNITS[said.unit],
        [formats.percent(one.share, 0) for one in said.curve],
        [Series(_("Best first"), [_plain(one.gained, said) for one in said.curve]),
         Series(_("At random"), [_plain(one.at_random, said) for one in said.curve], dashed=True)],
        said.currency if said.unit == "money" else "", axis=_("Treated"),
    )  # fmt: skip


def _fifths(said: Heterogeneity) -> Chart:
    """The effect really measured in each fifth of predicted effect."""
    line = Series(
        _("Effect"), [_plain(one.effect, said) for one in said.fifths],
        low=[_plain(one.low, said) for one in said.fifths], high=[_plain(one.high, said) for one in said.fifths],
    )  # fmt: skip
    labels = [_("Fifth %(number)s") % {"number": one.fifth} for one in said.fifths]
    return Chart(
        _("Effect measured in each fifth, the one foretold to respond most first"), "interval", _UNITS[said.unit],
        labels, [line], said.currency if said.unit == "money" else "", axis=_("Fifth"), height="small",
    )  # fmt: skip


def _row(one: Any, said: Heterogeneity) -> Row:
    name = f"{words.attribute_name(one.attribute)}: {words.part_name(one.attribute, one.level)}"
    return Row(name, {
        "who": name, "units": one.units, "effect": words.effect(one.effect, said.unit, said.currency),  # type: ignore[arg-type]
        "difference": words.effect(one.difference, said.unit, said.currency),  # type: ignore[arg-type]
        "p": round(one.p, 4),
    })  # fmt: skip


def _plain(amount: float, said: Heterogeneity) -> float | int:
    return round(amount) if said.unit == "money" else round(amount, 6)


urlpatterns = [path("measure/experiments/respond/<path:key>", keep_best, name="experiment_responders")]

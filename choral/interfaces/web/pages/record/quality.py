"""Measure → Recommendations: how well the models foretold what customers bought, and the owner's rules over them."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral.books import act
from choral.core.errors import ChoralError
from choral.customers.recommend.actions import KINDS, remove_rule, set_rule
from choral.customers.recommend.queries import RuleRow
from choral.customers.recommend.values import Interval, Judged, Training
from choral.interfaces.web import formats
from choral.interfaces.web.access import asker_of, page
from choral.interfaces.web.charts import Chart, Series
from choral.interfaces.web.names import who_did
from choral.interfaces.web.navigation import Entry
from choral.interfaces.web.pages.record import words
from choral.interfaces.web.stats import Stat
from choral.interfaces.web.tables import Action, Column, Empty, Row, Table
from choral.interfaces.web.toasts import toast
from choral.shop import current_shop

NAVIGATION = [
    Entry("measure", 70, gettext_lazy("Recommendations"), "recommendations", "analytics.view", "recommend",
          words=gettext_lazy("model recall offer suggest products")),
]  # fmt: skip
_RULES = Table(
    key="recommendation-rules",
    columns=(
        Column("rule", gettext_lazy("Rule")),
        Column("about", gettext_lazy("About")),
        Column("value", gettext_lazy("Value")),
        Column("at", gettext_lazy("Since"), "time"),
        Column("actor", gettext_lazy("By")),
    ),
    caption=gettext_lazy("Rules"),
)


class RuleForm(forms.Form):
    """One rule."""

    kind = forms.ChoiceField(label=gettext_lazy("Rule"), choices=[(key, words.RULES[key][0]) for key in KINDS])
    subject = forms.CharField(
        label=gettext_lazy("About"), max_length=200, required=False,
        help_text=gettext_lazy("A product’s id or a department, where the rule is about one."),
    )  # fmt: skip
    value = forms.CharField(
        label=gettext_lazy("Value"), max_length=40, required=False,
        help_text=gettext_lazy("A number; for the basis: consent, opt_out or off."),
    )  # fmt: skip


@page("analytics.view")
def recommendations(request: HttpRequest) -> HttpResponse:
    """What was learnt, how good it is, and the rules."""
    return _page(request, RuleForm())


@page("recommendations.manage", "POST")
def rule_set(request: HttpRequest) -> HttpResponse:
    """Set a rule (of the form, or of the address when a change is taken back)."""
    form = RuleForm(request.POST if "kind" in request.POST else request.GET)
    if form.is_valid():
        given = form.cleaned_data
        try:
            before = act(
                set_rule, asker_of(request).actor, given["kind"], given["subject"].strip(), given["value"].strip()
            )
        except ChoralError as problem:
            form.add_error(None, f"{problem.what} {problem.fix}")
        else:
            back = {"kind": given["kind"], "subject": given["subject"].strip(), "value": before}
            undo = reverse("recommendation_rule_set" if before else "recommendation_rule_remove")
            toast(request, _("The rule holds from now on."), undo=f"{undo}?{urlencode(back)}")
            return redirect("recommendations")
    return _page(request, form, status=422)


@page("recommendations.manage", "POST")
def rule_remove(request: HttpRequest) -> HttpResponse:
    """Take a rule back; the toast sets it again."""
    kind, subject = request.GET.get("kind", ""), request.GET.get("subject", "")
    rows = current_shop().customers.recommend.rule_rows()
    value = next((one.value for one in rows if (one.kind, one.subject) == (kind, subject)), "")
    act(remove_rule, asker_of(request).actor, kind, subject)
    again = urlencode({"kind": kind, "subject": subject, "value": value})
    toast(request, _("The rule is taken back."), undo=f"{reverse('recommendation_rule_set')}?{again}")
    return redirect("recommendations")


def _page(request: HttpRequest, form: RuleForm, status: int = 200) -> HttpResponse:
    recommend = current_shop().customers.recommend
    training, may = recommend.training(), asker_of(request).may("recommendations.manage")
    asked = _RULES.read(request)
    found = recommend.rule_rows()
    names = who_did(one.actor for one in found)
    rows = [_rule(one, names[one.actor], may) for one in found]
    nothing = Empty(
        _("No rule was set."),
        _("Everything is as it comes: only who agreed gets personal recommendations."),
        icon="filter",
    )
    context: dict[str, Any] = {
        "training": training, "form": form, "may": may, "rules": recommend.rules(),
        "table": asked.show(rows, total=len(rows), empty=nothing), "help_of": list(words.RULES.values()),
    }  # fmt: skip
    if training.rows:
        context |= _judged(training)
    return render(request, "record/quality.html", context, status=status)


def _judged(training: Training) -> dict[str, Any]:
    by = {(one.model, one.task): one for one in training.rows if one.activity == "all"}
    best, popular, new, new_popular = (
        by[one].ndcg.value if one in by else 0.0  # when nobody bought anything new there is nothing to judge on
        for one in (("for_you", "any"), ("popular", "any"), ("taste", "new"), ("popular", "new"))
    )
    return {
        "judged_from": date.fromisoformat(training.judged_from),
        "stats": [
            Stat(_("Hit rate"), formats.percent(by["for_you", "any"].hit_rate.value),
                 explain=_("Of the customers judged, how many bought at least one of the ten products named.")),
            Stat(_("All products"), _times(best, popular),
                 explain=_("How many times the NDCG of best sellers, the same for everybody, is reached.")),
            Stat(_("New ones"), _times(new, new_popular),
                 explain=_("The same when only products count that the customer had never bought.")),
            Stat(_("Learnt from"), formats.compact(training.lines), note=_("order lines"),
                 explain=_("Lines of orders by customers who are known.")),
        ],
        "any": _rows(training, "any"), "new": _rows(training, "new"),
        "chart": _chart(by, "any", _("Any product")),
        "chart_new": _chart(by, "new", _("New products only")) if ("popular", "new") in by else None,
    }  # fmt: skip


def _times(value: float, base: float) -> str:
    return f"× {formats.number(value / base, 1)}" if base > 0 else "–"


def _chart(by: dict[tuple[str, str], Judged], task: str, title: str) -> Chart:
    found = [one for (_, of), one in by.items() if of == task]
    found.sort(key=lambda one: -one.ndcg.value)
    series = Series(
        "NDCG", [one.ndcg.value for one in found], [one.ndcg.low for one in found], [one.ndcg.high for one in found]
    )
    labels = [str(words.MODELS[one.model][0]) for one in found]
    return Chart(title, "interval", "percent", labels, [series])


def _rows(training: Training, task: str) -> list[dict[str, Any]]:
    def share(one: Interval) -> str:
        return formats.percent(one.value)

    return [
        {
            "model": words.MODELS[one.model][0], "means": words.MODELS[one.model][1], "whole": one.activity == "all",
            "activity": words.ACTIVITY[one.activity], "customers": one.customers, "hit": share(one.hit_rate),
            "recall": share(one.recall), "ndcg": share(one.ndcg), "precision": share(one.precision),
            "interval": f"{formats.percent(one.ndcg.low)} – {formats.percent(one.ndcg.high)}",
        }
        for one in training.rows if one.task == task
    ]  # fmt: skip


def _rule(one: RuleRow, actor: str, may: bool) -> Row:
    href = f"{reverse('recommendation_rule_remove')}?{urlencode({'kind': one.kind, 'subject': one.subject})}"
    cells: dict[str, object] = {
        "rule": words.RULES[one.kind][0], "about": one.subject, "at": one.at, "actor": actor,
        "value": words.BASES.get(one.value, one.value) if one.kind == "basis" else one.value,
    }  # fmt: skip
    return Row(f"{one.kind}:{one.subject}", cells, actions=(Action(_("Take back"), href),) if may else ())


urlpatterns = [
    path("measure/recommendations", recommendations, name="recommendations"),
    path("measure/recommendations/rules", rule_set, name="recommendation_rule_set"),
    path("measure/recommendations/rules/remove", rule_remove, name="recommendation_rule_remove"),
]

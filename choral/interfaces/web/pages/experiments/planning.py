"""The plan of an experiment, and how many customers and days it will take."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _

from choral.analytics.experiments.values import Experiment, Sizes
from choral.core.errors import ChoralError, NotFound
from choral.interfaces.web import formats
from choral.interfaces.web.access import asker_of, page
from choral.interfaces.web.errors import said
from choral.interfaces.web.pages.experiments import words
from choral.interfaces.web.pages.experiments.forms import PlanForm
from choral.interfaces.web.stats import Stat
from choral.interfaces.web.toasts import toast
from choral.shop import current_shop

_DEPARTMENTS = 50


@page("experiments.manage", "GET", "POST")
def new(request: HttpRequest) -> HttpResponse:
    """Work out the sizes of a plan, or write it down."""
    shop = current_shop()
    told = _told(request.POST.get("key") or request.GET.get("key") or "")
    audiences = [(one.key, one.name) for one in shop.customers.audiences.list()]
    departments = sorted(one.key for one in shop.analytics.products("department", limit=_DEPARTMENTS) if one.key)
    first = {"name": told.plan.name, "window_days": told.plan.window_days} if told else None
    form = PlanForm(request.POST or None, audiences=audiences, departments=departments, told=told, initial=first)
    problem = sizes = None
    if request.method == "POST" and form.is_valid():
        try:
            if "sizes" in request.POST:
                sizes = _sizes(form)
            else:
                key = shop.analytics.experiments.create(asker_of(request).actor, form.plan(), told.key if told else "")
                toast(request, _("“%(name)s” is planned.") % {"name": form.cleaned_data["name"]})
                return redirect("experiment", key)
        except ChoralError as error:
            problem = said(error)
    context = {
        "form": form, "problem": problem, "told": told, "stats": _stats(sizes) if sizes else (),
        "answer": _answer(sizes) if sizes else _("The shop has no past to plan from yet.") if "sizes" in request.POST
        and form.is_valid() and not problem else "",
    }  # fmt: skip
    return render(request, "experiments/new.html", context, status=422 if problem or form.errors else 200)


def _told(key: str) -> Experiment | None:
    """An experiment other tools tell of, whose plan is to be said."""
    if not key:
        return None
    try:
        found = current_shop().analytics.experiments.get(key)
    except NotFound:
        return None
    return found if found.plan.kind == "told" else None


def _sizes(form: PlanForm) -> Sizes | None:
    plan = form.plan()
    return current_shop().analytics.experiments.sizes(
        plan.primary, relative=form.cleaned_data["effect"] / 100, arms=plan.arms, window_days=plan.window_days,
        audience=plan.audience,
    )  # fmt: skip


def _answer(sizes: Sizes) -> str:
    """The planner's answer in one sentence."""
    needed = sizes.any_day_adjusted
    if needed is None:
        return _("No number of customers can be planned: the outcome never varies in this shop's past.")
    numbers = {"needed": formats.number(needed), "there": formats.number(sizes.eligible)}
    if needed <= sizes.eligible:
        if sizes.days:
            numbers["days"] = formats.number(sizes.days)
            return _("%(needed)s customers are needed, of %(there)s; so many come by within %(days)s days.") % numbers
        return _("%(needed)s customers are needed, and there are %(there)s: it can be found.") % numbers
    seen = "" if sizes.seen is None else words.effect(
        sizes.seen, sizes.history.unit, current_shop().analytics.as_of().currency
    ).lstrip("+")  # fmt: skip
    return _("%(needed)s customers would be needed, and there are %(there)s: with these only an effect of %(seen)s can "
             "be found.") % {**numbers, "seen": seen}  # fmt: skip


def _stats(sizes: Sizes) -> list[Stat]:
    history, currency = sizes.history, current_shop().analytics.as_of().currency

    def count(one: int | None) -> str:
        return "–" if one is None else formats.number(one)

    return [
        Stat(_("To look any day"), count(sizes.any_day_adjusted), good="none",
             note=_("%(count)s without the time before") % {"count": count(sizes.any_day)},
             explain=_("Customers of all arms together that show the effect in four of five such experiments, with "
                       "the interval that may be looked at any day.")),
        Stat(_("To look once"), count(sizes.one_look_adjusted), good="none",
             note=_("%(count)s without the time before") % {"count": count(sizes.one_look)},
             explain=_("The same for a single look on a day fixed before.")),
        Stat(_("Today"), words.value(history.mean, history.unit, currency), good="none",
             note=_("over %(days)s days, %(count)s customers") % {
                 "days": sizes.window_days, "count": formats.number(history.customers)},
             explain=_("The mean over the last whole window of the shop's own data.")),
        Stat(_("Known from before"), formats.percent(history.explained), good="none",
             explain=_("How much of the variance what customers bought in the window before explains. So much is taken "
                       "out of the comparison.")),
    ]  # fmt: skip


urlpatterns = [path("measure/experiments/new", new, name="experiment_new")]

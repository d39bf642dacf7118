"""One suggestion after the other: two customers side by side, and whether they are one person."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from choral.core.errors import ChoralError
from choral.customers.links.values import LinksState, Side, Suggestion
from choral.interfaces.web import formats
from choral.interfaces.web.access import asker_of, page
from choral.interfaces.web.navigation import Entry
from choral.interfaces.web.pages.links.words import FIELDS, STATES, evidence, tone
from choral.interfaces.web.stats import Stat
from choral.interfaces.web.toasts import toast
from choral.shop import current_shop

NAVIGATION = [
    Entry("customers", 60, gettext_lazy("Same person?"), "links", "customers.edit", "pair", go="d",
          words=gettext_lazy("duplicates merge paper lists suggestions")),
]  # fmt: skip
_OTHERS = 8


class CostsForm(forms.Form):
    """What a mistake costs, either way."""

    wrong = forms.IntegerField(
        label=gettext_lazy("Cost of joining two people wrongly"), min_value=1, max_value=1_000_000,
        help_text=gettext_lazy("Somebody sees another's orders, or gets their mail."),
    )  # fmt: skip
    missed = forms.IntegerField(
        label=gettext_lazy("Cost of leaving one person in two"), min_value=1, max_value=1_000_000,
        help_text=gettext_lazy("They get everything twice and are worth less than they are."),
    )  # fmt: skip


@page("customers.edit")
def review(request: HttpRequest) -> HttpResponse:
    """The suggestion to decide next, or the one asked for, and how much is left."""
    links, personal = current_shop().customers.links, asker_of(request).may("customers.personal")
    state = links.state()
    asked = request.GET.get("id", "")
    one = links.get(int(asked), personal) if asked.isdecimal() and len(asked) < 19 else links.next(0, personal)
    waiting = [row for row in links.list(limit=_OTHERS + 1, personal=personal).rows if one is None or row.id != one.id]
    context: dict[str, Any] = {
        "one": one, "stats": _stats(state), "state": state, "others": [_line(row) for row in waiting[:_OTHERS]],
        "costs": CostsForm(initial={"wrong": state.wrong_cost, "missed": state.missed_cost}),
        "threshold": formats.percent(state.threshold), "running": _running(state),
    }  # fmt: skip
    if one is not None:
        context |= {"lines": _lines(one), "likely": formats.percent(one.probability), "sides": _sides(one)}
        context |= {"decidable": one.state in ("open", "later"), "said": STATES[one.state]}
    return render(request, "links/review.html", context)


@page("customers.edit", "POST")
def decide(request: HttpRequest, number: int, verb: str) -> HttpResponse:
    """Accept, refuse, put off, or take a decision back; then the next one."""
    links, actor = current_shop().customers.links, asker_of(request).actor
    undo = reverse("link_decide", args=[number, "reopen"])
    if verb == "accept":
        links.accept(actor, number)
        toast(request, _("They are one person now."), undo=undo)
    elif verb == "refuse":
        links.refuse(actor, number)
        toast(request, _("They stay two people, whatever is found later."), undo=undo)
    elif verb == "later":
        links.later(actor, number)
        toast(request, _("Put off: it comes again after the others."), undo=undo, tone="info")
    else:
        links.reopen(actor, number)
        toast(request, _("It is to be decided again."), tone="info")
        return redirect(f"{reverse('links')}?id={number}")
    return redirect("links")


@page("customers.edit", "POST")
def accept_all(request: HttpRequest) -> HttpResponse:
    """Accept all above the threshold, on this one explicit word."""
    links, actor = current_shop().customers.links, asker_of(request).actor
    count = links.accept_above(actor, links.state().threshold)
    said = ngettext("%(count)s pair is one person now.", "%(count)s pairs are one person now.", count)
    toast(request, said % {"count": formats.number(count)})
    return redirect(f"{reverse('links_decided')}?state=accepted")


@page("customers.edit", "POST")
def compare(request: HttpRequest) -> HttpResponse:
    """Have the worker compare all records."""
    current_shop().customers.links.ask(asker_of(request).actor)
    toast(request, _("The records are being compared; what is found appears here."), tone="info")
    return redirect("links")


@page("customers.edit", "POST")
def set_costs(request: HttpRequest) -> HttpResponse:
    """What mistakes cost; the threshold follows."""
    form = CostsForm(request.POST)
    if not form.is_valid():
        toast(request, _("Both costs are whole numbers from 1."), tone="warning")
        return redirect("links")
    given = form.cleaned_data
    try:
        threshold = current_shop().customers.links.set_costs(asker_of(request).actor, given["wrong"], given["missed"])
    except ChoralError as problem:
        toast(request, problem.what, tone="warning")
        return redirect("links")
    said = _("From %(threshold)s on, accepting costs less than refusing.")
    toast(request, said % {"threshold": formats.percent(threshold)})
    return redirect("links")


def _running(state: LinksState) -> bool:
    return state.last_run is not None and state.last_run.state in ("asked", "running")


def _stats(state: LinksState) -> list[Stat]:
    decided = reverse("links_decided")
    stats = [
        Stat(_("To decide"), formats.number(state.open), note=_("%(count)s put off") % {"count": state.later},
             href=f"{decided}?state=open",
             explain=_("Pairs of customers whose records look like one person's. Nothing is joined, shown or sent"
                       " because of them before somebody decides.")),
        Stat(_("Above the threshold"), formats.number(state.above), note=formats.percent(state.threshold),
             explain=_("Pairs so likely that, by the costs you set, accepting costs less than refusing.")),
    ]  # fmt: skip
    if state.last_run is not None and state.last_run.ended_at:
        people = _("%(count)s customers compared") % {"count": formats.number(state.last_run.people)}
        stats.append(
            Stat(_("Last comparison"), formats.ago(state.last_run.ended_at), note=people,
                 explain=_("When all records were last compared. Compare again after a list has been imported."))
        )  # fmt: skip
    return stats


def _lines(one: Suggestion) -> list[dict[str, object]]:
    """The fields of both, side by side, each with what its comparison says, once."""
    said = {each.field: each.level for each in one.evidence}
    lines: list[dict[str, object]] = []
    for field, comparison, label in FIELDS:
        mine, theirs = one.one.values.get(field, ""), one.other.values.get(field, "")
        if not (mine or theirs):
            continue
        level = said.pop(comparison, None) if mine and theirs else None
        words = evidence(comparison, level) if level else ""
        lines.append(
            {"label": label, "one": mine, "other": theirs, "words": words, "tone": tone(level) if level else ""}
        )
    return lines


def _sides(one: Suggestion) -> list[dict[str, object]]:
    return [_side(one.one), _side(one.other)]


def _side(side: Side) -> dict[str, object]:
    return {"name": side.name or side.identifier, "customer": side.customer, "identifier": side.identifier}


def _line(one: Suggestion) -> dict[str, object]:
    return {
        "id": one.id, "likely": formats.percent(one.probability), "one": one.one.name or one.one.identifier,
        "other": one.other.name or one.other.identifier,
    }  # fmt: skip


urlpatterns = [
    path("links", review, name="links"),
    path("links/compare", compare, name="links_compare"),
    path("links/accept", accept_all, name="links_accept_all"),
    path("links/costs", set_costs, name="links_costs"),
    path("links/<int:number>/<str:verb>", decide, name="link_decide"),
]

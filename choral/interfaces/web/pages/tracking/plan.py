"""The tracking plan: what is expected of events, how much came as planned, what came otherwise."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral.connectors.plan.values import Coverage, Expected, Standing, Violation
from choral.core.clock import SYSTEM_CLOCK, to_datetime, to_microseconds
from choral.core.errors import ChoralError
from choral.interfaces.web.access import asker_of, page
from choral.interfaces.web.errors import said
from choral.interfaces.web.formats import compact, percent
from choral.interfaces.web.navigation import Entry
from choral.interfaces.web.pages.tracking.plan_form import (
    KIND_NAMES,
    EventForm,
    PlanFileForm,
    Properties,
    filled,
    line_of,
    source_choices,
)
from choral.interfaces.web.stats import Stat
from choral.interfaces.web.tables import Action, Cell, Column, Empty, Row, Table
from choral.interfaces.web.toasts import toast
from choral.shop import current_shop

NAVIGATION = [Entry("data", 45, gettext_lazy("Tracking plan"), "plan", "events.view", "plan",
                    words=gettext_lazy("schema expected properties violations quality"))]  # fmt: skip
_DAYS = 7
_EVENTS = Table(
    key="plan",
    columns=(
        Column("event", gettext_lazy("Event")),
        Column("source", gettext_lazy("Source")),
        Column("properties", gettext_lazy("Properties"), "number"),
        Column("came", gettext_lazy("Came"), "number", explain=gettext_lazy("Events since checking began.")),
        Column("good", gettext_lazy("As planned"), "percent"),
        Column("version", gettext_lazy("Version"), "number"),
    ),
    export=False,
    caption=gettext_lazy("Expected events"),
)
_VIOLATIONS = Table(
    key="violations",
    columns=(
        Column("event", gettext_lazy("Event")),
        Column("what", gettext_lazy("What is otherwise")),
        Column("source", gettext_lazy("Source")),
        Column("count", gettext_lazy("Events"), "number"),
        Column("last", gettext_lazy("Last"), "ago"),
        Column("sample", gettext_lazy("For example")),
    ),
    export=False,
    caption=gettext_lazy("What came otherwise"),
)


@page("events.view")
def plan(request: HttpRequest) -> HttpResponse:
    """Figures, what came otherwise, the plan."""
    asker, door = asker_of(request), current_shop().connectors.plan
    may, names = asker.may("plan.manage"), {str(key): str(name) for key, name in source_choices()}
    standing, covered, lines = door.standing(), door.coverage(), door.plan()
    wrong = door.violations(limit=50)
    none_wrong = Empty(
        gettext_lazy("Everything came as planned"),
        gettext_lazy("An event that differs from the plan is kept and counted as ever, and listed here."), icon="good",
    )  # fmt: skip
    none_planned = Empty(
        gettext_lazy("Nothing is expected yet"),
        gettext_lazy("A plan says which events and properties your shop, app and tills send, so that you see at once "
                     "when one of them goes wrong. Let one be proposed from what came."), icon="check",
    )  # fmt: skip
    violations = _VIOLATIONS.read(request).show([_wrong(one, names) for one in wrong], total=standing.violations,
                                                empty=none_wrong)  # fmt: skip
    expected = _EVENTS.read(request).show([_planned(one, covered, names, may) for one in lines], total=len(lines),
                                          empty=none_planned)  # fmt: skip
    context = {
        "standing": standing, "stats": _stats(standing), "violations": violations, "expected": expected, "may": may,
        "unplanned": [one for one in covered if not one.planned][:8],
        "waiting": standing.head - standing.position if lines else 0,
        "since": to_datetime(SYSTEM_CLOCK.now()).date() - timedelta(days=_DAYS),
    }  # fmt: skip
    return render(request, "tracking/plan.html", context)


@page("events.view", "GET", "POST")
def plan_event(request: HttpRequest, line: str) -> HttpResponse:
    """One event of the plan, or (`new`) another one."""
    asker, door = asker_of(request), current_shop().connectors.plan
    new, may = line == "new", asker.may("plan.manage")
    found = Expected("", "", request.GET.get("event", "")[:200], ()) if new else door.line(line)
    first, rows = filled(found)
    form, properties = EventForm(request.POST or None, initial=first), Properties(request.POST or None, initial=rows)
    if request.method == "POST" and may and form.is_valid() and properties.is_valid():
        try:
            made = line_of("" if new else line, form, properties)
            if new:
                door.expect(asker.actor, [made])
            else:
                door.change(asker.actor, made)
        except ChoralError as problem:
            form.add_error("event", f"{said(problem)['what']} {said(problem)['why']}")
        else:
            toast(request, _("“%(event)s” is in the plan.") % {"event": made.event})
            return redirect("plan")
    wrong = [] if new else door.violations(event=found.event)
    names = {str(key): str(name) for key, name in source_choices()}
    table = _VIOLATIONS.read(request).show([_wrong(one, names) for one in wrong], total=len(wrong), empty=Empty(
        gettext_lazy("Everything came as planned"), "", icon="good"))  # fmt: skip
    context = {"line": found, "new": new, "form": form, "properties": properties, "may": may, "table": table}
    return render(request, "tracking/plan_event.html", context, status=422 if form.errors else 200)


@page("events.view")
def proposal(request: HttpRequest) -> HttpResponse:
    """A plan from what came in the last days; nothing is written before it is accepted."""
    asker, source = asker_of(request), request.GET.get("source", "")[:60]
    found = current_shop().connectors.plan.propose(source, _DAYS)
    known = {one.event for one in current_shop().connectors.plan.plan(source or None)}
    context = {
        "lines": found, "known": known, "days": _DAYS, "may": asker.may("plan.manage"), "source": source,
        "tabs": [(name, f"?source={key}", key == source) for key, name in source_choices()],
    }  # fmt: skip
    return render(request, "tracking/proposal.html", context)


@page("plan.manage", "POST")
def accept(request: HttpRequest) -> HttpResponse:
    """Write the chosen events of the proposal into the plan."""
    source, chosen = request.POST.get("source", "")[:60], set(request.POST.getlist("event"))
    door = current_shop().connectors.plan
    lines = [one for one in door.propose(source, _DAYS) if one.event in chosen]
    door.expect(asker_of(request).actor, lines)
    toast(request, _("%(count)s events are in the plan.") % {"count": len(lines)})
    return redirect("plan")


@page("plan.manage", "POST")
def forget(request: HttpRequest, line: str) -> HttpResponse:
    door = current_shop().connectors.plan
    name = door.line(line).event
    door.forget(asker_of(request).actor, line)
    toast(request, _("“%(event)s” is no longer expected.") % {"event": name})
    return redirect("plan")


@page("plan.manage", "POST")
def recheck(request: HttpRequest) -> HttpResponse:
    """Check again what came in from a day on."""
    try:
        day = datetime.fromisoformat(request.POST.get("since", "")).replace(tzinfo=UTC)
    except ValueError:
        return redirect("plan")
    current_shop().connectors.plan.recheck(asker_of(request).actor, max(0, to_microseconds(day)))
    toast(request, _("It is checked again from that day on."))
    return redirect("plan")


@page("plan.manage", "POST")
def bring_in(request: HttpRequest) -> HttpResponse:
    """Add the events of a file."""
    form = PlanFileForm(request.POST, request.FILES)
    if form.is_valid():
        many = current_shop().connectors.plan.bring_in(asker_of(request).actor, form.cleaned_data["file"].read())
        toast(request, _("%(count)s events are in the plan.") % {"count": many})
    return redirect("plan")


@page("events.view", part=True)
def export(request: HttpRequest) -> HttpResponse:
    """The plan as a file."""
    shop = current_shop()
    text = json.dumps(shop.connectors.plan.export(shop.home.name), indent=2, ensure_ascii=False)
    response = HttpResponse(text, content_type="application/json")
    response["Content-Disposition"] = 'attachment; filename="tracking-plan.json"'
    return response


def _planned(one: Expected, covered: tuple[Coverage, ...], names: dict[str, str], may: bool) -> Row:
    mine = [item for item in covered if item.event == one.event and one.source in ("", item.source)]
    came, good = sum(item.count for item in mine), sum(item.good for item in mine)
    cells = {
        "event": one.event, "source": names.get(one.source, one.source), "properties": len(one.properties),
        "came": came, "good": good / came if came else None, "version": one.version,
    }  # fmt: skip
    actions = (Action(_("Remove"), reverse("plan_forget", args=[one.id])),) if may else ()
    return Row(one.id, cells, href=reverse("plan_event", args=[one.id]), actions=actions)


def _wrong(one: Violation, names: dict[str, str]) -> Row:
    what = str(KIND_NAMES.get(one.kind, one.kind))
    newest = one.samples[-1] if one.samples else None
    sample = Cell(f"{newest}", href=reverse("event", args=[newest])) if newest else Cell("")
    cells = {
        "event": one.event, "what": f"“{one.property}” {what}" if one.property else what,
        "source": names.get(one.source, one.source), "count": one.count, "last": one.last_at, "sample": sample,
    }  # fmt: skip
    return Row(f"{one.source}-{one.event}-{one.kind}-{one.property}", cells)


def _stats(standing: Standing) -> list[Stat]:
    share = standing.good / standing.events if standing.events else None
    known = 1 - standing.unknown / standing.events if standing.events else None
    return [
        Stat(_("Expected events"), compact(standing.planned)),
        Stat(_("Came"), compact(standing.events), explain=_("Events since checking began.")),
        Stat(_("In the plan"), "–" if known is None else percent(known),
             explain=_("The share of events whose name the plan knows.")),
        Stat(_("As planned"), "–" if share is None else percent(share),
             explain=_("The share of events in which nothing was otherwise. Others count as ever.")),
    ]  # fmt: skip


urlpatterns = [
    path("plan", plan, name="plan"),
    path("plan/proposal", proposal, name="plan_proposal"),
    path("plan/accept", accept, name="plan_accept"),
    path("plan/recheck", recheck, name="plan_recheck"),
    path("plan/import", bring_in, name="plan_import"),
    path("plan/tracking-plan.json", export, name="plan_export"),
    path("plan/<str:line>", plan_event, name="plan_event"),
    path("plan/<str:line>/forget", forget, name="plan_forget"),
]

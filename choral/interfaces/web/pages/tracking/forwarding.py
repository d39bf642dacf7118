"""Forwarding: the tools that get events, how far each is, and what they did not take."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral.books import act
from choral.connectors.forwarding import actions
from choral.connectors.forwarding.values import ON, DeadLetter, Destination
from choral.core.errors import ChoralError
from choral.interfaces.web.access import asker_of, page
from choral.interfaces.web.errors import said
from choral.interfaces.web.formats import compact
from choral.interfaces.web.navigation import Entry
from choral.interfaces.web.pages.tracking.forwarding_form import (
    DestinationForm,
    NewDestinationForm,
    ReplayForm,
    beginning_of,
    filled,
)
from choral.interfaces.web.stats import Stat
from choral.interfaces.web.tables import Action, Cell, Column, Empty, Row, Table
from choral.interfaces.web.toasts import toast
from choral.shop import current_shop

NAVIGATION = [Entry("data", 50, gettext_lazy("Forwarding"), "forwarding", "events.view", "external",
                    words=gettext_lazy("web hooks destinations Segment other tools"))]  # fmt: skip
_TABLE = Table(
    key="forwarding",
    columns=(
        Column("name", gettext_lazy("Destination")),
        Column("state", gettext_lazy("State")),
        Column("waiting", gettext_lazy("Waiting"), "number", explain=gettext_lazy("Events it has not been sent yet.")),
        Column("delivered", gettext_lazy("Delivered"), "number"),
        Column("last", gettext_lazy("Last delivery"), "ago"),
        Column("dead", gettext_lazy("Not taken"), "number",
               explain=gettext_lazy("Batches that were sent again and again and put aside.")),
    ),
    export=False,
    caption=gettext_lazy("Destinations"),
)  # fmt: skip
_DEAD = Table(
    key="dead",
    columns=(
        Column("events", gettext_lazy("Events"), "number"),
        Column("problem", gettext_lazy("What it answered")),
        Column("attempts", gettext_lazy("Attempts"), "number"),
        Column("at", gettext_lazy("Since when"), "ago"),
    ),
    export=False,
    caption=gettext_lazy("Not taken"),
)


@page("events.view", "GET", "POST")
def forwarding(request: HttpRequest) -> HttpResponse:
    """The destinations there are, and a new one."""
    asker, door = asker_of(request), current_shop().connectors.forwarding
    may = asker.may("forwarding.manage")
    form = NewDestinationForm(request.POST or None) if may else None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            made = door.add(asker.actor, form.settings(), beginning_of(form))
        except ChoralError as problem:
            form.add_error(_field_of(problem), _sentence(problem))
        else:
            toast(request, _("“%(name)s” gets its events from now on.") % {"name": made.settings.name})
            return redirect("destination", made.id)
    found = door.destinations()
    nothing = Empty(
        gettext_lazy("Nothing is passed on yet"),
        gettext_lazy("Send events to the tools you already have: analytics, a warehouse, another Choral. In order, "
                     "again after failures, and without names unless people agreed."),
        icon="external",
    )  # fmt: skip
    view = _TABLE.read(request).show([_row(one) for one in found], total=len(found), empty=nothing)
    wrong = form is not None and bool(form.errors)
    return render(request, "tracking/forwarding.html", {"form": form, "table": view}, status=422 if wrong else 200)


@page("events.view", "GET", "POST")
def destination(request: HttpRequest, destination_id: str) -> HttpResponse:
    """One destination: state, settings, secret, what it gets, what it did not take."""
    asker, door = asker_of(request), current_shop().connectors.forwarding
    found, may = door.destination(destination_id), asker.may("forwarding.manage")
    form = DestinationForm(request.POST or None, initial=filled(found.settings)) if may else None
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            door.change(asker.actor, destination_id, form.settings())
        except ChoralError as problem:
            form.add_error(_field_of(problem), _sentence(problem))
        else:
            toast(request, _("Saved: what waits is sent by these settings."))
            return redirect("destination", destination_id)
    lines = door.dead(destination_id)
    nothing = Empty(gettext_lazy("It took everything"), gettext_lazy("What a tool refuses for good is listed here."),
                    icon="good")  # fmt: skip
    dead = _DEAD.read(request).show([_line(one, may) for one in lines], total=found.dead, empty=nothing)
    sample = json.dumps(door.newest(destination_id), indent=2, ensure_ascii=False)
    context = {
        "one": found, "form": form, "may": may, "table": dead, "stats": _stats(found), "on": found.state == ON,
        "secret": door.secret(destination_id) if may else "", "sample": sample if asker.may("customers.personal")
        or found.settings.identifiers != "plain" else "", "replay": ReplayForm(),
    }  # fmt: skip
    wrong = form is not None and bool(form.errors)
    response = render(request, "tracking/destination.html", context, status=422 if wrong else 200)
    response["Cache-Control"] = "no-store"
    return response


@page("forwarding.manage", "POST")
def pause(request: HttpRequest, destination_id: str) -> HttpResponse:
    """Nothing is sent; the way back is in the toast."""
    act(actions.pause, asker_of(request).actor, destination_id)
    undo = reverse("destination_resume", args=[destination_id])
    toast(request, _("Paused. What happens meanwhile waits, nothing is lost."), undo=undo)
    return redirect("destination", destination_id)


@page("forwarding.manage", "POST")
def resume(request: HttpRequest, destination_id: str) -> HttpResponse:
    act(actions.resume, asker_of(request).actor, destination_id)
    toast(request, _("It goes on from where it stood."))
    return redirect("destination", destination_id)


@page("forwarding.manage", "POST")
def replay(request: HttpRequest, destination_id: str) -> HttpResponse:
    """Everything again from a day on."""
    form = ReplayForm(request.POST)
    if form.is_valid():
        since = beginning_of(form) or 0
        made = current_shop().connectors.forwarding.replay(asker_of(request).actor, destination_id, since)
        waiting = compact(made.waiting)
        toast(request, _("%(count)s events are sent again, with the ids of the first time.") % {"count": waiting})
    return redirect("destination", destination_id)


@page("forwarding.manage", "POST")
def test(request: HttpRequest, destination_id: str) -> HttpResponse:
    """One call that stands for nothing."""
    tried = current_shop().connectors.forwarding.test(destination_id)
    toast(request, _("It answered: %(said)s") % {"said": tried.said}, tone="success" if tried.good else "error")
    return redirect("destination", destination_id)


@page("forwarding.manage", "POST")
def renew(request: HttpRequest, destination_id: str) -> HttpResponse:
    """Another secret."""
    act(actions.renew_secret, asker_of(request).actor, destination_id)
    toast(request, _("There is a new secret: give it to the tool."))
    return redirect("destination", destination_id)


@page("forwarding.manage", "POST")
def remove(request: HttpRequest, destination_id: str) -> HttpResponse:
    """It gets nothing any more."""
    act(actions.remove, asker_of(request).actor, destination_id)
    toast(request, _("Removed."))
    return redirect("forwarding")


@page("forwarding.manage", "POST")
def resend(request: HttpRequest, line: int) -> HttpResponse:
    """What it did not take, once more."""
    door = current_shop().connectors.forwarding
    tried = door.resend(asker_of(request).actor, line)
    toast(request, _("It answered: %(said)s") % {"said": tried.said}, tone="success" if tried.good else "error")
    return redirect(_back(request))


@page("forwarding.manage", "POST")
def put_away(request: HttpRequest, line: int) -> HttpResponse:
    """Not needed any more; the way back is in the toast."""
    act(actions.settle, asker_of(request).actor, line, "discarded")
    toast(request, _("Put away."), undo=reverse("dead_reopen", args=[line]))
    return redirect(_back(request))


@page("forwarding.manage", "POST")
def reopen(request: HttpRequest, line: int) -> HttpResponse:
    act(actions.settle, asker_of(request).actor, line, "open")
    return redirect(_back(request))


def _back(request: HttpRequest) -> str:
    """The destination whose page it was asked from."""
    part = request.META.get("HTTP_REFERER", "").partition("/forwarding/")[2].split("?")[0].strip("/")
    return reverse("destination", args=[part]) if part and "/" not in part else reverse("forwarding")


def _row(one: Destination) -> Row:
    cells = {
        "name": Cell(one.settings.name, note=one.settings.url), "state": _state(one), "waiting": one.waiting,
        "delivered": one.delivered, "last": one.delivered_at,
        "dead": Cell(one.dead, tone="warn") if one.dead else one.dead,
    }  # fmt: skip
    return Row(one.id, cells, href=reverse("destination", args=[one.id]))


def _state(one: Destination) -> Cell:
    if one.state != ON:
        return Cell(_("paused"), tone="plain")
    if one.attempts:
        return Cell(_("failing"), tone="bad", note=one.problem[:80])
    return Cell(_("works"), tone="good")


def _line(one: DeadLetter, may: bool) -> Row:
    again = Action(_("Send again"), reverse("dead_resend", args=[one.id]))
    away = Action(_("Put away"), reverse("dead_discard", args=[one.id]))
    cells = {"events": one.events, "problem": one.problem, "attempts": one.attempts, "at": one.at}
    return Row(str(one.id), cells, actions=(again, away) if may else ())


def _stats(one: Destination) -> list[Stat]:
    return [
        Stat(_("Waiting"), compact(one.waiting), explain=_("Events it has not been sent yet.")),
        Stat(_("Delivered"), compact(one.delivered)),
        Stat(_("Not taken"), compact(one.dead), explain=_("Batches that were sent again and again and put aside.")),
    ]


def _field_of(problem: ChoralError) -> str | None:
    fields = {"bad_address": "url", "private_address": "url", "no_purpose": "purpose", "no_name": "name"}
    return fields.get(problem.code)


def _sentence(problem: ChoralError) -> str:
    words = said(problem)
    return f"{words['what']} {words['why']} {words['fix']}"


_ONE = "forwarding/<str:destination_id>"
urlpatterns = [
    path("forwarding", forwarding, name="forwarding"),
    path("forwarding/dead/<int:line>/resend", resend, name="dead_resend"),
    path("forwarding/dead/<int:line>/discard", put_away, name="dead_discard"),
    path("forwarding/dead/<int:line>/reopen", reopen, name="dead_reopen"),
    path(_ONE, destination, name="destination"),
    path(f"{_ONE}/pause", pause, name="destination_pause"),
    path(f"{_ONE}/resume", resume, name="destination_resume"),
    path(f"{_ONE}/replay", replay, name="destination_replay"),
    path(f"{_ONE}/test", test, name="destination_test"),
    path(f"{_ONE}/secret", renew, name="destination_secret"),
    path(f"{_ONE}/remove", remove, name="destination_remove"),
]

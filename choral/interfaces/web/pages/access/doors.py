"""Places and the readings there: what tokens can open, who was let in, and a door that asks from any phone."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral.books import act
from choral.core.errors import ChoralError
from choral.core.ids import new_id
from choral.customers.access import actions
from choral.customers.access.values import Place, Reading, ReadLine
from choral.interfaces.web.access import asker_of, page
from choral.interfaces.web.pages.access import people
from choral.interfaces.web.pages.access.forms import DoorForm, PlaceForm
from choral.interfaces.web.pages.access.words import PLACES, REASONS
from choral.interfaces.web.tables import Cell, Column, Empty, Filter, Row, Table
from choral.interfaces.web.toasts import toast
from choral.shop import current_shop

PLACE_TABLE = Table(
    key="places",
    caption=gettext_lazy("Places"),
    columns=[
        Column("name", gettext_lazy("Name")),
        Column("code", gettext_lazy("Code"), "code"),
        Column("kind", gettext_lazy("What it is")),
        Column("within", gettext_lazy("Lies in")),
        Column("store", gettext_lazy("Store")),
    ],
    export=False,
)
READ_TABLE = Table(
    key="readings",
    caption=gettext_lazy("Readings"),
    columns=[
        Column("at", gettext_lazy("When"), "time"),
        Column("place", gettext_lazy("Place")),
        Column("answer", gettext_lazy("Answer")),
        Column("person", gettext_lazy("Who")),
        Column("value", gettext_lazy("Number"), "code"),
        Column("reader", gettext_lazy("Reader")),
    ],
    filters=[Filter("refused", gettext_lazy("Answer"), "choice", [("1", gettext_lazy("refused only"))])],
    export=False,
)


@page("access.manage", "GET", "POST")
def places(request: HttpRequest) -> HttpResponse:
    """What tokens can open; a new one, or one changed by its code."""
    access = current_shop().customers.access
    form = PlaceForm(request.POST or None, places=access.places())
    if request.method == "POST" and form.is_valid():
        try:
            act(actions.set_place, asker_of(request).actor, form.place())
        except ChoralError as problem:
            form.add_error("within" if problem.code == "place_within_itself" else "code", problem.what)
        else:
            toast(request, _("Tokens can open “%(name)s”.") % {"name": form.cleaned_data["name"]})
            return redirect("places")
    known = access.places()
    names = {one.code: one.name for one in known}
    nothing = Empty(_("No places yet"), _("An area, a door, a room, a till or a perk that a token opens."), icon="lock")
    view = PLACE_TABLE.read(request).show([_place(one, names) for one in known], total=len(known), empty=nothing)
    status = 422 if form.errors else 200
    return render(request, "access/places.html", {"table": view, "form": form}, status=status)


@page("access.view")
def readings(request: HttpRequest) -> HttpResponse:
    """Who was let in and who was not, the last 90 days, newest first."""
    access, asked = current_shop().customers.access, READ_TABLE.read(request)
    after = int(asked.after) if asked.after and asked.after.isdecimal() and len(asked.after) < 19 else None
    found = access.reads(refused=bool(asked.filters.get("refused")), after=after, limit=asked.limit)
    shown = people.cells((one.person for one in found.rows), asker_of(request).may("customers.personal"))
    names = {one.code: one.name for one in access.places()}
    nothing = Empty(_("Nothing was read yet"), _("Each token that a reader sees is listed here."), icon="clock")
    view = asked.show([_read(one, names, shown) for one in found.rows], next=found.next, empty=nothing)
    return render(request, "access/readings.html", {"table": view})


@page("access.check", "GET", "POST")
def door(request: HttpRequest) -> HttpResponse:
    """Ask for a token as a door does; the entry is counted."""
    access, asker = current_shop().customers.access, asker_of(request)
    known = access.places()
    form = DoorForm(request.POST or None, places=known)
    answer = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        reading = Reading(given["token"], given["place"], f"member-{asker.id}", str(new_id()), None, given["leaving"])
        verdict = access.check(asker.actor, reading)
        who = people.cells([verdict.person], asker.may("customers.personal"))[verdict.person].value
        answer = {"allowed": verdict.allowed, "words": REASONS[verdict.reason], "who": who, "lent": verdict.lent,
                  "left": verdict.entries_left}  # fmt: skip
        form = DoorForm(initial={"place": given["place"], "leaving": given["leaving"]}, places=known)
    return render(request, "access/door.html", {"form": form, "answer": answer, "places": known})


def _place(one: Place, names: dict[str, str]) -> Row:
    return Row(
        one.code,
        {"name": one.name, "code": one.code, "kind": PLACES[one.kind], "within": names.get(one.within, one.within),
         "store": one.store},
    )  # fmt: skip


def _read(one: ReadLine, names: dict[str, str], shown: dict[str, Cell]) -> Row:
    answer = Cell(REASONS.get(one.reason, one.reason), tone="good" if one.allowed else "bad")
    return Row(
        str(one.id),
        {"at": one.at, "place": names.get(one.place, one.place), "answer": answer, "person": shown[one.person],
         "value": one.value, "reader": one.reader},
    )  # fmt: skip


urlpatterns = [
    path("places", places, name="places"),
    path("readings", readings, name="readings"),
    path("door", door, name="door"),
]

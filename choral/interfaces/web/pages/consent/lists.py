"""Opposition lists: which must be asked before a call, how old the one at hand is, and loading a new one."""

from __future__ import annotations

from datetime import date
from typing import Any, cast

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral.core.errors import ChoralError
from choral.customers.consent.values import ListState
from choral.interfaces.web import formats
from choral.interfaces.web.access import asker_of, page
from choral.interfaces.web.cells import BadgeTone
from choral.interfaces.web.errors import said
from choral.interfaces.web.pages.consent.tabs import tabs
from choral.interfaces.web.tables import Cell, Column, Row, Table
from choral.interfaces.web.toasts import toast
from choral.shop import current_shop

_TABLE = Table(
    key="opposition",
    caption=gettext_lazy("Opposition lists"),
    export=False,
    columns=[
        Column("label", gettext_lazy("List")),
        Column("country", gettext_lazy("Country")),
        Column("state", gettext_lazy("State")),
        Column("listed", gettext_lazy("Of the day"), "day"),
        Column("numbers", gettext_lazy("Numbers"), "number"),
        Column("loaded", gettext_lazy("Loaded"), "ago"),
    ],
)


class ListForm(forms.Form):
    """A file of telephone numbers, and which list it is, of which day."""

    key = forms.CharField(
        label=gettext_lazy("Which list"), max_length=40, initial="rpo",
        help_text=gettext_lazy("rpo for the Italian register; a name of your own for a list of your own."),
    )  # fmt: skip
    listed_on = forms.DateField(label=gettext_lazy("Of the day"), widget=forms.DateInput(attrs={"type": "date"}))


@page("consent.view")
def lists(request: HttpRequest) -> HttpResponse:
    """The lists that the rules name, and those that were loaded."""
    return _page(request, ListForm(), {})


@page("consent.manage", "POST")
def load(request: HttpRequest) -> HttpResponse:
    """Read the file: each number becomes a code, the file itself is not kept."""
    form = ListForm(request.POST)
    file: Any = request.FILES.get("file")
    if not form.is_valid() or file is None:
        return _page(request, form, {"what": "", "why": "" if file else _("No file was chosen."), "fix": ""})
    day = cast(date, form.cleaned_data["listed_on"])
    try:
        kept, unread = current_shop().customers.consent.load_list(
            asker_of(request).actor, form.cleaned_data["key"], day, file.file
        )
    except ChoralError as problem:
        return _page(request, form, said(problem))
    words = _("%(numbers)s numbers are on the list now; %(unread)s lines had none.")
    toast(request, words % {"numbers": formats.number(kept), "unread": formats.number(unread)})
    return redirect("consent_lists")


def _page(request: HttpRequest, form: ListForm, problem: dict[str, object]) -> HttpResponse:
    found = current_shop().customers.consent.lists()
    table = _TABLE.read(request).show([_row(one) for one in found], total=len(found))
    context = {"table": table, "form": form, "problem": problem, "tabs": tabs("consent_lists")}
    return render(request, "consent/lists.html", context, status=422 if form.errors or problem else 200)


def _row(one: ListState) -> Row:
    state, tone, note = _state(one)
    cells: dict[str, object] = {
        "label": one.label, "country": one.country, "state": Cell(state, tone=tone, note=note),
        "listed": date.fromisoformat(one.listed_on) if one.listed_on else None,
        "numbers": one.numbers if one.listed_on else None, "loaded": one.loaded_at,
    }  # fmt: skip
    return Row(one.key, cells)


def _state(one: ListState) -> tuple[str, BadgeTone, str]:
    if one.age is None:
        if one.required:
            return _("missing"), "bad", _("no call is made in this country until one is loaded")
        return _("not needed any more") if one.country else "", "plain", ""
    if one.most_days and one.age > one.most_days:
        words = _("%(age)s days old, at most %(most)s") % {"age": one.age, "most": one.most_days}
        return _("too old"), "bad" if one.required else "plain", words
    if one.most_days and one.age > one.most_days * 2 // 3:
        return _("to be renewed soon"), "warn", _("%(age)s days old, at most %(most)s") % {
            "age": one.age, "most": one.most_days}  # fmt: skip
    return _("good"), "good", ""


urlpatterns = [
    path("consent/lists", lists, name="consent_lists"),
    path("consent/lists/load", load, name="consent_load"),
]

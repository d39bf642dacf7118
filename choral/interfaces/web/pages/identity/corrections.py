"""Corrections by hand: the list, holding two identifiers apart, taking a decision back and renewing it."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral.core.errors import ChoralError
from choral.customers.values import Decided
from choral.interfaces.web.access import Asker, asker_of, page
from choral.interfaces.web.pages.identity import words
from choral.interfaces.web.pages.identity.rules import tabs
from choral.interfaces.web.tables import Action, Cell, Column, Empty, Filter, Row, Table
from choral.interfaces.web.toasts import toast
from choral.shop import current_shop

TABLE = Table(
    key="corrections", caption=gettext_lazy("Corrections"), export=False,
    columns=(
        Column("what", gettext_lazy("Decision")),
        Column("one", gettext_lazy("This")),
        Column("other", gettext_lazy("and this")),
        Column("reason", gettext_lazy("Why")),
        Column("by", gettext_lazy("By")),
        Column("at", gettext_lazy("When"), "time"),
        Column("state", gettext_lazy("State")),
    ),
    filters=(Filter("which", gettext_lazy("Which"), "choice", [("holding", gettext_lazy("Only those that hold"))]),),
)  # fmt: skip


class ApartForm(forms.Form):
    """Two identifiers that are not one person, and why."""

    one = forms.CharField(widget=forms.HiddenInput, max_length=400)
    other = forms.CharField(widget=forms.HiddenInput, max_length=400)
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=500)


@page("customers.view")
def corrections(request: HttpRequest) -> HttpResponseBase:
    """What people decided, newest first."""
    asker, asked = asker_of(request), TABLE.read(request)
    found = current_shop().customers.identity.corrections(
        asker.may("customers.personal"), asked.after, asked.limit + 1, asked.filters.get("which") == "holding"
    )
    empty = Empty(
        _("Nobody corrected anything"),
        _("Where staff make two customers one, or hold two identifiers apart, it stands here with its reason, and can"
          " be undone."),
        reverse("customers"), _("Customers"), "link",
    )  # fmt: skip
    rows = [_row(one, asker) for one in found[: asked.limit]]
    following = found[asked.limit - 1].id if len(found) > asked.limit else None
    table = asked.show(rows, next=following, empty=empty)
    return render(
        request, "identity/corrections.html", {"table": table, "tabs": tabs("identity_corrections")}
    )  # fmt: skip


@page("identity.manage", "GET", "POST")
def apart(request: HttpRequest) -> HttpResponse:
    """Say that two identifiers are not one person."""
    asker, door = asker_of(request), current_shop().customers.identity
    given = request.POST if request.method == "POST" else request.GET
    form = ApartForm(request.POST or None, initial={"one": given.get("one", ""), "other": given.get("other", "")})
    pair = [str(given.get(key, ""))[:400] for key in ("one", "other")]
    if request.method == "POST" and form.is_valid():
        try:
            made = door.keep_apart(asker.actor, pair[0], pair[1], form.cleaned_data["reason"])
        except ChoralError as problem:
            form.add_error(None, f"{problem.what} {problem.fix}")
        else:
            door.wait(made)
            toast(
                request, _("They are not one person any more."), undo=reverse("identity_undo", args=[made.id])
            )  # fmt: skip
            return _to_customer(pair[1])
    shown = door.labels(pair, asker.may("customers.personal"))
    context = {"form": form, "pair": [words.called(label) for label in shown]}
    return render(request, "identity/apart.html", context, status=422 if form.errors else 200)


@page("identity.manage", "POST")
def undo(request: HttpRequest, correction_id: str) -> HttpResponse:
    """Take a decision back; the toast renews it."""
    door = current_shop().customers.identity
    made = door.withdraw(asker_of(request).actor, correction_id)
    door.wait(made)
    toast(request, _("It is as if it had not been decided."), undo=reverse("identity_redo", args=[made.id]))
    return _back(request, made)


@page("identity.manage", "POST")
def redo(request: HttpRequest, correction_id: str) -> HttpResponse:
    """Decide again what was taken back."""
    door = current_shop().customers.identity
    made = door.renew(asker_of(request).actor, correction_id)
    door.wait(made)
    toast(request, _("The decision holds again."), undo=reverse("identity_undo", args=[made.id]))
    return _back(request, made)


def _back(request: HttpRequest, made: Decided) -> HttpResponse:
    return _to_customer(made.a) if request.POST.get("to") == "customer" else redirect("identity_corrections")


def _to_customer(identifier: str) -> HttpResponse:
    found = current_shop().customers.resolve([identifier])
    return redirect("customer_why", found[identifier]) if found else redirect("identity_corrections")


def _row(one: Decided, asker: Asker) -> Row:
    if one.withdrawn_at:
        state = Cell(_("Taken back"), tone="plain", note=one.withdrawn_by)
    else:
        state = Cell(_("Holds"), tone="good") if one.applied else Cell(_("Is being applied"), tone="info")
    cells: dict[str, object] = {
        "what": words.DECISIONS[one.kind], "one": words.called(one.one), "other": words.called(one.other),
        "reason": one.reason, "by": one.by, "at": one.at, "state": state,
    }  # fmt: skip
    if not asker.may("identity.manage"):
        return Row(one.id, cells)
    if one.withdrawn_at:
        return Row(one.id, cells, actions=(Action(_("Decide again"), reverse("identity_redo", args=[one.id])),))
    return Row(one.id, cells, actions=(Action(_("Undo"), reverse("identity_undo", args=[one.id])),))


urlpatterns = [
    path("identity/corrections", corrections, name="identity_corrections"),
    path("identity/apart", apart, name="identity_apart"),
    path("identity/corrections/<str:correction_id>/undo", undo, name="identity_undo"),
    path("identity/corrections/<str:correction_id>/redo", redo, name="identity_redo"),
]

"""Merging two customers: find the other one, see what would become of them, confirm."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral.core.errors import ChoralError
from choral.core.money import Money
from choral.customers.identity.values import Conflict, MergePreview, Side
from choral.customers.values import Customer
from choral.interfaces.web import formats
from choral.interfaces.web.access import Asker, asker_of, page
from choral.interfaces.web.pages.identity import words
from choral.interfaces.web.toasts import toast
from choral.shop import current_shop

_HITS = 20


class MergeForm(forms.Form):
    """Why two customers are one, and the confirmation that two known people need."""

    other = forms.CharField(widget=forms.HiddenInput, max_length=30)
    reason = forms.CharField(label=gettext_lazy("Why are they one person?"), max_length=500)
    confirmed = forms.BooleanField(
        label=gettext_lazy("Both are known. I am sure that they are one person."), required=False
    )  # fmt: skip


@page("identity.manage", "GET", "POST")
def merge(request: HttpRequest, customer_id: str) -> HttpResponse:
    """Find the other customer, look, and make them one."""
    asker, shop = asker_of(request), current_shop()
    found = shop.customers.get(customer_id, asker.may("customers.personal"))
    other = str(request.POST.get("other") or request.GET.get("with") or "")
    form = MergeForm(request.POST or None, initial={"other": other})
    context: dict[str, object] = {"customer": found, "called": found.name or _best(found)}
    preview = _preview(asker, found.id, other, context)
    if request.method == "POST" and preview is not None and form.is_valid():
        if preview.confirm and not form.cleaned_data["confirmed"]:
            form.add_error("confirmed", _("Two known people are never joined without it."))
        else:
            return _merged(request, asker, found.id, other, form.cleaned_data)
    if preview is None:
        context |= {"hits": _hits(request, asker, found.id), "sought": request.GET.get("q", "")}
    elif not preview.confirm:
        del form.fields["confirmed"]
    return render(request, "identity/merge.html", context | {"form": form}, status=422 if form.errors else 200)


def _best(found: Customer) -> str:
    best = next(iter(found.identifiers), None)
    return f"{words.kind_name(best.kind)} {best.shown}" if best else found.id


def _merged(request: HttpRequest, asker: Asker, one: str, other: str, given: dict[str, object]) -> HttpResponse:
    door = current_shop().customers.identity
    try:
        made = door.merge(asker.actor, one, other, str(given["reason"]), confirmed=bool(given.get("confirmed")))
    except ChoralError as problem:
        toast(request, f"{problem.what} {problem.fix}", tone="error")
        return redirect(f"{reverse('customer_merge', args=[one])}?with={other}")
    door.wait(made)
    toast(request, _("They are one customer now."), undo=reverse("identity_undo", args=[made.id]))
    return redirect("customer", one)


def _preview(asker: Asker, one: str, other: str, context: dict[str, object]) -> MergePreview | None:
    if not other:
        return None
    try:
        preview = current_shop().customers.identity.preview_merge(one, other, asker.may("customers.personal"))
    except ChoralError as problem:
        context["trouble"] = f"{problem.what} {problem.fix}"
        return None
    context |= {
        "preview": preview,
        "sides": [_side(side, preview.currency) for side in (preview.one, preview.other)],
        "together": _together(preview),
        "conflicts": [_conflict(one) for one in preview.conflicts],
        "along": [words.called(label) for label in preview.along],
        "apart": [words.called(label) for label in preview.apart],
    }
    return preview


def _hits(request: HttpRequest, asker: Asker, own: str) -> list[tuple[str, str, str]]:
    text = request.GET.get("q", "").strip()
    if not text:
        return []
    found = current_shop().customers.search(text, asker.may("customers.personal"), _HITS)
    link = reverse("customer_merge", args=[own])
    return [(f"{link}?with={one.id}", one.name or one.id, one.hint) for one in found if one.id != own]


def _side(side: Side, currency: str) -> dict[str, object]:
    return {
        "id": side.id, "name": side.name or words.called(side.stands.replace(":", " ", 1)), "known": side.known,
        "facts": _facts(side.identifiers, side.events, side.orders, side.revenue, currency),
        "first_at": side.first_at, "last_at": side.last_at,
    }  # fmt: skip


def _together(preview: MergePreview) -> list[tuple[str, str]]:
    return _facts(preview.identifiers, preview.events, preview.orders, preview.revenue, preview.currency)


def _facts(identifiers: int, events: int, orders: int, revenue: int, currency: str) -> list[tuple[str, str]]:
    return [
        (_("Identifiers"), formats.number(identifiers)), (_("Events"), formats.number(events)),
        (_("Orders"), formats.number(orders)), (_("Sales"), formats.money(Money(revenue, currency))),
    ]  # fmt: skip


def _conflict(one: Conflict) -> dict[str, object]:
    name = words.FIELDS.get(one.field) or words.kind_name(one.field)
    return {"what": words.CONFLICTS[one.code], "field": name, "one": one.one, "other": one.other}


urlpatterns = [path("customers/<str:customer_id>/merge", merge, name="customer_merge")]

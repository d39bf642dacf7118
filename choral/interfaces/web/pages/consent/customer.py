"""A customer's consents: how each purpose stands on each channel, everything they said, and noting what they say."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral.books import act
from choral.core.errors import NotFound
from choral.customers.consent.actions import take_back
from choral.customers.consent.rules import DENIED, GRANTED, WITHDRAWN
from choral.customers.consent.values import Standing, Statement
from choral.customers.values import Customer
from choral.interfaces.web import formats
from choral.interfaces.web.access import asker_of, page
from choral.interfaces.web.pages.consent import words
from choral.interfaces.web.pages.consent.ledger import entry_rows, purpose_names
from choral.interfaces.web.toasts import toast
from choral.shop import current_shop

_NOTED: tuple[tuple[str, Any], ...] = (
    ("console", gettext_lazy("Here in the console")), ("store", gettext_lazy("In the store")),
    ("phone", gettext_lazy("On the telephone")), ("form", gettext_lazy("On a paper form")),
)  # fmt: skip
_SAID = (
    (GRANTED, gettext_lazy("They agree")), (WITHDRAWN, gettext_lazy("They no longer agree")),
    (DENIED, gettext_lazy("They refuse")),
)  # fmt: skip


class NoteForm(forms.Form):
    """What a customer said to one of us."""

    identifier = forms.ChoiceField(
        label=gettext_lazy("About which address or card"),
        help_text=gettext_lazy("A consent is of the address it is given for; a no counts for the whole person."),
    )
    purpose = forms.ChoiceField(label=gettext_lazy("Purpose"))
    channel = forms.ChoiceField(label=gettext_lazy("Channel"), choices=list(words.CHANNELS.items()))
    state = forms.ChoiceField(label=gettext_lazy("What they said"), choices=_SAID)
    place = forms.ChoiceField(label=gettext_lazy("Where"), choices=_NOTED)
    note = forms.CharField(
        label=gettext_lazy("How do you know?"), max_length=500,
        help_text=gettext_lazy("The proof: what was said or signed, when, to whom."),
    )  # fmt: skip

    def __init__(self, customer: Customer, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(one.text, f"{one.kind} {one.shown}") for one in customer.identifiers[:50]]
        self.fields["identifier"].choices = choices  # type: ignore[attr-defined]
        self.fields["purpose"].choices = list(purpose_names().items())  # type: ignore[attr-defined]


@page("consent.view")
def consents(request: HttpRequest, customer_id: str) -> HttpResponse:
    """The page of a customer's consents."""
    shop, asker = current_shop(), asker_of(request)
    found = shop.customers.get(customer_id, asker.may("customers.personal"))
    if found.id != customer_id:
        return redirect("customer_consents", found.id)
    return _page(request, found, NoteForm(found))


@page("consent.record", "POST")
def note(request: HttpRequest, customer_id: str) -> HttpResponse:
    """Write down what the customer said; the toast takes it back."""
    shop, asker = current_shop(), asker_of(request)
    found = shop.customers.get(customer_id, asker.may("customers.personal"))
    form = NoteForm(found, request.POST)
    if form.is_valid() and form.cleaned_data["purpose"] == "*" and form.cleaned_data["state"] == GRANTED:
        form.add_error("purpose", _("A yes names its purpose: choose one."))
    if not form.is_valid():
        return _page(request, found, form, status=422)
    given = form.cleaned_data
    said = Statement(given["identifier"], given["purpose"], given["channel"], given["state"], given["place"],
                     proof={"note": given["note"], "noted_by": asker.name, "request": _id(request)})  # fmt: skip
    number = shop.customers.consent.record(asker.actor, [said])[0]
    stands = _standing(shop.customers.consent.overview(found.id).standings, given["purpose"], given["channel"])
    words_ = _("Noted. It holds from now on.")
    if given["state"] == GRANTED and stands and stands.state != GRANTED:
        words_ = _("Noted. It is still no, because another address or card of this person said no: see the list.")
    toast(request, words_, undo=reverse("customer_consent_undo", args=[found.id, number]))
    return redirect("customer_consents", found.id)


@page("consent.record", "POST")
def undo(request: HttpRequest, customer_id: str, number: int) -> HttpResponse:
    """Say again what held before; the ledger keeps both lines."""
    shop, asker = current_shop(), asker_of(request)
    found = shop.customers.get(customer_id)
    if shop.customers.consent.entry(number).identifier not in {one.text for one in found.identifiers}:
        raise NotFound("no_such_entry", "This customer has no such line in the ledger.", status=404)
    again = act(take_back, asker.actor, number)
    toast(request, _("Taken back: a new line says what held before.") if again
          else _("There was nothing before it, and unknown is no as well: it stays."))  # fmt: skip
    return redirect("customer_consents", found.id)


def card(customer: Customer) -> list[dict[str, object]]:
    """The purposes with how they stand, for the customer's page: only channels where something was said."""
    overview = current_shop().customers.consent.overview(customer.id)
    return [one for one in _matrix(overview.standings) if one["kind"] != "essential"]


def _page(request: HttpRequest, found: Customer, form: NoteForm, status: int = 200) -> HttpResponse:
    overview = current_shop().customers.consent.overview(found.id)
    context = {
        "customer": found, "called": found.name or (f"{found.identifiers[0].kind} {found.identifiers[0].shown}"
                                                    if found.identifiers else found.id),
        "purposes": _matrix(overview.standings), "form": form, "paused": _paused(overview.standings),
        "entries": list(entry_rows(sorted(overview.entries, key=lambda one: (one.at, one.id), reverse=True))),
    }  # fmt: skip
    return render(request, "consent/customer.html", context, status=status)


def _matrix(standings: Sequence[Standing]) -> list[dict[str, object]]:
    """One row a purpose; the cells are its channels that anybody said something about."""
    names = purpose_names()
    rows: dict[str, dict[str, Any]] = {}
    for one in standings:
        kind = "essential" if one.state == "essential" else "other"
        row = rows.setdefault(one.purpose, {"name": names.get(one.purpose, one.purpose), "cells": [], "kind": kind})
        if one.entry is not None:
            row["cells"].append({
                "channel": words.channel_word(one.channel), "state": words.state_word(one.state),
                "tone": words.TONES.get(one.state, "plain"), "entry": one.entry,
            })  # fmt: skip
    return list(rows.values())


def _paused(standings: Sequence[Standing]) -> str:
    """The day until which they want a rest, '' when they want none."""
    until = max((one.paused_until_at or 0 for one in standings), default=0)
    return formats.day(formats.local(until).date()) if until else ""


def _standing(standings: Sequence[Standing], purpose: str, channel: str) -> Standing | None:
    return next((one for one in standings if (one.purpose, one.channel) == (purpose, channel)), None)


def _id(request: HttpRequest) -> str:
    return str(getattr(request, "choral_id", ""))


urlpatterns = [
    path("customers/<str:customer_id>/consents", consents, name="customer_consents"),
    path("customers/<str:customer_id>/consents/note", note, name="customer_consent_note"),
    path("customers/<str:customer_id>/consents/<int:number>/undo", undo, name="customer_consent_undo"),
]

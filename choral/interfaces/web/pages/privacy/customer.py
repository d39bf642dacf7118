"""One customer's rights: what is known as a file, what they said no to, erasure with its rehearsal."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral.customers.values import Customer
from choral.interfaces.web.access import asker_of, page
from choral.interfaces.web.pages.privacy.words import KINDS, PLACES
from choral.interfaces.web.toasts import toast
from choral.shop import current_shop


class EraseForm(forms.Form):
    """An erasure to be asked for."""

    never_again = forms.BooleanField(
        label=gettext_lazy("Never again"), required=False,
        help_text=gettext_lazy(
            "Later events with these identifiers are dropped. Otherwise they are a new, unknown person’s."
        ),
    )  # fmt: skip


class CorrectForm(forms.Form):
    """A value as it should be: personal or a trait."""

    field = forms.CharField(label=gettext_lazy("Field"), max_length=120)
    value = forms.CharField(label=gettext_lazy("Is right like this"), max_length=2_000)


def card(found: Customer) -> dict[str, Any]:
    """What the customer's own page shows of it."""
    privacy = current_shop().customers.privacy
    texts = [one.text for one in found.identifiers]
    said_no = privacy.restrictions(texts)
    return {
        "restrictions": [KINDS[kind][0] for kind in said_no],
        "minor": privacy.too_young(texts),
        "erasures": privacy.waiting_erasures(found.id),
    }


@page("privacy.manage")
def rights(request: HttpRequest, customer_id: str) -> HttpResponse:
    """Everything that can be done for one customer's rights; `?foresee=1` counts what an erasure would take."""
    shop, asker = current_shop(), asker_of(request)
    found = shop.customers.get(customer_id, asker.may("customers.personal"))
    if found.id != customer_id:
        return redirect("customer_privacy", found.id)
    texts = [one.text for one in found.identifiers]
    said_no = shop.customers.privacy.restrictions(texts)
    kinds = [(key, *words, said_no.get(key)) for key, words in KINDS.items()]
    places = None
    if request.GET.get("foresee"):
        counted = shop.customers.privacy.would_erase(found.id).places
        places = [(PLACES.get(key, key), count) for key, count in counted.items() if count]
    context = {
        "customer": found, "called": found.name or found.id, "kinds": kinds, "places": places, "form": EraseForm(),
        "correct_form": CorrectForm(),
        "minor": shop.customers.privacy.too_young(texts), "erasures": shop.customers.privacy.waiting_erasures(found.id),
    }  # fmt: skip
    return render(request, "privacy/customer.html", context)


@page("privacy.manage", "POST")
def correct(request: HttpRequest, customer_id: str) -> HttpResponse:
    form = CorrectForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        current_shop().customers.privacy.rectify(customer_id, said["field"], said["value"], asker_of(request).actor)
        toast(request, _("Corrected."))
    else:
        toast(request, _("Nothing was changed: the value is missing."), tone="warning")
    return redirect("customer_privacy", customer_id)


@page("privacy.manage", "POST")
def export(request: HttpRequest, customer_id: str) -> HttpResponse:
    """The file, made for this answer and kept nowhere."""
    content = current_shop().customers.privacy.export(customer_id, asker_of(request).actor)
    response = HttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="customer-{customer_id[:19]}.zip"'
    response["Cache-Control"] = "no-store"
    return response


@page("privacy.manage", "POST")
def restrict(request: HttpRequest, customer_id: str, kind: str) -> HttpResponse:
    current_shop().customers.privacy.restrict(customer_id, kind, asker_of(request).actor)
    toast(request, _("Noted: from now on they are left out."), undo=reverse("customer_lift", args=[customer_id, kind]))
    return redirect("customer_privacy", customer_id)


@page("privacy.manage", "POST")
def lift(request: HttpRequest, customer_id: str, kind: str) -> HttpResponse:
    current_shop().customers.privacy.lift(customer_id, kind, asker_of(request).actor)
    toast(request, _("Lifted."), undo=reverse("customer_restrict", args=[customer_id, kind]))
    return redirect("customer_privacy", customer_id)


@page("privacy.manage", "POST")
def erase(request: HttpRequest, customer_id: str) -> HttpResponse:
    form = EraseForm(request.POST)
    form.is_valid()
    made = current_shop().customers.privacy.erase(
        customer_id, asker_of(request).actor, never_again=form.cleaned_data.get("never_again", False)
    )
    toast(request, _("It begins in ten minutes. Until then it can be taken back."),
          undo=reverse("privacy_cancel", args=[made.id]))  # fmt: skip
    return redirect("customer_privacy", customer_id)


urlpatterns = [
    path("customers/<str:customer_id>/privacy", rights, name="customer_privacy"),
    path("customers/<str:customer_id>/privacy/correct", correct, name="customer_privacy_correct"),
    path("customers/<str:customer_id>/privacy/export", export, name="customer_export"),
    path("customers/<str:customer_id>/privacy/restrict/<str:kind>", restrict, name="customer_restrict"),
    path("customers/<str:customer_id>/privacy/lift/<str:kind>", lift, name="customer_lift"),
    path("customers/<str:customer_id>/privacy/erase", erase, name="customer_erase"),
]

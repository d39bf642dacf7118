"""Requests of customers with the day they are due, and the erasures that were asked for."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral.core.clock import SYSTEM_CLOCK
from choral.core.errors import ChoralError
from choral.customers.privacy.queries import Erasure, Request
from choral.interfaces.web.access import asker_of, page
from choral.interfaces.web.names import who_did
from choral.interfaces.web.navigation import Entry
from choral.interfaces.web.pages.privacy.words import REASONS, RIGHTS, STATES, STEPS, tabs
from choral.interfaces.web.tables import Action, Cell, Column, Empty, Row, Table
from choral.interfaces.web.toasts import toast
from choral.shop import current_shop

NAVIGATION = [Entry("customers", 50, gettext_lazy("Privacy"), "privacy", "privacy.request", "shield",
                    words=gettext_lazy("erase export access GDPR retention"))]  # fmt: skip
REQUESTS = Table(
    key="requests", caption=gettext_lazy("Requests"), export=False,
    columns=(
        Column("kind", gettext_lazy("Right")),
        Column("customer", gettext_lazy("Customer")),
        Column("state", gettext_lazy("State")),
        Column("due", gettext_lazy("Due"), "time",
               explain=gettext_lazy("A month after it came in (GDPR, article 12).")),
        Column("opened", gettext_lazy("Came in"), "time"),
        Column("by", gettext_lazy("Noted by")),
    ),
)  # fmt: skip
ERASURES = Table(
    key="erasures", caption=gettext_lazy("Erasures"), export=False,
    columns=(
        Column("id", gettext_lazy("Certificate"), "code"),
        Column("state", gettext_lazy("State")),
        Column("why", gettext_lazy("Why")),
        Column("things", gettext_lazy("Things"), "number", explain=gettext_lazy("Events, rows and files it took.")),
        Column("asked", gettext_lazy("Asked for"), "time"),
        Column("finished", gettext_lazy("Finished"), "time"),
    ),
)  # fmt: skip


class RequestForm(forms.Form):
    """A new request."""

    kind = forms.ChoiceField(label=gettext_lazy("Right"), choices=list(RIGHTS.items()))
    who = forms.CharField(label=gettext_lazy("Whose"), max_length=400,
                          help_text=gettext_lazy("E-mail, telephone, card number or customer id."))  # fmt: skip


@page("privacy.request", "GET", "POST")
def requests(request: HttpRequest) -> HttpResponse:
    """What customers asked for; a new request is noted here too."""
    shop, asker = current_shop(), asker_of(request)
    form = RequestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            shop.customers.privacy.open_request(form.cleaned_data["kind"], form.cleaned_data["who"], asker.actor)
        except ChoralError as problem:
            form.add_error("who", str(problem))
        else:
            toast(request, _("Noted. It is due within a month."))
            return redirect("privacy")
    manages = asker.may("privacy.manage")
    found = shop.customers.privacy.requests()
    listed = shop.customers.rows({one.customer for one in found if one.customer}, asker.may("customers.personal"))
    names = {row.id: row.name for row in listed}
    rows = [_request(one, manages, names) for one in found]
    nothing = Empty(_("No requests yet"), _("When a customer wants to see, correct or erase their data, note it here:"
                    " the day it is due is kept in sight."), icon="shield")  # fmt: skip
    table = REQUESTS.read(request).show(rows, total=len(rows), empty=nothing)
    context = {"table": table, "form": form, "tabs": tabs("privacy") if manages else []}
    return render(request, "privacy/requests.html", context, status=422 if form.errors else 200)


@page("privacy.manage", "POST")
def close(request: HttpRequest, request_id: str) -> HttpResponse:
    current_shop().customers.privacy.close_request(request_id, asker_of(request).actor)
    toast(request, _("Answered."), undo=reverse("privacy_reopen", args=[request_id]))
    return redirect("privacy")


@page("privacy.manage", "POST")
def reopen(request: HttpRequest, request_id: str) -> HttpResponse:
    current_shop().customers.privacy.reopen_request(request_id, asker_of(request).actor)
    toast(request, _("Open again."))
    return redirect("privacy")


@page("privacy.manage")
def erasures(request: HttpRequest) -> HttpResponse:
    """Every erasure: those that wait can be cancelled, those that are done are certificates."""
    rows = [_erasure(one) for one in current_shop().customers.privacy.erasures()]
    nothing = Empty(_("Nobody was erased yet"), _("A customer is erased from their own page, under Privacy. What was"
                    " done is listed here, without naming anybody."), icon="shield")  # fmt: skip
    table = ERASURES.read(request).show(rows, total=len(rows), empty=nothing)
    return render(request, "privacy/erasures.html", {"table": table, "tabs": tabs("privacy_erasures")})


@page("privacy.manage")
def certificate(request: HttpRequest, erasure_id: str) -> HttpResponse:
    """What one erasure did, step by step; names nobody."""
    found = current_shop().customers.privacy.erasure(erasure_id)
    steps = [(STEPS[key], count) for key, count in found.steps.items() if key in STEPS]
    state, tone = STATES[found.state]
    context = {"erasure": found, "steps": steps, "state": state, "tone": tone, "why": REASONS[found.reason]}
    return render(request, "privacy/certificate.html", context)


@page("privacy.manage", "POST")
def cancel(request: HttpRequest, erasure_id: str) -> HttpResponse:
    shop = current_shop()
    customer = shop.customers.privacy.erasure(erasure_id).customer
    shop.customers.privacy.cancel(erasure_id, asker_of(request).actor)
    toast(request, _("Cancelled. Nothing was erased."))
    return redirect("customer_privacy", customer) if customer else redirect("privacy_erasures")


def _request(one: Request, manages: bool, names: Mapping[str, str]) -> Row:
    text, tone = STATES[one.state]
    late = one.state == "open" and one.due_at < SYSTEM_CLOCK.now()
    actions = (
        (Action(_("Answered"), reverse("privacy_close", args=[one.id])),) if manages and one.state == "open" else ()
    )
    called = names.get(one.customer) or one.customer or _("erased")
    target = "customer_privacy" if manages else "customer"
    href = reverse(target, args=[one.customer]) if one.customer else ""
    return Row(
        one.id,
        {
            "kind": RIGHTS[one.kind], "customer": Cell(called, href=href),
            "state": Cell(_("late") if late else text, tone="bad" if late else tone), "due": one.due_at,
            "opened": one.opened_at, "by": who_did([one.opened_by])[one.opened_by],
        },
        actions=actions,
    )  # fmt: skip


def _erasure(one: Erasure) -> Row:
    text, tone = STATES[one.state]
    waits = one.state == "waiting"
    things = sum(count for step, count in one.steps.items() if step in STEPS and step != "remembered")
    return Row(
        one.id,
        {
            "id": Cell(one.id[:12], href=reverse("privacy_erasure", args=[one.id])), "state": Cell(text, tone=tone),
            "why": REASONS[one.reason], "things": things, "asked": one.asked_at, "finished": one.finished_at,
        },
        actions=(Action(_("Cancel"), reverse("privacy_cancel", args=[one.id])),) if waits else (),
    )  # fmt: skip


urlpatterns = [
    path("privacy", requests, name="privacy"),
    path("privacy/requests/<str:request_id>/close", close, name="privacy_close"),
    path("privacy/requests/<str:request_id>/reopen", reopen, name="privacy_reopen"),
    path("privacy/erasures", erasures, name="privacy_erasures"),
    path("privacy/erasures/<str:erasure_id>", certificate, name="privacy_erasure"),
    path("privacy/erasures/<str:erasure_id>/cancel", cancel, name="privacy_cancel"),
]

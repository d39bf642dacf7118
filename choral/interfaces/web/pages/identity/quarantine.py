"""Quarantine: values that link nobody because they suddenly linked many; blocked for ever, allowed, or let go."""

from __future__ import annotations

from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral.core.errors import ChoralError, InvalidInput
from choral.customers.identity.values import Quarantined, ValueRule
from choral.interfaces.web.access import Asker, asker_of, page
from choral.interfaces.web.pages.identity import words
from choral.interfaces.web.pages.identity.rules import tabs
from choral.interfaces.web.tables import Action, Cell, Column, Empty, Row, Table
from choral.interfaces.web.toasts import toast
from choral.shop import current_shop

TABLE = Table(
    key="quarantine", caption=gettext_lazy("Set aside"), export=False,
    columns=(
        Column("value", gettext_lazy("Value")),
        Column("state", gettext_lazy("State")),
        Column("seen_with", gettext_lazy("Seen with"), "number",
               explain=gettext_lazy("How many other identifiers stood in one event with it.")),
        Column("limit", gettext_lazy("Limit"), "number",
               explain=gettext_lazy("Seen with more, it is set aside: it links nobody, so that strangers stay apart.")),
        Column("first", gettext_lazy("First seen"), "ago"),
        Column("since", gettext_lazy("Set aside since"), "time"),
    ),
)  # fmt: skip
RULES = [
    ("block", gettext_lazy("Block it for ever: it links nobody")),
    ("allow", gettext_lazy("Let it be shared by up to so many")),
    ("tablet", gettext_lazy("A source is a tablet of the store: its browsers link nobody")),
]


class ValueForm(forms.Form):
    """A rule for one value."""

    rule = forms.ChoiceField(label=gettext_lazy("What to do"), choices=RULES)
    subject = forms.CharField(
        label=gettext_lazy("Value"), max_length=400,
        help_text=gettext_lazy("kind:value, such as email:contact@shop.fr or phone:0123456789; a tablet: its source."),
    )  # fmt: skip
    most = forms.IntegerField(
        label=gettext_lazy("Up to how many"), min_value=1, max_value=100_000, required=False,
        help_text=gettext_lazy("Only where it may be shared."),
    )  # fmt: skip
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=500)


@page("customers.view")
def quarantine(request: HttpRequest) -> HttpResponseBase:
    """What links nobody, and why."""
    asker, door, asked = asker_of(request), current_shop().customers.identity, TABLE.read(request)
    try:
        found = door.quarantine(asker.may("customers.personal"), asked.after, asked.limit)
    except InvalidInput:  # a place somebody mistyped: the list begins anew
        found = door.quarantine(asker.may("customers.personal"), None, asked.limit)
    table = asked.show([_row(one, asker) for one in found.rows], next=found.next, empty=_nothing())
    return render(
        request, "identity/quarantine.html", {"table": table, "tabs": tabs("identity_quarantine")}
    )  # fmt: skip


@page("identity.rules", "GET", "POST")
def value(request: HttpRequest) -> HttpResponse:
    """A rule for one value."""
    initial = {"subject": request.GET.get("subject", "")[:400], "rule": request.GET.get("rule", "block")}
    form = ValueForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            made = _decide(asker_of(request), form.cleaned_data)
        except ChoralError as problem:
            form.add_error("most" if problem.code == "bad_limit" else "subject", f"{problem.what} {problem.fix}")
        else:
            toast(request, _("Decided."), undo=reverse("identity_release", args=[made.id]))
            return redirect("identity")
    return render(request, "identity/value.html", {"form": form}, status=422 if form.errors else 200)


@page("identity.rules", "POST")
def block(request: HttpRequest, subject: str) -> HttpResponse:
    """Block a value of the list for ever; the toast takes it back."""
    made = current_shop().customers.identity.block(asker_of(request).actor, subject, _("Found in quarantine"))
    toast(request, _("Blocked: it links nobody."), undo=reverse("identity_release", args=[made.id]))
    return redirect("identity_quarantine")


@page("identity.rules", "POST")
def release(request: HttpRequest, rule_id: str) -> HttpResponse:
    """A value has no rule of its own any more; the toast takes it back."""
    current_shop().customers.identity.withdraw_rule(asker_of(request).actor, rule_id)
    toast(request, _("The value has no rule of its own any more."), undo=reverse("identity_renew", args=[rule_id]))
    return redirect("identity")


@page("identity.rules", "POST")
def renew(request: HttpRequest, rule_id: str) -> HttpResponse:
    """The rule of a value that was taken back holds again."""
    made = current_shop().customers.identity.renew_rule(asker_of(request).actor, rule_id)
    toast(request, _("The rule holds again."), undo=reverse("identity_release", args=[made.id]))
    return redirect("identity")


def _decide(asker: Asker, given: dict[str, object]) -> ValueRule:
    door, subject, reason = current_shop().customers.identity, str(given["subject"]), str(given["reason"])
    if given["rule"] == "block":
        return door.block(asker.actor, subject, reason)
    if given["rule"] == "tablet":
        return door.declare_tablet(asker.actor, subject, reason)
    most = given["most"]
    return door.allow(asker.actor, subject, most if isinstance(most, int) else 0, reason)


def _row(one: Quarantined, asker: Asker) -> Row:
    cells: dict[str, object] = {
        "value": Cell(f"{words.kind_name(one.kind)} {one.shown}"), "state": words.state_cell(one.state),
        "seen_with": one.seen_with, "limit": one.limit, "first": one.first_at or None, "since": one.since_at or None,
    }  # fmt: skip
    if not asker.may("identity.rules"):
        return Row(one.identifier, cells)
    href = f"{reverse('identity_value')}?{urlencode({'subject': one.identifier, 'rule': 'allow'})}"
    if one.rule:
        actions = (Action(_("Let go"), reverse("identity_release", args=[one.rule])),)
    else:
        actions = (Action(_("Block for ever"), reverse("identity_block", args=[one.identifier])),)
    return Row(one.identifier, cells, href, actions)


def _nothing() -> Empty:
    return Empty(
        _("Nothing is set aside"),
        _("A value that is suddenly seen with very many people stands here and links nobody: the shop's own number, a"
          " test account, a kiosk."),
        icon="shield",
    )  # fmt: skip


urlpatterns = [
    path("identity/quarantine", quarantine, name="identity_quarantine"),
    path("identity/value", value, name="identity_value"),
    path("identity/block/<path:subject>", block, name="identity_block"),
    path("identity/values/<str:rule_id>/release", release, name="identity_release"),
    path("identity/values/<str:rule_id>/renew", renew, name="identity_renew"),
]

"""API keys: what programs use; shown once, revoked at once."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral.books import act
from choral.interfaces.web.access import asker_of, page
from choral.interfaces.web.names import ROLE_HELP, ROLE_NAMES
from choral.interfaces.web.navigation import Entry
from choral.interfaces.web.tables import Action, Cell, Column, Empty, Row, Table
from choral.interfaces.web.toasts import toast
from choral.team import Key, create_key, keys, revoke_key

NAVIGATION = [Entry("shop", 40, gettext_lazy("API keys"), "keys", "keys.manage", "keys", go="k",
                    words=gettext_lazy("token program"))]  # fmt: skip
_TABLE = Table(
    key="keys",
    columns=(
        Column("name", gettext_lazy("Name")),
        Column("prefix", gettext_lazy("Begins with"), "code"),
        Column("role", gettext_lazy("May do what")),
        Column("state", gettext_lazy("State")),
        Column("used", gettext_lazy("Last used"), "ago"),
        Column("since", gettext_lazy("Made"), "time"),
    ),
    export=False,
    caption=gettext_lazy("API keys"),
)


class KeyForm(forms.Form):
    """A new key."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120,
                           help_text=gettext_lazy("Which program uses it."))  # fmt: skip
    role = forms.ChoiceField(label=gettext_lazy("May do what a … may"), choices=list(ROLE_NAMES.items()),
                             initial="analyst")  # fmt: skip


@page("keys.manage", "GET", "POST")
def api_keys(request: HttpRequest) -> HttpResponse:
    """The keys there are; a new one is shown on the answer to its making and never again."""
    form = KeyForm(request.POST or None)
    made = None
    if request.method == "POST" and form.is_valid():
        made = act(create_key, asker_of(request).actor, form.cleaned_data["name"], form.cleaned_data["role"])
        form = KeyForm()
    found = keys()
    nothing = Empty(
        _("No keys yet"), _("A program of yours that reads or writes over the HTTP API needs a key."), icon="keys"
    )
    view = _TABLE.read(request).show([_row(one) for one in found], total=len(found), empty=nothing)
    context = {"form": form, "table": view, "made": made, "roles": [(ROLE_NAMES[k], v) for k, v in ROLE_HELP.items()]}
    response = render(request, "data/keys.html", context, status=422 if form.errors else 200)
    response["Cache-Control"] = "no-store"
    return response


@page("keys.manage", "POST")
def revoke(request: HttpRequest, key: int) -> HttpResponse:
    act(revoke_key, asker_of(request).actor, key)
    toast(request, _("The key is revoked: whoever uses it is turned away from now on."))
    return redirect("keys")


def _row(one: Key) -> Row:
    works = one.revoked_at is None
    lost = _("The program that uses “%(name)s” stops working. A revoked key cannot be taken back.") % {"name": one.name}
    actions = (Action(_("Revoke"), reverse("key_revoke", args=[one.id]), "bad", lost),) if works else ()
    return Row(
        str(one.id),
        {
            "name": one.name, "prefix": f"{one.prefix}…", "role": ROLE_NAMES.get(one.role, one.role),
            "state": Cell(_("works"), tone="good") if works else Cell(_("revoked"), tone="plain"),
            "used": one.last_used_at, "since": one.created_at,
        },
        actions=actions,
    )  # fmt: skip


urlpatterns = [path("keys", api_keys, name="keys"), path("keys/<int:key>/revoke", revoke, name="key_revoke")]

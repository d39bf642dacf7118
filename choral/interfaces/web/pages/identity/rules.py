"""The rules of identity as data: each kind of identifier with its settings, tried before they are changed."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral.core.errors import ChoralError, NotFound
from choral.customers.identity.values import KindRule, RulePreview
from choral.interfaces.web.access import asker_of, page
from choral.interfaces.web.errors import said
from choral.interfaces.web.navigation import Entry
from choral.interfaces.web.pages.identity import words
from choral.interfaces.web.toasts import toast
from choral.shop import current_shop

NAVIGATION = [
    Entry(
        "customers", 55, gettext_lazy("Identity"), "identity", "customers.view", "identity",
        words=gettext_lazy("merge duplicates quarantine rules recognise"),
    )
]  # fmt: skip


class KindForm(forms.Form):
    """The settings of a kind that says who somebody is."""

    links = forms.BooleanField(
        label=gettext_lazy("It links"), required=False,
        help_text=gettext_lazy("Off: it is kept as seen, and joins nobody."),
    )  # fmt: skip
    unique = forms.BooleanField(
        label=gettext_lazy("Holds people apart"), required=False,
        help_text=gettext_lazy("Two different ones are two people, whatever weaker identifiers they share."),
    )  # fmt: skip
    trusted = forms.BooleanField(
        label=gettext_lazy("Proved wherever it is seen"), required=False,
        help_text=gettext_lazy("Off: it counts as typed until a log-in, a code or a link proves it."),
    )  # fmt: skip
    proof_to_join = forms.BooleanField(
        label=gettext_lazy("Joins two known people only when proved"), required=False,
        help_text=gettext_lazy("Stricter: fewer customers are recognised, and nobody is joined by what was typed."),
    )  # fmt: skip
    most = forms.IntegerField(
        label=gettext_lazy("Most a person may hold"), min_value=1, max_value=1_000_000,
        help_text=gettext_lazy("What comes later stands alone."),
    )  # fmt: skip
    shared_above = forms.IntegerField(
        label=gettext_lazy("Set aside when seen with more than"), min_value=1, max_value=1_000_000,
        help_text=gettext_lazy("So many others make it public property: a kiosk, the shop's own number."),
    )  # fmt: skip
    priority = forms.IntegerField(
        label=gettext_lazy("Place in the order"), min_value=1, max_value=99,
        help_text=gettext_lazy("The smaller, the earlier it joins; the stronger decide first."),
    )  # fmt: skip

    def __init__(self, *args: object, says_who: bool = True, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        if not says_who:
            for name in ("unique", "trusted", "proof_to_join", "most", "priority"):
                del self.fields[name]


@page("customers.view")
def identity(request: HttpRequest) -> HttpResponse:
    """The rules in force."""
    asker, door = asker_of(request), current_shop().customers.identity
    values = [
        {"one": one, "name": words.RULES[one.rule], "subject": _subject(one.subject, one.shown)}
        for one in door.value_rules(asker.may("customers.personal"))
    ]
    kinds = [(kind, words.kind_name(kind.name)) for kind in door.kinds()]
    return render(
        request, "identity/rules.html", {"kinds": kinds, "values": values, "tabs": tabs("identity")}
    )  # fmt: skip


@page("identity.rules", "GET", "POST")
def kind(request: HttpRequest, name: str) -> HttpResponse:
    """One kind: its settings, tried or changed."""
    rule = _rule(name)
    form = KindForm(request.POST or None, initial=rule.__dict__, says_who=rule.says_who)
    preview: RulePreview | None = None
    if request.method == "POST" and form.is_valid():
        door, changes = current_shop().customers.identity, dict(form.cleaned_data)
        try:
            if "try" in request.POST:
                preview = door.preview_kind(name, changes)
            else:
                door.set_kind(asker_of(request).actor, name, changes)
                toast(request, _("The rule is changed. Everybody is settled anew from what was seen."))
                return redirect("identity")
        except ChoralError as problem:
            form.add_error(None, str(said(problem)["what"]))
    status = 422 if form.errors else 200
    context = {"rule": rule, "called": words.kind_name(name), "form": form, "preview": preview}
    return render(request, "identity/kind.html", context, status=status)


@page("identity.rules", "POST")
def reset(request: HttpRequest, name: str) -> HttpResponse:
    """A kind has its default settings again."""
    _rule(name)
    current_shop().customers.identity.reset_kind(asker_of(request).actor, name)
    toast(request, _("The rule is the usual one again."))
    return redirect("identity")


def tabs(here: str) -> list[tuple[str, str, bool]]:
    """The ways between the pages of identity."""
    return [
        (_("Rules"), reverse("identity"), here == "identity"),
        (_("Quarantine"), reverse("identity_quarantine"), here == "identity_quarantine"),
        (_("Corrections"), reverse("identity_corrections"), here == "identity_corrections"),
    ]


def _rule(name: str) -> KindRule:
    found = next((one for one in current_shop().customers.identity.kinds() if one.name == name), None)
    if found is None:
        raise NotFound("no_such_kind", "There is no such kind of identifiers.", status=404)
    return found


def _subject(subject: str, shown: str) -> str:
    kind_of, _rest, value = subject.partition(":")
    if kind_of == "source":
        return shown or value
    return f"{words.kind_name(kind_of)} {shown or ('•••' if value.startswith('#') else value)}"


urlpatterns = [
    path("identity", identity, name="identity"),
    path("identity/kinds/<str:name>", kind, name="identity_kind"),
    path("identity/kinds/<str:name>/reset", reset, name="identity_kind_reset"),
]

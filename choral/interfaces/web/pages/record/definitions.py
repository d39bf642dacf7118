"""The computed traits of the shop: what each means, a form for one's own, hidden ones to bring back."""

from __future__ import annotations

from typing import Any

import msgspec
from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral.books import act
from choral.core.errors import ChoralError
from choral.customers.traits.actions import define_trait, remove_trait, restore_trait
from choral.customers.traits.definitions import KINDS, NUMBERS, OPERATORS, TEXTS, Definition, read
from choral.customers.traits.wording import sentence
from choral.interfaces.web import happenings
from choral.interfaces.web.access import asker_of, page
from choral.interfaces.web.navigation import Entry
from choral.interfaces.web.pages.record import words
from choral.interfaces.web.tables import Action, Cell, Column, Row, Table
from choral.interfaces.web.toasts import toast
from choral.shop import current_shop

NAVIGATION = [
    Entry("customers", 40, gettext_lazy("Computed traits"), "traits", "customers.view", "tag",
          words=gettext_lazy("favourite count sum window definition")),
]  # fmt: skip
_TABLE = Table(
    key="traits",
    columns=(
        Column("name", gettext_lazy("Trait")),
        Column("means", gettext_lazy("Means")),
        Column("from", gettext_lazy("From")),
        Column("key", gettext_lazy("Key"), "code"),
    ),
    caption=gettext_lazy("Computed traits"),
)
_FIELDS = sorted({*TEXTS["events"], *TEXTS["lines"], *NUMBERS["events"], *NUMBERS["lines"]})
_KIND_NAMES = {
    "count": gettext_lazy("How many times"), "sum": gettext_lazy("Sum"), "average": gettext_lazy("Average"),
    "min": gettext_lazy("Smallest"), "max": gettext_lazy("Greatest"), "first": gettext_lazy("First"),
    "last": gettext_lazy("Last"), "favourite": gettext_lazy("Most frequent"),
    "distinct": gettext_lazy("How many different"), "days_since": gettext_lazy("Days since the last"),
    "exists": gettext_lazy("Whether there is any"), "share": gettext_lazy("Share"),
}  # fmt: skip
_FIELD_NAMES = {
    "amount": gettext_lazy("Amount (event)"), "total": gettext_lazy("Amount (order line)"),
    "discount": gettext_lazy("Discount"), "quantity": gettext_lazy("Quantity"), "name": gettext_lazy("Event"),
    "channel": gettext_lazy("Channel"), "source": gettext_lazy("Source"), "order_id": gettext_lazy("Order number"),
    "campaign": gettext_lazy("Campaign"), "place": gettext_lazy("Store (event)"),
    "store": gettext_lazy("Store (order line)"), "label": gettext_lazy("Detail"), "product": gettext_lazy("Product"),
    "department": gettext_lazy("Department"), "category": gettext_lazy("Category"), "brand": gettext_lazy("Brand"),
    "at": gettext_lazy("Moment"),
}  # fmt: skip
_OPERATOR_NAMES = {
    "is": gettext_lazy("is"), "is_not": gettext_lazy("is not"), "contains": gettext_lazy("contains"),
    "more": gettext_lazy("is more than"), "less": gettext_lazy("is less than"), "known": gettext_lazy("is known"),
}  # fmt: skip


class TraitForm(forms.Form):
    """A definition with one condition; more conditions by the API or the command line."""

    name_en = forms.CharField(label=gettext_lazy("Name in English"), max_length=80)
    name_fr = forms.CharField(label=gettext_lazy("Name in French"), max_length=80, required=False)
    name_it = forms.CharField(label=gettext_lazy("Name in Italian"), max_length=80, required=False)
    key = forms.SlugField(
        label=gettext_lazy("Key"), max_length=40, help_text=gettext_lazy("Small letters, digits and _: for programs.")
    )
    source = forms.ChoiceField(
        label=gettext_lazy("Counted over"),
        choices=[("events", gettext_lazy("Events of the time line")), ("lines", gettext_lazy("Lines of orders"))],
    )
    kind = forms.ChoiceField(label=gettext_lazy("What is worked out"), choices=[(k, _KIND_NAMES[k]) for k in KINDS])
    of = forms.ChoiceField(
        label=gettext_lazy("Of what"), choices=[("", "–"), ("at", _FIELD_NAMES["at"]),
                                                *((f, _FIELD_NAMES[f]) for f in _FIELDS)], required=False,
    )  # fmt: skip
    event = forms.CharField(
        label=gettext_lazy("Only this event"), max_length=200, required=False,
        help_text=gettext_lazy("Its name, such as Order Completed. Nothing: all."),
    )  # fmt: skip
    days = forms.IntegerField(
        label=gettext_lazy("In the last days"), min_value=1, max_value=3_660, required=False,
        help_text=gettext_lazy("The window moves by itself. Nothing: for ever."),
    )  # fmt: skip
    field = forms.ChoiceField(
        label=gettext_lazy("Only where"), choices=[("", "–"), *((f, _FIELD_NAMES[f]) for f in _FIELDS)], required=False
    )
    operator = forms.ChoiceField(
        label=gettext_lazy("Condition"), choices=[(o, _OPERATOR_NAMES[o]) for o in OPERATORS], required=False
    )
    value = forms.CharField(
        label=gettext_lazy("Value"), max_length=200, required=False,
        help_text=gettext_lazy("Amounts in the smallest unit: 1000 is 10.00."),
    )  # fmt: skip

    def definition(self) -> Definition:
        """As the action wants it; `InvalidInput` when it makes no sense."""
        given = self.cleaned_data
        condition = {"field": given["field"], "operator": given["operator"], "value": given["value"]}
        names = {key: given[f"name_{key}"] for key in ("en", "fr", "it") if given[f"name_{key}"]}
        made: dict[str, Any] = {
            "key": given["key"], "names": names, "kind": given["kind"], "source": given["source"], "of": given["of"],
            "event": given["event"], "days": given["days"], "filters": [condition] if given["field"] else [],
        }  # fmt: skip
        return read(made)


@page("customers.view")
def traits(request: HttpRequest) -> HttpResponse:
    """The definitions in use, and the hidden ones."""
    return _page(request, TraitForm())


@page("traits.manage", "POST")
def trait_define(request: HttpRequest) -> HttpResponse:
    """Keep a definition; the toast takes it back."""
    form = TraitForm(request.POST)
    if form.is_valid():
        try:
            made = form.definition()
            act(define_trait, asker_of(request).actor, made)
        except ChoralError as problem:
            form.add_error(None, f"{problem.why} {problem.fix}")
        else:
            undo = reverse("trait_remove", args=[made.key])
            toast(
                request, _("“%(name)s” is computed for everybody.") % {"name": made.name(words.language())}, undo=undo
            )
            return redirect("traits")
    return _page(request, form, status=422)


@page("traits.manage", "POST")
def trait_remove(request: HttpRequest, key: str) -> HttpResponse:
    """Take a definition away, or hide a built-in one; the toast brings it back."""
    gone = act(remove_trait, asker_of(request).actor, key)
    undo = "" if gone is not None else reverse("trait_restore", args=[key])
    toast(request, _("It is no longer shown."), undo=undo or _again(gone))
    return redirect("traits")


@page("traits.manage", "POST")
def trait_restore(request: HttpRequest, key: str) -> HttpResponse:
    """Bring back: a built-in one as it came, one's own by its definition in the address."""
    text = request.GET.get("definition")
    if text:
        act(define_trait, asker_of(request).actor, read(text))
    else:
        act(restore_trait, asker_of(request).actor, key)
    toast(request, _("It is shown again."))
    return redirect("traits")


def _again(gone: Definition | None) -> str:
    if gone is None:
        return ""
    text = msgspec.json.encode(gone).decode()
    return f"{reverse('trait_restore', args=[gone.key])}?{urlencode({'definition': text})}"


def _page(request: HttpRequest, form: TraitForm, status: int = 200) -> HttpResponse:
    door, may = current_shop().customers.traits, asker_of(request).may("traits.manage")
    asked, language = _TABLE.read(request), words.language()
    rows = [_row(one, language, may) for one in door.definitions()]
    context = {
        "table": asked.show(rows, total=len(rows)), "form": form, "may": may,
        "hidden": [(one.name(language), reverse("trait_restore", args=[one.key])) for one in door.hidden()],
    }  # fmt: skip
    return render(request, "record/traits.html", context, status=status)


def _row(one: Definition, language: str, may: bool) -> Row:
    origin = Cell(_("Choral"), tone="plain") if one.built_in else Cell(_("This shop"), tone="info")
    action = Action(_("Hide") if one.built_in else _("Remove"), reverse("trait_remove", args=[one.key]))
    means = sentence(one, language, lambda name: str(happenings.title(name)))
    return Row(one.key, {"name": one.name(language), "means": means, "from": origin, "key": one.key},
               actions=(action,) if may else ())  # fmt: skip


urlpatterns = [
    path("traits", traits, name="traits"),
    path("traits/define", trait_define, name="trait_define"),
    path("traits/<str:key>/remove", trait_remove, name="trait_remove"),
    path("traits/<str:key>/restore", trait_restore, name="trait_restore"),
]

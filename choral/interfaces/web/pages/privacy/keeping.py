"""How long things are kept with what each rule would take, the classes of fields, and the register of what is where."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral.customers.privacy.classes import SEEN_BY
from choral.customers.privacy.retention import Retained
from choral.interfaces.web.access import asker_of, page
from choral.interfaces.web.names import ROLE_NAMES
from choral.interfaces.web.pages.privacy.words import CATEGORIES, LEVELS, REASONS_OF_RULES, Tone, tabs
from choral.interfaces.web.tables import Action, Cell, Column, Row, Table
from choral.interfaces.web.toasts import toast
from choral.shop import current_shop

RETENTION = Table(
    key="retention", caption=gettext_lazy("Retention"), export=False,
    columns=(
        Column("category", gettext_lazy("What")),
        Column("days", gettext_lazy("Kept, days"), "number"),
        Column("state", gettext_lazy("State")),
        Column("count", gettext_lazy("Would go now"), "number",
               explain=gettext_lazy("A rehearsal: what the rule would take if it were applied now.")),
        Column("why", gettext_lazy("Why")),
        Column("source", gettext_lazy("Source")),
    ),
)  # fmt: skip
CLASSES = Table(
    key="field-classes", caption=gettext_lazy("Classes of fields"), export=False,
    columns=(
        Column("field", gettext_lazy("Field"), "code"),
        Column("class", gettext_lazy("Class")),
        Column("roles", gettext_lazy("Seen whole by")),
    ),
)  # fmt: skip
REGISTER = Table(
    key="register", caption=gettext_lazy("Register"), export=False,
    columns=(
        Column("place", gettext_lazy("Where"), "code"),
        Column("what", gettext_lazy("What is kept")),
        Column("purpose", gettext_lazy("What for")),
        Column("until", gettext_lazy("Until")),
    ),
)  # fmt: skip


class RuleForm(forms.Form):
    """A rule as it should be."""

    category = forms.ChoiceField(label=gettext_lazy("What"), choices=list(CATEGORIES.items()))
    days = forms.IntegerField(label=gettext_lazy("Kept, days"), min_value=1, max_value=36_500, required=False,
                              help_text=gettext_lazy("Empty: for ever."))  # fmt: skip
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=400)


class ClassForm(forms.Form):
    """The class of a field."""

    field = forms.CharField(label=gettext_lazy("Field"), max_length=120)
    level = forms.ChoiceField(label=gettext_lazy("Class"), choices=list(LEVELS.items()))


@page("privacy.manage", "GET", "POST")
def retention(request: HttpRequest) -> HttpResponse:
    """The rules with their rehearsal; one is changed (and switched on) here."""
    privacy, asker = current_shop().customers.privacy, asker_of(request)
    form = RuleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        privacy.keep_for(said["category"], said["days"], said["reason"], asker.actor)
        toast(request, _("The rule is in force; it is applied once a day."))
        return redirect("privacy_retention")
    rows = [_rule(one) for one in privacy.retention(counted=True)]
    runs = [(one.at, CATEGORIES[one.category], one.count) for one in privacy.retention_runs()[:10]]
    table = RETENTION.read(request).show(rows, total=len(rows))
    context = {"table": table, "form": form, "runs": runs, "tabs": tabs("privacy_retention")}
    return render(request, "privacy/retention.html", context, status=422 if form.errors else 200)


@page("privacy.manage", "POST")
def switch(request: HttpRequest, category: str) -> HttpResponse:
    """Switch a rule on as it stands, or off."""
    privacy, asker = current_shop().customers.privacy, asker_of(request)
    rule = next(one for one in privacy.retention() if one.category == category)
    days = None if rule.active else rule.default_days
    privacy.keep_for(category, days, rule.reason, asker.actor)
    text = (
        _("It is kept for ever from now on.") if rule.active else _("The rule is in force; it is applied once a day.")
    )
    toast(request, text, undo=reverse("privacy_switch", args=[category]))
    return redirect("privacy_retention")


@page("privacy.manage", "GET", "POST")
def classes(request: HttpRequest) -> HttpResponse:
    """Which field is of which class, and which roles see it whole."""
    privacy, asker = current_shop().customers.privacy, asker_of(request)
    form = ClassForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        privacy.classify(form.cleaned_data["field"], form.cleaned_data["level"], asker.actor)
        toast(request, _("Classified."))
        return redirect("privacy_classes")
    rows = [
        Row(field, {"field": field, "class": Cell(LEVELS[level], tone=_TONES[level]), "roles": _seen_by(field)})
        for field, level in sorted(privacy.classes().items())
    ]
    table = CLASSES.read(request).show(rows, total=len(rows))
    context = {"table": table, "form": form, "tabs": tabs("privacy_classes")}
    return render(request, "privacy/classes.html", context, status=422 if form.errors else 200)


@page("privacy.manage")
def register(request: HttpRequest) -> HttpResponse:
    """What is kept about people where, what for and until when, as each room says itself."""
    rows = [
        Row(one.table, {"place": one.table, "what": one.what, "purpose": one.purpose, "until": one.until})
        for _room, one in current_shop().customers.privacy.register()
    ]
    table = REGISTER.read(request).show(rows, total=len(rows))
    return render(request, "privacy/register.html", {"table": table, "tabs": tabs("privacy_register")})


_TONES: dict[str, Tone] = {"public": "plain", "internal": "plain", "personal": "info", "sensitive": "warn"}


def _seen_by(field: str) -> str:
    privacy = current_shop().customers.privacy
    return ", ".join(str(ROLE_NAMES[role]) for role in SEEN_BY if privacy.sees(role, field)) or "–"


def _rule(one: Retained) -> Row:
    category = one.category
    state = Cell(_("applied"), tone="good") if one.active else Cell(_("proposed"), tone="plain")
    if not one.active and one.days is None:
        state = Cell(_("kept for ever"), tone="plain")
    word = _("Switch off") if one.active else _("Switch on")
    return Row(
        category,
        {
            "category": CATEGORIES[category], "days": one.days, "state": state, "count": one.count,
            "why": one.reason if one.by else REASONS_OF_RULES[category], "source": one.source,
        },
        actions=(Action(word, reverse("privacy_switch", args=[category])),),
    )  # fmt: skip


urlpatterns = [
    path("privacy/retention", retention, name="privacy_retention"),
    path("privacy/retention/<str:category>/switch", switch, name="privacy_switch"),
    path("privacy/classes", classes, name="privacy_classes"),
    path("privacy/register", register, name="privacy_register"),
]

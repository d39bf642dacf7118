"""The form of an expected event and of its properties; no page of its own."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from choral.connectors.plan.values import (
    ANY,
    EXTRA,
    FLAG,
    INTEGER,
    LIST,
    MISSING,
    NUMBER,
    OBJECT,
    TEXT,
    TIME,
    TYPE,
    UNPLANNED,
    VALUE,
    Expected,
    Property,
)
from choral.shop import current_shop

TYPE_NAMES = {
    ANY: gettext_lazy("anything"), TEXT: gettext_lazy("text"), NUMBER: gettext_lazy("number"),
    INTEGER: gettext_lazy("whole number"), FLAG: gettext_lazy("yes or no"), TIME: gettext_lazy("time"),
    LIST: gettext_lazy("list"), OBJECT: gettext_lazy("object"),
}  # fmt: skip
KIND_NAMES = {
    MISSING: gettext_lazy("is missing"), TYPE: gettext_lazy("has another type"),
    VALUE: gettext_lazy("has a value that is not allowed"), EXTRA: gettext_lazy("is not in the plan"),
    UNPLANNED: gettext_lazy("the event is not in the plan"),
}  # fmt: skip


class EventForm(forms.Form):
    """The event itself."""

    event = forms.CharField(label=gettext_lazy("Event"), max_length=200)
    source = forms.ChoiceField(label=gettext_lazy("Source"), required=False)
    description = forms.CharField(
        label=gettext_lazy("What it means"), required=False, max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["source"].choices = source_choices()  # type: ignore[attr-defined]


class PropertyForm(forms.Form):
    """One property; a line without a name is none."""

    name = forms.CharField(label=gettext_lazy("Property"), max_length=200, required=False)
    type = forms.ChoiceField(label=gettext_lazy("Type"), choices=list(TYPE_NAMES.items()), required=False)
    required = forms.BooleanField(label=gettext_lazy("Required"), required=False)
    allowed = forms.CharField(label=gettext_lazy("Allowed values"), required=False, max_length=4_000)
    description = forms.CharField(label=gettext_lazy("Meaning"), required=False, max_length=2_000)

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        for one in self.fields.values():
            one.widget.attrs["aria-label"] = one.label  # the column's title stands above


Properties = forms.formset_factory(PropertyForm, extra=4, max_num=200)


class PlanFileForm(forms.Form):
    """A plan from a file."""

    file = forms.FileField(label=gettext_lazy("File"))


def source_choices() -> list[tuple[str, Any]]:
    """Empty for all, then the sources."""
    known = [one for one in current_shop().events.sources() if not one.id.startswith("import-") and one.id != "choral"]
    return [("", gettext_lazy("all sources")), *[(one.id, one.name) for one in known]]


def line_of(number: str, event: EventForm, properties: Any) -> Expected:
    """What was filled in."""
    lines = [one for one in properties.cleaned_data if one.get("name", "").strip()]
    return Expected(
        number, event.cleaned_data["source"], event.cleaned_data["event"],
        tuple([
            Property(
                one["name"].strip(), one["type"] or ANY, one["required"],
                tuple(dict.fromkeys(part.strip() for part in re.split(r"[,\n]", one["allowed"]) if part.strip())),
                one["description"],
            )
            for one in lines
        ]),
        event.cleaned_data["description"],
    )  # fmt: skip


def filled(line: Expected) -> tuple[dict[str, object], list[dict[str, object]]]:
    """First values of both forms."""
    event: dict[str, object] = {"event": line.event, "source": line.source, "description": line.description}
    return event, [
        {"name": one.name, "type": one.type, "required": one.required, "allowed": ", ".join(one.allowed),
         "description": one.description}
        for one in line.properties
    ]  # fmt: skip

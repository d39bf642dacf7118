"""The form of a destination, and what it says in words; no page of its own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy

from choral.connectors.forwarding.values import PLAIN, PSEUDONYMOUS, Settings
from choral.core.clock import to_microseconds
from choral.customers.consent.values import Purpose
from choral.events.store import Source
from choral.shop import current_shop

_KINDS = [
    (PSEUDONYMOUS, gettext_lazy("Codes: other ones for each tool, nothing about the person")),
    (PLAIN, gettext_lazy("Names: identifiers, e-mail and telephone of those who agreed; codes for all others")),
]


class DestinationForm(forms.Form):
    """What is chosen for a destination."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    url = forms.CharField(
        label=gettext_lazy("Address"), max_length=500,
        help_text=gettext_lazy("Where to send. https, on the public internet, e.g. https://tool.example/v1/batch"),
    )  # fmt: skip
    write_key = forms.CharField(
        label=gettext_lazy("Write key of the tool"), max_length=200, required=False,
        help_text=gettext_lazy("For tools that speak Segment's protocol: Segment, RudderStack, Jitsu, another Choral."),
    )  # fmt: skip
    events = forms.CharField(
        label=gettext_lazy("Events"), required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy("One name a line; empty for all."),
    )  # fmt: skip
    sources = forms.MultipleChoiceField(
        label=gettext_lazy("Sources"), required=False, help_text=gettext_lazy("None chosen: all."),
        widget=forms.SelectMultiple(attrs={"size": 4}),
    )  # fmt: skip
    identifiers = forms.ChoiceField(label=gettext_lazy("How people are named"), choices=_KINDS, initial=PSEUDONYMOUS)
    purpose = forms.ChoiceField(
        label=gettext_lazy("What people must have agreed to"), required=False,
        help_text=gettext_lazy("Only for names."),
    )  # fmt: skip

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        shop = current_shop()
        known: Sequence[Source] = [one for one in shop.events.sources() if not one.id.startswith("import-")]
        self.fields["sources"].choices = [(one.id, one.name) for one in known]  # type: ignore[attr-defined]
        purposes = [one for one in shop.customers.consent.purposes() if one.kind == "processing"]
        self.fields["purpose"].choices = [("", "–"), *[(one.key, _named(one)) for one in purposes]]  # type: ignore[attr-defined]

    def settings(self) -> Settings:
        """What was filled in."""
        given = self.cleaned_data
        events = tuple(dict.fromkeys(one.strip() for one in re.split(r"[\n,]", given["events"]) if one.strip()))
        return Settings(
            given["name"], given["url"], events, tuple(given["sources"]), given["identifiers"], given["purpose"],
            given["write_key"],
        )  # fmt: skip


class NewDestinationForm(DestinationForm):
    """The same with where to begin."""

    since = forms.DateField(
        label=gettext_lazy("Begin on"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("Empty: with what happens from now on."),
    )  # fmt: skip


class ReplayForm(forms.Form):
    """From which day on to send again."""

    since = forms.DateField(label=gettext_lazy("From"), widget=forms.DateInput(attrs={"type": "date"}))


def filled(settings: Settings) -> dict[str, object]:
    """A form's first values."""
    return {
        "name": settings.name, "url": settings.url, "write_key": settings.write_key,
        "events": "\n".join(settings.events), "sources": list(settings.sources), "identifiers": settings.identifiers,
        "purpose": settings.purpose,
    }  # fmt: skip


def beginning_of(form: forms.Form) -> int | None:
    """The chosen day's beginning in µs UTC."""
    day = form.cleaned_data.get("since")
    return None if day is None else to_microseconds(datetime(day.year, day.month, day.day, tzinfo=UTC))


def _named(one: Purpose) -> str:
    return one.names.get((get_language() or "en")[:2], one.names.get("en", one.key))

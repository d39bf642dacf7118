"""The forms of tokens: giving out, replacing, lending, granting, places, and asking as a door."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from choral.core.clock import to_microseconds
from choral.customers.access.values import Place, Rights
from choral.interfaces.web.pages.access.words import DAYS, KINDS, PLACES

_HOLDER = gettext_lazy("An identifier such as card:8812 or email:ada@shop.eu, or the number of a customer's page.")
_NUMBER = gettext_lazy("Hold it to the reader, or leave it empty to have a number made and printed as a code.")


class IssueForm(forms.Form):
    """A token to be given out."""

    kind = forms.ChoiceField(label=gettext_lazy("What it is"), choices=list(KINDS.items()))
    value = forms.CharField(label=gettext_lazy("Number"), max_length=255, required=False, help_text=_NUMBER)
    holder = forms.CharField(label=gettext_lazy("Whose it is"), max_length=300, required=False, help_text=_HOLDER)
    reusable = forms.BooleanField(
        label=gettext_lazy("It goes to another guest when it comes back"), required=False,
        help_text=gettext_lazy("Then its number alone never says who somebody is."),
    )  # fmt: skip


class ReplaceForm(forms.Form):
    """The token that takes another's place."""

    value = forms.CharField(label=gettext_lazy("New number"), max_length=255, required=False, help_text=_NUMBER)
    reason = forms.CharField(label=gettext_lazy("Why"), max_length=200, required=False)


class LendForm(forms.Form):
    """To whom, until when."""

    borrower = forms.CharField(label=gettext_lazy("To whom"), max_length=300, help_text=_HOLDER)
    until = forms.DateTimeField(
        label=gettext_lazy("Until"), required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text=gettext_lazy("Empty: until the end of today. It ends by itself."),
    )  # fmt: skip
    may_pay = forms.BooleanField(label=gettext_lazy("They may pay from the holder's balance"), required=False)

    def ends_at(self, otherwise: int) -> int:
        """The end of the loan, µs UTC."""
        until = self.cleaned_data["until"]
        return to_microseconds(until) if until else otherwise


class GrantForm(forms.Form):
    """What a token shall open."""

    place = forms.ChoiceField(label=gettext_lazy("Place"), choices=())
    starts_at = forms.DateTimeField(
        label=gettext_lazy("From"), required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    ends_at = forms.DateTimeField(
        label=gettext_lazy("Until"), required=False, widget=forms.DateTimeInput(attrs={"type": "datetime-local"})
    )
    days = forms.MultipleChoiceField(
        label=gettext_lazy("Days"), required=False, choices=list(DAYS.items()), widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy("None chosen: every day."),
    )  # fmt: skip
    opens = forms.TimeField(
        label=gettext_lazy("Opens at"), required=False, widget=forms.TimeInput(attrs={"type": "time"})
    )
    closes = forms.TimeField(
        label=gettext_lazy("Closes at"), required=False, widget=forms.TimeInput(attrs={"type": "time"})
    )
    entries = forms.IntegerField(
        label=gettext_lazy("Entries"), required=False, min_value=1, max_value=1_000_000,
        help_text=gettext_lazy("Empty: as often as they like."),
    )  # fmt: skip
    one_at_a_time = forms.BooleanField(
        label=gettext_lazy("Who is in must come out before going in again"), required=False
    )

    def __init__(self, *args: Any, places: tuple[Place, ...] = (), **more: Any) -> None:
        super().__init__(*args, **more)
        choice = self.fields["place"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [(one.code, f"{one.name} ({PLACES[one.kind]})") for one in places]

    def rights(self) -> Rights:
        """What the form says."""
        given = self.cleaned_data
        starts, ends = (to_microseconds(given[one]) if given[one] else None for one in ("starts_at", "ends_at"))
        opens, closes = (
            given[one].hour * 60 + given[one].minute if given[one] else None for one in ("opens", "closes")
        )  # fmt: skip
        return Rights(
            given["place"], starts, ends, "".join(given["days"]), opens, closes, given["entries"],
            not given["one_at_a_time"],
        )  # fmt: skip


class PlaceForm(forms.Form):
    """Something a token can open."""

    code = forms.CharField(label=gettext_lazy("Code, as readers send it"), max_length=60)
    name = forms.CharField(label=gettext_lazy("Name"), max_length=120)
    kind = forms.ChoiceField(label=gettext_lazy("What it is"), choices=list(PLACES.items()), initial="door")
    within = forms.ChoiceField(label=gettext_lazy("Lies in"), required=False, choices=())
    store = forms.CharField(label=gettext_lazy("Store"), max_length=60, required=False)

    def __init__(self, *args: Any, places: tuple[Place, ...] = (), **more: Any) -> None:
        super().__init__(*args, **more)
        choice = self.fields["within"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [("", "–"), *((one.code, one.name) for one in places)]

    def place(self) -> Place:
        """What the form says."""
        given = self.cleaned_data
        return Place(given["code"], given["name"], given["kind"], given["within"], given["store"])


class DoorForm(forms.Form):
    """A reading by hand or by a scanner that types."""

    place = forms.ChoiceField(label=gettext_lazy("Place"), choices=())
    token = forms.CharField(
        label=gettext_lazy("Token"), max_length=255,
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"}),
        help_text=gettext_lazy("Scan it; most scanners type the number and press Enter."),
    )  # fmt: skip
    leaving = forms.BooleanField(label=gettext_lazy("Goes out"), required=False)

    def __init__(self, *args: Any, places: tuple[Place, ...] = (), **more: Any) -> None:
        super().__init__(*args, **more)
        choice = self.fields["place"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [(one.code, one.name) for one in places]

"""The forms of studies, plans and imported tables of areas."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from choral.analytics.geo.values import Imported, Question, Unit
from choral.interfaces.web.pages.geo.words import GRAINS, OUTCOMES, amount

_SHOWN = 500


class StudyForm(forms.Form):
    """Which areas were changed, when, and what is counted."""

    name = forms.CharField(label=_("Name"), max_length=120)
    units = forms.MultipleChoiceField(
        label=_("Areas that were changed"), widget=forms.CheckboxSelectMultiple,
        help_text=_("All others are what they are compared with. Biggest first."),
    )  # fmt: skip
    starts = forms.DateField(label=_("First day of the change"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    ends = forms.DateField(label=_("Last day"), widget=forms.DateInput({"type": "date"}, "%Y-%m-%d"))
    outcome = forms.ChoiceField(label=_("What is counted"), choices=list(OUTCOMES.items()))
    grain = forms.ChoiceField(
        label=_("Counted in"), choices=list(GRAINS.items()),
        help_text=_("Days need at least 25 days before the start, weeks 25 weeks; weeks are calmer."),
    )  # fmt: skip
    campaign_id = forms.ChoiceField(label=_("Campaign it measures"), required=False, choices=())

    def __init__(
        self, *args: Any, source: str, units: Iterable[Unit], currency: str, campaigns: Iterable[tuple[str, str]],
        **more: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **more)
        self.source = source
        choice, campaign = self.fields["units"], self.fields["campaign_id"]
        assert isinstance(choice, forms.ChoiceField) and isinstance(campaign, forms.ChoiceField)
        choice.choices = [
            (one.id, _("%(name)s, %(mean)s a day") % {"name": one.name, "mean": amount(one.mean, currency)})
            for one in units
        ][:_SHOWN]
        campaign.choices = [("", _("None")), *campaigns]
        if source != "stores":
            del self.fields["outcome"]

    def question(self) -> Question:
        """What the form asks."""
        given = self.cleaned_data
        return Question(
            given["name"], tuple(given["units"]), given["starts"], given["ends"], self.source,
            given.get("outcome", "sales"), given["grain"], given["campaign_id"],
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("starts") and given.get("ends") and given["ends"] < given["starts"]:
            self.add_error("ends", _("The last day is before the first."))
        return given


class PlanForm(forms.Form):
    """A test to be planned."""

    source = forms.ChoiceField(label=_("Areas"), choices=())
    outcome = forms.ChoiceField(label=_("What is counted"), choices=list(OUTCOMES.items()), initial="sales")
    units = forms.IntegerField(label=_("Areas to change"), min_value=1, max_value=20, initial=2)
    grain = forms.ChoiceField(label=_("Counted in"), choices=list(GRAINS.items()), initial="week")
    length = forms.IntegerField(label=_("How many of them it lasts"), min_value=1, max_value=120, initial=4)

    def __init__(self, *args: Any, tables: Iterable[Imported], **more: Any) -> None:
        super().__init__(*args, **more)
        choice = self.fields["source"]
        assert isinstance(choice, forms.ChoiceField)
        choice.choices = [("stores", _("The shop's stores")), *[(one.id, one.name) for one in tables]]


class TableForm(forms.Form):
    """A table of areas to import."""

    name = forms.CharField(label=_("Name"), max_length=120)
    file = forms.FileField(label=_("CSV file"))

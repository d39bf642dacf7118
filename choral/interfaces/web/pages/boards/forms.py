"""The forms of boards: the board itself, a card, a note on a day."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from choral.analytics.boards.values import EVERYBODY, Arrangement, Card
from choral.analytics.metrics.catalogue import METRICS
from choral.interfaces.web.metric_names import METRIC_WORDS, SPLIT_NAMES, STEP_NAMES
from choral.interfaces.web.names import ROLE_NAMES
from choral.interfaces.web.pages.boards.words import COMPARES, KINDS, PERIODS


def _choices(words: dict[str, Any], *first: tuple[str, Any]) -> list[tuple[str, Any]]:
    return [*first, *words.items()]


class BoardForm(forms.Form):
    """A board's name, days, comparison, and who may see it."""

    name = forms.CharField(label=_("Name"), max_length=120)
    period = forms.ChoiceField(label=_("Days shown"), choices=_choices(PERIODS))
    compare = forms.ChoiceField(label=_("Compare with"), choices=_choices(COMPARES), required=False)
    readers = forms.MultipleChoiceField(
        label=_("Who else may see it"),
        choices=[(EVERYBODY, _("Everybody")), *((key, ROLE_NAMES[key]) for key in ROLE_NAMES if key != "reader")],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Without a tick it is yours alone."),
    )

    def arrangement(self, before: Arrangement) -> Arrangement:
        """The board arranged so, with the cards it has."""
        data = self.cleaned_data
        return replace(
            before, name=data["name"], period=data["period"], compare=data["compare"] or None,
            readers=tuple(data["readers"]),
        )  # fmt: skip


class CardForm(forms.Form):
    """A card with a metric."""

    metric = forms.ChoiceField(label=_("Metric"), choices=[(key, words[0]) for key, words in METRIC_WORDS.items()])
    kind = forms.ChoiceField(label=_("Picture"), choices=_choices(KINDS), initial="bar")
    split = forms.ChoiceField(label=_("Split by"), choices=_choices(SPLIT_NAMES), required=False)
    by = forms.ChoiceField(label=_("Step of time"), choices=_choices(STEP_NAMES), initial="week")
    period = forms.ChoiceField(
        label=_("Days shown"), choices=_choices(PERIODS, ("", _("As the board"))), required=False
    )
    title = forms.CharField(label=_("Title"), max_length=120, required=False)
    wide = forms.BooleanField(label=_("Over the whole width"), required=False)

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or {}
        split, metric = data.get("split"), data.get("metric", "")
        if split and metric in METRICS and split not in METRICS[metric].splits:
            self.add_error("split", _("This metric cannot be split so."))
        return data

    def card(self, card_id: str = "") -> Card:
        data = self.cleaned_data
        return Card(
            card_id, data["kind"], data["metric"], data["split"] or None, data["by"], data["title"], "", data["period"],
            wide=data["wide"],
        )  # fmt: skip


class TextForm(forms.Form):
    """A card of words."""

    title = forms.CharField(label=_("Title"), max_length=120, required=False)
    text = forms.CharField(label=_("Words"), max_length=2_000, widget=forms.Textarea(attrs={"rows": 3}))

    def card(self, card_id: str = "") -> Card:
        return Card(card_id, "text", title=self.cleaned_data["title"], text=self.cleaned_data["text"], wide=True)


class NoteForm(forms.Form):
    """What happened on a day."""

    day = forms.DateField(label=_("Day"), widget=forms.DateInput(attrs={"type": "date"}))
    words = forms.CharField(label=_("What happened"), max_length=120)

"""The forms of experiments: a plan with its arms, and what the columns of a file are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from choral.analytics.experiments.checks import key_of
from choral.analytics.experiments.stored import Mapping
from choral.analytics.experiments.values import Arm, Experiment, Plan
from choral.interfaces.web.pages.experiments.words import OUTCOMES

_ARMS = 4
_ROLES = [
    ("", gettext_lazy("leave out")), ("arm", gettext_lazy("who got what (the arm)")),
    ("outcome", gettext_lazy("outcome: a number")), ("money", gettext_lazy("outcome: an amount of money")),
    ("covariate", gettext_lazy("number known before")), ("attribute", gettext_lazy("attribute, to cut by")),
    ("unit", gettext_lazy("id of the unit")),
]  # fmt: skip


class PlanForm(forms.Form):
    """What an experiment is to find out, and of whom."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=160)
    hypothesis = forms.CharField(
        label=gettext_lazy("What you expect"), max_length=1_000, required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )  # fmt: skip
    kind = forms.ChoiceField(
        label=gettext_lazy("Kind"),
        choices=[("test", gettext_lazy("Test: try something for a while")),
                 ("holdout", gettext_lazy("Hold-out: some never get it"))],
    )  # fmt: skip
    primary = forms.ChoiceField(label=gettext_lazy("Outcome"), choices=list(OUTCOMES.items()), initial="sales")
    department = forms.ChoiceField(label=gettext_lazy("Of which department"), required=False, choices=())
    secondary = forms.MultipleChoiceField(
        label=gettext_lazy("Measured too"), required=False, choices=list(OUTCOMES.items()),
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    window_days = forms.IntegerField(
        label=gettext_lazy("Days that count"), min_value=1, max_value=365, initial=28,
        help_text=gettext_lazy("After each customer's own lot. 28 days hold every weekday as often."),
    )  # fmt: skip
    audience = forms.ChoiceField(label=gettext_lazy("Who takes part"), required=False, choices=())
    campaign_id = forms.CharField(
        label=gettext_lazy("Campaign it measures"), max_length=120, required=False,
        help_text=gettext_lazy("Its id, so that its cost is known. May be left empty."),
    )  # fmt: skip
    effect = forms.FloatField(
        label=gettext_lazy("Effect worth finding, in percent"), min_value=0.1, max_value=1_000, initial=5,
        help_text=gettext_lazy("Of what customers do today. The smaller, the more customers it takes."),
    )  # fmt: skip

    def __init__(
        self, *args: Any, audiences: Sequence[tuple[str, str]] = (), departments: Sequence[str] = (),
        told: Experiment | None = None, **more: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **more)
        self._told = told
        _choices(self.fields["audience"], [("", gettext_lazy("Everybody")), *audiences])
        _choices(self.fields["department"], [("", gettext_lazy("All")), *((one, one) for one in departments)])
        known = told.plan.arms if told else ()
        for place in range(max(_ARMS, len(known))):
            first = place == 0
            self.fields[f"arm_{place}"] = forms.CharField(
                label=gettext_lazy("Control: gets nothing new") if first else gettext_lazy("Arm"), max_length=160,
                required=place < 2, initial=known[place].key if place < len(known) else None,
            )  # fmt: skip
            self.fields[f"weight_{place}"] = forms.IntegerField(
                label=gettext_lazy("Share"), min_value=1, max_value=1_000_000, required=False, initial=1
            )

    @property
    def arms(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """Each arm's name and share."""
        count = sum(name.startswith("arm_") for name in self.fields)
        return [(self[f"arm_{place}"], self[f"weight_{place}"]) for place in range(count)]

    def plan(self) -> Plan:
        """What the form says."""
        given = self.cleaned_data
        scope = f"/department/{given['department']}" if given["department"] else ""
        return Plan(
            given["name"], self._arms(), given["kind"], given["hypothesis"], given["primary"] + scope,
            tuple(one + scope for one in given["secondary"]), given["window_days"], given["audience"],
            campaign_id=given["campaign_id"], channel=self._told.plan.channel if self._told else "",
        )  # fmt: skip

    def _arms(self) -> tuple[Arm, ...]:
        """Arms with a name; a told one keeps its key, another's is made of the name."""
        keys = {one.key for one in self._told.plan.arms} if self._told else set()
        found = []
        for place in range(len(self.arms)):
            name = self.cleaned_data[f"arm_{place}"].strip()
            if name:
                key = name if name in keys else key_of(name) or f"arm-{place}"
                found.append(Arm(key, name, self.cleaned_data[f"weight_{place}"] or 1, place == 0))
        return tuple(found)


class ColumnsForm(forms.Form):
    """What each column of a file is."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=160)
    control = forms.CharField(
        label=gettext_lazy("The control"), max_length=160, required=False,
        help_text=gettext_lazy("The arm the others are compared with, as the file calls it. Empty: found by its name."),
    )  # fmt: skip
    weights = forms.CharField(
        label=gettext_lazy("Planned shares"), max_length=200, required=False,
        help_text=gettext_lazy("Numbers divided by commas, the arms in alphabetical order. Empty: equal shares."),
    )  # fmt: skip

    def __init__(self, *args: Any, heads: Sequence[str] = (), guess: Mapping | None = None, **more: Any) -> None:
        super().__init__(*args, **more)
        self._heads = list(heads)
        for place, head in enumerate(self._heads):
            self.fields[f"column_{place}"] = forms.ChoiceField(
                label=head, choices=_ROLES, required=False, initial=_role(head, guess) if guess else ""
            )

    @property
    def columns(self) -> list[forms.BoundField]:
        """A choice for each column."""
        return [self[f"column_{place}"] for place in range(len(self._heads))]

    def mapping(self, decimal: str) -> Mapping:
        """What the form says."""
        chosen: dict[str, list[str]] = {}
        for place, head in enumerate(self._heads):
            chosen.setdefault(self.cleaned_data[f"column_{place}"], []).append(head)
        first = {role: (chosen.get(role) or [""])[0] for role in ("arm", "unit")}
        money = tuple(chosen.get("money", ()))
        return Mapping(
            first["arm"], (*chosen.get("outcome", ()), *money), first["unit"], tuple(chosen.get("covariate", ())),
            tuple(chosen.get("attribute", ())), money, self.cleaned_data["control"].strip(), decimal,
        )  # fmt: skip

    def shares(self) -> list[int] | None:
        """The planned shares; None when they cannot be read."""
        parts = [one.strip() for one in self.cleaned_data["weights"].split(",") if one.strip()]
        return [int(one) for one in parts] if all(one.isdecimal() and int(one) for one in parts) else None


def _role(head: str, guess: Mapping) -> str:
    if head == guess.arm:
        return "arm"
    if head == guess.unit:
        return "unit"
    if head in guess.money:
        return "money"
    if head in guess.outcomes:
        return "outcome"
    return "covariate" if head in guess.covariates else "attribute"


def _choices(field: forms.Field, choices: Sequence[Any]) -> None:
    assert isinstance(field, forms.ChoiceField)
    field.choices = choices

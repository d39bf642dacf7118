"""What a study of areas says, in a sentence for every verdict, and what its checks mean."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral.analytics.geo.values import Check, Finding, Question
from choral.core.money import Money
from choral.interfaces.web import formats
from choral.interfaces.web.cells import BadgeTone

Text = str | Promise
TONES: dict[str, BadgeTone] = {"raised": "good", "lowered": "bad", "no_effect_shown": "plain"}
OUTCOMES: dict[str, Text] = {"sales": gettext_lazy("Net sales"), "orders": gettext_lazy("Orders")}
GRAINS: dict[str, Text] = {"week": gettext_lazy("Weeks"), "day": gettext_lazy("Days")}


@dataclass(frozen=True)
class CheckLine:
    """A check as the page shows it."""

    name: Text
    meaning: str
    badge: Text
    tone: BadgeTone


def amount(value: float | None, currency: str) -> str:
    """A figure of a study: money, or a number; an open bound is a dash."""
    if value is None:
        return "–"
    return formats.money(Money(round(value), currency)) if currency else formats.number(value, 1)


def span(low: float | None, high: float | None, currency: str) -> str:
    """An interval."""
    return _("%(low)s to %(high)s") % {"low": amount(low, currency), "high": amount(high, currency)}


def short(verdict: str) -> str:
    """The verdict in two or three words."""
    said = {
        "raised": _("Raised"), "lowered": _("Lowered"), "no_effect_shown": _("No effect shown"),
        "doubtful": _("Doubtful"), "too_few_periods": _("Too little history"), "too_few_units": _("Too few areas"),
        "no_movement": _("Nothing moved"), "not_started": _("Not started"), "no_such_units": _("No such areas"),
    }  # fmt: skip
    return said.get(verdict, verdict)


def sentence(found: Finding) -> str:
    """The answer as a person would say it."""
    if found.effect is None:
        return _nothing(found)
    said = {
        "total": amount(found.effect.total, found.currency), "periods": found.after,
        "range": span(found.effect.total_low, found.effect.total_high, found.currency),
        "lift": formats.percent(found.effect.lift) if found.effect.lift is not None else "–",
    }  # fmt: skip
    if found.verdict == "raised":
        return _("The areas changed had %(total)s more (%(lift)s) than the others say they would have had; with 95 %% "
                 "confidence the true figure lies in %(range)s.") % said  # fmt: skip
    if found.verdict == "lowered":
        said["total"] = amount(-found.effect.total, found.currency)
        return _("The areas changed had %(total)s less (%(lift)s) than the others say they would have had; with 95 %% "
                 "confidence the true figure lies in %(range)s.") % said  # fmt: skip
    if found.verdict == "doubtful":
        return _("The areas changed already went their own way before the start, so the difference of %(total)s cannot "
                 "be laid at its door.") % said  # fmt: skip
    return _("No effect can be shown: the best guess is %(total)s, but with 95 %% confidence the true figure lies in "
             "%(range)s, and zero is inside. That does not prove there was none.") % said  # fmt: skip


def _nothing(found: Finding) -> str:
    said = {
        "too_few_periods": _("Only %(before)s whole periods lie before the start; at least 25 are needed to know how "
                             "the areas move. Count in days, or ask about a later start.") % {"before": found.before},
        "too_few_units": _("Only %(others)s areas were left alone; at least 5 are needed to compare with.")
        % {"others": found.others},
        "no_movement": _("The areas changed never moved before the start. A new store has no past: ask what it did to "
                         "its neighbours."),
        "not_started": _("No whole period since the start lies in the data yet."),
        "no_such_units": _("None of the areas named is in the data."),
    }  # fmt: skip
    return said.get(found.verdict, found.verdict)


def causal(found: Finding) -> str:
    """What may be concluded, and under which conditions."""
    if found.causality == "comparison":
        return _("This is a quasi-experiment. It shows a cause if nothing else happened to just these areas on these "
                 "days, and if the other areas were not touched by it.")  # fmt: skip
    return _("This is not evidence of a cause.")


def checks(found: Finding) -> list[CheckLine]:
    """The checks with what they mean here."""
    return [_line(one) for one in found.checks]


def _line(one: Check) -> CheckLine:
    value = one.value
    names = {
        "history": gettext_lazy("History before"), "units": gettext_lazy("Areas left alone"),
        "fit": gettext_lazy("The others follow them"), "placebo_time": gettext_lazy("Pretended start"),
        "placebo_space": gettext_lazy("Pretended areas"),
    }  # fmt: skip
    if value is None:
        return CheckLine(
            names.get(one.key, one.key), _("Too little data to make it."), gettext_lazy("Not made"), "plain"
        )
    meanings = {
        "history": _("%(value)s periods; at least 25 are wanted.") % {"value": formats.number(value)},
        "units": _("%(value)s; fewer than 20 make the answer coarse.") % {"value": formats.number(value)},
        "fit": _("The mix follows %(value)s of their movement before; below 30 %% only large effects are seen.")
        % {"value": formats.percent(max(value, 0.0))},
        "placebo_time": _("With a start pretended earlier, chance alone gives such a difference in %(value)s of cases; "
                          "below 5 %% something had changed before.") % {"value": formats.percent(value)},
        "placebo_space": _("%(value)s of all areas look at least as changed as these.")
        % {"value": formats.percent(value)},
    }  # fmt: skip
    if one.passed is None:
        return CheckLine(names.get(one.key, one.key), meanings[one.key], gettext_lazy("To read"), "plain")
    badge: Text = (
        gettext_lazy("Passed") if one.passed else gettext_lazy("Failed") if one.grave else gettext_lazy("Weak")
    )
    return CheckLine(
        names.get(one.key, one.key), meanings[one.key], badge,
        "good" if one.passed else "bad" if one.grave else "warn",
    )  # fmt: skip


def asked(question: Question, names: dict[str, str]) -> str:
    """The areas of a question in short."""
    shown = [names.get(one, one) for one in question.units[:3]]
    more = len(question.units) - len(shown)
    listed = ", ".join(shown)
    return _("%(areas)s and %(more)s more") % {"areas": listed, "more": more} if more > 0 else listed

"""The budget: what each channel brings for its money, how it answers to more, and where the next money goes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral.analytics.mix.values import Advice, ChannelResult, Curve, MixResult, Outcome
from choral.core.errors import ChoralError
from choral.core.money import Money
from choral.interfaces.web import formats
from choral.interfaces.web.access import asker_of, page
from choral.interfaces.web.charts import Chart, Series
from choral.interfaces.web.choices import changed_url
from choral.interfaces.web.errors import said
from choral.interfaces.web.names import channel_icon, channel_name
from choral.interfaces.web.navigation import Entry
from choral.interfaces.web.pages.mix import words
from choral.interfaces.web.tables import Cell, Column, Row, Table
from choral.shop import current_shop

NAVIGATION = [
    Entry("measure", 65, gettext_lazy("Budget"), "budget", "analytics.view", "budget", go="b",
          words=gettext_lazy("media mix model return on advertising optimiser next euro")),
]  # fmt: skip
_WORTH_BASE = 0.02
_CHANNELS = Table(
    key="mix-channels",
    caption=gettext_lazy("What each channel brings"),
    columns=[
        Column("channel", gettext_lazy("Channel")),
        Column("verdict", gettext_lazy("What may be said")),
        Column("spend", gettext_lazy("Spend"), "money"),
        Column("brought", gettext_lazy("Brought"), explain=gettext_lazy("What it added by the model, 95 % interval.")),
        Column("returns", gettext_lazy("For each unit of money"), explain=gettext_lazy("What it added for its cost.")),
        Column("next", gettext_lazy("For the next one"),
               explain=gettext_lazy("What one more would bring today: less than the mean, since channels saturate.")),
        Column("half", gettext_lazy("Half full at"), shown=False,
               explain=gettext_lazy("Spend of one week that reaches half of what the channel can bring at most.")),
        Column("carry", gettext_lazy("Half works within"), shown=False,
               explain=gettext_lazy("Weeks until half of a spend has worked.")),
    ],
    export=False,
)  # fmt: skip
_MOVES = Table(
    key="moves",
    caption=gettext_lazy("How to divide the money"),
    columns=[
        Column("channel", gettext_lazy("Channel")),
        Column("now", gettext_lazy("Now"), "money"),
        Column("then", gettext_lazy("Then"), "money"),
        Column("change", gettext_lazy("Change"), "money"),
        Column("gain", gettext_lazy("It brings more or less"), explain=gettext_lazy("95 % interval.")),
    ],
)


class ScenarioForm(forms.Form):
    """What is tried; all of it stands in the address."""

    budget = forms.DecimalField(label=gettext_lazy("Budget"), required=False, min_value=0, max_digits=14)
    weeks = forms.IntegerField(label=gettext_lazy("For how many weeks"), required=False, min_value=4, max_value=52)
    keep = forms.IntegerField(
        label=gettext_lazy("Move each channel by at most (%)"), required=False, min_value=0, max_value=100
    )
    sum = forms.DecimalField(label=gettext_lazy("The next sum"), required=False, min_value=1, max_digits=12)
    margin = forms.IntegerField(
        label=gettext_lazy("Margin (%), where costs are not known"), required=False, min_value=1, max_value=100
    )


@page("analytics.view")
def budget(request: HttpRequest) -> HttpResponseBase:
    """The answer, the division of the money, the channels, the weeks, and how far all of it is to be trusted."""
    analytics = current_shop().analytics
    outcome: Outcome = "margin" if request.GET.get("outcome") == "margin" else "sales"
    found = analytics.mix.result(outcome)
    if found.verdict != "ready":
        title, text = words.why_not(found.verdict)
        context = {"title": title, "text": text, "verdict": found.verdict, "as_of": analytics.as_of(),
                   "may_change": asker_of(request).may("imports.manage"),
                   "placements": analytics.mix.spending().placements}  # fmt: skip
        return render(request, "mix/no_model.html", context)
    form, problem = ScenarioForm(request.GET), None
    try:
        advice = analytics.mix.advise(outcome=outcome, **_wish(request, form, found))
    except ChoralError as error:
        problem, advice = said(error), analytics.mix.advise(outcome=outcome)
    asked = _MOVES.read(request)
    if asked.export:
        return asked.csv(_moves(advice), "budget")
    return render(request, "mix/budget.html", _context(request, found, advice, form) | {
        "problem": problem, "moves": asked.show(_moves(advice)), "as_of": analytics.as_of(),
    })  # fmt: skip


def _suggest(form: ScenarioForm, advice: Advice) -> None:
    """What counts where a field is empty, written faintly into it."""
    usual = {"budget": Money(advice.now, advice.currency).major, "weeks": advice.weeks, "keep": 30,
             "sum": Money(advice.next_sum, advice.currency).major, "margin": ""}  # fmt: skip
    for name, value in usual.items():
        form.fields[name].widget.attrs["placeholder"] = str(value)


def _wish(request: HttpRequest, form: ScenarioForm, found: MixResult) -> dict[str, Any]:
    """The scenario of the address; what cannot be read is left at its usual value and said beside its field."""
    form.is_valid()  # reads what can be read
    given: dict[str, Any] = getattr(form, "cleaned_data", {})
    bounds = {
        one.channel: (_minor(request.GET.get(f"least-{one.channel}"), found.currency),
                      _minor(request.GET.get(f"most-{one.channel}"), found.currency))
        for one in found.channels
    }  # fmt: skip
    wish: dict[str, Any] = {"bounds": {name: pair for name, pair in bounds.items() if pair != (None, None)}}
    for name, key in (("budget", "budget"), ("sum", "next_sum")):
        if given.get(name) is not None:
            wish[key] = Money.of(given[name], found.currency).minor
    if given.get("weeks"):
        wish["length"] = given["weeks"]
    for name in ("keep", "margin"):
        if given.get(name) is not None:
            wish[name] = given[name] / 100
    return wish


def _minor(text: str | None, currency: str) -> int | None:
    try:
        return Money.of(Decimal(text), currency).minor if text else None
    except (ArithmeticError, ValueError):
        return None


def _context(request: HttpRequest, found: MixResult, advice: Advice, form: ScenarioForm) -> dict[str, Any]:
    _suggest(form, advice)
    curves = current_shop().analytics.mix.curves(found.outcome)
    told = [one for one in found.channels if "assumed" not in one.codes]
    return {
        "result": found, "advice": advice, "form": form, "next": words.next_money(advice),
        "pays": words.pays_from(advice), "moved": words.moved(advice), "test": words.test_instead(advice),
        "base": words.base(found),
        "tone": {"one": "good", "several": "info"}.get(advice.next_verdict, "warn"),
        "channels": _listed(request, found),
        "returns": _returns(told, found.currency), "weeks": _weeks(found),
        "quality": words.quality(found.quality) if found.quality else "",
        "curves": [(channel_name(one.channel), _curve(one, found.currency), _filled(found, one)) for one in curves
                   if one.channel in {known.channel for known in told}],
        "untold": [channel_name(name) for name in advice.untold], "limits": _limits(request, advice),
        "controls": [words.CONTROLS[name] for name in found.controls],
        "outcomes": [(_("Sales"), changed_url(request, outcome=None), found.outcome == "sales"),
                     (_("Margin"), changed_url(request, outcome="margin"), found.outcome == "margin")],
        "fit": _fit(found), "asked_margin": found.margin_rate is None and found.outcome == "sales",
    }  # fmt: skip


def _listed(request: HttpRequest, found: MixResult) -> Any:
    rows = [_channel(one, found.currency) for one in found.channels]
    return _table(found.currency).read(request).show(rows)


def _table(currency: str) -> Table:
    """The list of channels with its ratios named after the shop's money."""
    said_ = {"unit": formats.rounded_money(Money.of(1, currency))}
    named = {"returns": _("Back for each %(unit)s") % said_, "next": _("Back for the next %(unit)s") % said_}
    return replace(_CHANNELS, columns=[
        replace(column, label=named.get(column.key, column.label)) for column in _CHANNELS.columns
    ])  # fmt: skip


def _channel(one: ChannelResult, currency: str) -> Row:
    said_, tone = words.verdict(one)
    assumed = "assumed" in one.codes
    most = _("up to %(amount)s")
    return Row(
        one.channel,
        {
            "channel": Cell(channel_name(one.channel), icon=channel_icon(one.channel)),
            "verdict": Cell(said_, tone=tone, note=words.minded(one)), "spend": Money(one.spend, currency),
            "brought": most % {"amount": words.money(one.contribution.high, currency)} if assumed
            else words.span(one.contribution, currency),
            "returns": most % {"amount": words.per_unit(one.returns.high, currency)} if assumed
            else words.per_unit_span(one.returns, currency),
            "next": "" if assumed else words.per_unit_span(one.marginal, currency),
            "half": "" if assumed else words.span(one.half, currency),
            "carry": "" if assumed else _("%(weeks)s weeks") % {"weeks": formats.number(one.carry_weeks, 1)},
        },
        href=f"{reverse('media')}?channel={one.channel}#table-spend",
    )  # fmt: skip


def _moves(advice: Advice) -> list[Row]:
    return [
        Row(
            one.channel,
            {
                "channel": Cell(channel_name(one.channel), icon=channel_icon(one.channel)),
                "now": Money(one.now, advice.currency), "then": Money(one.then, advice.currency),
                "change": Money(one.then - one.now, advice.currency),
                "gain": _("cannot be told") if one.channel in advice.untold
                else words.span(one.gain, advice.currency) if one.then != one.now else "",
            },
        )
        for one in advice.moves
    ]  # fmt: skip


def _limits(request: HttpRequest, advice: Advice) -> list[dict[str, object]]:
    return [
        {
            "key": one.channel, "name": channel_name(one.channel), "now": Money(one.now, advice.currency),
            "least": request.GET.get(f"least-{one.channel}", ""), "most": request.GET.get(f"most-{one.channel}", ""),
        }
        for one in advice.moves
    ]  # fmt: skip


def _returns(told: list[ChannelResult], currency: str) -> Chart:
    """What one unit of money brought, with its interval; only of channels of which something is known."""
    shown = sorted(told, key=lambda one: -one.returns.middle)
    unit = Money.of(1, currency).minor
    line = Series(
        _("For each unit of money"), [round(unit * one.returns.middle) for one in shown],
        low=[round(unit * one.returns.low) for one in shown], high=[round(unit * one.returns.high) for one in shown],
    )  # fmt: skip
    return Chart(
        _("What each unit of money brought, with 95 % intervals"), "interval", "money",
        [channel_name(one.channel) for one in shown], [line], currency, axis=_("Channel"), height="small",
    )  # fmt: skip


def _curve(one: Curve, currency: str) -> Chart:
    return Chart(
        _("What %(channel)s brings at other amounts") % {"channel": channel_name(one.channel)}, "line", "money",
        [words.money(point.spend, currency) for point in one.points],
        [
            Series(_("Most likely"), [round(point.brings.middle) for point in one.points]),
            Series(_("At least"), [round(point.brings.low) for point in one.points], dashed=True),
            Series(_("At most"), [round(point.brings.high) for point in one.points], dashed=True),
        ],
        currency, axis=_("Spend"), height="small",
    )  # fmt: skip


def _filled(found: MixResult, curve: Curve) -> str:
    """Where a channel stands on its curve, in words."""
    one = next(channel for channel in found.channels if channel.channel == curve.channel)
    said_ = {
        "now": words.money(curve.now, found.currency), "weeks": curve.weeks,
        "half": words.span(one.half, found.currency), "usual": words.money(one.usual, found.currency),
        "next": words.per_unit_span(one.marginal, found.currency),
    }  # fmt: skip
    return _("Today %(now)s in %(weeks)s weeks; the next unit of money brings %(next)s. A week with %(half)s would "
             "reach half of what it can do; its usual week has %(usual)s.") % said_  # fmt: skip


def _weeks(found: MixResult) -> Chart:
    """Where sales came from; on top of what came anyway."""
    labels = [formats.day(week.starts) for week in found.weeks]
    told = [at for at, one in enumerate(found.channels) if "assumed" not in one.codes]
    parts = [
        Series(channel_name(found.channels[at].channel), [round(week.channels[at]) for week in found.weeks])
        for at in told
    ]
    if len(told) < len(found.channels):
        others = [round(sum(week.channels) - sum(week.channels[at] for at in told)) for week in found.weeks]
        parts.append(Series(_("Cannot be told"), others, rest=True))
    return Chart(_("What channels added week by week (best guess)"), "stack", "money", labels, parts, found.currency,
                 axis=_("Week"))  # fmt: skip


def _fit(found: MixResult) -> Chart:
    return Chart(
        _("The weeks as they were and as the model makes them"), "line", "money",
        [formats.day(week.starts) for week in found.weeks],
        [
            Series(_("As it was"), [week.actual for week in found.weeks]),
            Series(_("By the model"), [round(week.fitted) for week in found.weeks], dashed=True),
            Series(_("Without media"), [round(week.base) for week in found.weeks], rest=True),
        ],
        found.currency, axis=_("Week"),
    )  # fmt: skip


urlpatterns = [path("measure/budget", budget, name="budget")]

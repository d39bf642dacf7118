"""One experiment: the answer in a sentence, its picture, its figures, where it differs, and how it was measured."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral.analytics.experiments.values import Comparison, OutcomeResult, ReadOut, SegmentRow, Segments
from choral.books import Actor
from choral.core.errors import InvalidInput
from choral.core.money import Money
from choral.interfaces.web import formats
from choral.interfaces.web.access import asker_of, page
from choral.interfaces.web.charts import Chart, Series, Unit
from choral.interfaces.web.names import channel_name
from choral.interfaces.web.pages.experiments import responders, words
from choral.interfaces.web.stats import Stat
from choral.interfaces.web.tables import Cell, Column, Row, Table
from choral.interfaces.web.toasts import toast
from choral.shop import current_shop

_UNITS: dict[str, Unit] = {"money": "money", "share": "percent", "number": "number"}
_ARMS = Table(
    key="arms",
    caption=gettext_lazy("Outcomes by arm"),
    columns=(
        Column("outcome", gettext_lazy("Outcome")),
        Column("arm", gettext_lazy("Arm")),
        Column("units", gettext_lazy("Measured"), "number"),
        Column("mean", gettext_lazy("Mean")),
        Column("effect", gettext_lazy("Effect"),
               explain=gettext_lazy("Against the control, for each customer of the arm.")),
        Column("range", gettext_lazy("Holds at any look"),
               explain=gettext_lazy("95 % interval that stays right however often you look.")),
        Column("relative", gettext_lazy("Relative")),
        Column("once", gettext_lazy("One planned look"), shown=False,
               explain=gettext_lazy("Narrower, but right only for a single look on a day fixed before.")),
        Column("plain", gettext_lazy("Without the time before"), shown=False,
               explain=gettext_lazy("The same without taking out what customers bought before.")),
        Column("capped", gettext_lazy("Biggest values capped"), shown=False,
               explain=gettext_lazy("Values above the 99.9th percentile brought down to it.")),
        Column("chance", gettext_lazy("Chance to be better"), shown=False,
               explain=gettext_lazy("From a flat prior; never to be read without the interval.")),
        Column("p", gettext_lazy("p, corrected"), "number", shown=False,
               explain=gettext_lazy("Always valid, corrected by Holm for all comparisons judged together.")),
        Column("bh", gettext_lazy("p, by share of false alarms"), "number", shown=False,
               explain=gettext_lazy("Corrected by Benjamini and Hochberg; shown only.")),
        Column("answer", gettext_lazy("Answer")),
    ),
    export=False,
)  # fmt: skip
_PARTS = Table(
    key="parts",
    caption=gettext_lazy("Effect by part"),
    columns=(
        Column("value", gettext_lazy("Part")),
        Column("units", gettext_lazy("Measured"), "number"),
        Column("effect", gettext_lazy("Effect")),
        Column("range", gettext_lazy("Holds at any look")),
        Column("difference", gettext_lazy("Difference from the rest"),
               explain=gettext_lazy("With an interval of its own: two effects that look different prove nothing.")),
        Column("answer", gettext_lazy("Answer")),
    ),
    export=False,
)  # fmt: skip
_DONE = {
    "start": (gettext_lazy("“%(name)s” runs."), "unstart"), "stop": (gettext_lazy("“%(name)s” is stopped."), "start"),
    "unstart": (gettext_lazy("“%(name)s” is a plan again."), "start"),
    "archive": (gettext_lazy("“%(name)s” was put away."), "restore"),
    "restore": (gettext_lazy("“%(name)s” is back."), "archive"),
}  # fmt: skip


@page("analytics.view")
def experiment(request: HttpRequest, key: str) -> HttpResponse:
    """The whole answer."""
    experiments = current_shop().analytics.experiments
    found = experiments.read(key)
    plan = found.experiment.plan
    primary = next((one for one in found.outcomes if one.primary), None)
    decision, tone = words.DECISIONS["too_few"]
    if primary and primary.comparisons:
        decision, tone = words.DECISIONS[primary.comparisons[0].decision]
    context: dict[str, object] = {
        "found": found, "experiment": found.experiment, "plan": plan, "sentence": words.sentence(found),
        "decision": decision, "tone": tone, "kind": words.KINDS[plan.kind],
        "state": words.STATES[found.experiment.state],
        "channel": channel_name(plan.channel) if plan.channel else "", "stats": _stats(found, primary),
        "chart": _chart(found, primary), "table": _ARMS.read(request).show(_rows(found)),
        "ratio": words.CHECKS[found.sample_ratio.check], "arms": _sizes(found),
        "outcome": words.outcome_name(plan.primary), "may": asker_of(request).may("experiments.manage"),
        "own": plan.kind in ("test", "holdout"), "gain": _gain(primary),
        "unavailable": [words.outcome_name(one) for one in found.unavailable],
    } | _parts(request, found)  # fmt: skip
    context |= responders.section(request, found, str(context["arm"]))
    return render(request, "experiments/one.html", context)


@page("experiments.manage", "POST")
def change(request: HttpRequest, key: str, what: str) -> HttpResponse:
    """Start, stop, put away, take out, draw for everybody, say the planned shares."""
    experiments, actor = current_shop().analytics.experiments, asker_of(request).actor
    deeds: dict[str, Callable[[Actor, str], None]] = {
        "start": experiments.start, "stop": experiments.stop, "unstart": experiments.unstart,
        "archive": experiments.archive, "restore": partial(experiments.archive, archived=False),
    }  # fmt: skip
    if what not in (*deeds, "enrol"):
        raise InvalidInput("unknown_change", "This cannot be done to an experiment.", status=404)
    if what == "enrol":
        people = experiments.enrol(actor, key)
        toast(request, _("%(count)s customers drew a lot.") % {"count": formats.number(people)})
        return redirect("experiment", key)
    deeds[what](actor, key)
    name = experiments.get(key).plan.name
    said, back = _DONE[what]
    toast(request, said % {"name": name}, undo=reverse("experiment_change", args=[back, key]))
    return redirect("experiments") if what == "archive" else redirect("experiment", key)


@page("experiments.manage", "POST")
def keep(request: HttpRequest, key: str) -> HttpResponse:
    """Those who drew an arm as an audience."""
    experiments = current_shop().analytics.experiments
    arm = request.POST.get("arm", "")
    one = experiments.get(key)
    name = f"{one.plan.name}: {words.arm_name(one, arm)}"[:120]
    made = experiments.group(asker_of(request).actor, key, arm, name)
    toast(request, _("“%(name)s” is an audience now.") % {"name": name})
    return redirect("audience", made)


def _stats(found: ReadOut, primary: OutcomeResult | None) -> list[Stat]:
    check, _tone = words.CHECKS[found.sample_ratio.check]
    p = found.sample_ratio.p
    stats = [
        Stat(_("Measured"), formats.number(found.units), good="none",
             note=_("%(count)s still wait") % {"count": formats.number(found.waiting)} if found.waiting else "",
             explain=_("Customers who drew a lot and whose window is over, whether or not they got anything: what is "
                       "measured is the offer, as it was made.")),
        Stat(_("Sizes of the arms"), str(check), good="none", note="" if p is None else f"p = {formats.number(p, 4)}",
             explain=_("Whether as many drew each arm as was planned. Below p = 0.001 something else than the lot "
                       "chose, and no effect is shown.")),
    ]  # fmt: skip
    if primary is None or not primary.comparisons or primary.comparisons[0].interval is None:
        return stats
    one, interval = primary.comparisons[0], primary.comparisons[0].interval
    stats.insert(0, Stat(
        _("Effect per customer"), words.effect(interval.effect, primary.unit, found.currency), interval.relative,
        good="none", note=words.bounds(interval, primary.unit, found.currency),
        explain=_("Of “%(arm)s”, with an interval that holds however often you look.")
        % {"arm": words.arm_name(found.experiment, one.arm)},
    ))  # fmt: skip
    if primary.unit == "money" and found.currency:
        treated = next(mean.units for mean in primary.arms if mean.arm == one.arm)
        total, low, high = (round(each * treated) for each in (interval.effect, interval.low, interval.high))
        stats.insert(1, Stat(
            _("In total"), formats.compact_money(Money(total, found.currency)), good="none",
            note=_("%(low)s to %(high)s") % {
                "low": formats.compact_money(Money(low, found.currency)),
                "high": formats.compact_money(Money(high, found.currency)),
            },
            explain=_("The same for all customers of this arm. What it cost is not taken off."),
        ))  # fmt: skip
    return stats


def _chart(found: ReadOut, primary: OutcomeResult | None) -> Chart | None:
    """The effects of the primary outcome's arms with their intervals."""
    if primary is None:
        return None
    shown = [(one, one.interval) for one in primary.comparisons if one.interval is not None]
    if not shown:
        return None
    line = Series(
        words.outcome_name(primary.outcome), [_plain(i.effect, primary) for _one, i in shown],
        low=[_plain(i.low, primary) for _one, i in shown], high=[_plain(i.high, primary) for _one, i in shown],
    )  # fmt: skip
    title = _("Effect against “%(control)s”, with 95 %% intervals that hold at any look") % {
        "control": words.arm_name(found.experiment, shown[0][0].control)
    }  # fmt: skip
    return Chart(
        title, "interval", _UNITS[primary.unit],
        [words.arm_name(found.experiment, one.arm) for one, _i in shown], [line],
        found.currency if primary.unit == "money" else "", axis=_("Arm"), height="small",
    )  # fmt: skip


def _plain(amount: float, result: OutcomeResult) -> float | int:
    return round(amount) if result.unit == "money" else round(amount, 6)


def _rows(found: ReadOut) -> list[Row]:
    rows = []
    for result in found.outcomes:
        compared = {one.arm: one for one in result.comparisons}
        for mean in result.arms:
            cells: dict[str, object] = {
                "outcome": words.outcome_name(result.outcome), "arm": words.arm_name(found.experiment, mean.arm),
                "units": mean.units, "mean": words.value(mean.mean, result.unit, found.currency),
            }  # fmt: skip
            one = compared.get(mean.arm)
            if one is not None:
                cells |= _compared(one, result, found.currency)
            else:
                cells["answer"] = Cell(_("Control"), tone="plain")
            rows.append(Row(f"{result.outcome} {mean.arm}", cells))
    return rows


def _compared(one: Comparison, result: OutcomeResult, currency: str) -> dict[str, object]:
    answer, tone = words.DECISIONS[one.decision]
    cells: dict[str, object] = {"answer": Cell(answer, tone=tone)}
    if one.interval is None:
        return cells
    unit = result.unit
    cells |= {
        "effect": words.effect(one.interval.effect, unit, currency),
        "range": words.bounds(one.interval, unit, currency),
        "p": round(one.holm, 4), "bh": round(one.benjamini_hochberg, 4),
    }  # fmt: skip
    if one.interval.relative is not None:
        low, high = one.interval.relative_low or 0.0, one.interval.relative_high or 0.0
        note = _("%(low)s to %(high)s") % {"low": formats.percent(low), "high": formats.percent(high)}
        cells["relative"] = Cell(formats.percent(one.interval.relative), note=note)
    if one.chance_to_win is not None:
        cells["chance"] = formats.percent(one.chance_to_win)
    for name, interval in (("once", one.fixed), ("plain", one.plain), ("capped", one.capped)):
        if interval is not None:
            cells[name] = words.bounds(interval, unit, currency)
    return cells


def _sizes(found: ReadOut) -> list[dict[str, object]]:
    return [
        {"key": one.arm.key, "name": one.arm.name or one.arm.key, "control": one.arm.control, "units": one.units,
         "weight": one.arm.weight, "expected": None if one.expected is None else round(one.expected)}
        for one in found.sample_ratio.arms
    ]  # fmt: skip


def _gain(primary: OutcomeResult | None) -> str:
    if primary is None or primary.variance_removed is None:
        return ""
    return formats.percent(max(primary.variance_removed, 0.0))


def _parts(request: HttpRequest, found: ReadOut) -> dict[str, object]:
    """The effect by something known before the lot, when one was asked for."""
    frame = current_shop().analytics.experiments.frame(found.experiment.key)
    attributes = [(one, words.attribute_name(one)) for one in frame.attributes]
    asked = request.GET.get("by", "")
    arms = [(one.key, one.name or one.key) for one in found.experiment.plan.arms if not one.control]
    arm = request.GET.get("arm", "")
    chosen = arm if arm in dict(arms) else (arms[0][0] if arms else "")
    context: dict[str, object] = {"attributes": attributes, "by": asked, "treated": arms, "arm": chosen}
    primary = next((one for one in found.outcomes if one.primary), None)
    if asked not in dict(attributes) or primary is None:
        return context
    parts = current_shop().analytics.experiments.segments(found.experiment.key, asked, "", chosen)
    rows = [_part(one, words.part_name(asked, one.value), primary, found.currency) for one in parts.rows]
    return context | {"parts": _PARTS.read(request).show(rows), "parts_said": _parts_said(parts)}


def _part(one: SegmentRow, name: str, result: OutcomeResult, currency: str) -> Row:
    answer, tone = words.DECISIONS[one.decision]
    if one.decision in ("more", "less"):
        answer = _("Stands out: more") if one.decision == "more" else _("Stands out: less")
    elif one.decision == "not_established":
        answer = _("No difference established")
    cells: dict[str, object] = {
        "value": name,
        "units": one.units,
        "answer": Cell(answer, tone=tone),
    }
    if one.effect:
        cells["effect"] = words.effect(one.effect.effect, result.unit, currency)
        cells["range"] = words.bounds(one.effect, result.unit, currency)
    if one.difference:
        cells["difference"] = Cell(
            words.effect(one.difference.effect, result.unit, currency),
            note=words.bounds(one.difference, result.unit, currency),
        )
    return Row(name, cells)


def _parts_said(parts: Segments) -> str:
    out = [words.part_name(parts.attribute, one.value) for one in parts.rows if one.decision in ("more", "less")]
    if out:
        return _("The effect is different for: %(parts)s.") % {"parts": ", ".join(out)}
    return _("It is not established that the effect differs anywhere: treat all alike.")


urlpatterns = [
    path("measure/experiments/of/<path:key>", experiment, name="experiment"),
    path("measure/experiments/change/<str:what>/<path:key>", change, name="experiment_change"),
    path("measure/experiments/keep/<path:key>", keep, name="experiment_keep"),
]

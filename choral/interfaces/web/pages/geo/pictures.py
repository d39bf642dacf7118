"""The figures, pictures and tables of a study of areas."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral.analytics.geo.values import Design, Finding
from choral.interfaces.web import formats
from choral.interfaces.web.charts import Chart, Series, Value
from choral.interfaces.web.pages.geo import words
from choral.interfaces.web.stats import Stat
from choral.interfaces.web.tables import Column, Row, Table, View

_MOST_BEFORE = 120  # periods before the start that are drawn
_WEIGHTS = Table(
    key="area-weights",
    columns=(Column("name", gettext_lazy("Area")), Column("weight", gettext_lazy("Weight"), "percent")),
    export=False,
    caption=gettext_lazy("What the comparison is made of"),
)


def stats(found: Finding) -> list[Stat]:
    """The effect in total, as a share, for one area and period, and how far chance explains it."""
    effect, currency = found.effect, found.currency
    if effect is None:
        return []
    share = "–" if effect.lift is None else formats.percent(effect.lift)
    bounds = [
        "–" if one is None else formats.percent(one) for one in (effect.lift_low, effect.lift_high)
    ]  # fmt: skip
    return [
        Stat(_("Effect in total"), words.amount(effect.total, currency), good="none",
             note=words.span(effect.total_low, effect.total_high, currency),
             explain=_("Over all areas changed and all periods since the start, with its 95 % interval.")),
        Stat(_("Lift"), share, good="none", note=_("%(low)s to %(high)s") % {"low": bounds[0], "high": bounds[1]},
             explain=_("The effect as a share of what these areas would have had without the change.")),
        Stat(_("Each area and period"), words.amount(effect.each, currency), good="none",
             note=words.span(effect.each_low, effect.each_high, currency)),
        Stat(_("Chance"), formats.percent(effect.p), good="none", note=_("below 5 %: hardly chance"),
             explain=_("How often a stretch of the same length looks at least as unusual when nothing happened "
                       "(conformal p, moving blocks).")),
    ]  # fmt: skip


def observed(found: Finding) -> Chart:
    """What was seen, and what the others say would have been, with the band of a single period."""
    points = found.points[max(found.before - _MOST_BEFORE, 0) :]
    return Chart(
        _("What was seen, and what it would have been"), "line", "money" if found.currency else "number",
        [formats.day(one.start) for one in points],
        [
            Series(_("Areas changed"), [_value(one.observed, found) for one in points]),
            Series(_("Without the change"), [_value(one.expected, found) for one in points],
                   [_value(one.low, found) for one in points], [_value(one.high, found) for one in points],
                   dashed=True),
        ],
        found.currency, axis=_("From"), marks=[min(found.before, _MOST_BEFORE)],
    )  # fmt: skip


def summed(found: Finding) -> Chart:
    """The effect added up since the start."""
    points = found.points[found.before :]
    return Chart(
        _("The effect added up"), "area", "money" if found.currency else "number",
        [formats.day(one.start) for one in points],
        [Series(_("Effect so far"), [_value(one.cumulated, found) for one in points])],
        found.currency, axis=_("From"), height="small",
    )  # fmt: skip


def weights(request: HttpRequest, found: Finding) -> View:
    """Which areas the comparison is made of."""
    rows = [Row(one.unit, {"name": one.name, "weight": one.weight}) for one in found.weights]
    return _WEIGHTS.read(request).show(rows, total=len(rows))


def power(made: Design) -> Chart:
    """How often a test of each plan would find each lift."""
    return Chart(
        _("How often a lift is found"), "line", "percent", [formats.percent(one) for one in made.lifts],
        [Series(_("Plan %(number)s") % {"number": number}, one.power) for number, one in enumerate(made.plans, 1)],
        axis=_("Lift"),
    )  # fmt: skip


def _value(value: float | None, found: Finding) -> Value:
    return value if value is None or not found.currency else round(value)

"""Figures of a metric as a chart, a table of parts, and a headline."""

from __future__ import annotations

from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from choral.analytics.metrics.values import Figures, MetricSeries
from choral.analytics.values import REST
from choral.interfaces.web import charts, formats
from choral.interfaces.web.charts import Chart
from choral.interfaces.web.metric_names import STEP_NAMES, metric_meaning, metric_name, part_name, written
from choral.interfaces.web.stats import Stat, change

Text = str | Promise
Kind = Literal["line", "bar", "stack", "rows"]
_UNITS: dict[str, charts.Unit] = {"money": "money", "count": "number", "share": "percent", "number": "number"}


def drawn(found: Figures, kind: Kind, title: Text, height: Literal["small", "normal", "tall"] = "normal") -> Chart:
    """The picture of a metric: parts over time, or (`rows`) parts beside one another."""
    unit, parts = _UNITS[found.metric.unit], found.series or (found.total,)
    if kind == "rows":
        lines = [charts.Series(metric_name(found.metric.key), [one.value for one in parts])]
        if found.before_since and any(one.before is not None for one in parts):
            lines.append(charts.Series(earlier_name(found), [one.before for one in parts], dashed=True))
        return Chart(title, "dots" if len(lines) > 1 else "rows", unit, [part_name(found, one) for one in parts], lines,
                     found.currency, axis=_("Part"), height=height)  # fmt: skip
    lines = [charts.Series(part_name(found, one), one.values, rest=one.key == REST) for one in parts]
    if not found.series and found.before_since and any(value is not None for value in found.total.earlier):
        lines.append(charts.Series(earlier_name(found), found.total.earlier, dashed=True))
        kind = "line" if kind == "stack" else kind
    if kind == "stack" and not found.metric.adds_up:
        kind = "line"  # what does not add up must not be piled up
    labels = [formats.day(period.start) for period in found.periods]
    cut = [at for at, period in enumerate(found.periods) if not period.complete]
    return Chart(title, kind, unit, labels, lines, found.currency, axis=STEP_NAMES[found.by], height=height,
                 incomplete=cut)  # fmt: skip


def earlier_name(found: Figures) -> Text:
    """What the days compared with are called."""
    return _("A year before") if found.compare == "year" else _("Before")


def headline(found: Figures, label: Text = "", href: str = "") -> Stat:
    """The metric of all days as a headline figure."""
    one = found.total
    spark = tuple(value for value in one.values if value is not None)
    return Stat(
        label or metric_name(found.metric.key), written(found.metric, one.value, found.currency, short=True),
        compared(one), good=found.metric.good, note=_coverage(found), explain=metric_meaning(found.metric.key),
        href=href, spark=spark if len(spark) > 2 else (),
    )  # fmt: skip


def compared(one: MetricSeries) -> float | None:
    """How much more than in the days compared with, as a share; None when there is nothing to compare with."""
    return None if one.value is None else change(one.value, one.before)


def _coverage(found: Figures) -> Text:
    if found.coverage is None or found.coverage > 0.995:
        return ""
    return _("Cost known of %(share)s of sales") % {"share": formats.percent(found.coverage, 0)}

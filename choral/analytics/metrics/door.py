"""The door of metrics: their definitions, and what each comes to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import get_args

from choral.analytics import choices
from choral.analytics.metrics import figures, sources
from choral.analytics.metrics.catalogue import METRICS, metric
from choral.analytics.metrics.figures import Part, Told
from choral.analytics.metrics.sources import Asked
from choral.analytics.metrics.values import Compare, Figures, Metric, MetricSplit, Sum
from choral.analytics.reading import Desk, Reading
from choral.analytics.values import AsOf, By, Choice
from choral.core.errors import InvalidInput

MOST = 8  # parts shown unless told otherwise
_YEAR = timedelta(days=364)  # so that weekdays meet weekdays
_NAMES = {
    "store": "SELECT store_id AS key, any_value(name) AS name FROM stores GROUP BY 1",
    "campaign": "SELECT campaign_id AS key, any_value(name) AS name FROM campaigns GROUP BY 1",
    "product": "SELECT product_id AS key, any_value(name) AS name FROM products GROUP BY 1",
}
_MANY = ("category", "product")
Days = tuple[date, date]


class Metrics:
    """The figures of one shop, each defined once."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def all(self) -> tuple[Metric, ...]:
        """Every metric with its definition."""
        return tuple(METRICS.values())

    def one(self, key: str) -> Metric:
        """A metric's definition; `NotFound` `no_such_metric`."""
        return metric(key)

    def figures(
        self, key: str, by: By = "week", split: MetricSplit | None = None, choice: Choice | None = None,
        compare: Compare | None = "previous", most: int = MOST,
    ) -> Figures:  # fmt: skip
        """See `Analytics.metric`."""
        asked, chosen, reading = metric(key), choice or Choice(), self._desk.reading()
        _checked(asked, by, split, compare)
        as_of = reading.as_of if reading else self._desk.as_of()
        span = choices.days(as_of, chosen)
        if reading is None or span is None:
            return _nothing(asked, as_of, by, split, compare, chosen)
        days = (span.since, span.until)
        earlier = _earlier(as_of, days, compare)
        question = Asked(split, by, *days, 0, chosen)
        if split in _MANY:
            question = replace(question, keys=sources.biggest(reading, question, most))
        now = _told(reading, asked, question)
        then = _told(reading, asked, _moved(question, earlier)) if earlier else None
        periods = choices.axis(as_of, by, *days)
        steps = [choices.first_day(by, period.start) for period in periods]
        parts, others = figures.lines(asked, _names(reading, split), steps, now, then, most) if split else ((), 0)
        total = figures.series(asked, "", "", steps, now.total, then.total if then else None)
        before_since, before_until = earlier or (None, None)
        return Figures(
            asked, chosen.currency or as_of.currency, choices.others(as_of, chosen), by, split, compare, *days,
            before_since, before_until, periods, total, parts, others, _coverage(asked, now.total), as_of,
        )  # fmt: skip


def _checked(asked: Metric, by: By, split: MetricSplit | None, compare: Compare | None) -> None:
    if split is not None and split not in asked.splits:
        raise InvalidInput(
            "no_such_split",
            f"{asked.name} cannot be split by {str(split)[:40]}.",
            "Its parts are not counted so.",
            f"It can be split by {', '.join(asked.splits) or 'nothing'}.",
            422,
        )
    if by not in get_args(By) or compare not in (None, *get_args(Compare)):
        raise InvalidInput(
            "no_such_step", "There is no such step or comparison.",
            fix="Use day, week or month; and previous, year or nothing.", status=422,
        )  # fmt: skip


def _earlier(as_of: AsOf, days: Days, compare: Compare | None) -> Days | None:
    """The days compared with: as many just before, or the same weekdays a year (52 weeks) before."""
    if compare is None or as_of.since is None:
        return None
    back = _YEAR if compare == "year" else days[1] - days[0] + timedelta(days=1)
    try:
        found = (days[0] - back, days[1] - back)
    except OverflowError:
        return None
    return found if found[0] >= as_of.since else None


def _moved(question: Asked, days: Days) -> Asked:
    return replace(question, since=days[0], until=days[1], shift=(question.since - days[0]).days)


def _told(reading: Reading, asked: Metric, question: Asked) -> Told:
    """What all sources of a metric say of some days."""
    wanted: dict[str, list[Sum]] = {}
    for one in (asked.top, asked.base, asked.covered, asked.whole):
        if one is not None:
            wanted.setdefault(one.source, []).append(one)
    found = []
    for source, sums in wanted.items():
        split = question.split
        overlaps = sources.SOURCES[source].tables[split].overlaps if split else False
        rows = sources.ask(reading, source, question)
        found.append((_held(sums, rows), rows, not overlaps))
        if overlaps:
            rows = [
                row
                for row in sources.ask(reading, source, replace(question, split=None, keys=None))
                if row["level"] >= 2
            ]
            found.append((_held(sums, rows), rows, True))
    return figures.told(found)


def _held(sums: Sequence[Sum], rows: Sequence[dict[str, object]]) -> list[Sum]:
    return [one for one in sums if not rows or one.column in rows[0]]


def _coverage(asked: Metric, total: Part) -> float | None:
    if asked.covered is None or asked.whole is None:
        return None
    whole = total.whole.get(asked.whole)
    return (total.whole.get(asked.covered) or 0) / whole if whole else None


def _names(reading: Reading, split: MetricSplit | None) -> dict[str, str]:
    if split not in _NAMES:
        return {}
    return {row["key"]: row["name"] for row in reading.whole(_NAMES[split]) if row["name"]}


def _nothing(
    asked: Metric, as_of: AsOf, by: By, split: MetricSplit | None, compare: Compare | None, choice: Choice
) -> Figures:
    """The answer of a shop without events."""
    empty = Part(whole={} if asked.base else {asked.top: 0})
    total = figures.series(asked, "", "", [], empty, None)
    return Figures(
        asked, choice.currency or as_of.currency, (), by, split, compare, None, None, None, None, (),
        replace(total, share=None), (), 0, None, as_of,
    )  # fmt: skip

"""The frozen values of metrics: a definition, and what it comes to over time and by part."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from choral.analytics.values import AsOf, By, Period

MetricSplit = Literal["channel", "store", "department", "category", "product", "campaign"]
MetricUnit = Literal["money", "count", "share", "number"]
Compare = Literal["previous", "year"]
Value = int | float | None


@dataclass(frozen=True)
class Sum:
    """A column of a source, added up over days and customers (`choral.analytics.metrics.sources`)."""

    source: str
    column: str


@dataclass(frozen=True)
class Metric:
    """One figure, defined once.

    It is `top`, or `top` / `base` where it has a base: sums are added first and divided last, so that a ratio of a
    whole is never the mean of its parts' ratios. `covered` is the sum that `top` could be known of, out of `whole`.
    `unit`: money (minor units), count, share (0 to 1) or number. `good` says which way is welcome. `grain`: what one
    counted thing is; `adds_up`: whether parts sum to the whole (different customers do not). `owner` is the room that
    answers for it, `since` the release it has been computed so. Splits are in `splits`.
    """

    key: str
    name: str
    meaning: str
    formula: str
    unit: MetricUnit
    good: Literal["up", "down", "none"]
    top: Sum
    base: Sum | None
    covered: Sum | None
    whole: Sum | None
    grain: str
    splits: tuple[MetricSplit, ...]
    adds_up: bool
    owner: str
    since: str


@dataclass(frozen=True)
class MetricSeries:
    """A metric over time for one part (`key`, `name`), or for all. `values` stand at the periods, `earlier` at the same
    periods of the days compared with (empty without); `value` and `before` are of all days at once. None: not known.
    Money in minor units. `share` of the whole only where parts add up."""

    key: str
    name: str
    unit: MetricUnit
    values: tuple[Value, ...]
    earlier: tuple[Value, ...]
    value: Value
    before: Value
    share: float | None


@dataclass(frozen=True)
class Figures:
    """A metric over time. `total` is of everything chosen; `series` are the parts, biggest first, without a split none.
    `others` counts parts too small to be listed that could not be added into a rest. `coverage` is the share of the
    sales whose cost is known where the metric needs it (else None). `before_since` and `before_until` are None where
    the data do not reach back to the days compared with."""

    metric: Metric
    currency: str
    other_currencies: tuple[str, ...]
    by: By
    split: MetricSplit | None
    compare: Compare | None
    since: date | None
    until: date | None
    before_since: date | None
    before_until: date | None
    periods: tuple[Period, ...]
    total: MetricSeries
    series: tuple[MetricSeries, ...]
    others: int
    coverage: float | None
    as_of: AsOf

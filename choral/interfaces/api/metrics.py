"""Metrics: what each figure means, and what it comes to over time and by part."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router

from choral.analytics.metrics.values import Compare, Figures, Metric, MetricSplit
from choral.analytics.values import By
from choral.interfaces.api.measure import Chosen_
from choral.interfaces.api.operations import reads, shop

router = Router(tags=["Metrics"])


@dataclass(frozen=True)
class MetricPage:
    """The catalogue, whole."""

    rows: tuple[Metric, ...]
    next: str | None


@reads(router, "/metrics", "analytics.view", MetricPage)
def list_metrics(request: HttpRequest) -> MetricPage:
    """Every metric: its meaning, formula, unit, what it can be split by, and who answers for it."""
    return MetricPage(shop().analytics.metrics(), None)


@reads(router, "/metrics/{key}", "analytics.view", Figures)
def get_metric(
    request: HttpRequest,
    key: str,
    chosen: Chosen_,
    by: By = "week",
    split: MetricSplit | None = None,
    compare: Compare | None = "previous",
    most: Annotated[int, Query(ge=1, le=50)] = 8,
) -> Figures:
    """A metric over time and by part, beside the days before (`previous`) or the same weekdays a year before."""
    return shop().analytics.metric(key, by, split, chosen.choice(), compare, most)

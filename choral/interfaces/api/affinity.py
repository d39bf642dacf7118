"""Which channel works for which customers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router

from choral.analytics.affinity.values import Affinity, Dimension
from choral.interfaces.api.operations import reads, shop

router = Router(tags=["Measure"])


@dataclass(frozen=True)
class DimensionPage:
    """What customers can be parted by."""

    rows: tuple[Dimension, ...]
    next: str | None


@reads(router, "/affinity", "analytics.view", Affinity)
def get_affinity(request: HttpRequest, by: Annotated[str, Query(max_length=160)] = "segment") -> Affinity:
    """Parts of the customers by channels: sales, visits, answers, preference, satisfaction; correlations."""
    return shop().analytics.affinity.by(by)


@reads(router, "/affinity/dimensions", "analytics.view", DimensionPage)
def list_affinity_dimensions(request: HttpRequest) -> DimensionPage:
    """What customers of this shop can be parted by: conclusions, traits with few values, audiences."""
    return DimensionPage(shop().analytics.affinity.dimensions(), None)

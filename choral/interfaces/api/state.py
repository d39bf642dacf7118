"""How the shop's machinery stands: the log, how far the views and the figures are behind it, the tables loaded."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest
from ninja import Router

from choral.analytics.values import AsOf
from choral.customers.values import ConsumerStatus
from choral.events.door import Status
from choral.events.lake.datasets import DATASETS, Datasets
from choral.interfaces.api.operations import reads, shop

router = Router(tags=["State"])


@dataclass(frozen=True)
class ShopState:
    """The shop, its log, the views that follow it (`age` in µs of the oldest event that waits) and its figures."""

    shop: str
    currency: str
    time_zone: str
    log: Status
    views: ConsumerStatus
    figures: AsOf


@reads(router, "/status", "events.view", ShopState)
def get_status(request: HttpRequest) -> ShopState:
    """How far everything is: the last event received, how long the oldest one waits for the views."""
    here = shop()
    home = here.home
    return ShopState(
        home.name, home.currency, home.time_zone, here.events.status(), here.customers.status(), here.analytics.as_of()
    )


@dataclass(frozen=True)
class ColumnShown:
    """One column of a dataset: its name, type and meaning."""

    name: str
    type: str
    meaning: str


@dataclass(frozen=True)
class DatasetShown:
    """A table of reference or media data. `version` changes with every import, null when there was none."""

    name: str
    columns: tuple[ColumnShown, ...]
    rows: int
    version: int | None


@dataclass(frozen=True)
class DatasetPage:
    """All datasets there can be."""

    data: tuple[DatasetShown, ...]
    next: str | None


@reads(router, "/datasets", "analytics.view", DatasetPage)
def list_datasets(request: HttpRequest) -> DatasetPage:
    """The tables beside the events: products, stores, campaigns, coupons, placements; how many rows each has."""
    found = Datasets(shop().home.lake)
    return DatasetPage(
        tuple(
            DatasetShown(
                name,
                tuple(ColumnShown(one.name, str(one.type), one.description) for one in dataset.columns),
                found.rows(name),
                found.version(name),
            )
            for name, dataset in DATASETS.items()
        ),
        None,
    )

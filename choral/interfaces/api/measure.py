"""Figures of the whole shop: overview, sales and the orders behind them, campaigns, RFM, silence."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Query, Router, Schema

from choral.analytics.values import (
    AsOf,
    By,
    Campaign,
    CampaignRow,
    Choice,
    Order,
    OrderPage,
    Overview,
    ProductRow,
    ReachedPage,
    Rfm,
    RfmPage,
    Sales,
    SlippingPage,
    Split,
)  # fmt: skip
from choral.core.errors import InvalidInput
from choral.interfaces.api.operations import reads, shop
from choral.interfaces.api.pages import Cursor, Limit

router = Router(tags=["Measure"])
Text = Annotated[str | None, Query(max_length=120)]
Quintile = Annotated[int | None, Query(ge=1, le=5)]


class Chosen(Schema):
    """Which orders count. Days are days of the shop's zone, both included."""

    since: date | None = None
    until: date | None = None
    channel: Text = None
    store: Text = None
    department: Text = None
    customer: Text = None
    product: Text = None
    returned: bool | None = None
    currency: Annotated[str | None, Query(pattern="^[A-Z]{3}$")] = None

    def choice(self) -> Choice:
        return Choice(**{field: getattr(self, field) for field in Choice.__dataclass_fields__})


Chosen_ = Annotated[Chosen, Query()]


@dataclass(frozen=True)
class CampaignPage:
    """All campaigns, newest first, each with its effect or why there is none."""

    rows: tuple[CampaignRow, ...]
    next: str | None


@dataclass(frozen=True)
class ProductPage:
    """What sold most."""

    rows: tuple[ProductRow, ...]
    next: str | None


@reads(router, "/overview", "analytics.view", Overview)
def get_overview(request: HttpRequest, since: date | None = None, until: date | None = None) -> Overview:
    """The headline figures of a period beside the period of the same length before; by default all days."""
    return shop().analytics.overview(since, until)


@reads(router, "/figures", "analytics.view", AsOf)
def get_as_of(request: HttpRequest) -> AsOf:
    """What all figures rest on: up to which event, which days, which currency; whether there are any."""
    return shop().analytics.as_of()


@reads(router, "/sales", "analytics.view", Sales)
def get_sales(request: HttpRequest, chosen: Chosen_, by: By = "week", split: Split | None = None) -> Sales:
    """Net sales over time, the eight biggest series and the rest, which sum to the orders to the cent."""
    return shop().analytics.sales(by, split, chosen.choice())


@reads(router, "/orders", "analytics.view", OrderPage)
def list_orders(
    request: HttpRequest,
    chosen: Chosen_,
    sort: Annotated[str, Query(pattern="^-?(at|amount|lines)$", description="- descends.")] = "-at",
    after: Cursor = None,
    limit: Limit = 50,
) -> OrderPage:
    """The orders and refunds behind a figure."""
    name = sort.removeprefix("-")
    return shop().analytics.orders(chosen.choice(), name, sort.startswith("-"), after, limit)  # type: ignore[arg-type]


@reads(router, "/orders/{order_id}", "analytics.view", Order)
def get_order(request: HttpRequest, order_id: str) -> Order:
    """One order with its lines, by position in the log or by order number."""
    return shop().analytics.order(order_id)


@reads(router, "/products", "analytics.view", ProductPage)
def list_products(
    request: HttpRequest,
    chosen: Chosen_,
    by: Literal["product", "category", "department"] = "product",
    limit: Limit = 20,
) -> ProductPage:
    """What sold most, by net amount."""
    return ProductPage(shop().analytics.products(by, chosen.choice(), limit), None)


@reads(router, "/campaigns", "analytics.view", CampaignPage)
def list_campaigns(request: HttpRequest) -> CampaignPage:
    """All campaigns, newest first, each with its effect or the reason why none can be told."""
    return CampaignPage(shop().analytics.campaigns(), None)


@reads(router, "/campaigns/{campaign_id}", "analytics.view", Campaign)
def get_campaign(request: HttpRequest, campaign_id: str) -> Campaign:
    """One campaign against customers who were alike before it and did not get it, with 95 % intervals."""
    return shop().analytics.campaign(campaign_id)


@reads(router, "/campaigns/{campaign_id}/customers", "analytics.view", ReachedPage)
def list_campaign_customers(
    request: HttpRequest, campaign_id: str, redeemed: bool = False, after: Cursor = None, limit: Limit = 50
) -> ReachedPage:
    """The customers who got a campaign (or, `redeemed`, who used a coupon of it), biggest buyers first."""
    return shop().analytics.reached(campaign_id, redeemed, after, limit)


@reads(router, "/rfm", "analytics.view", Rfm)
def get_rfm(request: HttpRequest) -> Rfm:
    """Customers by recency and frequency of their orders, with named segments."""
    return shop().analytics.rfm()


@reads(router, "/rfm/customers", "analytics.view", RfmPage)
def list_rfm_customers(
    request: HttpRequest,
    segment: Annotated[str | None, Query(max_length=40)] = None,
    recency: Quintile = None,
    frequency: Quintile = None,
    after: Cursor = None,
    limit: Limit = 50,
) -> RfmPage:
    """The customers of a segment or of one cell (`recency` and `frequency` together), biggest amount first."""
    if (recency is None) != (frequency is None):
        raise InvalidInput(
            "half_a_cell", "Only half of a cell was given.", "A cell is a recency and a frequency.", "Send both.", 422
        )
    cell = (recency, frequency) if recency is not None and frequency is not None else None
    return shop().analytics.rfm_customers(segment, cell, after, limit)


@reads(router, "/slipping", "analytics.view", SlippingPage)
def list_slipping(request: HttpRequest, after: Cursor = None, limit: Limit = 50) -> SlippingPage:
    """Customers whose silence is long for them, most value at risk first."""
    return shop().analytics.slipping(after, limit)

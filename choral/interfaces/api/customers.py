"""Customers: list, search, one customer, the time line, why the identifiers are one person, correction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from django.http import HttpRequest
from ninja import Field, Query, Router

from choral.books import act
from choral.core.errors import InvalidInput
from choral.customers.door import CustomerFilter
from choral.customers.records.actions import rectify
from choral.customers.values import Customer, CustomerPage, Explanation, Found, TimelinePage
from choral.interfaces.api.events import Strict
from choral.interfaces.api.operations import reads, shop, who, writes
from choral.interfaces.api.pages import Cursor, Limit, Moment, moment

router = Router(tags=["Customers"])
Sort = Annotated[
    str, Query(pattern="^-?(last_at|first_at|revenue|orders|average|events|last_order_at)$", description="- descends.")
]
Amount = Annotated[int | None, Query(ge=0, lt=1 << 62)]


class Correction(Strict):
    """A personal value as it should be."""

    identifier: str = Field(max_length=400, description="One of the customer's identifiers, as “text” shows it.")
    field: str = Field(min_length=1, max_length=120, description="first_name, email, phone, city ...")
    value: str = Field(max_length=2_000)


@dataclass(frozen=True)
class FoundPage:
    """Customers a search led to, best first."""

    rows: tuple[Found, ...]
    next: str | None


@reads(router, "/customers", "customers.view", CustomerPage)
def list_customers(
    request: HttpRequest,
    sort: Sort = "-last_at",
    known: bool = True,
    channel: Annotated[str | None, Query(max_length=40)] = None,
    least_orders: Amount = None,
    least_revenue: Annotated[int | None, Query(ge=0, lt=1 << 62, description="In minor units.")] = None,
    seen_since: Moment = None,
    seen_before: Moment = None,
    after: Cursor = None,
    limit: Limit = 50,
) -> CustomerPage:
    """Customers, in an order and by what they did. `known`: only those with an identifier that says who they are."""
    chosen = CustomerFilter(known, channel, least_orders, least_revenue, moment(seen_since), moment(seen_before))
    return shop().customers.list(
        sort.removeprefix("-"), sort.startswith("-"), chosen, after, limit, who(request).personal
    )


@reads(router, "/customers/search", "customers.view", FoundPage)
def search_customers(
    request: HttpRequest, q: Annotated[str, Query(min_length=1, max_length=200)], limit: Limit = 20
) -> FoundPage:
    """By part of a name, a telephone number in any spelling, e-mail, card or other identifier, order number."""
    return FoundPage(shop().customers.search(q, who(request).personal, limit), None)


@reads(router, "/customers/{customer_id}", "customers.view", Customer)
def get_customer(request: HttpRequest, customer_id: str) -> Customer:
    """One customer; an id that was merged into another leads to it."""
    caller = who(request)
    return shop().customers.privacy.shown(shop().customers.get(customer_id, caller.personal), caller.role)


@reads(router, "/customers/{customer_id}/timeline", "customers.view", TimelinePage)
def get_customer_timeline(
    request: HttpRequest,
    customer_id: str,
    channel: Annotated[str | None, Query(max_length=40)] = None,
    name: Annotated[str | None, Query(max_length=200)] = None,
    after: Cursor = None,
    limit: Limit = 50,
) -> TimelinePage:
    """What happened, newest first, on all channels or one, all kinds of events or one."""
    return shop().customers.timeline(customer_id, after, limit, channel, name)


@reads(router, "/customers/{customer_id}/explanation", "customers.view", Explanation)
def explain_customer(request: HttpRequest, customer_id: str) -> Explanation:
    """Why these identifiers are one person: which two stood together in which event."""
    return shop().customers.explain(customer_id, who(request).personal)


@writes(router, "PATCH", "/customers/{customer_id}/records", "customers.edit", Customer)
def rectify_customer(request: HttpRequest, customer_id: str, correction: Correction) -> Customer:
    """Correct a personal value; the audit log keeps that it was done and which field, never the value."""
    caller = who(request)
    customer = shop().customers.get(customer_id)
    if correction.identifier not in {one.text for one in customer.identifiers}:
        raise InvalidInput(
            "not_their_identifier",
            "This identifier is not the customer's.",
            "A value is kept with the identifier it was said of.",
            "Take one of “identifiers[].text” of the customer.",
            422,
        )
    act(rectify, caller.actor, correction.identifier, correction.field, correction.value)
    return shop().customers.get(customer_id, caller.personal)

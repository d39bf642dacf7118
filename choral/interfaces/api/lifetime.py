"""What customers will still bring."""

from __future__ import annotations

from typing import Annotated, Literal

from django.http import HttpRequest
from ninja import Query, Router

from choral.analytics.lifetime.values import CustomerValue, Lifetime, ValuePage
from choral.core.errors import NotFound
from choral.interfaces.api.operations import reads, shop
from choral.interfaces.api.pages import Cursor, Limit

router = Router(tags=["Measure"])
Days = Annotated[Literal[91, 182, 365], Query()]


@reads(router, "/lifetime", "analytics.view", Lifetime)
def get_lifetime(request: HttpRequest, days: Days = 365) -> Lifetime:
    """What all customers will bring in 91, 182 or 365 days, by channel of acquisition, and how far off it was."""
    return shop().analytics.lifetime.overview(days)


@reads(router, "/lifetime/customers", "analytics.view", ValuePage)
def list_lifetime_customers(
    request: HttpRequest, sort: Literal["value", "at_risk", "alive"] = "value", days: Days = 365, after: Cursor = None,
    limit: Limit = 50,
) -> ValuePage:  # fmt: skip
    """Customers by what they will bring, what is lost if they left, or how surely they still buy; biggest first."""
    return shop().analytics.lifetime.customers(sort, days, after, limit)


@reads(router, "/lifetime/customers/{customer_id}", "analytics.view", CustomerValue)
def get_lifetime_customer(request: HttpRequest, customer_id: str, days: Days = 365) -> CustomerValue:
    """One customer, with the bounds of what 80 of 100 such customers will bring."""
    found = shop().analytics.lifetime.of(customer_id, days)
    if found is None:
        raise NotFound(
            "nothing_foretold", "Nothing is foretold of this customer.",
            "They never ordered, object to profiling, or too little is known of the shop.", status=404,
        )  # fmt: skip
    return found

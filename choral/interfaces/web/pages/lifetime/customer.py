"""What one customer will still bring: a card of their page that comes after it, because models are learned first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from choral.core.money import Money
from choral.interfaces.web.access import page
from choral.interfaces.web.pages.lifetime.words import HORIZON
from choral.shop import current_shop

_DAYS = 365


@page("customers.view", part=True)
def customer_value(request: HttpRequest, customer_id: str) -> HttpResponse:
    """The card; empty for a customer of whom nothing can or may be concluded."""
    analytics = current_shop().analytics
    found = analytics.lifetime.of(current_shop().customers.get(customer_id).id, _DAYS)
    currency = analytics.as_of().currency
    context = {
        "found": found, "horizon": HORIZON[_DAYS],
        "value": Money(found.value, currency), "low": Money(found.low or 0, currency),
        "high": Money(found.high or 0, currency), "at_risk": Money(found.at_risk, currency),
    } if found else {}  # fmt: skip
    return render(request, "lifetime/card.html", context)


urlpatterns = [path("customers/<str:customer_id>/value", customer_value, name="customer_value")]

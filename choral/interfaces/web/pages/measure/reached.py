"""The customers a campaign reached, or who used a coupon of it: the rows behind its figures."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from choral.analytics.values import Reached
from choral.core.money import Money
from choral.interfaces.web.access import asker_of, page
from choral.interfaces.web.tables import Column, Empty, Filter, Row, Table
from choral.shop import current_shop

_TABLE = Table(
    key="reached",
    columns=(
        Column("name", _("Customer")),
        Column("first", _("First got it"), "day"),
        Column("times", _("Times"), "number", explain=_("How often they met the campaign, on any channel.")),
        Column("redemptions", _("Coupons redeemed"), "number"),
        Column("orders", _("Orders"), "number", explain=_("Orders on the days of the campaign.")),
        Column("amount", _("Sales"), "money",
               explain=_("What they bought on the days of the campaign, less refunds. Most of it they would have "
                         "bought anyway: the effect is on the campaign's page.")),
    ),
    filters=(Filter("redeemed", _("Coupons"), "choice", [("yes", _("Only who redeemed one"))]),),
    caption=_("Customers of the campaign"),
)  # fmt: skip
_MOST_EXPORTED = 1_000_000


@page("analytics.view")
def reached(request: HttpRequest, campaign_id: str) -> HttpResponseBase:
    """Customers of one campaign, biggest buyers on its days first."""
    analytics = current_shop().analytics
    row = analytics.campaign(campaign_id).row
    asked = _TABLE.read(request)
    redeemed = asked.filters.get("redeemed") == "yes"
    found = analytics.reached(campaign_id, redeemed, asked.after, _MOST_EXPORTED if asked.export else asked.limit)
    rows = _rows(found.rows, analytics.as_of().currency, asker_of(request).may("customers.personal"))
    if asked.export:
        return asked.csv(rows, f"campaign-{campaign_id}-customers")
    nothing = Empty(_("Nobody"), _("No customer that is known got this campaign yet."), icon="customers")
    view = asked.show(rows, next=found.next, total=found.count, empty=nothing)
    return render(request, "measure/reached.html", {"campaign": row, "table": view})


def _rows(found: Sequence[Reached], currency: str, personal: bool) -> list[Row]:
    names = {row.id: row.name for row in current_shop().customers.rows([one.customer for one in found], personal)}
    return [
        Row(
            one.customer,
            {
                "name": names.get(one.customer, one.identifier), "first": one.first_day, "times": one.times,
                "redemptions": one.redemptions, "orders": one.orders, "amount": Money(one.amount, currency),
            },
            href=reverse("customer", args=[one.customer]),
        )
        for one in found
    ]  # fmt: skip


urlpatterns = [path("measure/campaigns/<str:campaign_id>/customers", reached, name="campaign-customers")]

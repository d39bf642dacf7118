"""Who comes back: cohorts by the period of their first purchase, as a map of shares."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral.analytics.journeys.cohorts import later
from choral.analytics.journeys.door import CohortQuery
from choral.analytics.journeys.values import Cohort, Cohorts
from choral.core.money import Money
from choral.interfaces.web import formats
from choral.interfaces.web.access import page
from choral.interfaces.web.charts import Chart, Series
from choral.interfaces.web.pages.journeys import asked, words
from choral.shop import Shop, current_shop

_MOST_ROWS = 24
_ACTIVITIES = {
    "purchases": gettext_lazy("Purchases; returns and orders without an amount do not count"),
    "orders_and_returns": gettext_lazy("Orders and returns"),
    "meetings": gettext_lazy("Any meeting"),
}


@page("analytics.view")
def cohorts(request: HttpRequest) -> HttpResponse:
    shop = current_shop()
    query = asked.cohort_query(request, shop)
    found = shop.analytics.journeys.cohorts(query)
    shown = found.cohorts[-_MOST_ROWS:]
    return render(
        request,
        "journeys/cohorts.html",
        {
            "found": found, "tabs": words.tabs("journey_cohorts"), "sentence": _sentence(found),
            "heat": _heat(found, shown, request), "controls": _controls(shop, query),
            "statement": _ACTIVITIES[found.activity], "as_of": shop.analytics.as_of(),
            "hidden": len(found.cohorts) - len(shown),
        },
    )  # fmt: skip


def _sentence(found: Cohorts) -> str:
    one = found.average[1] if len(found.average) > 1 else None
    if one is None:
        return _("There is no whole period after the first one yet.")
    return {
        "customers": _("Of 100 customers, %(count)s come back in the period after their first, on average."),
        "amount": _("For 100 spent in the first period, %(count)s are spent in the next, on average."),
        "orders": _("For 100 orders in the first period, %(count)s come in the next, on average."),
    }[found.measure] % {"count": formats.number(100 * one, 1)}


def _heat(found: Cohorts, shown: tuple[Cohort, ...], request: HttpRequest) -> Chart:
    """Shares without the first period, which is always whole; cells of the period that is not over are pale."""
    width = max((len(one.shares) for one in shown), default=1)
    base = reverse("journey_people")
    links, pale = [], []
    for row, one in enumerate(shown):
        for after in range(1, width):
            links.append(asked.people_url(request, base, of="cohort", begins=one.begins, after_periods=after)
                         if after < len(one.shares) else "")  # fmt: skip
            if found.incomplete and later(one.begins, after, found.every) == found.incomplete:
                pale.append(row * (width - 1) + after - 1)
    return Chart(
        gettext_lazy("Who comes back"), "heat", "percent", [str(after) for after in range(1, width)],
        [Series(_name(one, found), [*one.shares[1:], *[None] * (width - len(one.shares))]) for one in shown],
        links=links, incomplete=pale, height="tall" if len(shown) > 8 else "normal", axis=_("Began in"),
    )  # fmt: skip


def _name(one: Cohort, found: Cohorts) -> str:
    first = one.size if found.measure == "customers" else one.values[0] or 0
    said = formats.compact_money(Money(first, found.currency)) if found.measure == "amount" else formats.number(first)
    begins = one.begins.strftime("%Y-%m") if found.every == "month" else formats.day(one.begins)
    return f"{begins} ({said})"


def _controls(shop: Shop, query: CohortQuery) -> dict[str, object]:
    return {
        "every": words.choices((("month", _("Month")), ("week", _("Week"))), query.every),
        "start": words.choices(
            (("purchase", _("The first purchase")), ("meeting", _("The first meeting"))), query.start
        ),
        "activity": words.choices((("purchases", _("Purchases")), ("orders_and_returns", _("Orders and returns")),
                                   ("meetings", _("Any meeting"))), query.activity),
        "measure": words.choices((("customers", _("Customers")), ("amount", _("Sales")), ("orders", _("Orders"))),
                                 query.measure),
        "segment": words.segments(shop, asked.segments(shop), query.segment),
    }  # fmt: skip


urlpatterns = [path("measure/journeys/cohorts", cohorts, name="journey_cohorts")]

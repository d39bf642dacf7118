"""The people behind a figure of journeys, and making them an audience with one click."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral.analytics.journeys.door import People
from choral.analytics.journeys.values import Step
from choral.core.errors import NotFound
from choral.core.money import Money
from choral.customers.values import CustomerRow
from choral.interfaces.web import formats
from choral.interfaces.web.access import asker_of, page
from choral.interfaces.web.pages.journeys import asked, words
from choral.interfaces.web.periods import read_range
from choral.interfaces.web.tables import Column, Empty, Row, Table
from choral.interfaces.web.toasts import toast
from choral.shop import Shop, current_shop

_LONGEST_NAME = 110
_PEOPLE = Table(
    key="journey-people",
    columns=(
        Column("name", gettext_lazy("Customer")),
        Column("orders", gettext_lazy("Orders"), "number"),
        Column("revenue", gettext_lazy("Sales"), "money"),
        Column("last_at", gettext_lazy("Last seen"), "ago"),
    ),
    caption=gettext_lazy("Customers"),
)
_NOBODY = Empty(gettext_lazy("Nobody"), gettext_lazy("Nobody is behind this figure."), icon="customers")
_BACK = {"paths": "journeys", "funnel": "journey_funnel", "cohort": "journey_cohorts", "sequence": "journey_sequences"}


@page("analytics.view")
def people(request: HttpRequest) -> HttpResponseBase:
    shop, asker = current_shop(), asker_of(request)
    found, title = _found(request, shop)
    table = _PEOPLE.read(request)
    page_of = found.page(table.after, 1_000_000 if table.export else table.limit)
    rows = [_row(one, shop.home.currency) for one in shop.customers.rows(page_of.rows, asker.may("customers.personal"))]
    if table.export:
        return table.csv(rows, "customers")
    kept = [(key, value) for key, values in request.GET.lists() for value in values if key not in ("after", "export")]
    return render(
        request,
        "journeys/people.html",
        {
            "title": title, "table": table.show(rows, next=page_of.next, total=len(found.ids), empty=_NOBODY),
            "found": found, "kept": kept, "may_keep": asker.may("audiences.manage") and len(found.ids) > 0,
            "back": f"{reverse(_BACK[request.GET['of']])}?{urlencode(kept)}", "name": title[:_LONGEST_NAME],
            "turned": _turned(request, kept),
        },
    )  # fmt: skip


@page("audiences.manage", "POST")
def keep(request: HttpRequest) -> HttpResponse:
    """Those who are listed now, as an audience that never moves."""
    shop = current_shop()
    request.GET = request.POST  # the question stands in the form's fields
    found, title = _found(request, shop)
    audiences = shop.customers.audiences
    name = request.POST.get("name", "").strip()[:_LONGEST_NAME] or title[:_LONGEST_NAME]
    key = audiences.keep_list(asker_of(request).actor, name, found.ids.tolist(), f"journeys: {request.POST['of']}")
    toast(request, _("%(name)s: %(count)s customers are an audience now.") % {
        "name": name, "count": formats.number(len(found.ids)),
    }, undo=reverse("audience_archive", args=[key]))  # fmt: skip
    return redirect("audience", key)


def _found(request: HttpRequest, shop: Shop) -> tuple[People, str]:
    """The people an address means, and what they are called."""
    said = request.GET
    ask = {"paths": _on_path, "funnel": _in_funnel, "cohort": _in_cohort, "sequence": _with_sequence}.get(
        said.get("of", "")
    )
    if ask is None:
        raise NotFound(
            "no_such_people", "This figure is not known.", fix="Come here by a figure of Journeys.", status=404
        )
    return ask(request, shop)


def _row(one: CustomerRow, currency: str) -> Row:
    said = {"name": one.name or one.id, "orders": one.orders, "revenue": Money(one.revenue, currency),
            "last_at": one.last_at or None}  # fmt: skip
    return Row(one.id, said, href=reverse("customer", args=[one.id]))


def _turned(request: HttpRequest, kept: list[tuple[str, str]]) -> tuple[str, str] | None:
    """The others of the same figure: those who went no further, or did not come back."""
    said = request.GET
    if said["of"] not in ("funnel", "cohort"):
        return None
    others = [(key, value) for key, value in kept if key != "lost"]
    if said.get("lost"):
        return _("Those who did"), f"{request.path}?{urlencode(others)}"
    return _("Those who did not"), f"{request.path}?{urlencode([*others, ('lost', '1')])}"


def _on_path(request: HttpRequest, shop: Shop) -> tuple[People, str]:
    as_of, said = shop.analytics.as_of(), request.GET
    query = asked.path_query(request, shop, read_range(request, as_of.since, as_of.until))
    names = words.campaigns(shop.analytics.journeys.offered())
    node, to = said.get("node", ""), said.get("to") or None
    source, target = said.get("source", ""), said.get("target", "")
    if source and target:
        found = shop.analytics.journeys.passage_people(query, source, target)
        way = " → ".join(str(words.label(query.by, key, names)) for key in (source, target))
        return found, _("On their way: %(way)s") % {"way": way}
    found = shop.analytics.journeys.path_people(query, node, to)
    texts = [str(words.label(query.by, key.partition(":")[2], names)) for key in (node, to) if key]
    step = abs(int(node.partition(":")[0])) + 1
    return found, _("Step %(number)s of their way: %(way)s") % {"number": step, "way": " → ".join(texts)}


def _in_funnel(request: HttpRequest, shop: Shop) -> tuple[People, str]:
    as_of, said = shop.analytics.as_of(), request.GET
    query = asked.funnel_query(request, shop, read_range(request, as_of.since, as_of.until))
    at = int(said["at"]) if said.get("at", "").isdecimal() and len(said["at"]) < 3 else 0
    found = shop.analytics.journeys.funnel_people(query, at, bool(said.get("lost")))
    names = words.campaigns(shop.analytics.journeys.offered())
    step = words.step(Step.read(query.steps[at]), names)
    return found, (_("Went no further than: %(step)s") if said.get("lost") else _("Did: %(step)s")) % {"step": step}


def _in_cohort(request: HttpRequest, shop: Shop) -> tuple[People, str]:
    said = request.GET
    begins = asked.day(said.get("begins", ""))
    if begins is None:
        raise NotFound("no_such_cohort", "No cohort is named.", fix="Choose a field of the map.", status=404)
    after = (
        int(said["after_periods"])
        if said.get("after_periods", "").isdecimal() and len(said["after_periods"]) < 3
        else 0
    )
    lost = bool(said.get("lost"))
    found = shop.analytics.journeys.cohort_people(asked.cohort_query(request, shop), begins, after, lost)
    text = (
        _("Began %(day)s, not back %(count)s periods later")
        if lost
        else _("Began %(day)s, back %(count)s periods later")
    )
    return found, text % {"day": formats.day(begins), "count": after}


def _with_sequence(request: HttpRequest, shop: Shop) -> tuple[People, str]:
    query, steps = asked.sequence_query(request, shop), tuple(request.GET.getlist("step"))
    found = shop.analytics.journeys.sequence_people(query, steps)
    names = words.campaigns(shop.analytics.journeys.offered())
    way = " → ".join(str(words.label(query.by, step, names)) for step in steps)
    return found, _("In the last %(days)s days: %(way)s") % {"days": query.window_days, "way": way}


urlpatterns = [
    path("measure/journeys/people", people, name="journey_people"),
    path("measure/journeys/people/keep", keep, name="journey_keep"),
]

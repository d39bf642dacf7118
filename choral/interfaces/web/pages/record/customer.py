"""Pages of one customer's record: a computed trait with what it rests on, and everything to show them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _

from choral.core.money import Money
from choral.customers.traits.door import TraitRow
from choral.customers.traits.wording import sentence
from choral.interfaces.web import formats, happenings
from choral.interfaces.web.access import Asker, asker_of, page
from choral.interfaces.web.names import channel_icon, channel_name
from choral.interfaces.web.pages.record import words
from choral.interfaces.web.pages.record.card import known_of, lines
from choral.interfaces.web.tables import Cell, Column, Empty, Row, Table
from choral.shop import current_shop

_MOST, _ALL = 100, 20_000
_COUNT = 20
_ROWS = Table(
    key="trait-rows",
    columns=(
        Column("at", _("When"), "time"),
        Column("name", _("What")),
        Column("channel", _("Channel")),
        Column("detail", _("Detail")),
        Column("amount", _("Amount"), "money"),
        Column("lines", _("Lines"), "number", explain=_("How many lines of the order count.")),
    ),
    caption=_("The events it rests on"),
)


@page("customers.view")
def trait(request: HttpRequest, customer_id: str, key: str) -> HttpResponseBase:
    """A computed trait of a customer: what it means, and the newest events it rests on."""
    number, known, profiled = known_of(customer_id)
    if number != customer_id:
        return redirect("customer_trait", number, key)
    asked, asker = _ROWS.read(request), asker_of(request)
    if not profiled:
        one, language = current_shop().customers.traits.definition(key), words.language()
        said = {"trait": {"name": one.name(language), "means": sentence(one, language)}, "refused": True}
        return render(request, "record/trait.html", said | {"customer": number, "called": called(number, asker)})
    found = current_shop().customers.traits.behind(known, key, words.language(), _ALL if asked.export else _MOST)
    rows = [_row(one, asker) for one in found.rows]
    if asked.export:
        return asked.csv(rows, key)
    nothing = Empty(_("It rests on nothing."), _("No event of this customer counts for this figure."), icon="clock")
    return render(
        request,
        "record/trait.html",
        {
            "table": asked.show(rows, total=found.events, empty=nothing), "trait": found.trait, "customer": number,
            "value": words.shown(found.trait, current_shop().home.currency), "events": found.events,
            "called": called(number, asker), "more": found.events > _MOST, "most": _MOST,
        },
    )  # fmt: skip


@page("customers.view")
def recommendations(request: HttpRequest, customer_id: str) -> HttpResponse:
    """What to show a customer, by kind, and the coupons that run, the best first."""
    number, known, _profiled = known_of(customer_id)
    if number != customer_id:
        return redirect("customer_recommendations", number)
    shop = current_shop()
    recommend, language = shop.customers.recommend, words.language()
    kind = request.GET.get("kind") or "for_you"
    kinds = [("for_you", _("For you")), *((key, words.KINDS[key]) for key in ("again", "new", "popular"))]
    if kind not in dict(kinds):
        kind = "for_you"
    found = recommend.for_person(known.ids, "agent", count=_COUNT, kind=kind, language=language)
    offers = recommend.offers(known.ids, 5)
    here = reverse("customer_recommendations", args=[number])
    return render(
        request,
        "record/recommendations.html",
        {
            "customer": number, "called": called(number, asker_of(request)), "products": lines(found.rows),
            "why_not": words.WHY_NOT.get(found.why_not_personal, ""), "found": found,
            "tabs": [(label, f"{here}?kind={key}", key == kind) for key, label in kinds],
            "offers": [(one, formats.money(Money(one.expected, shop.home.currency)), formats.percent(one.chance),
                        channel_name(one.channel)) for one in offers.rows],
            "running": offers.running,
        },
    )  # fmt: skip


def called(number: str, asker: Asker) -> str:
    """What the customer is called, as far as the reader may see."""
    rows = current_shop().customers.rows([number], asker.may("customers.personal"))
    return rows[0].name if rows else number


def _row(one: TraitRow, asker: Asker) -> Row:
    currency = current_shop().home.currency
    href = reverse("order", args=[one.position]) if one.order_id and asker.may("analytics.view") else ""
    cells: dict[str, object] = {
        "at": one.at,
        "name": happenings.title(one.name),
        "channel": Cell(channel_name(one.channel), icon=channel_icon(one.channel)),
        "detail": one.order_id or one.label or "",
        "amount": None if one.amount is None else Money(one.amount, currency),
        "lines": one.lines,
    }
    return Row(str(one.position), cells, href)


urlpatterns = [
    path("customers/<str:customer_id>/traits/<str:key>", trait, name="customer_trait"),
    path("customers/<str:customer_id>/recommendations", recommendations, name="customer_recommendations"),
]

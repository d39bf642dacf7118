"""Attribution: every model side by side, in words, as a picture and as a table; what stands behind each figure."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any, get_args
from urllib.parse import urlencode

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from choral.analytics.attribution.values import (
    BASELINE,
    MODELS,
    NO_LINES,
    NOTHING_BEFORE,
    Credits,
    Dimension,
    Measured,
    Model,
    Question,
    Value,
    Who,
)  # fmt: skip
from choral.core.money import Money
from choral.interfaces.web import formats
from choral.interfaces.web.access import page
from choral.interfaces.web.charts import Chart, Series
from choral.interfaces.web.navigation import Entry
from choral.interfaces.web.pages.attribution import words
from choral.interfaces.web.periods import DateRange, read_range
from choral.interfaces.web.tables import Cell, Column, Row, Table
from choral.shop import current_shop

NAVIGATION = [
    Entry("measure", 55, gettext_lazy("Attribution"), "attribution", "analytics.view", "share", go="m",
          words=gettext_lazy("credit last touch first touch markov shapley which channel sold")),
]  # fmt: skip
_LOOKBACKS = (7, 14, 30, 60, 90)
_DRAWN: tuple[Model, ...] = ("last", "first", "linear", "markov", "hazard")
_SHOWN: tuple[Model, ...] = ("last", "first", "linear", "shapley", "markov_path", "hazard")
_MOST = 12
_CREDITS = Table(
    key="attribution",
    caption=gettext_lazy("Credit by model"),
    columns=[
        Column("label", gettext_lazy("Credited to")),
        *[
            Column(model, words.NAMES[model], shown=model in _SHOWN, explain=words.ASSUMES[model])
            for model in MODELS
        ],
        Column("cost", gettext_lazy("Cost"), explain=gettext_lazy("From media spend, else from what touches cost.")),
        Column("back", gettext_lazy("For each unit of money"),
               explain=gettext_lazy("Credit of the model “All alike” for its cost: a correlation, not a return.")),
        Column("measured", gettext_lazy("Measured"),
               explain=gettext_lazy("What a comparison of like customers found, where there was one.")),
    ],
)  # fmt: skip
_LINES = Table(
    key="credit-lines",
    caption=gettext_lazy("Credit lines"),
    columns=[
        Column("order", gettext_lazy("Order")),
        Column("at", gettext_lazy("When"), "time"),
        Column("touch", gettext_lazy("Touch")),
        Column("touched", gettext_lazy("Touched"), "time"),
        Column("weight", gettext_lazy("Share"), "percent"),
        Column("amount", gettext_lazy("Gets")),
    ],
)


@page("analytics.view")
def attribution(request: HttpRequest) -> HttpResponseBase:
    """The answer, the picture, the table, the models, and what store and web do for one another."""
    room, as_of = current_shop().analytics.attribution, current_shop().analytics.as_of()
    period = read_range(request, as_of.since, as_of.until, "90d")
    question = _question(request, period)
    found = room.credits(question)
    asked = _CREDITS.read(request)
    if asked.export:
        return asked.csv(_rows(found, request), "attribution")
    context: dict[str, Any] = {
        "as_of": as_of, "period": period, "found": found, "table": asked.show(_rows(found, request)),
        "answer": words.answer(found), "disagreement": words.disagreement(found), "growth": _growth(found, question),
        "chart": _chart(found), "models": [(words.NAMES[one], words.ASSUMES[one]) for one in MODELS],
        "influences": [
            words.influence(room.influence("store", "web")), words.influence(room.influence("web", "store")),
        ],
        "outside": _outside(found), "unspent": not found.spend_told,
    }  # fmt: skip
    return render(request, "attribution/attribution.html", context | _choices(request, question))


@page("analytics.view")
def credit_lines(request: HttpRequest) -> HttpResponseBase:
    """The lines behind a figure: which orders, by which touches."""
    room, as_of = current_shop().analytics.attribution, current_shop().analytics.as_of()
    period = read_range(request, as_of.since, as_of.until, "90d")
    question, model = _question(request, period), _model(request)
    key, asked = request.GET.get("key") or None, _LINES.read(request)
    found = room.lines(model, question, key, asked.after, asked.limit)
    currency = as_of.currency
    rows = [
        Row(f"{one.order}-{one.touch}", {
            "order": one.order_id or str(one.order), "at": one.order_at,
            "touch": words.label(one.key, "", question.by), "touched": one.touch_at, "weight": one.weight,
            "amount": _written(one.amount, question.value, currency),
        }, href=reverse("order", args=[one.order]))
        for one in found.rows
    ]  # fmt: skip
    if asked.export:
        return asked.csv(rows, "credit")
    return render(request, "attribution/lines.html", {
        "model": words.NAMES[model], "assumes": words.ASSUMES[model], "found": found, "as_of": as_of, "period": period,
        "label": words.label(key, "", question.by) if key else "", "back": _back(request),
        "total": _written(found.total, question.value, currency),
        "table": asked.show(rows, next=found.next, total=found.count),
    })  # fmt: skip


@page("analytics.view")
def order_credit(request: HttpRequest, position: int) -> HttpResponseBase:
    """Who sold this? Every touch of one order, by the model of one's choice."""
    shop, model = current_shop(), _model(request)
    order = shop.analytics.order(position)
    lines = shop.analytics.attribution.order(position, model) if order.row.customer else ()
    currency = order.row.currency
    tabs = [(words.NAMES[one], f"{request.path}?{urlencode({'model': one})}", one == model)
            for one in ("last", "first", "linear", "time_decay", "markov_path", "hazard")]  # fmt: skip
    rows = [
        Row(f"{number}", {
            "order": order.row.order_id or str(position), "at": one.order_at, "touch": words.label(one.key),
            "touched": one.touch_at, "weight": one.weight, "amount": _written(one.amount, "sales", currency),
        })
        for number, one in enumerate(lines)
    ]  # fmt: skip
    table = replace(_LINES, key="order-credit", columns=_LINES.columns[2:], export=False)
    return render(request, "attribution/order.html", {
        "row": order.row, "tabs": tabs, "assumes": words.ASSUMES[model], "table": table.read(request).show(rows),
    })  # fmt: skip


def _question(request: HttpRequest, period: DateRange) -> Question:
    asked = request.GET
    by: Dimension = asked["by"] if asked.get("by") in get_args(Dimension) else "channel"  # type: ignore[assignment]
    value: Value = asked["value"] if asked.get("value") in get_args(Value) else "sales"  # type: ignore[assignment]
    who: Who = asked["who"] if asked.get("who") in get_args(Who) else "all"  # type: ignore[assignment]
    lookback = next((days for days in _LOOKBACKS if str(days) == asked.get("lookback", "")), 30)
    known = {one.key for one in current_shop().customers.audiences.list()}
    audience = asked.get("audience", "") if asked.get("audience", "") in known else None
    return Question(period.since, period.until, by, value, lookback=lookback, who=who, audience=audience)


def _model(request: HttpRequest) -> Model:
    said: Any = request.GET.get("model", "linear")
    return said if said in MODELS and said not in NO_LINES else "linear"


def _choices(request: HttpRequest, question: Question) -> dict[str, Any]:
    audiences = current_shop().customers.audiences.list()
    return {
        "dimensions": [(key, text, key == question.by) for key, text in words.DIMENSIONS.items()],
        "values": [(key, text, key == question.value) for key, text in words.VALUES.items()],
        "whos": [(key, text, key == question.who) for key, text in words.WHO.items()],
        "lookbacks": [
            (str(days), ngettext("%(count)s day", "%(count)s days", days) % {"count": days}, days == question.lookback)
            for days in _LOOKBACKS
        ],
        "audiences": [("", _("Everybody"), not question.audience),
                      *[(one.key, one.name, one.key == question.audience) for one in audiences]],
    }  # fmt: skip


def _growth(found: Credits, question: Question) -> str:
    """Against as many days just before, where the data reach back."""
    since, until, first = question.since, question.until, current_shop().analytics.as_of().since
    if since is None or until is None or first is None or not found.amount:
        return ""
    before = since - (until - since) - timedelta(days=1)
    if before < first:
        return ""
    earlier = replace(question, since=before, until=since - timedelta(days=1))
    return words.growth(found, current_shop().analytics.attribution.credits(earlier))


def _chart(found: Credits) -> Chart:
    rows = [row for row in found.rows if row.key not in (BASELINE, NOTHING_BEFORE)][:_MOST]
    place = {one.model: at for at, one in enumerate(found.rows[0].credits)} if found.rows else {}
    return Chart(
        _("Share of the credit by model"), "dots", "percent",
        [words.label(row.key, row.name, found.question.by) for row in rows],
        [Series(words.NAMES[model], [row.credits[place[model]].share for row in rows]) for model in _DRAWN if place],
        axis=_("Credited to"), height="tall" if len(rows) > 6 else "normal",
    )  # fmt: skip


def _rows(found: Credits, request: HttpRequest) -> list[Row]:
    rows = []
    for row in found.rows:
        cells: dict[str, object] = {"label": words.label(row.key, row.name, found.question.by)}
        for one in row.credits:
            if one.amount or one.orders:
                href = "" if one.model in NO_LINES else _lines_url(request, one.model, row.key)
                cells[one.model] = Cell(words.amount(found, one.amount), href=href, note=formats.percent(one.share))
        linear = next(one for one in row.credits if one.model == "linear")
        cells["cost"] = formats.money(Money(row.cost, found.currency)) if row.cost is not None else ""
        cells["back"] = formats.number(linear.roas, 2) if linear.roas is not None else ""
        cells["measured"] = _measured(row.measured, row.key, found) if found.question.by == "campaign" else ""
        rows.append(Row(row.key, cells))
    return rows


def _measured(one: Measured, key: str, found: Credits) -> Cell | str:
    if one.low is None or one.high is None:
        return _("Not measured")
    low, high = (formats.money(Money(bound, found.currency)) for bound in (one.low, one.high))
    return Cell(_("%(low)s to %(high)s") % {"low": low, "high": high}, href=reverse("campaign", args=[key]))


def _outside(found: Credits) -> str:
    """Orders that no model can share out."""
    if not found.unrecognised_orders:
        return ""
    return _("Left out: %(orders)s orders of %(amount)s, because nobody was recognised at them.") % {
        "orders": formats.number(found.unrecognised_orders), "amount": words.amount(found, found.unrecognised_amount),
    }  # fmt: skip


def _written(value: int, of: str, currency: str) -> str:
    return formats.number(value / 1_000, 2) if of == "orders" else formats.money(Money(value, currency))


def _lines_url(request: HttpRequest, model: Model, key: str) -> str:
    kept = [(name, value) for name, value in request.GET.items() if value and name in _KEPT]
    return f"{reverse('credit_lines')}?{urlencode([*kept, ('model', model), ('key', key)])}"


def _back(request: HttpRequest) -> str:
    kept = [(name, value) for name, value in request.GET.items() if value and name in _KEPT]
    return f"{reverse('attribution')}?{urlencode(kept)}"


_KEPT = ("since", "until", "range", "by", "value", "who", "lookback", "audience")
urlpatterns = [
    path("measure/attribution", attribution, name="attribution"),
    path("measure/attribution/lines", credit_lines, name="credit_lines"),
    path("measure/orders/<int:position>/credit", order_credit, name="order_credit"),
]

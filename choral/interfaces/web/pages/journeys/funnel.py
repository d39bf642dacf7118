"""How many customers go from step to step, where they are lost, and how long it takes."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from choral.analytics.journeys.door import FunnelQuery
from choral.analytics.journeys.values import OTHERS, Funnel, FunnelStep, Offered, Step
from choral.interfaces.web import formats, happenings
from choral.interfaces.web.access import page
from choral.interfaces.web.charts import Chart, Series
from choral.interfaces.web.names import channel_name
from choral.interfaces.web.pages.journeys import asked, words
from choral.interfaces.web.periods import read_range
from choral.interfaces.web.segments import segment_name
from choral.interfaces.web.tables import Cell, Column, Row, Table
from choral.shop import Shop, current_shop

_MOST_GROUPS, _FEW = 6, 30
_STEPS = Table(
    key="funnel",
    columns=(
        Column("step", gettext_lazy("Step")),
        Column("customers", gettext_lazy("Customers"), "number"),
        Column("start", gettext_lazy("Of the first step"), "percent"),
        Column("previous", gettext_lazy("Of the step before"), "percent"),
        Column(
            "interval", gettext_lazy("95 % interval"), explain=gettext_lazy("Of the share of the step before (Wilson).")
        ),
        Column("lost", gettext_lazy("Went no further"), "number"),
        Column("time", gettext_lazy("Time to it"), explain=gettext_lazy("The median since the step before.")),
    ),
    caption=gettext_lazy("Steps"),
)


@page("analytics.view")
def funnel(request: HttpRequest) -> HttpResponseBase:
    shop = current_shop()
    as_of = shop.analytics.as_of()
    period = read_range(request, as_of.since, as_of.until)
    query = asked.funnel_query(request, shop, period)
    found = shop.analytics.journeys.funnel(query)
    offered = shop.analytics.journeys.offered()
    names = words.campaigns(offered)
    table = _STEPS.read(request)
    rows = [_row(place, one, found, request, names) for place, one in enumerate(found.steps)]
    if table.export:
        return table.csv(rows, "funnel")
    return render(
        request,
        "journeys/funnel.html",
        {
            "found": found, "period": period, "as_of": as_of, "tabs": words.tabs("journey_funnel"),
            "sentence": _sentence(found, names), "chart": _chart(found, request, names),
            "groups": _groups(found, names, query.split),
            "table": table.show(rows), "form": _form(shop, query, offered),
            "unseen": [words.step(one.step, names) for one in found.steps if not one.events],
            "few": 0 < found.steps[0].customers < _FEW,
        },
    )  # fmt: skip


def _sentence(found: Funnel, names: dict[str, str]) -> str:
    first, last = found.steps[0], found.steps[-1]
    if not first.customers:
        return _("Nobody did the first step in these days.")
    days = formats.number(found.window_days)
    whole = ngettext(
        "Of %(first)s customers who began, %(last)s (%(share)s) came to the end within %(days)s day.",
        "Of %(first)s customers who began, %(last)s (%(share)s) came to the end within %(days)s days.",
        round(found.window_days),
    ) % {"first": formats.number(first.customers), "last": formats.number(last.customers),
         "share": formats.percent(last.share_of_start), "days": days}  # fmt: skip
    worst = max(found.steps[:-1], key=lambda one: one.lost, default=None)
    if worst is None or not worst.lost:
        return whole
    lost = _("Most go no further after “%(step)s”: %(lost)s.") % {
        "step": words.step(worst.step, names), "lost": formats.number(worst.lost),
    }  # fmt: skip
    return f"{whole} {lost}"


def _people(request: HttpRequest, place: int, lost: bool = False) -> str:
    return asked.people_url(request, reverse("journey_people"), of="funnel", at=place, lost="1" if lost else None)


def _chart(found: Funnel, request: HttpRequest, names: dict[str, str]) -> Chart:
    return Chart(
        gettext_lazy("Customers at each step"), "rows", "number",
        [f"{place + 1}. {words.step(one.step, names)}" for place, one in enumerate(found.steps)],
        [Series(_("Customers"), [one.customers for one in found.steps])],
        links=[_people(request, place) for place in range(len(found.steps))], axis=_("Step"),
    )  # fmt: skip


def _groups(found: Funnel, names: dict[str, str], split: str | None) -> Chart | None:
    """The share of each group that came to each step; small groups are left out."""
    shown = [one for one in found.groups if one.customers[0] >= _FEW][:_MOST_GROUPS]
    if not shown:
        return None
    return Chart(
        _("Of the first step, by group"), "dots", "percent", [words.step(one.step, names) for one in found.steps],
        [Series(f"{_group(one.key, split)} ({formats.number(one.customers[0])})",
                [count / one.customers[0] for count in one.customers]) for one in shown],
        axis=_("Step"),
    )  # fmt: skip


def _group(key: str, split: str | None) -> str | Promise:
    if key == OTHERS:
        return _("Others")
    if not key:
        return _("Never ordered") if split == "value" else channel_name(key)
    return segment_name(key) if split == "value" else channel_name(key)


def _row(place: int, one: FunnelStep, found: Funnel, request: HttpRequest, names: dict[str, str]) -> Row:
    last = place == len(found.steps) - 1
    interval = (
        f"{formats.percent(one.low)} – {formats.percent(one.high)}"
        if place and found.steps[place - 1].customers
        else ""
    )
    note = "" if one.events else _("never recorded")
    return Row(str(place), {
        "step": Cell(words.step(one.step, names), note=note), "customers": one.customers, "start": one.share_of_start,
        "previous": one.share_of_previous if place else None, "interval": interval,
        "lost": Cell(None if last else one.lost, href="" if last or not one.lost else _people(request, place, True)),
        "time": words.duration(one.time) if place else "",
    }, href=_people(request, place) if one.customers else "")  # fmt: skip


def _form(shop: Shop, query: FunnelQuery, offered: Offered) -> dict[str, object]:
    """The rows of steps with one more to fill in, and the settings."""
    events = list(dict.fromkeys(event for event, _channel, _count in offered.events))
    steps = [*(Step.read(text) for text in query.steps), Step()]
    orders = (
        ("then", _("One after the other")),
        ("directly", _("Directly after one another")),
        ("any", _("In any order")),
    )
    splits = (("", _("Not split")), ("channel", _("By channel of the first step")), ("value", _("By value segment")))
    return {
        "steps": [_fields(one, events, offered) for one in steps],
        "window": [(str(one), ngettext("%(count)s day", "%(count)s days", one) % {"count": one},
                    one == round(query.window_days)) for one in asked.WINDOWS],
        "order": words.choices(orders, query.order), "split": words.choices(splits, query.split or ""),
        "segment": words.segments(shop, asked.segments(shop), query.segment),
        "exclude": _excluded(query.excluded, events),
    }  # fmt: skip


def _fields(one: Step, events: list[str], offered: Offered) -> dict[str, object]:
    named = [one.event] if one.event and one.event not in events else []  # from an address: it is kept
    return {
        "event": [("", _("Any event"), not one.event),
                  *((key, happenings.title(key), key == one.event) for key in [*events, *named])],
        "channel": [("", _("Any channel"), not one.channel),
                    *((key, channel_name(key), key == one.channel) for key in offered.channels)],
        "campaign": [("", _("Any campaign"), not one.campaign),
                     *((key, name, key == one.campaign) for key, name in offered.campaigns)],
        "about": one.about, "empty": one == Step(),
    }  # fmt: skip


def _excluded(excluded: tuple[str, ...], events: list[str]) -> list[list[tuple[str, str | Promise, bool]]]:
    rows = [*excluded, ""]
    return [
        [("", _("Nothing"), not text),
         *((key, happenings.title(key), key == text) for key in dict.fromkeys([*events, *([text] if text else [])]))]
        for text in rows
    ]  # fmt: skip


urlpatterns = [path("measure/journeys/funnel", funnel, name="journey_funnel")]

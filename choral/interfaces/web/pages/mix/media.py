"""Media spend: what advertising cost by channel and week, and its lines, typed in or imported."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral.analytics.mix.values import Spending, SpendLine
from choral.core.errors import ChoralError
from choral.core.money import Money
from choral.interfaces.web import formats
from choral.interfaces.web.access import asker_of, page
from choral.interfaces.web.charts import Chart, Series
from choral.interfaces.web.errors import said
from choral.interfaces.web.names import CHANNEL_NAMES, channel_icon, channel_name
from choral.interfaces.web.navigation import Entry
from choral.interfaces.web.stats import Stat
from choral.interfaces.web.tables import Action, Cell, Column, Empty, Filter, Row, Table
from choral.interfaces.web.toasts import toast
from choral.shop import current_shop

NAVIGATION = [
    Entry("measure", 66, gettext_lazy("Media spend"), "media", "analytics.view", "spend", go="z",
          words=gettext_lazy("advertising cost television radio print media plan")),
]  # fmt: skip
_COMMON = ("television", "radio", "print", "catalogue", "outdoor", "post", "search", "social", "display", "video",
           "email", "sms", "push", "affiliate", "influencer", "sponsoring", "cinema", "other")  # fmt: skip
_LINES = Table(
    key="spend",
    caption=gettext_lazy("Lines of media spend"),
    columns=[
        Column("channel", gettext_lazy("Channel")),
        Column("starts", gettext_lazy("First day"), "day"),
        Column("ends", gettext_lazy("Last day"), "day"),
        Column("amount", gettext_lazy("Amount paid"), "money"),
        Column("campaign", gettext_lazy("Campaign")),
        Column("creative", gettext_lazy("Creative"), shown=False),
        Column("region", gettext_lazy("Region"), shown=False),
        Column("impressions", gettext_lazy("Times shown"), "number", shown=False),
        Column("clicks", gettext_lazy("Clicks"), "number", shown=False),
    ],
    filters=[Filter("channel", gettext_lazy("Channel"))],
)
_CHANNELS = Table(
    key="spend-channels",
    caption=gettext_lazy("Media spend by channel"),
    columns=[
        Column("channel", gettext_lazy("Channel")),
        Column("amount", gettext_lazy("Amount paid"), "money"),
        Column("share", gettext_lazy("Share"), "percent"),
        Column("lines", gettext_lazy("Lines"), "number"),
        Column("told_by", gettext_lazy("Known from")),
    ],
    export=False,
)
_TOLD_BY = {"lines": gettext_lazy("lines below"), "events": gettext_lazy("costs in the events")}


class LineForm(forms.Form):
    """One line of the media plan."""

    channel = forms.ChoiceField(label=gettext_lazy("Channel"), choices=[(key, CHANNEL_NAMES[key]) for key in _COMMON])
    amount = forms.DecimalField(
        label=gettext_lazy("Amount paid"), min_value=0, max_digits=14,
        help_text=gettext_lazy("In all, in the shop's currency; it is spread evenly over the days."),
    )  # fmt: skip
    starts = forms.DateField(label=gettext_lazy("First day"), widget=forms.DateInput(attrs={"type": "date"}))
    ends = forms.DateField(
        label=gettext_lazy("Last day"), required=False, widget=forms.DateInput(attrs={"type": "date"}),
        help_text=gettext_lazy("Empty: one day only."),
    )  # fmt: skip
    campaign_id = forms.CharField(
        label=gettext_lazy("Campaign"), max_length=120, required=False,
        help_text=gettext_lazy("The number of a campaign measured here, to learn whether it was worth its money."),
    )  # fmt: skip

    def line(self, currency: str) -> SpendLine:
        said_ = self.cleaned_data
        amount = Money.of(said_["amount"], currency)
        return SpendLine(said_["channel"], said_["starts"], said_["ends"] or said_["starts"], amount.minor, currency,
                         said_["campaign_id"])  # fmt: skip


@page("analytics.view")
def media(request: HttpRequest) -> HttpResponseBase:
    """What media cost, and the lines behind it."""
    return _page(request, LineForm(initial=_initial(request)))


@page("imports.manage", "POST")
def add(request: HttpRequest) -> HttpResponseBase:
    """One line more."""
    form = LineForm(request.POST)
    if form.is_valid():
        shop = current_shop()
        try:
            line = shop.connectors.spend.add(form.line(shop.analytics.as_of().currency), asker_of(request).actor)
        except ChoralError as error:
            problem = said(error)
            form.add_error(None, f"{problem['what']} {problem['why']} {problem['fix']}")
        else:
            words = _("%(amount)s for %(channel)s are noted.") % _named(line)
            toast(request, words, undo=reverse("media_remove", args=[line.key]))
            return redirect("media")
    return _page(request, form, failed=True)


@page("imports.manage", "POST")
def remove(request: HttpRequest, key: str) -> HttpResponse:
    """One line less; the way back carries the line."""
    line = current_shop().connectors.spend.remove(key, asker_of(request).actor)
    kept = {name: value for name, value in asdict(line).items() if value not in ("", None)}
    toast(request, _("%(amount)s for %(channel)s are taken out.") % _named(line),
          undo=f"{reverse('media_restore')}?{urlencode(kept)}")  # fmt: skip
    return redirect("media")


@page("imports.manage", "POST")
def restore(request: HttpRequest) -> HttpResponse:
    """A line taken out comes back as it was."""
    query = request.GET
    texts = [query.get(name, "") for name in ("campaign_id", "creative", "region")]
    counts = [int(query[name]) if query.get(name, "").isdecimal() else None for name in ("impressions", "clicks")]
    try:
        starts, ends = (date.fromisoformat(query.get(name, "")) for name in ("starts", "ends"))
        line = SpendLine(
            query.get("channel", ""), starts, ends, int(query.get("amount", "")), query.get("currency", ""),
            texts[0], texts[1], texts[2], counts[0], counts[1],
        )  # fmt: skip
    except ValueError:
        toast(request, _("This line cannot be read any more; type it in again."), tone="warning")
        return redirect("media")
    current_shop().connectors.spend.add(line, asker_of(request).actor)
    toast(request, _("%(amount)s for %(channel)s are noted.") % _named(line))
    return redirect("media")


def _page(request: HttpRequest, form: LineForm, failed: bool = False) -> HttpResponseBase:
    mix = current_shop().analytics.mix
    asked = _LINES.read(request)
    may_change = asker_of(request).may("imports.manage")
    if asked.export:
        return asked.csv(_rows(mix.every_line(), False), "media-spend")
    found = mix.spending()
    lines = mix.lines(asked.filters.get("channel"), asked.after, asked.limit)
    context = {
        "spending": found, "form": form, "failed": failed, "may_change": may_change, "sentence": _sentence(found),
        "stats": _stats(found), "chart": _chart(found),
        "channels": _CHANNELS.read(request).show(_channels(request, found)),
        "table": asked.show(_rows(lines.rows, may_change), next=lines.next, total=lines.count, empty=_nothing()),
        "as_of": current_shop().analytics.as_of(),
    }  # fmt: skip
    return render(request, "mix/media.html", context, status=422 if failed else 200)


def _nothing() -> Empty:
    return Empty(
        _("No media spend yet"),
        _("What you paid for advertising: print, radio, television, posters, post, search, social networks. With it "
          "the budget page says what each channel brings and where the next money goes."),
        reverse("imports"), _("Import a file"), "spend",
    )  # fmt: skip


def _initial(request: HttpRequest) -> dict[str, str]:
    """What another page knows already, such as the campaign of a card."""
    wanted = {"campaign_id": request.GET.get("campaign", "")[:120], "channel": request.GET.get("medium", "")}
    return {name: value for name, value in wanted.items() if value}


def _sentence(found: Spending) -> str:
    if not found.channels:
        return ""
    first = found.channels[0]
    return _("%(amount)s were paid for media since %(day)s; the most for %(channel)s (%(share)s).") % {
        "amount": formats.compact_money(Money(found.amount, found.currency)), "day": formats.day(found.weeks[0]),
        "channel": channel_name(first.channel), "share": formats.percent(first.amount / (found.amount or 1), 0),
    }  # fmt: skip


def _stats(found: Spending) -> list[Stat]:
    return [
        Stat(_("Paid in all"), formats.compact_money(Money(found.amount, found.currency)), good="none",
             explain=_("All lines in the shop's currency, and what events of other channels say they cost.")),
        Stat(_("Channels"), formats.number(len(found.channels)), good="none"),
        Stat(_("Weeks"), formats.number(len(found.weeks)), good="none",
             explain=_("From the first to the last week with spend; a model needs 26, and is good from 52.")),
    ]  # fmt: skip


def _chart(found: Spending) -> Chart:
    return Chart(
        _("Media spend by week"), "stack", "money", [formats.day(week) for week in found.weeks],
        [Series(channel_name(one.channel), one.weeks) for one in found.channels], found.currency, axis=_("Week"),
    )  # fmt: skip


def _channels(request: HttpRequest, found: Spending) -> list[Row]:
    return [
        Row(
            one.channel,
            {
                "channel": Cell(channel_name(one.channel), icon=channel_icon(one.channel)),
                "amount": Money(one.amount, found.currency), "share": one.amount / (found.amount or 1),
                "lines": one.lines, "told_by": _TOLD_BY[one.told_by],
            },
            href=f"{request.path}?channel={one.channel}#table-spend" if one.lines else "",
        )
        for one in found.channels
    ]  # fmt: skip


def _rows(lines: Iterable[SpendLine], may_change: bool) -> list[Row]:
    return [
        Row(
            one.key,
            {
                "channel": Cell(channel_name(one.channel), icon=channel_icon(one.channel)), "starts": one.starts,
                "ends": one.ends, "amount": Money(one.amount, one.currency), "campaign": one.campaign_id,
                "creative": one.creative, "region": one.region, "impressions": one.impressions, "clicks": one.clicks,
            },
            actions=(Action(_("Take out"), reverse("media_remove", args=[one.key])),) if may_change else (),
        )
        for one in lines
    ]  # fmt: skip


def _named(line: SpendLine) -> dict[str, Any]:
    return {"amount": formats.money(Money(line.amount, line.currency)), "channel": channel_name(line.channel)}


urlpatterns = [
    path("measure/media", media, name="media"),
    path("measure/media/lines", add, name="media_add"),
    path("measure/media/lines/restore", restore, name="media_restore"),
    path("measure/media/lines/<str:key>/remove", remove, name="media_remove"),
]

"""One customer: who it is, what they are worth, everything that happened."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from choral.analytics.values import RfmCustomer
from choral.books import act
from choral.core.errors import NotFound
from choral.core.money import Money
from choral.customers.records.actions import rectify
from choral.customers.values import Customer, TimelineEntry
from choral.interfaces.web import formats, happenings
from choral.interfaces.web.access import asker_of, page
from choral.interfaces.web.choices import changed_url
from choral.interfaces.web.names import channel_name
from choral.interfaces.web.pages.access.card import card as token_card
from choral.interfaces.web.pages.consent.customer import card as consent_card
from choral.interfaces.web.pages.identity.why import part as identity_part
from choral.interfaces.web.pages.privacy.customer import card as privacy_card
from choral.interfaces.web.pages.record.card import card as record_card
from choral.interfaces.web.segments import segment_meaning, segment_name
from choral.interfaces.web.stats import Stat
from choral.interfaces.web.toasts import toast
from choral.shop import current_shop

Text = str | Promise
_MOMENTS = 30
_FIELDS = ("first_name", "last_name", "name", "email", "phone", "street", "postal_code", "city", "country", "birthday")
_FIELD_NAMES: dict[str, Text] = {
    "first_name": gettext_lazy("First name"),
    "last_name": gettext_lazy("Last name"),
    "name": gettext_lazy("Name"),
    "email": gettext_lazy("E-mail"),
    "phone": gettext_lazy("Telephone"),
    "street": gettext_lazy("Street"),
    "postal_code": gettext_lazy("Postal code"),
    "city": gettext_lazy("City"),
    "country": gettext_lazy("Country"),
    "birthday": gettext_lazy("Birthday"),
    "age_band": gettext_lazy("Age"),
    "income_band": gettext_lazy("Income"),
    "home_ownership": gettext_lazy("Home"),
    "marital_status": gettext_lazy("Marital status"),
    "household_size": gettext_lazy("Household size"),
    "household_composition": gettext_lazy("Household"),
    "kids": gettext_lazy("Children"),
}
_KINDS: dict[str, Text] = {
    "card": gettext_lazy("Loyalty card"),
    "email": gettext_lazy("E-mail"),
    "phone": gettext_lazy("Telephone"),
    "user": gettext_lazy("Account"),
    "anonymous": gettext_lazy("Browser"),
    "device": gettext_lazy("Device"),
    "token": gettext_lazy("Token"),
    "marketplace": gettext_lazy("Marketplace"),
    "social": gettext_lazy("Social network"),
    "receipt": gettext_lazy("Receipt"),
}
_STATES: dict[str, tuple[Text, str]] = {
    "normal": ("", ""),
    "ambiguous": (gettext_lazy("seen with several people"), "warn"),
    "shared": (gettext_lazy("shared by many"), "warn"),
}


@dataclass(frozen=True)
class Moment:
    """A line of the time line, as `parts/timeline.html` wants it."""

    at: int
    icon: str
    title: Text
    text: str
    href: str
    note: str
    tone: str


class RectifyForm(forms.Form):
    """A correction of one personal value."""

    identifier = forms.CharField(widget=forms.HiddenInput, max_length=300)
    field = forms.ChoiceField(label=gettext_lazy("What"), choices=[(key, _FIELD_NAMES[key]) for key in _FIELDS])
    value = forms.CharField(label=gettext_lazy("Is right like this"), max_length=2_000)


class UnmaskForm(forms.Form):
    """Why masked values are looked at."""

    reason = forms.CharField(label=gettext_lazy("What for"), max_length=200)


@page("customers.view")
def customer(request: HttpRequest, customer_id: str) -> HttpResponse:
    """The page of one customer; an id that was merged away leads to the one it is now."""
    return _shown(request, customer_id)


@page("customers.unmask", "POST")
def unmask(request: HttpRequest, customer_id: str) -> HttpResponse:
    """The same page whole, for this answer only; who looked and why is kept in the audit log."""
    form = UnmaskForm(request.POST)
    if not form.is_valid():
        toast(request, _("Say what you need it for."), tone="warning")
        return redirect("customer", customer_id)
    found = current_shop().customers.get(customer_id)
    current_shop().customers.privacy.unmask(found.id, form.cleaned_data["reason"], asker_of(request).actor)
    return _shown(request, found.id, unmasked=True)


def _shown(request: HttpRequest, customer_id: str, unmasked: bool = False) -> HttpResponse:
    shop, asker = current_shop(), asker_of(request)
    found = shop.customers.get(customer_id, unmasked or asker.may("customers.personal"))
    if found.id != customer_id:
        return redirect("customer", found.id)
    if not unmasked:
        found = shop.customers.privacy.shown(found, asker.role)
    channel, name = request.GET.get("channel") or None, request.GET.get("kind") or None
    line = shop.customers.timeline(found.id, request.GET.get("before") or None, _MOMENTS, channel, name)
    older = changed_url(request, before=line.next) if line.next else ""
    context: dict[str, Any] = {
        "days": _days(line.entries), "older": older, "customer": found, "called": _called(found),
    }  # fmt: skip
    if request.headers.get("HX-Request") and request.GET.get("before"):
        return render(request, "customers/timeline.html", context)
    channels, names = shop.customers.timeline_filters(found.id)
    context["identity"] = identity_part(found.id, asker)
    profiled = shop.customers.privacy.may_use([one.text for one in found.identifiers], "profiling")
    rfm = shop.analytics.rfm_of(found.id) if profiled else None
    return render(
        request,
        "customers/customer.html",
        context
        | {
            "stats": _stats(found, rfm), "identifiers": _identifiers(found), "values": _values(found),
            "figures": _figures(found), "rfm": rfm, "segment": segment_name(rfm.segment) if rfm else "",
            "segment_meaning": segment_meaning(rfm.segment) if rfm else "",
            "channels": [(changed_url(request, channel=key, before=None), channel_name(key), key == channel)
                         for key in channels],
            "kinds": [(key, happenings.title(key)) for key in names], "kind": name, "channel": channel,
            "any_channel": changed_url(request, channel=None, before=None),
            "profiled": profiled and found.orders > 0, "privacy": privacy_card(found), "unmask_form": UnmaskForm(),
            "masked": any("•••" in str(one.value) for one in found.records)
            or any(one.value == "•••" for one in found.traits),
            "consents": consent_card(found) if asker.may("consent.view") else [],
            "record": record_card(found.id),
            "tokens": token_card(found.id) if asker.may("access.view") else None,
            "form": RectifyForm(initial={"identifier": found.identifiers[0].text}) if found.identifiers else None,
        },
    )  # fmt: skip


@page("customers.edit", "POST")
def correct(request: HttpRequest, customer_id: str) -> HttpResponse:
    """Correct a personal value; the fact says which field, never the value."""
    asker = asker_of(request)
    found = current_shop().customers.get(customer_id)
    form = RectifyForm(request.POST)
    if not form.is_valid():
        toast(request, _("Nothing was changed: the value is missing."), tone="warning")
        return redirect("customer", found.id)
    if form.cleaned_data["identifier"] not in {one.text for one in found.identifiers}:
        raise NotFound("no_such_identifier", "This customer has no such identifier.", status=404)
    act(rectify, asker.actor, form.cleaned_data["identifier"], form.cleaned_data["field"], form.cleaned_data["value"])
    toast(request, _("Corrected."))
    return redirect("customer", found.id)


def _called(found: Customer) -> str:
    """The name, or the best identifier there is."""
    if found.name or not found.identifiers:
        return found.name or found.id
    best = found.identifiers[0]
    return f"{_KINDS.get(best.kind, best.kind)} {best.shown}"


def _days(entries: Sequence[TimelineEntry]) -> list[tuple[date, list[Moment]]]:
    return [
        (day, [_moment(one) for one in group])
        for day, group in groupby(entries, key=lambda one: formats.local(one.at).date())
    ]


def _moment(one: TimelineEntry) -> Moment:
    return Moment(
        one.at, happenings.icon(one.name, one.channel), happenings.title(one.name), happenings.text(one),
        happenings.target(one), str(channel_name(one.channel)), happenings.tone(one.name),
    )  # fmt: skip


def _stats(found: Customer, rfm: RfmCustomer | None) -> list[Stat]:
    rows = f"{reverse('orders')}?customer={found.id}"
    stats = [
        Stat(_("Sales"), formats.money(Money(found.revenue, found.currency)), href=rows,
             explain=_("What this customer paid on all channels, less what was given back.")),
        Stat(_("Orders"), formats.number(found.orders), href=rows, explain=_("Completed purchases on all channels.")),
        Stat(_("Average order"), formats.money(Money(found.average, found.currency)), href=rows,
             explain=_("Purchases divided by their number.")),
    ]  # fmt: skip
    if found.last_order_at:
        stats.append(
            Stat(_("Last order"), formats.ago(found.last_order_at), href=rows, note=formats.moment(found.last_order_at),
                 explain=_("Time since the last purchase."))
        )  # fmt: skip
    if rfm:
        note = _("%(recency)s · %(frequency)s · %(monetary)s of 5") % {
            "recency": rfm.recency, "frequency": rfm.frequency, "monetary": rfm.monetary,
        }  # fmt: skip
        stats.append(
            Stat(_("Segment"), str(segment_name(rfm.segment)), note=note,
                 href=f"{reverse('value')}?segment={rfm.segment}", explain=_(
                     "Fifths of recency, frequency and amount among all customers; 5 is best."))
        )  # fmt: skip
    return stats


def _identifiers(found: Customer) -> list[dict[str, object]]:
    return [
        {
            "kind": _KINDS.get(one.kind, one.kind), "shown": one.shown, "state": _STATES.get(one.state, ("", ""))[0],
            "tone": _STATES.get(one.state, ("", ""))[1], "text": one.text,
        }
        for one in found.identifiers
    ]  # fmt: skip


def _values(found: Customer) -> list[dict[str, object]]:
    """Personal values and traits together, each with its source and time, newest of each field first."""
    known: dict[str, tuple[object, str, int]] = {}
    for record in found.records:
        known.setdefault(record.field, (record.value, record.source, record.at))
    said = [(field, *rest, True) for field, rest in known.items()]
    said += [(one.field, one.value, one.source, one.at, False) for one in found.traits]
    return [
        {"label": _FIELD_NAMES.get(field, field.replace("_", " ").capitalize()), "value": value, "source": source,
         "at": at, "personal": personal}
        for field, value, source, at, personal in said
    ]  # fmt: skip


def _figures(found: Customer) -> list[dict[str, object]]:
    """A row a channel; sums of different currencies stand beside one another, never added."""
    rows: dict[str, dict[str, Any]] = {}
    for one in found.figures:
        row = rows.setdefault(one.channel, {"channel": channel_name(one.channel), "events": 0, "orders": 0, "sums": []})
        row["events"] += one.events
        row["orders"] += one.orders
        if one.currency:
            row["sums"].append(formats.money(Money(one.revenue, one.currency)))
    return list(rows.values())


urlpatterns = [
    path("customers/<str:customer_id>", customer, name="customer"),
    path("customers/<str:customer_id>/correct", correct, name="customer_correct"),
    path("customers/<str:customer_id>/unmask", unmask, name="customer_unmask"),
]

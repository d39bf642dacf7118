"""What one can do about a finding with a click."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

from django.urls import NoReverseMatch, resolve, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from choral.analytics.findings.values import Finding
from choral.analytics.values import Choice
from choral.interfaces.web.access import PUBLIC, SIGNED_IN, Asker
from choral.interfaces.web.choices import orders_url

Text = str | Promise
_TAKEN_APART = {
    "sales": "sales", "orders": "orders", "average": "average", "discount_share": "discount_share",
    "recognised": "recognised", "customers": "customers", "new_customers": "customers",
}  # fmt: skip
_FINER = {"all": "store", "store": "department", "channel": "store", "department": "product", "kind": "kind"}


@dataclass(frozen=True)
class Step:
    """A link to what comes next."""

    label: Text
    href: str
    icon: str


def steps(one: Finding, asker: Asker) -> tuple[Step, ...]:
    """The likeliest first, of those whose page the asker may open."""
    return tuple(step for step in _all(one) if _may(asker, step.href))


def _may(asker: Asker, href: str) -> bool:
    permission = getattr(resolve(urlsplit(href).path).func, "permission", "")
    return permission in (PUBLIC, SIGNED_IN) or asker.may(permission)


def _all(one: Finding) -> Iterator[Step]:
    found = {
        "change": _of_change, "funnel": _of_funnel, "silent_source": _of_source, "silent_event": _of_event,
        "product_gone": _of_product, "place_gone": _of_place, "campaign": _of_campaign,
    }  # fmt: skip
    if one.kind == "slipping_away" or one.metric == "slipping":
        return _of_silence()
    return found[one.kind](one)


def _of_change(one: Finding) -> Iterator[Step]:
    metric = _TAKEN_APART.get(one.metric)
    if metric:
        by = _FINER.get(one.place.by, "channel")
        if metric in ("orders", "average") and by in ("department", "product"):
            by = "kind"
        if metric == "customers":
            by = "segment"
        if metric == "recognised":
            by = "store"
        asked = {"metric": metric, "by": by, "since": one.since.isoformat(), "until": one.until.isoformat()}
        yield Step(_("Why did it change?"), f"{reverse('why')}?{urlencode(asked)}", "search")
    if one.place.by in ("all", "channel", "store", "department"):
        chosen = {one.place.by: one.place.key} if one.place.by != "all" else {}
        yield Step(_("Open the orders"), orders_url(Choice(since=one.since, until=one.until), **chosen), "orders")


def _of_funnel(one: Finding) -> Iterator[Step]:
    yield Step(_("Look at the events"), reverse("live"), "live")
    chosen = Choice(since=one.since, until=one.until, channel=one.place.key)
    yield Step(_("Open the orders"), orders_url(chosen), "orders")


def _of_source(one: Finding) -> Iterator[Step]:
    yield Step(_("Look at the source"), reverse("source", args=[one.place.key]), "connect")
    yield Step(_("Look at the events"), reverse("live"), "live")


def _of_event(one: Finding) -> Iterator[Step]:
    yield Step(_("Look at the tracking plan"), reverse("plan"), "plan")
    yield from _of_source(one)


def _of_product(one: Finding) -> Iterator[Step]:
    chosen = Choice(since=one.since - timedelta(days=28), until=one.until, product=one.place.key)
    yield Step(_("Open its last orders"), orders_url(chosen), "orders")


def _of_place(one: Finding) -> Iterator[Step]:
    chosen = Choice(since=one.since - timedelta(days=28), until=one.until)
    yield Step(_("Open its last orders"), orders_url(chosen, **{one.place.by: one.place.key}), "orders")
    yield Step(_("Look at the events"), reverse("live"), "live")


def _of_campaign(one: Finding) -> Iterator[Step]:
    yield Step(_("Open the campaign"), reverse("campaign", args=[one.place.key]), "campaigns")
    try:
        yield Step(_("Plan a test next time"), reverse("experiment_new"), "plan")
    except NoReverseMatch:
        return


def _of_silence() -> Iterator[Step]:
    yield Step(_("See who they are"), reverse("slipping"), "customers")
    yield Step(_("Make an audience of them"), f"{reverse('audience_new')}?from=slipping", "audience")

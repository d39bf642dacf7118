"""Why identifiers are one person: the chain of evidence, what was set aside, what people decided."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path, reverse

from choral.customers.values import Decided, Joined, Link
from choral.interfaces.web.access import Asker, asker_of, page
from choral.interfaces.web.pages.identity import words
from choral.shop import current_shop

_NEWEST = 3


@page("customers.view")
def why(request: HttpRequest, customer_id: str) -> HttpResponse:
    """Why these identifiers are one person."""
    shop, asker = current_shop(), asker_of(request)
    personal = asker.may("customers.personal")
    found = shop.customers.explain(customer_id, personal)
    one = shop.customers.get(customer_id, personal)
    identifiers = [
        {"kind": words.kind_name(seen.kind), "shown": seen.shown, "state": words.STATES[seen.state][0],
         "tone": words.STATES[seen.state][1]}
        for seen in found.identifiers
    ]  # fmt: skip
    context = {
        "customer": one, "called": one.name or (f"{identifiers[0]['kind']} {identifiers[0]['shown']}"
                                                if identifiers else one.id),
        "identifiers": identifiers, "more": found.more, "decided": [_decided(made) for made in found.decided],
        "counting": [_line(link) for link in found.links if link.counts],
        "aside": [_line(link) for link in found.links if not link.counts],
        "joined": [_joined(link) for link in found.joined],
    }  # fmt: skip
    return render(request, "identity/why.html", context)


def part(customer_id: str, asker: Asker) -> dict[str, object]:
    """What a customer's page shows of identity: when known people became one, and what staff decided."""
    door, personal = current_shop().customers.identity, asker.may("customers.personal")
    joined, decided = door.joined(customer_id, personal), door.corrections_of(customer_id, personal)
    return {
        "joined": [_joined(one) for one in joined[:_NEWEST]],
        "decided": [_decided(one) for one in decided[:_NEWEST]],
    }


def _line(link: Link) -> dict[str, object]:
    return {
        "one": words.called(link.one), "other": words.called(link.other), "at": link.at, "source": link.source,
        "proved": link.proved, "aside": words.ASIDE.get(link.aside, ""), "apart": _apart(link.a, link.b),
        "event": reverse("event", args=[link.position]),
    }  # fmt: skip


def _joined(one: Joined) -> dict[str, object]:
    return {
        "at": one.at, "one": words.called(one.one), "other": words.called(one.other), "source": one.source,
        "apart": _apart(one.a, one.b),
    }  # fmt: skip


def _decided(one: Decided) -> dict[str, object]:
    return {
        "id": one.id, "what": words.DECISIONS[one.kind], "one": words.called(one.one),
        "other": words.called(one.other), "reason": one.reason, "by": one.by, "at": one.at,
    }  # fmt: skip


def _apart(one: str, other: str) -> str:
    return f"{reverse('identity_apart')}?{urlencode({'one': one, 'other': other})}"


urlpatterns = [path("customers/<str:customer_id>/why", why, name="customer_why")]

"""The record's part of a customer's page: what to show them, what they prefer, what is computed about them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise

from choral.core.errors import NotFound
from choral.core.money import Money
from choral.customers.recommend.values import Recommendation
from choral.customers.traits.door import ComputedTrait, Known
from choral.customers.traits.preference import Preference
from choral.interfaces.web import formats
from choral.interfaces.web.names import channel_icon, channel_name
from choral.interfaces.web.pages.record import words
from choral.shop import current_shop

Text = str | Promise
_SHOWN = 5


@dataclass(frozen=True)
class Line:
    """One product to show: with its reason, chance and price as they are read."""

    name: str
    kind: Text
    tone: str
    why: str
    chance: str
    price: str


@dataclass(frozen=True)
class Figure:
    """A computed trait: what it is called, how much, what it means, and the way to its rows."""

    name: str
    value: str
    means: str
    href: str


@dataclass(frozen=True)
class Bar:
    """A channel's share, with its interval in words."""

    name: Text
    icon: str
    share: float
    text: str
    interval: str
    href: str


def known_of(customer: str) -> tuple[str, Known, bool]:
    """The current id, what is known of them, and whether anything may be concluded; `NotFound` for nobody."""
    customers = current_shop().customers
    number, ids = customers.identifiers(customer=customer)
    if not number:
        raise NotFound("no_such_customer", "There is no such customer.", status=404)
    return number, customers.traits.known(ids), customers.traits.allowed(ids)


def card(customer: str) -> dict[str, Any]:
    """What `record/card.html` shows of a customer."""
    shop = current_shop()
    number, known, profiled = known_of(customer)
    found = shop.customers.recommend.for_person(known.ids, "agent", count=_SHOWN, language=words.language())
    context: dict[str, Any] = {
        "profiled": profiled, "products": lines(found.rows), "why_not": words.WHY_NOT.get(found.why_not_personal, ""),
        "all_products": reverse("customer_recommendations", args=[number]),
    }  # fmt: skip
    if not profiled:
        return context
    traits = shop.customers.traits.of(known, words.language())
    return context | {
        "traits": figures(number, traits), "preference": preference(number, shop.customers.traits.preference(known)),
    }  # fmt: skip


def lines(rows: tuple[Recommendation, ...]) -> list[Line]:
    """Products as a list shows them; a price of nothing (sold by weight, unknown) is left out."""
    currency = current_shop().home.currency
    return [
        Line(
            one.name, words.KINDS[one.kind], "info" if one.kind == "new" else "plain", one.reason.text,
            formats.percent(one.probability) if one.probability is not None else "",
            formats.money(Money(one.price, currency)) if one.price > 0 else "",
        )
        for one in rows
    ]  # fmt: skip


def figures(customer: str, traits: tuple[ComputedTrait, ...]) -> list[Figure]:
    """Computed traits, those with something to say first."""
    currency = current_shop().home.currency
    said = sorted(traits, key=lambda one: one.rows == 0)
    return [
        Figure(one.name, words.shown(one, currency), one.means, reverse("customer_trait", args=[customer, one.key]))
        for one in said
    ]


def preference(customer: str, found: Preference) -> dict[str, Any]:
    """The channels as bars, the hours and the answers in words."""
    name, tone = words.CERTAINTY[found.certainty]
    here = reverse("customer", args=[customer])
    bars = [
        Bar(
            channel_name(one.channel), channel_icon(one.channel), one.share, formats.percent(one.share),
            f"{formats.percent(one.low)} – {formats.percent(one.high)}", f"{here}?channel={one.channel}",
        )
        for one in found.channels[:6]
    ]  # fmt: skip
    hours = found.hours
    return {
        "certainty": name, "tone": tone, "means": words.CERTAINTY_MEANS[found.certainty], "bars": bars,
        "acts": found.acts,
        "hours": hours and {
            "start": f"{hours.start:02}:00", "end": f"{hours.end:02}:00", "share": formats.percent(hours.share),
            "interval": f"{formats.percent(hours.low)} – {formats.percent(hours.high)}",
            "shop": formats.percent(hours.shop),
        },
        "answers": [
            {
                "channel": channel_name(one.channel), "sent": one.sent, "answered": one.answered,
                "rate": formats.percent(one.rate), "shop": formats.percent(one.shop),
                "interval": f"{formats.percent(one.low)} – {formats.percent(one.high)}",
            }
            for one in found.answers
        ],
    }  # fmt: skip

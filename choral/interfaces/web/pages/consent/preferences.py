"""The preference centre: what a customer wants to hear about, on which channel, or for a while not at all."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.functional import Promise

from choral.core.clock import DAY, SYSTEM_CLOCK
from choral.customers.consent.links import PREFERENCES, Ticket
from choral.customers.consent.rules import ADDRESS_KINDS, ANY, ESSENTIAL, GRANTED, MESSAGE, PAUSED, REFUSED, WITHDRAWN
from choral.customers.consent.values import Purpose, Standing, Statement
from choral.interfaces.web import formats
from choral.interfaces.web.pages.consent.public import actor_of, back, language_of, proof_of, public
from choral.interfaces.web.pages.consent.words import channel_word
from choral.shop import current_shop

PAUSES = (30, 60, 90)  # days
_PLACE = "preference_centre"
_ACCOUNTS = ("user", "card", "token", "marketplace")


@dataclass(frozen=True)
class Choice:
    """One box: a purpose on a channel. `locked`: this link can only end it, not begin it. `elsewhere`: the day on
    which a no was said with another of the person's identifiers, which this link cannot take back."""

    name: str
    label: str | Promise
    on: bool
    locked: bool
    elsewhere: str


@dataclass(frozen=True)
class Group:
    """A purpose as the page shows it."""

    key: str
    name: str
    text: str
    essential: bool
    choices: tuple[Choice, ...]


@public(PREFERENCES)
def preferences(request: HttpRequest, token: str, ticket: Ticket) -> HttpResponse:
    """The page, and what its three buttons do."""
    consent = current_shop().customers.consent
    person = consent.identifiers([ticket.identifier])
    standings = consent.standings(person)
    if request.method == "POST":
        said, done = _said(request, ticket.identifier, standings)
        if said:
            consent.record(actor_of(request), said)
        return redirect(back(request, done))
    language = language_of(request)
    kinds = {one.partition(":")[0] for one in person}
    groups = [_group(one, standings, ticket.identifier, kinds, language) for one in consent.purposes()]
    paused = max((one.paused_until_at or 0 for one in standings), default=0)
    return render(
        request,
        "consent/preferences.html",
        {
            "groups": [one for one in groups if one.essential or one.choices], "paused": _day(paused), "pauses": PAUSES,
            "said": request.GET.get("said", ""), "on": any(choice.on for one in groups for choice in one.choices),
            "chosen_language": language,
        },
    )  # fmt: skip


def _said(request: HttpRequest, identifier: str, standings: Iterable[Standing]) -> tuple[list[Statement], str]:
    """What the pressed button says, and the word for it."""
    proof, pressed = proof_of(request, "preferences"), request.POST.get("do")
    if pressed == "nothing":
        return [Statement(identifier, ANY, ANY, WITHDRAWN, _PLACE, proof=proof)], "nothing"
    if pressed == "pause" and request.POST.get("days") in {str(days) for days in PAUSES}:
        until = SYSTEM_CLOCK.now() + int(request.POST["days"]) * DAY
        return [Statement(identifier, ANY, ANY, PAUSED, _PLACE, until=until, proof=proof)], "paused"
    if pressed == "resume":
        now = SYSTEM_CLOCK.now()
        return [Statement(identifier, ANY, ANY, PAUSED, _PLACE, until=now, proof=proof)], "resumed"
    if pressed != "save":
        return [], ""
    shown, chosen = set(request.POST.getlist("shown")), set(request.POST.getlist("on"))
    found = []
    for one in standings:
        name = f"{one.purpose}.{one.channel}"
        on = one.state == GRANTED
        if name not in shown or one.state == ESSENTIAL or (name in chosen) == on:
            continue
        if name not in chosen or _may_begin(one.channel, identifier):
            state = GRANTED if name in chosen else WITHDRAWN
            found.append(Statement(identifier, one.purpose, one.channel, state, _PLACE, proof=proof))
    return found, "saved"


def _group(one: Purpose, standings: Iterable[Standing], identifier: str, kinds: set[str], language: str) -> Group:
    mine = [standing for standing in standings if standing.purpose == one.key]
    choices = tuple(
        _choice(standing, identifier)
        for standing in mine
        if one.kind != ESSENTIAL and (one.kind != MESSAGE or _is_shown(standing, kinds))
    )
    names, texts = one.names, one.texts
    return Group(one.key, names.get(language, names["en"]), texts.get(language, texts["en"]), one.kind == ESSENTIAL,
                 choices)  # fmt: skip


def _choice(one: Standing, identifier: str) -> Choice:
    on = one.state == GRANTED
    elsewhere = _day(one.at) if one.state == REFUSED and one.identifier != identifier else ""
    locked = not on and not _may_begin(one.channel, identifier)
    return Choice(f"{one.purpose}.{one.channel}", channel_word(one.channel), on, locked, elsewhere)


def _day(at: int | None) -> str:
    return formats.day(formats.local(at).date()) if at else ""


def _is_shown(one: Standing, kinds: set[str]) -> bool:
    """The channels on which the person can be reached, and those they have said something about by name."""
    return one.state == GRANTED or ADDRESS_KINDS[one.channel] in kinds - {"anonymous", "device"}


def _may_begin(channel: str, identifier: str) -> bool:
    """A consent is of the address it is given for: the link of a mail cannot agree for a telephone."""
    kind = identifier.partition(":")[0]
    return channel == ANY or kind in _ACCOUNTS or ADDRESS_KINDS.get(channel) == kind


urlpatterns = [path("p/<str:token>", preferences, name="consent_preferences")]

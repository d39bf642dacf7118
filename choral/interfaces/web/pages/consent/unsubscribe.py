"""One-click unsubscribe (RFC 8058): a POST acts, with nothing but the link; a GET shows a page and never acts."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path

from choral.customers.consent.links import UNSUBSCRIBE, Ticket
from choral.customers.consent.rules import WITHDRAWN
from choral.customers.consent.values import Statement
from choral.interfaces.web.pages.consent.public import actor_of, back, language_of, proof_of, public
from choral.interfaces.web.pages.consent.words import channel_word
from choral.shop import current_shop


@public(UNSUBSCRIBE)
def unsubscribe(request: HttpRequest, token: str, ticket: Ticket) -> HttpResponse:
    """The page with its button; what the button does; what a mail program does for its reader."""
    one_click = request.POST.get("List-Unsubscribe") == "One-Click"
    if request.method == "POST" and (one_click or request.POST.get("do") == "unsubscribe"):
        _end(request, ticket, "one_click" if one_click else "unsubscribe_page")
        if one_click:  # a program reads this; redirects are forbidden
            return HttpResponse(b"Unsubscribed.\n", content_type="text/plain; charset=utf-8")
        return redirect(back(request, "done"))
    consent = current_shop().customers.consent
    language, purpose = language_of(request), _names(ticket.purpose)
    return render(
        request,
        "consent/unsubscribe.html",
        {
            "purpose": purpose.get(language, purpose["en"]), "channel": channel_word(ticket.channel),
            "done": consent.said_no(ticket.identifier, ticket.purpose, ticket.channel), "chosen_language": language,
            "preferences": consent.preferences_path(ticket.identifier),
        },
    )  # fmt: skip


def _end(request: HttpRequest, ticket: Ticket, place: str) -> None:
    """Write the refusal; when it is the last word already, nothing."""
    consent = current_shop().customers.consent
    if not consent.said_no(ticket.identifier, ticket.purpose, ticket.channel):
        said = Statement(ticket.identifier, ticket.purpose, ticket.channel, WITHDRAWN, place,
                         proof=proof_of(request, place))  # fmt: skip
        consent.record(actor_of(request), [said])


def _names(purpose: str) -> dict[str, str]:
    found = next((one for one in current_shop().customers.consent.purposes(retired=True) if one.key == purpose), None)
    return dict(found.names) if found else {"en": purpose}


urlpatterns = [path("u/<str:token>", unsubscribe, name="consent_unsubscribe")]

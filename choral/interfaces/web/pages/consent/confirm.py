"""The second half of a double opt-in: the page of the link shows what is asked, its button agrees."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path

from choral.customers.consent.links import CONFIRM, Ticket
from choral.interfaces.web import formats
from choral.interfaces.web.pages.consent.public import actor_of, back, language_of, proof_of, public
from choral.interfaces.web.pages.consent.words import channel_word
from choral.shop import current_shop


@public(CONFIRM)
def confirm(request: HttpRequest, token: str, ticket: Ticket) -> HttpResponse:
    """What was asked for, in the words that were shown then; the button confirms it."""
    consent = current_shop().customers.consent
    if request.method == "POST":
        consent.confirm(actor_of(request), token, proof_of(request, "confirmation"))
        return redirect(back(request, "done"))
    asked, language = consent.requested(token), language_of(request)
    texts = next((one.texts for one in consent.wordings(asked.purpose) if one.version == asked.wording), {})
    names = next(one.names for one in consent.purposes(retired=True) if one.key == asked.purpose)
    return render(
        request,
        "consent/confirm.html",
        {
            "purpose": names.get(language, names["en"]), "text": texts.get(language, ""),
            "day": formats.day(formats.local(asked.at).date()), "channel": channel_word(asked.channel),
            "done": request.GET.get("said") == "done", "chosen_language": language,
        },
    )  # fmt: skip


urlpatterns = [path("c/<str:token>", confirm, name="consent_confirm")]

"""What the public pages of consent share: who opened the link, what proves an answer, how often one may try.

Whoever has the link has the right, so there is no password, no cookie and no form token; RFC 8058 forbids to ask for
more. A GET never changes anything: scanners and previews open links.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from choral.books import Actor
from choral.core.errors import ChoralError
from choral.customers.consent import links
from choral.customers.consent.links import Ticket
from choral.interfaces.web.access import PUBLIC, address_of, page
from choral.interfaces.web.attempts import Attempts

View = Callable[[HttpRequest, str, Ticket], HttpResponse]
DEAD_LINKS = Attempts(most=40)  # by network address: nobody finds a link by trying
ANSWERS = Attempts(most=120)  # by link: more than anybody needs
_LANGUAGES = ("en", "fr", "it")


def public(kind: str) -> Callable[[View], Callable[..., HttpResponseBase]]:
    """A view that a link of this kind opens: `view(request, token, ticket)`, for GET and POST, for everybody."""

    def declare(view: View) -> Callable[..., HttpResponseBase]:
        @page(PUBLIC, "GET", "POST")
        @wraps(view)
        def opened(request: HttpRequest, token: str) -> HttpResponse:
            language = language_of(request)
            with translation.override(language):
                request.LANGUAGE_CODE = language
                response = _answer(request, token, kind, view)
            response["Referrer-Policy"] = "no-referrer"  # the address is the key
            response["X-Robots-Tag"] = "noindex, nofollow"
            return response

        return csrf_exempt(opened)

    return declare


def language_of(request: HttpRequest) -> str:
    """The language asked for by the page's own links, else the browser's."""
    asked = request.GET.get("language", "")
    return asked if asked in _LANGUAGES else (translation.get_language() or "en")[:2]


def actor_of(request: HttpRequest) -> Actor:
    """The customer, who has no name here."""
    return Actor("customer", address_of(request))


def proof_of(request: HttpRequest, form: str) -> dict[str, object]:
    """What proves that somebody answered: form, language, request, network address, program."""
    return {
        "form": form, "language": language_of(request), "request": getattr(request, "choral_id", ""),
        "ip": address_of(request), "user_agent": request.headers.get("User-Agent", "")[:300],
    }  # fmt: skip


def back(request: HttpRequest, said: str) -> str:
    """The page's own address, which then says what was done."""
    language = request.GET.get("language", "")
    return f"{request.path}?said={said}" + (f"&language={language}" if language in _LANGUAGES else "")


def _answer(request: HttpRequest, token: str, kind: str, view: View) -> HttpResponse:
    address = address_of(request)
    if DEAD_LINKS.wait(address):
        return _dead(request, 429, _("Too many links that do not work were tried from here. Try again in ten minutes."))
    try:
        ticket = links.read(token, kind)
    except ChoralError:
        DEAD_LINKS.failed(address)
        return _dead(request, 403, _("It is old, was replaced by a newer one, or was not copied whole."))
    if request.method == "POST":
        if ANSWERS.wait(ticket.identifier):
            return _dead(request, 429, _("This page was used very often just now. Try again in ten minutes."))
        ANSWERS.failed(ticket.identifier)
    return view(request, token, ticket)


def _dead(request: HttpRequest, status: int, why: str) -> HttpResponse:
    return render(request, "consent/dead.html", {"why": why}, status=status)

"""What every answer of the console carries, who is asking and in which language, and how errors are shown."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from typing import Any, cast

from django.contrib.messages import get_messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest, HttpResponse
from django.utils import translation

from choral.core.errors import ChoralError
from choral.core.ids import new_id
from choral.interfaces.web.errors import problem_page

Handler = Callable[[HttpRequest], HttpResponse]
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "font-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
_HEADERS = {
    "Content-Security-Policy": POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_log = logging.getLogger(__name__)


class SecurityHeaders:
    """A strict content security policy and its companions on every answer, errors and files included."""

    def __init__(self, get_response: Handler) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.choral_id = new_id().hex  # type: ignore[attr-defined]
        response = self._next(request)
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers["X-Request-Id"] = request.choral_id  # type: ignore[attr-defined]
        if request.is_secure():
            response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        return response


class Console:
    """The member's language; typed errors as pages, messages or JSON; nothing personal in a shared cache."""

    def __init__(self, get_response: Handler) -> None:
        self._next = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = getattr(request.user, "language", None)
        if language:
            translation.activate(language)
            request.LANGUAGE_CODE = language
        response = self._next(request)
        response.headers.setdefault("Cache-Control", "no-store")
        if request.headers.get("HX-Request") and response.status_code < 300 and "HX-Redirect" not in response:
            _hand_over_toasts(request, response)
        return response

    def process_exception(self, request: HttpRequest, problem: Exception) -> HttpResponse | None:
        """Called by Django when a view raises."""
        if isinstance(problem, ChoralError):
            return problem_page(request, problem)
        _log.exception("Request %s failed", getattr(request, "choral_id", ""))
        return None


def _hand_over_toasts(request: HttpRequest, response: HttpResponse) -> None:
    """Toasts that no template has shown go with a header, which the page's script shows."""
    waiting = get_messages(request)
    if getattr(waiting, "used", True):
        return
    told = [
        {"text": str(one.message), "tone": one.level_tag, "undo": one.extra_tags}
        for one in cast(list[Message], waiting)
    ]
    if told:
        set_trigger(response, "choral:toast", {"messages": told})


def set_trigger(response: HttpResponse, name: str, detail: dict[str, Any]) -> None:
    """Have htmx dispatch an event on the element that asked, with ASCII-only JSON as headers must be."""
    response.headers["HX-Trigger"] = json.dumps({name: detail})

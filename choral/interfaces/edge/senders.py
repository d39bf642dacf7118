"""Whether a request comes from somebody we know, asked before a large body is taken in."""

from __future__ import annotations

from http.cookies import CookieError, SimpleCookie
from importlib import import_module

from django.conf import settings
from django.contrib.auth import SESSION_KEY

from choral.events.collector.request import Headers
from choral.team import authenticate_key


def known(headers: Headers) -> bool:
    """A working API key, or the cookie of a signed-in session. Reads the books: not for the event loop."""
    kind, _, secret = (headers.get("authorization") or "").partition(" ")
    if kind.lower() == "bearer" and secret.startswith("sk_"):
        return authenticate_key(secret.strip()) is not None
    return _signed_in(headers.get("cookie") or "")


def _signed_in(cookie: str) -> bool:
    try:
        found = SimpleCookie(cookie).get(settings.SESSION_COOKIE_NAME)
    except CookieError:
        return False
    if found is None:
        return False
    session = import_module(settings.SESSION_ENGINE).SessionStore(found.value)
    return SESSION_KEY in session

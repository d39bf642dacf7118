"""Who may open a page: every view declares it, here is where it is asked."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from choral.books import Actor
from choral.team import check, may

View = Callable[..., HttpResponseBase]
PUBLIC = "public"  # also for people who are not signed in
SIGNED_IN = "signed in"  # for every member, whatever the role


@dataclass(frozen=True)
class Asker:
    """The member who asks: `actor` is what `act` wants to know, `store` the only store they see ("" for all)."""

    id: int
    name: str
    email: str
    role: str
    store: str
    language: str
    actor: Actor

    def may(self, permission: str) -> bool:
        return may(self.role, permission)


def page(permission: str, *methods: str, part: bool = False) -> Callable[[View], View]:
    """Declare who may use a view: a permission of choral.team.rules, SIGNED_IN or PUBLIC; and its methods (GET).

    `part` marks what is not a page of its own: a stream, a file, a piece that htmx asks for.
    Somebody not signed in is sent to the sign-in page and comes back; somebody without the permission gets a 403 page.
    """
    allowed = methods or ("GET",)

    def declare(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method not in allowed and not (request.method == "HEAD" and "GET" in allowed):
                return HttpResponseNotAllowed(allowed)
            if permission != PUBLIC:
                if not request.user.is_authenticated:
                    return _to_sign_in(request)
                if permission != SIGNED_IN:
                    check(asker_of(request).role, permission)
            return view(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        guarded.methods = allowed  # type: ignore[attr-defined]
        guarded.part = part  # type: ignore[attr-defined]
        return guarded

    return declare


def asker_of(request: HttpRequest) -> Asker:
    """The signed-in member behind a request; only for views that need one."""
    user: Any = request.user
    actor = Actor(f"member:{user.pk}", address_of(request))
    return Asker(user.pk, user.name, user.email, user.role, user.store, user.language, actor)


def address_of(request: HttpRequest) -> str:
    """The network address the request came from."""
    return str(request.META.get("REMOTE_ADDR", ""))[:64]


def safe_path(request: HttpRequest, path: str | None, otherwise: str = "/") -> str:
    """A path of this very site to go to next; anything that leads elsewhere becomes `otherwise`."""
    if path and path.startswith("/") and url_has_allowed_host_and_scheme(path, allowed_hosts=None):
        return path
    return otherwise


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    back = request.get_full_path() if request.method == "GET" else "/"
    address = f"{reverse('sign_in')}?{urlencode({'next': back})}"
    if request.headers.get("HX-Request"):
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("sign_in")})
    return redirect(address)

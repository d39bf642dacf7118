"""What every answer of the API carries, whichever operation gave it: typed problems, no cache but the caller's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, path
from django.views.decorators.csrf import csrf_exempt

from choral.core.errors import InvalidInput
from choral.core.ids import digest
from choral.interfaces.api import problems
from choral.interfaces.api.reading import check_address

_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; font-src 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Vary": "Authorization",
}
View = Callable[..., HttpResponseBase]


def guarded(patterns: Iterable[URLPattern | URLResolver]) -> list[URLPattern | URLResolver]:
    """The API's addresses with every view behind `answered`, and a typed 404 for everything else below."""
    found = list(patterns)
    for pattern in found:
        if isinstance(pattern, URLPattern):
            pattern.callback = answered(pattern.callback)
    return [*found, path("<path:rest>", answered(_nothing_here))]


def answered(view: View) -> View:
    """`view` with its problems typed, and an ETag on what was read. Keys, not cookies, say who calls: no CSRF."""

    @csrf_exempt
    @wraps(view, updated=())
    def respond(request: HttpRequest, *args: Any, **values: Any) -> HttpResponseBase:
        try:
            check_address(request)
            response = view(request, *args, **values)
        except InvalidInput as error:
            response = problems.answer(request, error)
        except Exception as error:
            response = problems.unexpected(request, error)
        if isinstance(response, HttpResponseNotAllowed):
            allowed = response["Allow"]
            response = problems.answer(request, problems.method_not_allowed(str(request.method), allowed))
            response["Allow"] = allowed
        for name, value in _HEADERS.items():
            response.headers.setdefault(name, value)
        if request.method == "GET" and response.status_code == 200 and isinstance(response, HttpResponse):
            response = _tagged(request, response)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return respond


def _tagged(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """A caller that has this very answer already gets 304."""
    tag = f'"{digest(response.content).hex()}"'
    wanted = [one.strip().removeprefix("W/") for one in request.headers.get("If-None-Match", "").split(",")]
    found = HttpResponse(status=304) if tag in wanted or "*" in wanted else response
    if found is not response:
        for name, value in response.items():
            if name not in ("Content-Type", "Content-Length"):
                found[name] = value
    found["ETag"] = tag
    found["Cache-Control"] = "private, no-cache"
    return found


def _nothing_here(request: HttpRequest, rest: str = "") -> HttpResponse:
    return problems.answer(request, problems.no_such_address(request.path))

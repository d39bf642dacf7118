"""How an operation is declared: one line says its address, permission and answer; reads and writes differ only here."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from typing import Any, Literal, NamedTuple

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from ninja import Router

from choral.books.idempotency import Answer, Once, once, once_beside
from choral.core.ids import digest
from choral.interfaces.api.keys import ApiKey, Caller
from choral.interfaces.api.plain import encode, shape
from choral.interfaces.api.problems import DOCUMENTED
from choral.interfaces.api.uploads import PIECE, body_file, is_file
from choral.shop import Shop, current_shop

View = Callable[..., Any]
KEY = "Idempotency-Key"
_KEY_PARAMETER = {
    "name": KEY,
    "in": "header",
    "required": False,
    "schema": {"type": "string", "maxLength": 255},
    "description": "A new random value for each thing to be done once. Sent again with the same request, it gives the"
    " first answer; with another request, 409. Kept for at least seven days.",
}


class Declared(NamedTuple):
    """What an operation promised, for tests and for the page that lists them."""

    method: str
    path: str
    permission: str
    writes: bool


DECLARED: list[Declared] = []


def reads(router: Router, path: str, permission: str, answer: Any) -> Callable[[View], View]:
    """A GET that needs `permission` and answers with values of the type `answer`."""

    def declare(view: View) -> View:
        @wraps(view)
        def answered(request: HttpRequest, *args: Any, **values: Any) -> HttpResponseBase:
            found = view(request, *args, **values)
            return found if isinstance(found, HttpResponseBase) else _json(_rendered(200, found))

        _register(router, "GET", path, permission, answer, 200, answered, {})
        return view

    return declare


def writes(
    router: Router,
    method: Literal["POST", "PATCH", "PUT", "DELETE"],
    path: str,
    permission: str,
    answer: Any,
    *,
    status: int = 200,
    beside: bool = False,
    kept: Callable[[Any], Any] | None = None,
    extra: dict[str, Any] | None = None,
    file: bool = False,
) -> Callable[[View], View]:
    """A change that needs `permission`. With an Idempotency-Key it happens once: in one transaction with its key when
    it changes the books, `beside` them when it writes to the log or takes long. `kept` makes what is kept for a retry
    out of the answer where the answer holds a secret, which is shown once. A `file` is made anew each time, and nothing
    of it is kept."""

    described = {"parameters": [dict(_KEY_PARAMETER)], **(extra or {})}

    def declare(view: View) -> View:
        @wraps(view)
        def answered(request: HttpRequest, *args: Any, **values: Any) -> HttpResponse:
            if file:
                made: HttpResponse = view(request, *args, **values)
                return made

            def work() -> Answer:
                found = view(request, *args, **values)
                answer = _rendered(status, found)
                return answer if kept is None else replace(answer, kept=_rendered(status, kept(found)).body)

            key = request.headers.get(KEY)
            if key is None:
                return _json(work())
            caller = who(request)
            asked = Once.of(caller.actor.name, key, *_asked(request))
            return _json((once_beside if beside else once)(caller.actor, asked, work))

        _register(router, method, path, permission, answer, status, answered, described)
        return view

    return declare


def who(request: HttpRequest) -> Caller:
    """The caller that the key stands for."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    return caller


def shop() -> Shop:
    """The shop this server has open."""
    return current_shop()


def _register(
    router: Router, method: str, path: str, permission: str, answer: Any, status: int, view: View, extra: dict[str, Any]
) -> None:
    extra = {"x-permission": permission, **extra}
    # The wrapper's annotations are words of the view's module; ninja would look for them in this one.
    view.__signature__ = inspect.signature(view, eval_str=True)  # type: ignore[attr-defined]
    router.add_api_operation(
        path,
        [method],
        view,
        auth=ApiKey(permission),
        response={status: shape(answer), **DOCUMENTED},
        operation_id=view.__name__,
        summary=(view.__doc__ or view.__name__).strip().split("\n")[0],
        description=" ".join((view.__doc__ or "").split()),
        openapi_extra=extra,
    )
    DECLARED.append(Declared(method, path, permission, method != "GET"))


def _rendered(status: int, value: Any) -> Answer:
    return Answer(status, encode(value, shop().home.currency))


def _json(answer: Answer) -> HttpResponse:
    response = HttpResponse(answer.body, status=answer.status, content_type="application/json")
    if answer.replayed:
        response["Idempotent-Replayed"] = "true"
    return response


def _asked(request: HttpRequest) -> tuple[bytes, ...]:
    """Everything that makes this request this one. Files are digested in pieces, they may be larger than memory."""
    head = (str(request.method).encode(), request.get_full_path().encode())
    if is_file(request):
        file = body_file(request)
        return (*head, *iter(lambda: digest(file.read(PIECE)), digest(b"")))
    files = [file for _, group in sorted(request.FILES.lists()) for file in group]
    if not files:
        return (*head, request.body)
    parts: list[bytes] = []
    for one in files:
        parts += [str(one.name).encode(), *(digest(piece) for piece in one.chunks())]
        one.seek(0)
    return (*head, *parts, repr(sorted(request.POST.lists())).encode())

"""Every problem as the same typed object: what happened, why, what to do, and the id of the request."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError

from choral.core.errors import ChoralError, InvalidInput, NotFound

_log = logging.getLogger(__name__)
_STATUSES = (400, 401, 403, 404, 405, 409, 413, 422, 429, 500, 503)


class Problem(Schema):
    """A problem. `code` is stable and documented; `message` is `what`, `why` and `fix` together; `request` is the id
    to quote when you ask for help (also in the header X-Request-Id)."""

    code: str
    message: str
    what: str
    why: str
    fix: str
    details: dict[str, Any]
    request: str


DOCUMENTED: dict[int, type[Schema]] = dict.fromkeys(_STATUSES, Problem)


def answer(request: HttpRequest, problem: ChoralError) -> HttpResponse:
    """A problem as JSON, with Retry-After where trying again will help."""
    body = problem.as_dict() | {"request": request_id(request)}
    response = HttpResponse(
        json.dumps(body, ensure_ascii=False, default=str), status=problem.status, content_type="application/json"
    )
    response._has_been_logged = True  # type: ignore[attr-defined] # a caller's mistake is no line in our log
    if problem.status in (429, 503):
        response["Retry-After"] = str(problem.details.get("retry_after", 5))
    if problem.status == 401:
        response["WWW-Authenticate"] = 'Bearer realm="choral"'
    return response


def request_id(request: HttpRequest) -> str:
    """The id that the console's middleware gave this request."""
    return str(getattr(request, "choral_id", ""))


def register(api: NinjaAPI) -> None:
    """Have every exception of an operation answered as a problem."""

    def on(kind: type[Exception], made: Callable[[Any], ChoralError]) -> None:
        def handle(request: HttpRequest, error: Any) -> HttpResponse:
            return answer(request, made(error))

        api.add_exception_handler(kind, handle)

    on(ChoralError, lambda error: error)
    on(ValidationError, lambda error: _invalid(error.errors))
    on(HttpError, _unreadable)
    on(RequestDataTooBig, lambda error: too_large())
    on(TooManyFieldsSent, lambda error: too_large())
    on(UnreadablePostError, lambda error: _broken())
    on(SuspiciousOperation, lambda error: _broken())
    api.add_exception_handler(Exception, lambda request, error: unexpected(request, error))


def unexpected(request: HttpRequest, error: Any) -> HttpResponse:
    """A fault of ours: logged with its trace, told without it."""
    _log.error("API request %s failed", request_id(request), exc_info=error)
    what, fix = "Something went wrong on our side.", "Try again; if it stays, quote the request id to whoever runs it."
    return answer(request, ChoralError("internal_error", what, "The server met an unexpected error.", fix, 500))


def no_such_address(path: str) -> NotFound:
    return NotFound(
        "no_such_address",
        "There is nothing at this address.",
        f"No operation has the path “{path[:200]}”.",
        "See the list of operations at /api/.",
        404,
    )


def method_not_allowed(method: str, allowed: str) -> ChoralError:
    why = f"It answers to {allowed}." if allowed else ""
    return ChoralError("method_not_allowed", f"{method} is not possible here.", why, "See /api/.", 405)


def too_large() -> ChoralError:
    return ChoralError(
        "body_too_large",
        "The request is too large.",
        "A JSON body may have up to 5 MiB.",
        "Send several smaller requests; load files through /api/v1/imports.",
        413,
    )


def _broken() -> InvalidInput:
    return InvalidInput("body_broken", "The request did not arrive whole.", "The connection broke.", "Send it again.")


def _unreadable(error: HttpError) -> ChoralError:
    if isinstance(error.__cause__, ChoralError):  # what our own reading of the body said
        return error.__cause__
    if error.status_code == 400:
        fix = "Send a JSON object, UTF-8, with the header Content-Type: application/json."
        return InvalidInput("body_unreadable", "The body cannot be read.", "It is not valid JSON.", fix)
    return ChoralError("refused", str(error) or "The request was refused.", status=error.status_code)


def _invalid(errors: list[Mapping[str, Any]]) -> InvalidInput:
    fields = [
        {"where": str(one["loc"][0]), "field": _path(one["loc"]), "why": str(one["msg"]), "kind": str(one["type"])}
        for one in errors[:20]
    ]
    first = fields[0]
    name = f"“{first['field']}”" if first["field"] else "the body"
    return InvalidInput(
        "invalid_request",
        f"The request is not as it must be: {name} in the {first['where']}.",
        f"{first['why']}.",
        "Correct what “details.fields” names; the operations are described at /api/.",
        422,
        {"fields": fields},
    )


def _path(loc: tuple[Any, ...]) -> str:
    """`events.3.name`: the way to the field."""
    inside = 2 if loc[0] == "body" else 1  # the body's first step is the name of our own argument
    return ".".join(str(part) for part in loc[inside:])

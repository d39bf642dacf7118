"""What the collector answers: verdicts of a batch, errors with a code, documents, and the CORS headers of browsers."""

from __future__ import annotations

from base64 import b64decode
from typing import NamedTuple

import msgspec

from choral.core.errors import ChoralError
from choral.events.collector.intake import Taken
from choral.events.collector.refusals import error
from choral.events.collector.request import Request
from choral.events.collector.scripts import Script

# Browsers ask before every path; a day is what the field's servers go up to (a browser may cap it at two hours).
_PREFLIGHT_SECONDS = "86400"
_PIXEL = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
_encode = msgspec.json.Encoder().encode


class Answer(NamedTuple):
    """A whole answer, ready for the server."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes


def verdicts(request: Request, taken: Taken) -> Answer:
    """The verdict on each event. 200 also when some were refused, because SDKs throw a whole batch away on a 400;
    whoever wants the error asks for it with `X-Strict-Mode: 1`."""
    accepted = len(taken.events)
    if not taken.refused and not taken.duplicates:
        return Answer(200, headers(request), b'{"success":true,"accepted":%d,"rejected":[],"duplicates":0}' % accepted)
    strict = bool(taken.refused) and request.headers.get("x-strict-mode") in ("1", "true")
    rejected = [
        {"index": index, "code": refusal.code, "message": refusal.message} for index, refusal, _ in taken.refused
    ]
    document: dict[str, object] = {
        "success": not strict, "accepted": accepted, "rejected": rejected, "duplicates": taken.duplicates,
    }  # fmt: skip
    if strict:
        document |= error("refused_in_strict_mode").as_dict()
    return Answer(400 if strict else 200, headers(request), _encode(document))


def failure(request: Request, problem: ChoralError, busy: int = 429) -> Answer:
    """An error as a JSON object; `Retry-After` where trying again will help. `busy` stands for 429."""
    found = headers(request)
    if problem.status in (429, 503):
        found.append(("retry-after", "1" if problem.status == 429 else "5"))
    if problem.status == 405:
        found.append(("allow", "GET, HEAD, POST, OPTIONS"))
    return Answer(busy if problem.status == 429 else problem.status, found, _encode(problem.as_dict()))


def picture(request: Request) -> Answer:
    """The transparent pixel that a page asked for to tell something."""
    return Answer(200, [("content-type", "image/gif"), ("cache-control", "no-store"), *_cors(request)], _PIXEL)


def document(request: Request, content: dict[str, object]) -> Answer:
    return Answer(200, [*headers(request), ("cache-control", "no-cache")], _encode(content))


def script(request: Request, found: Script) -> Answer:
    """A script for pages elsewhere, packed where the browser takes that."""
    headers = [("content-type", "text/javascript; charset=utf-8"), ("cache-control", found.cache), *_cors(request)]
    headers.append(("vary", "Accept-Encoding"))
    if found.packed is None or "gzip" not in (request.headers.get("accept-encoding") or ""):
        return Answer(200, headers, found.content)
    return Answer(200, [*headers, ("content-encoding", "gzip")], found.packed)


def preflight(request: Request) -> Answer:
    """Whatever headers and method the browser asks about are allowed: the write key is the only protection there is."""
    asked = request.headers.get("access-control-request-headers")
    found = _cors(request)
    found.append(("access-control-allow-methods", "GET, POST, OPTIONS"))
    found.append(("access-control-max-age", _PREFLIGHT_SECONDS))
    if asked:
        found.append(("access-control-allow-headers", asked))
    if request.headers.get("access-control-request-private-network"):
        found.append(("access-control-allow-private-network", "true"))
    return Answer(204, found, b"")


def headers(request: Request) -> list[tuple[str, str]]:
    """The headers of a JSON answer."""
    return [("content-type", "application/json"), *_cors(request)]


def _cors(request: Request) -> list[tuple[str, str]]:
    origin = request.headers.get("origin")
    if not origin:
        return []
    return [
        ("access-control-allow-origin", origin),
        ("access-control-allow-credentials", "true"),
        ("access-control-expose-headers", "Retry-After"),
        ("vary", "Origin"),
    ]

"""The collector as an RSGI application: one visible list of steps from a request to its answer."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Any, Protocol

from choral.core.clock import SYSTEM_CLOCK, Clock
from choral.core.errors import ChoralError
from choral.events.collector import answers, body
from choral.events.collector.answers import Answer
from choral.events.collector.body import Incoming
from choral.events.collector.commits import Commits
from choral.events.collector.intake import Intake, Taken
from choral.events.collector.protocols import Parsed, Route, routes
from choral.events.collector.refusals import error
from choral.events.collector.refused_requests import RefusedRequests
from choral.events.collector.request import Headers, Request
from choral.events.collector.scripts import Script, read_script
from choral.events.collector.sources import Sources
from choral.events.store import EventLog, Source
from choral.events.writer import LogWriter
from choral.home import Home

_log = logging.getLogger(__name__)


class Scope(Protocol):
    """What the server says of a request (RSGI 1.5)."""

    method: str
    path: str
    query_string: str
    scheme: str
    authority: str | None
    client: str
    server: str
    http_version: str

    @property
    def headers(self) -> Headers: ...


class Collector:
    """Takes events in the protocols of `protocols/`; a 200 means that they are on disk after an fsync.

    `files` is the folder with the built `analytics.min.js`. Every refused event and request is counted by its reason
    in `counts` and kept for the owner.
    """

    def __init__(
        self, home: Home, log: EventLog, writer: LogWriter, *, clock: Clock = SYSTEM_CLOCK, files: Path | None = None
    ) -> None:
        self.intake = Intake(home.secret, home.region, home.currency)
        self.refused = RefusedRequests(writer)
        self.closing = False
        self._routes = routes()
        self._prefixes = tuple(path[:-1] for path in self._routes if path.endswith("/*"))
        self._sources = Sources(log, clock)
        self._writer = writer
        self._clock = clock
        self._files = files
        self._commits: Commits | None = None

    def serves(self, path: str) -> bool:
        """Whether a path is one of the collector's."""
        return path in self._routes or path.rstrip("/") in self._routes or path.startswith(self._prefixes)

    async def __call__(self, scope: Scope, protocol: Any) -> None:
        """Answer one request."""
        request = Request(
            scope.method, scope.path, scope.query_string, scope.headers, scope.scheme, scope.authority or ""
        )
        status, headers, content = await self.answer(request, protocol)
        protocol.response_bytes(status, headers, content)

    async def answer(self, request: Request, incoming: Incoming) -> Answer:
        """Route, key, body, claims, verdicts, disk, answer."""
        source, raw, route = None, b"", None
        try:
            route = self._route(request)
            if request.method == "OPTIONS":
                return answers.preflight(request)
            pixel = route.pixel and request.method == "GET"
            if request.method in ("GET", "HEAD") and not pixel:
                return self._document(route, request)
            if request.method == "POST" and route.reply is not None:
                return answers.document(request, route.reply)
            self._check_open(route, request, pixel)
            key = request.write_key()
            raw = body.of_query(request) if pixel else await body.read(request, incoming)
            source = self._source(key) if key else None
            payload = body.unpack(raw, request.headers.get("content-encoding"), request.query("compression"))
            if source is None:
                source = self._source(route.write_key(payload) if route.write_key else None)
            parsed = route.read(payload, request)  # type: ignore[misc]
            taken = self.intake.take(source, parsed.claims, self._clock.now(), retried=_is_retry(request))
            await self._store(taken, parsed)
            return answers.picture(request) if pixel else answers.verdicts(request, taken)
        except ChoralError as problem:
            self.refused.note(problem, request, source, raw, self._clock.now())
            return answers.failure(request, problem, 429 if route is None else route.busy)
        except Exception as problem:
            _log.exception("The collector failed on %s", request.path)
            return answers.failure(request, _unexpected(problem))

    def _route(self, request: Request) -> Route:
        route = self._routes.get(request.path) or self._routes.get(request.path.rstrip("/"))
        if route is not None:
            return route
        for prefix in self._prefixes:
            if request.path.startswith(prefix):
                request.rest = request.path[len(prefix) :]
                return self._routes[f"{prefix}*"]
        raise error("no_such_address")

    def _check_open(self, route: Route, request: Request, pixel: bool) -> None:
        if (request.method != "POST" and not pixel) or route.read is None:
            raise error("method_not_allowed", request.method)
        if self.closing:
            raise error("shutting_down")

    def _source(self, key: str | None) -> Source:
        if not key:
            raise error("missing_key")
        source = self._sources.find(key)
        if source is None:
            raise error("unknown_key")
        return source

    async def _store(self, taken: Taken, parsed: Parsed) -> None:
        """On disk, with the refused events beside the accepted ones; a batch of duplicates writes nothing."""
        if not taken.events and not taken.refused:
            return
        if self._commits is None:
            self._commits = Commits(self._writer, asyncio.get_running_loop())
        sent = [parsed.raw(index) for index, _, _ in taken.refused] if taken.refused else []
        await self._commits.append(taken.batch(sent))
        self.intake.committed(taken)
        for _, refusal, _ in taken.refused:
            self.refused.counts[refusal.code] += 1

    def _document(self, route: Route, request: Request) -> Answer:
        if route.file is not None:
            return answers.script(request, self._script(route.file, request))
        if route.document is None or route.document_key is None:
            raise error("method_not_allowed", request.method)
        key = route.document_key(request)
        self._source(key)
        content = route.document(request, key or "")
        if isinstance(content, bytes):
            return answers.script(request, Script(content))
        return answers.document(request, content)

    def _script(self, name: str, request: Request) -> Script:
        found = None if self._files is None else read_script(self._files / name)
        if found is None:
            raise error("no_such_address")
        if request.rest == f"{found.version}.js":
            return found.for_ever()
        return found


def _is_retry(request: Request) -> bool:
    return request.headers.get("x-retry-count") not in (None, "", "0")


def _unexpected(problem: Exception) -> ChoralError:
    return ChoralError(
        "internal_error",
        "Something went wrong on our side.",
        f"The server met an error of the kind {type(problem).__name__}.",
        "Try again; if it stays, look at the server's log.",
        500,
    )

"""From the asynchronous server to a WSGI application in a bounded pool of threads."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from choral.core.errors import ChoralError, Unavailable
from choral.events.collector.answers import failure
from choral.events.collector.app import Scope
from choral.events.collector.request import Headers, Request
from choral.interfaces.edge.environ import environ_of
from choral.interfaces.edge.exchange import Application, Exchange
from choral.interfaces.edge.upload import receive

PAGE_THREADS = 8
MOST_STREAMS = 64  # long answers (a live view) beside the pages; each keeps a thread
MOST_WAITING = 256


class Bridge:
    """Runs requests of a WSGI application in at most eight threads at a time.

    An answer without a Content-Length is streamed as it is made and gives its place among the eight to the next
    request. Past 256 waiting requests, or 64 streams, the answer is 503. `known` says whether a large body may come.
    """

    def __init__(self, application: Application, known: Callable[[Headers], bool]) -> None:
        self._application = application
        self._known = known
        self._threads = ThreadPoolExecutor(PAGE_THREADS + MOST_STREAMS, "page")
        self._places = asyncio.Semaphore(PAGE_THREADS)
        self._waiting = 0
        self._streams = 0

    async def __call__(self, scope: Scope, protocol: Any) -> None:
        """Answer one request."""
        if self._waiting >= MOST_WAITING or self._streams >= MOST_STREAMS:
            refuse(scope, protocol, _BUSY)
            return
        try:
            upload = await receive(scope, protocol, lambda: self._is_known(scope))
        except ChoralError as problem:
            refuse(scope, protocol, problem)
            return
        with upload:
            await self._run(scope, protocol, environ_of(scope, upload))

    def close(self) -> None:
        """None new begins; what runs ends by itself."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _is_known(self, scope: Scope) -> bool:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._known, scope.headers)

    async def _run(self, scope: Scope, protocol: Any, environ: dict[str, Any]) -> None:
        self._waiting += 1
        try:
            await self._places.acquire()
        finally:
            self._waiting -= 1
        loop = asyncio.get_running_loop()
        exchange = Exchange(loop, protocol, scope.method, on_stream=self._stream_begins)
        try:
            whole = await loop.run_in_executor(self._threads, exchange.run, self._application, environ)
        finally:
            if exchange.streaming:
                self._streams -= 1
            else:
                self._places.release()
        if whole is None:
            return
        status, headers, content = whole
        if content is None:
            protocol.response_empty(status, headers)
        else:
            protocol.response_bytes(status, headers, content)

    def _stream_begins(self) -> None:
        self._streams += 1
        self._places.release()


def refuse(scope: Scope, protocol: Any, problem: ChoralError) -> None:
    """Answer with an error without asking the application."""
    request = Request(scope.method, scope.path, scope.query_string, scope.headers)
    protocol.response_bytes(*failure(request, problem))


_BUSY = Unavailable(
    "busy", "The server is busy.", "Too many pages are asked for at once.", "Try again in some seconds.", 503
)

"""One request of a WSGI application in its thread (PEP 3333), and its answer handed back to the event loop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Iterator
from typing import Any

StartResponse = Callable[..., Callable[[bytes], object]]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]
Whole = tuple[int, list[tuple[str, str]], bytes | None]

_WHOLE_BELOW = 1024 * 1024  # answers of a known length up to this leave in one piece
_CHUNK = 64 * 1024
_SEND_SECONDS = 60  # a reader that takes nothing for so long has gone
_HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "upgrade", "te", "trailer", "proxy-authenticate"}
_log = logging.getLogger(__name__)


class Exchange:
    """Runs the application and either returns its answer whole or streams it; `on_stream` is called in the loop."""

    def __init__(
        self, loop: asyncio.AbstractEventLoop, protocol: Any, method: str, on_stream: Callable[[], None]
    ) -> None:
        self.streaming = False
        self._loop = loop
        self._protocol = protocol
        self._without_body = method == "HEAD"
        self._on_stream = on_stream
        self._status = 500
        self._headers: list[tuple[str, str]] = []
        self._length: int | None = None

    def run(self, application: Application, environ: dict[str, Any]) -> Whole | None:
        """In a thread of the pool: the whole answer, or None when it has been streamed."""
        try:
            parts = application(environ, self._start)
            try:
                return self._answer(parts)
            finally:
                close = getattr(parts, "close", None)
                if close is not None:
                    close()
        except Exception:
            if self.streaming:
                return None  # the reader has gone, or the answer broke off: the connection ends without its end mark
            _log.exception("A page failed outside the framework")
            text = b"Something went wrong on our side. Try again; if it stays, look at the server's log."
            return 500, [("content-type", "text/plain; charset=utf-8")], text

    def _start(self, status: str, headers: list[tuple[str, str]], failed: object = None) -> Callable[[bytes], object]:
        self._status = int(status.split(" ", 1)[0])
        self._headers, self._length = [], None
        for name, value in headers:
            lower = name.lower()
            if lower == "content-length":
                self._length = int(value)
            elif lower not in _HOP_BY_HOP:
                self._headers.append((lower, value))
        return _no_write

    def _answer(self, parts: Iterable[bytes]) -> Whole | None:
        if self._without_body or self._status in (204, 304):
            if self._length is not None and self._status != 204:
                self._headers.append(("content-length", str(self._length)))
            return self._status, self._headers, None
        if self._length is not None and self._length <= _WHOLE_BELOW:
            return self._status, self._headers, b"".join(parts)
        self._stream(parts)
        return None

    def _stream(self, parts: Iterable[bytes]) -> None:
        if self._length is not None:
            self._headers.append(("content-length", str(self._length)))
        transport = self._in_loop(self._begin())
        # What has no length is a live answer: each part leaves at once. A file is sent in larger pieces.
        for part in parts if self._length is None else _in_chunks(parts):
            if part:
                self._in_loop(transport.send_bytes(part))

    async def _begin(self) -> Any:
        self.streaming = True
        self._on_stream()
        return self._protocol.response_stream(self._status, self._headers)

    def _in_loop(self, awaitable: Any) -> Any:
        async def wait() -> Any:
            return await awaitable

        return asyncio.run_coroutine_threadsafe(wait(), self._loop).result(_SEND_SECONDS)


def _in_chunks(parts: Iterable[bytes]) -> Iterator[bytes]:
    waiting: list[bytes] = []
    size = 0
    for part in parts:
        waiting.append(part)
        size += len(part)
        if size >= _CHUNK:
            yield b"".join(waiting)
            waiting, size = [], 0
    yield b"".join(waiting)


def _no_write(data: bytes) -> object:
    raise NotImplementedError("The write() of PEP 3333 is for old frameworks; return an iterable instead.")

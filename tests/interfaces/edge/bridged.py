"""A small WSGI application behind the real bridge on the real server, for the tests of this folder."""

from __future__ import annotations

import asyncio
import hashlib
import json
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from choral.home import Home
from choral.interfaces.edge import upload
from choral.interfaces.edge.application import Edge
from choral.interfaces.edge.server import serve
from choral.interfaces.edge.wsgi import Bridge

Environ = dict[str, Any]
PLAIN = [("Content-Type", "text/plain")]


def application(environ: Environ, start: Callable[..., Any]) -> Iterable[bytes]:  # noqa: C901 - one answer a path
    path = environ["PATH_INFO"]
    if path == "/environ":
        shown = {key: value for key, value in environ.items() if isinstance(value, str | int | bool)}
        return _whole(start, json.dumps(shown).encode())
    if path == "/digest":
        found, length = hashlib.sha256(), 0
        while piece := environ["wsgi.input"].read(65_536):
            found.update(piece)
            length += len(piece)
        return _whole(start, f"{length} {found.hexdigest()}".encode())
    if path == "/live":
        start("200 OK", PLAIN)
        return _live()
    if path == "/large":
        start("200 OK", [*PLAIN, ("Content-Length", str(20 << 20))])
        return (bytes([number % 256]) * (1 << 20) for number in range(20))
    if path == "/same":
        start("304 Not Modified", [("ETag", '"a"')])
        return []
    if path == "/slow":
        time.sleep(1)
    if path == "/broken":
        raise RuntimeError("a secret of ours")
    if path == "/breaks-off":
        start("200 OK", [*PLAIN, ("Content-Length", str(2 << 20))])
        return _breaks_off()
    if path == "/hop":
        start("200 OK", [*PLAIN, ("Connection", "close"), ("Transfer-Encoding", "chunked"), ("Content-Length", "2")])
        return [b"ok"]
    return _whole(start, path.encode("latin-1") if path.startswith("/path/") else b"ok")


def _whole(start: Callable[..., Any], content: bytes) -> Iterable[bytes]:
    start("200 OK", [*PLAIN, ("Content-Length", str(len(content)))])
    return [content]


def _live() -> Iterator[bytes]:
    for number in range(3):
        yield f"{number}\n".encode()
        time.sleep(0.3)


def _breaks_off() -> Iterator[bytes]:
    yield b"x" * (1 << 20)
    raise RuntimeError("the disk went")


class Bridged(Edge):
    """The pages' side of the edge, with the application above instead of the pages."""

    def __init__(self, home: str, only: str | None = None) -> None:
        """It needs no home."""

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        upload.IDLE_SECONDS = 1.0  # not thirty: the test waits for it
        self.bridge = Bridge(application, lambda headers: headers.get("authorization") == "Bearer sk_known")

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.bridge.close()

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        await self.bridge(scope, protocol)


if __name__ == "__main__":
    serve(Home(Path(), "", "", "", "", ""), port=int(sys.argv[1]), edge=Bridged)

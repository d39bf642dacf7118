"""The edge as an RSGI application: collector paths are answered here, everything else goes to the pages in threads."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any, cast

from choral.core.errors import ChoralError
from choral.events.collector.app import Collector, Scope
from choral.events.store import EventLog, open_log
from choral.events.writer import LogWriter
from choral.home import Home
from choral.interfaces.edge.exchange import Application
from choral.interfaces.edge.wsgi import Bridge, refuse

BUILT = Path(__file__).parent.parent / "web" / "static" / "built"
_OK = b'{"status":"ok"}'


class Edge:
    """One shop's HTTP door. `only` leaves out the pages ("edge") or the collector ("pages")."""

    def __init__(self, home: str, only: str | None = None) -> None:
        self._home = Home.at(home)
        self._only = only
        self._collector: Collector | None = None
        self._bridge: Bridge | None = None
        self._close: list[Any] = []

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Runs in the worker process before the first connection is taken."""
        log, writer = self._open()
        if self._only != "pages":
            self._collector = Collector(self._home, log, writer, files=BUILT)

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Runs when the last answer has left."""
        if self._bridge is not None:
            self._bridge.close()
        for close in self._close:
            close()

    async def __rsgi__(self, scope: Scope, protocol: Any) -> None:
        """Answer one request."""
        path = scope.path
        if self._collector is not None and self._collector.serves(path):
            await self._collector(scope, protocol)
        elif path == "/healthz":
            protocol.response_bytes(200, [("content-type", "application/json"), ("cache-control", "no-store")], _OK)
        elif self._bridge is not None:
            await self._bridge(scope, protocol)
        else:
            refuse(scope, protocol, _NO_PAGES)

    def _open(self) -> tuple[EventLog, LogWriter]:
        if self._only == "edge":
            log = open_log(self._home.log_url)
            writer = LogWriter(log)
            self._close = [writer.close, log.close]
            return log, writer
        # Deferred: the collector alone needs no web framework.
        from django.core.wsgi import get_wsgi_application

        from choral.shop import open_shop

        shop = open_shop(self._home.path)
        self._close = [shop.close]
        from choral.interfaces.edge.senders import known

        self._bridge = Bridge(cast(Application, get_wsgi_application()), known)
        return shop.log, shop.log_writer


_NO_PAGES = ChoralError(
    "no_pages_here",
    "This server only takes events.",
    "It was started with --only edge.",
    "Ask the server that was started with --only pages.",
    404,
)

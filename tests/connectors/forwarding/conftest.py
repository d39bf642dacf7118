"""A receiver of web hooks on loopback that answers as it is told, and a shop that forwards to it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from choral.connectors.forwarding import queries
from choral.core.clock import SYSTEM_CLOCK
from tests.customers.conftest import migrated, shop, told

__all__ = ["migrated", "shop", "told"]


@dataclass
class Receiver:
    """What came, whole; `answers` are taken one by one, then 200. `wants` decides on a body."""

    url: str = ""
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    wants: Any = None

    def batches(self) -> list[list[dict[str, Any]]]:
        return [json.loads(body)["batch"] for _, body in self.requests]

    def calls(self) -> list[dict[str, Any]]:
        return [one for batch in self.batches() for one in batch]

    def answer(self, body: bytes) -> tuple[int, dict[str, str]]:
        if self.answers:
            return self.answers.pop(0)
        return (200, {}) if self.wants is None or self.wants(body) else (400, {})


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    found = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.requests.append(({key.lower(): value for key, value in self.headers.items()}, body))
            status, headers = found.answer(body)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, format: str, *args: Any) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = server.server_address[1]
    found.url = f"http://127.0.0.1:{port}/v1/batch"
    monkeypatch.setenv("CHORAL_OUTBOUND_HOSTS", f"127.0.0.1:{port}")
    yield found
    server.shutdown()
    server.server_close()


@pytest.fixture
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    """Attempts follow one another at once."""
    monkeypatch.setattr(
        queries, "due", lambda now, upto, due=queries.due: due(SYSTEM_CLOCK.now() + 10_000_000_000_000, upto)
    )

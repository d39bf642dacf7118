"""A real server of a home in its own process, for tests that talk to it over HTTP."""

from __future__ import annotations

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from choral.core.event import Event, decode_lines
from choral.events.door import Events
from choral.events.store import EventLog, open_log
from choral.events.writer import LogWriter
from choral.home import Home

_SERVE = """
import sys
from choral.home import Home
from choral.interfaces.edge import serve
serve(Home.at(sys.argv[1]), "127.0.0.1", int(sys.argv[2]), sys.argv[3] or None)
"""


def free_port() -> int:
    """A port of the loopback that was free a moment ago."""
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@dataclass
class Server:
    """The process that serves `home`, and how to talk to it."""

    home: Home
    only: str = ""
    port: int = field(default_factory=free_port)
    environment: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> float:
        """Start it and wait for its first 200; how many seconds that took."""
        begun = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, "-c", _SERVE, str(self.home.path), str(self.port), self.only],
            env=os.environ | self.environment,
            cwd=Path(__file__).parent.parent,
            start_new_session=True,
        )
        while time.monotonic() - begun < 20:
            with suppress(OSError, http.client.HTTPException):
                if self.ask("GET", "/healthz")[0] == 200:
                    return time.monotonic() - begun
            if self.process.poll() is not None:
                raise RuntimeError("The server ended while it was starting.")
            time.sleep(0.01)
        raise RuntimeError("The server did not answer within 20 seconds.")

    def kill(self) -> None:
        """SIGKILL to the server and its worker at once, as when the power goes or the kernel needs memory."""
        assert self.process
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(10)

    def stop(self) -> float:
        """SIGTERM, and how many seconds the end took."""
        assert self.process
        begun = time.monotonic()
        self.process.terminate()
        try:
            self.process.wait(10)
        finally:
            self.kill()
        return time.monotonic() - begun

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        """One request on a connection of its own; header names of the answer in lower case."""
        with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)) as connection:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()

    def post(self, path: str, document: Any, key: str) -> tuple[int, dict[str, Any]]:
        """One JSON request with a write key; status and the JSON answer."""
        status, _, content = self.ask("POST", path, json.dumps(document).encode(), {"X-Write-Key": key})
        return status, json.loads(content)


@contextmanager
def served(home: Home, only: str = "", **environment: str) -> Iterator[Server]:
    """A running server that is gone when the block ends, however it ends."""
    server = Server(home, only, environment=environment)
    server.start()
    try:
        yield server
    finally:
        server.kill()


@contextmanager
def opened(home: Home) -> Iterator[tuple[EventLog, Events]]:
    """The log of a home and its door, beside the server's process."""
    log = open_log(home.log_url)
    writer = LogWriter(log)
    try:
        yield log, Events(home, log, writer)
    finally:
        writer.close()
        log.close()


def stored_events(log: EventLog) -> list[tuple[str, Event]]:
    """(source, event) of everything in the log, in order."""
    found: list[tuple[str, Event]] = []
    position = 0
    while batches := log.read(position, 10_000):
        for batch in batches:
            found += [(batch.source, event) for event in decode_lines(batch.payload)]
        position = batches[-1].last
    return found

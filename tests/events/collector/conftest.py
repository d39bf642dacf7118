"""A collector on a real log, asked without a network; and the recorded requests of the field's SDKs."""

from __future__ import annotations

import asyncio
import base64
import gzip
import json
import os
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from choral.core.clock import FixedClock
from choral.core.event import Event, decode_lines
from choral.events.collector.app import Collector
from choral.events.collector.request import Request
from choral.events.door import Events
from choral.events.store import Batch, RejectedRow, Source, open_log
from choral.events.store.sqlite import SqliteLog
from choral.events.writer import LogWriter
from choral.home import Home

NOW = 1_795_312_050_000_000  # 2026-11-22T01:47:30Z in µs
KEY = "wk_test"


class Sent:
    """A request's body as the server hands it over: whole, or in chunks."""

    def __init__(self, body: bytes, chunk: int = 65_536) -> None:
        self._body, self._chunk = body, chunk
        self.taken = 0

    async def __call__(self) -> bytes:
        self.taken = len(self._body)
        return self._body

    async def __aiter__(self) -> AsyncIterator[bytes]:
        for start in range(0, len(self._body), self._chunk):
            part = self._body[start : start + self._chunk]
            self.taken += len(part)
            yield part


@dataclass
class Answered:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Asker:
    """Talks to the collector as an SDK would, and looks into the log behind it."""

    collector: Collector
    events: Events
    log: SqliteLog
    clock: FixedClock
    source: Source
    writer: LogWriter

    def ask(self, method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Answered:
        path, _, query = path.partition("?")
        lower = {name.lower(): value for name, value in (headers or {}).items()}
        lower.setdefault("content-length", str(len(body)))
        lower.setdefault("host", "collector.example")
        sent = Sent(body)

        async def one() -> Any:
            self.collector._commits = None  # each request has a loop of its own here
            return await self.collector.answer(Request(method, path, query, lower, "https"), sent)

        # A thread of its own: a browser another test opened keeps an event loop in this one.
        with ThreadPoolExecutor(1) as thread:
            status, found, content = thread.submit(asyncio.run, one()).result()
        return Answered(status, dict(found), content)

    def post(self, path: str, body: Any, headers: dict[str, str] | None = None, key: str | None = KEY) -> Answered:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.ask("POST", path, content, ({"x-write-key": key} if key else {}) | (headers or {}))

    def batch(self, *events: Any, **headers: str) -> Answered:
        return self.post("/v1/batch", {"batch": list(events)}, headers)

    def stored(self) -> list[Event]:
        return [event for batch in self.log.read(0, 1_000_000) for event in decode_lines(batch.payload)]

    def personal(self) -> list[dict[str, Any]]:
        return [part for batch in self.log.read(0) if batch.personal for part in json.loads(batch.personal).values()]

    def refused(self) -> list[RejectedRow]:
        return self.log.rejected(limit=1_000)

    def settle(self) -> None:
        """Wait until everything noted so far is on disk."""
        self.writer.append(Batch(self.source.id, self.clock.now(), 0, b""))

    def properties(self, index: int = 0) -> Any:
        return json.loads(bytes(self.stored()[index].properties))


@pytest.fixture
def asker(tmp_path: Path) -> Iterator[Asker]:
    home = Home.make(tmp_path / "home", name="Test shop")
    log = open_log(home.log_url)
    assert isinstance(log, SqliteLog)
    writer = LogWriter(log)
    clock = FixedClock(NOW)
    source = Source("web-shop", "Web shop", "web", KEY, NOW - 1)
    log.add_source(source)
    yield Asker(Collector(home, log, writer, clock=clock), Events(home, log, writer, clock), log, clock, source, writer)
    writer.close()
    log.close()


@dataclass(frozen=True)
class Recorded:
    """One request as an SDK sent it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes
    at: float


def recorded(run: str) -> list[Recorded]:
    """The requests of one recorded run, in order; skips where the recordings are not on this machine."""
    root = Path(os.environ.get("CHORAL_SAMPLES") or Path(__file__).parents[4] / "shared") / ""
    folder = next((one for one in (root / "samples" / "tracking" / run, root / "tracking" / run) if one.is_dir()), None)
    if folder is None:
        pytest.skip("the recorded requests are not on this machine; set CHORAL_SAMPLES to their folder")
    return [_request(json.loads(file.read_text("utf-8"))) for file in sorted(folder.glob("0*.json"))]


def _request(saved: dict[str, Any]) -> Recorded:
    headers = {name.lower(): value for name, value in saved["headers"]}
    for name in ("host", "connection", "content-length"):
        headers.pop(name, None)
    body = base64.b64decode(saved["raw_b64"]) if saved.get("raw_b64") else saved["body_text"].encode()
    if not saved.get("raw_b64") and saved["raw_len"] < saved["decoded_len"]:
        body = gzip.compress(body)
    return Recorded(saved["method"], saved["path"], headers, body, saved["t"])

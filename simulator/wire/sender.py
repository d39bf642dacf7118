"""Sends batches over kept-alive connections in threads; tries again with the same bytes when it may help."""

import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from queue import Queue

from simulator.stream.block import SOURCES
from simulator.wire.address import Address
from simulator.wire.batches import Batch, body

TRIES = 10
LONGEST_WAIT_SECONDS = 8.0


class Refused(Exception):
    """The collector will not take the events, or is not there; the message tells a person what to do."""


@dataclass
class Sent:
    """What reached the collector, in events and bytes; `retries` are requests sent again."""

    events: int = 0
    bytes: int = 0
    requests: int = 0
    retries: int = 0


class Sender:
    """Several connections fed by one bounded queue; the first failure stops them all and is raised by put/finish."""

    def __init__(self, address: Address, connections: int, compress: bool = False) -> None:
        self.sent = Sent()
        self._address = address
        self._compress = compress
        self._queue: Queue[Batch | None] = Queue(maxsize=4 * connections)
        self._failure: Exception | None = None
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(connections)]
        for thread in self._threads:
            thread.start()

    def put(self, batch: Batch) -> None:
        """Hand over a batch; waits while all connections are busy."""
        self._check()
        self._queue.put(batch)

    def finish(self) -> None:
        """Wait until everything handed over has been answered."""
        self._end()
        self._check()

    def abandon(self) -> None:
        """Stop soon: what is on its way is finished, what waits is dropped."""
        self._stop.set()
        self._end()

    def _end(self) -> None:
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join()

    def _check(self) -> None:
        if self._failure is not None:
            raise self._failure

    def _work(self) -> None:
        connection = self._address.connect()
        while (batch := self._queue.get()) is not None:
            # After a failure the queue is only emptied, so that put() never waits for ever.
            if self._stop.is_set():
                continue
            try:
                connection = self._deliver(connection, batch)
            except Exception as failure:
                self._failure = self._failure or failure
                self._stop.set()
        connection.close()

    def _deliver(self, connection: HTTPConnection, batch: Batch) -> HTTPConnection:
        content = body(batch, self._address.keys[batch.source], datetime.now(UTC), self._compress)
        reason = ""
        for tried in range(TRIES):
            try:
                status, answer, pause = self._post(connection, batch, content, tried)
            except (OSError, HTTPException) as trouble:
                connection.close()
                connection = self._address.connect()
                status, answer, pause = 0, "", _pause(tried, None)
                reason = f"{type(trouble).__name__}: {trouble}"
            if status == 200:
                self._count(batch, content, tried)
                return connection
            if status and status != 429 and status < 500:
                raise Refused(self._explain(batch, status, answer))
            reason = reason if not status else f"status {status}: {answer}"
            if self._stop.wait(pause):
                return connection
        host = f"{self._address.scheme}://{self._address.host}:{self._address.port}"
        raise Refused(f"{host} did not take a batch in {TRIES} tries ({reason}). Is the server running there?")

    def _post(self, connection: HTTPConnection, batch: Batch, content: bytes, tried: int) -> tuple[int, str, float]:
        headers = {
            "Content-Type": "application/json",
            "Authorization": self._address.authorization(batch.source),
            "User-Agent": f"choral-town/{SOURCES[batch.source]}",
        }
        if self._compress:
            headers["Content-Encoding"] = "gzip"
        if tried:
            headers["X-Retry-Count"] = str(tried)
        connection.request("POST", self._address.path, body=content, headers=headers)
        response = connection.getresponse()
        answer = response.read(2_000_000).decode("utf-8", "replace")[:300]
        return response.status, answer, _pause(tried, response.getheader("Retry-After"))

    def _count(self, batch: Batch, content: bytes, tried: int) -> None:
        with self._lock:
            self.sent.events += len(batch.texts)
            self.sent.bytes += len(content)
            self.sent.requests += 1
            self.sent.retries += tried

    def _explain(self, batch: Batch, status: int, answer: str) -> str:
        source = SOURCES[batch.source]
        if status == 401:
            return (
                f"401: the write key of the source {source!r} is not known there. The page Connect of the console "
                f"gives one; then --key KEY for all sources, or --key {source}=KEY. {answer}"
            )
        if status == 404 or 300 <= status < 400:
            return f"{status}: there is no Segment collector at {self._address.path}; check --into. {answer}"
        return f"{status}: the collector refused a batch of the source {source!r}. It says: {answer}"


def _pause(tried: int, retry_after: str | None) -> float:
    """Seconds to wait: what the server asks for, else 0.1 s doubling."""
    if retry_after and retry_after.strip().isdigit():
        return float(retry_after)
    return min(LONGEST_WAIT_SECONDS, 0.1 * float(2**tried))

"""A load generator for the collector: prepared bodies on many keep-alive connections, in a process of its own.

    python -m benchmarks.load PORT KEY --batch 100 --connections 64 --seconds 5

Prints one JSON object: requests and events a second, latencies in ms (p50, p99), answers by status.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections import Counter
from itertools import count

import uvloop

from benchmarks.report import percentile

_MARK = b"@@@@@@@@"  # replaced in each request, so that every message id is new
_PRODUCT = {"product_id": "P-1001", "sku": "SKU-1001", "name": "Blue jumper", "price": 24.9, "quantity": 2}
_CONTEXT = {"library": {"name": "load", "version": "1"}, "page": {"path": "/p/1001", "url": "https://shop.example/p"}}


def request(batch: int, key: str) -> bytes:
    """A whole HTTP request with `batch` events of about 400 bytes, its ids still to be marked."""
    events = [
        {
            "type": "track",
            "event": "Product Viewed",
            "messageId": f"{_MARK.decode()}-{number:04d}-load",
            "userId": f"customer-{number % 97}",
            "anonymousId": f"anon-{number % 89}",
            "timestamp": "2026-11-22T01:47:28.638Z",
            "properties": _PRODUCT | {"currency": "EUR"},
            "context": _CONTEXT,
        }
        for number in range(batch)
    ]
    path, document = ("/v1/batch", {"batch": events}) if batch > 1 else ("/v1/track", events[0])
    body = json.dumps(document, separators=(",", ":")).encode()
    head = (
        f"POST {path} HTTP/1.1\r\nHost: shop\r\nX-Write-Key: {key}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


class Sender(asyncio.Protocol):
    """One connection: the next request leaves when the answer to the last one is whole."""

    def __init__(self, load: Load) -> None:
        self._load = load
        self._begun = 0.0
        self._buffer = b""
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: asyncio.Transport = transport  # type: ignore[assignment]
        self._send()

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head = self._buffer.find(b"\r\n\r\n")
        if head < 0:
            return
        at = self._buffer.lower().find(b"content-length: ", 0, head)
        length = int(self._buffer[at + 16 : self._buffer.index(b"\r\n", at)]) if at >= 0 else 0
        if len(self._buffer) < head + 4 + length:
            return
        self._load.note(int(self._buffer[9:12]), time.perf_counter() - self._begun)
        self._buffer = b""
        self._send()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_result(None)

    def _send(self) -> None:
        now = time.perf_counter()
        if now >= self._load.until:
            self._transport.close()
            return
        self._begun = now
        self._transport.write(self._load.next())


class Load:
    """What all connections share: the next request, and what was measured after the first second."""

    def __init__(self, batch: int, key: str, seconds: float, warm: float = 1.0) -> None:
        self._template = request(batch, key)
        self._number = count(int(time.time()) % 4096 << 20)
        begun = time.perf_counter()
        self.measured_from = begun + warm
        self.until = self.measured_from + seconds
        self.latencies: list[float] = []
        self.answers: Counter[int] = Counter()

    def next(self) -> bytes:
        return self._template.replace(_MARK, b"%08x" % next(self._number))

    def note(self, status: int, seconds: float) -> None:
        if time.perf_counter() >= self.measured_from:
            self.answers[status] += 1
            if status == 200:
                self.latencies.append(seconds)


async def run(port: int, key: str, batch: int, connections: int, seconds: float) -> dict[str, object]:
    """Send for `seconds` after one second of warming up."""
    load = Load(batch, key, seconds)
    loop = asyncio.get_running_loop()
    senders = [(await loop.create_connection(lambda: Sender(load), "127.0.0.1", port))[1] for _ in range(connections)]
    await asyncio.gather(*(sender.done for sender in senders))
    good = len(load.latencies)
    return {
        "requests_per_second": good / seconds,
        "events_per_second": good * batch / seconds,
        "p50_ms": 1_000 * percentile(load.latencies, 0.5) if good else None,
        "p99_ms": 1_000 * percentile(load.latencies, 0.99) if good else None,
        "answers": dict(load.answers),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("port", type=int)
    parser.add_argument("key")
    parser.add_argument("--batch", type=int, default=100)
    parser.add_argument("--connections", type=int, default=64)
    parser.add_argument("--seconds", type=float, default=5)
    given = parser.parse_args()
    result = uvloop.run(run(given.port, given.key, given.batch, given.connections, given.seconds))
    sys.stdout.write(json.dumps(result) + "\n")


if __name__ == "__main__":
    main()

"""How long after its 200 an event shows in a customer's profile, under load; and how fast the consumer can go.

    python -m benchmarks.visible [--rate 1000] [--seconds 15] [--json]

The first figure needs `choral run` in a process of its own (server and worker): a steady stream of events, and among
them probes of new customers, each looked up until its profile is there. Looking takes 5 ms a time. The second reads a
log that was filled beforehand with the worker's own step, in this process.
"""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection
from pathlib import Path

from benchmarks.report import percentile, show
from choral.customers.consumer import consume
from choral.home import Home
from choral.shop import Shop, open_shop
from tests.served import free_port

_BATCH = 20
_PEOPLE = 5_000


def event(number: int, person: str) -> dict[str, object]:
    """A product view by a person known by user id and browser."""
    return {
        "type": "track",
        "event": "Product Viewed",
        "messageId": f"visible-{number}",
        "userId": person,
        "anonymousId": f"browser-{person}",
        "properties": {"product_id": f"P-{number % 500}", "price": 24.9, "currency": "EUR"},
    }


@contextmanager
def running(home: Home) -> Iterator[int]:
    """`choral run` of a home; its port."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "choral.interfaces.cli", "run", "--home", str(home.path), "--port", str(port)],
        stdout=subprocess.DEVNULL,
    )
    try:
        for _ in range(1_000):
            with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1):
                break
            time.sleep(0.02)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)


class Stream(threading.Thread):
    """Sends `rate` events a second in batches of 20 until told to stop."""

    def __init__(self, port: int, key: str, rate: int) -> None:
        super().__init__(daemon=True)
        self.sent = 0
        self.stop = threading.Event()
        self._pause = _BATCH / rate
        self._port = port
        self._key = key

    def run(self) -> None:
        connection = HTTPConnection("127.0.0.1", self._port, timeout=10)
        due = time.perf_counter()
        while not self.stop.is_set():
            events = [event(self.sent + n, f"person-{(self.sent + n) % _PEOPLE}") for n in range(_BATCH)]
            post(connection, self._key, events)
            self.sent += _BATCH
            due += self._pause
            time.sleep(max(0.0, due - time.perf_counter()))


def post(connection: HTTPConnection, key: str, events: list[dict[str, object]]) -> None:
    """One batch; anything but 200 ends the benchmark."""
    connection.request("POST", "/v1/batch", json.dumps({"batch": events}), {"X-Write-Key": key})
    answer = connection.getresponse()
    said = answer.read()
    if answer.status != 200:
        raise SystemExit(f"The server answered {answer.status}: {said[:200]!r}")


def visible(shop: Shop, key: str, rate: int, seconds: float) -> dict[str, object]:
    """Milliseconds from a probe's 200 to its profile."""
    found: list[float] = []
    with running(shop.home) as port:
        stream = Stream(port, key, rate)
        stream.start()
        time.sleep(3)
        before, begun = stream.sent, time.perf_counter()
        probe = HTTPConnection("127.0.0.1", port, timeout=10)
        while time.perf_counter() - begun < seconds:
            number = len(found)
            post(probe, key, [event(-number - 1, f"probe-{number}")])
            found.append(_wait(shop, f"user:probe-{number}"))
            time.sleep(0.03 + 0.01 * (number % 7))
        reached = (stream.sent - before) / (time.perf_counter() - begun)
        stream.stop.set()
        stream.join()
    return {
        "what": f"event to profile visible at {reached:,.0f} events/s",
        "p50 ms": percentile(found, 0.5),
        "p95 ms": percentile(found, 0.95),
        "worst ms": max(found),
        "probes": len(found),
    }


def _wait(shop: Shop, identifier: str) -> float:
    acknowledged = time.perf_counter()
    while True:
        known = shop.customers.resolve([identifier])
        if identifier in known:
            shop.customers.get(known[identifier])
            return 1_000 * (time.perf_counter() - acknowledged)
        if time.perf_counter() - acknowledged > 30:
            raise SystemExit("An event did not show within 30 seconds.")
        time.sleep(0.005)


def consumer(shop: Shop, count: int) -> float:
    """Events a second of the worker's step, over `count` events of 5,000 people."""
    source = shop.events.create_source("Backlog", "web", "backlog")
    lines = (
        json.dumps(
            {"name": "Product Viewed", "id": f"backlog-{n}", "at": 1_795_312_050_000_000 + n,
             "ids": [f"user:person-{n * 7 % _PEOPLE}", f"anonymous:browser-{n * 7 % _PEOPLE}"],
             "properties": {"product_id": f"P-{n % 500}", "price": 24.9, "currency": "EUR"}}
        ).encode()
        for n in range(count)
    )  # fmt: skip
    while consume(shop.home, shop.log):
        pass
    shop.events.accept_lines(source, lines)
    begun = time.perf_counter()
    while consume(shop.home, shop.log):
        pass
    return count / (time.perf_counter() - begun)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rate", type=int, default=1_000)
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--backlog", type=int, default=200_000, help="events of the second figure")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        shop = open_shop(Home.make(Path(folder) / "home", name="Benchmark").path)
        source = shop.events.create_source("Web shop", "web", "web")
        row = visible(shop, source.write_key, given.rate, given.seconds)
        speed = consumer(shop, given.backlog)
        shop.close()
    show(
        "From a 200 to the profile", [row], as_json=given.json,
        notes=[f"The consumer alone takes {speed:,.0f} events/s from a backlog; aims: p95 below 1,000 ms, 20,000/s."],
    )  # fmt: skip


if __name__ == "__main__":
    main()

"""Clients that behave as SDKs do: they send a batch again, byte for byte, until they are told 200."""

from __future__ import annotations

import http.client
import json
import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field

KEY = "wk_faults"


@dataclass
class Clients:
    """Threads that send to a port until `finish`; what they sent, what was acknowledged, and all other answers."""

    port: int
    seed: int
    count: int = 8
    largest_batch: int = 20
    sent: set[str] = field(default_factory=set)
    acknowledged: set[str] = field(default_factory=set)
    answers: Counter[int] = field(default_factory=Counter)
    refused_connections: int = 0
    _done: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def start(self) -> None:
        for number in range(self.count):
            thread = threading.Thread(target=self._run, args=(number,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def finish(self, seconds: float = 20) -> None:
        """No new batches; each client goes on with its last one until it is acknowledged."""
        self._done.set()
        end = time.monotonic() + seconds
        for thread in self._threads:
            thread.join(max(0.1, end - time.monotonic()))
        assert not any(thread.is_alive() for thread in self._threads), "a client was never told 200"

    def _run(self, number: int) -> None:
        chance = random.Random(f"{self.seed}-{number}")
        batch = 0
        while not self._done.is_set():
            ids = [f"client-{number}-{batch}-{index}" for index in range(chance.randint(1, self.largest_batch))]
            self.sent.update(ids)
            body = json.dumps(
                {"batch": [{"type": "track", "event": "Tea Poured", "userId": f"u{number}", "messageId": one}
                           for one in ids]}
            ).encode()  # fmt: skip
            self._deliver(body)
            self.acknowledged.update(ids)
            batch += 1

    def _deliver(self, body: bytes) -> None:
        connection: http.client.HTTPConnection | None = None
        while True:
            try:
                if connection is None:
                    connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
                connection.request("POST", "/v1/batch", body, {"X-Write-Key": KEY})
                answer = connection.getresponse()
                answer.read()
                self.answers[answer.status] += 1
                if answer.status == 200:
                    connection.close()
                    return
            except (OSError, http.client.HTTPException):
                self.refused_connections += 1
                if connection is not None:
                    connection.close()
                connection = None
            time.sleep(0.02)

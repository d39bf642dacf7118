"""One command starts a scheduler and workers; figures computed there are the same, even when a worker is killed."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import psutil
import pytest
from small_shop import fill, order, touch

from choral import Shop
from choral.analytics.door import Analytics


@pytest.fixture
def started() -> Iterator[tuple[str, psutil.Process]]:
    """The address `choral cluster` tells, and its process."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "choral.interfaces.cli", "cluster", "--port", str(port), "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    said = ""
    while not said.rstrip().endswith("}"):
        line = process.stdout.readline()
        assert line, "the command ended before it told its address"
        said += line
    yield json.loads(said)["address"], psutil.Process(process.pid)
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0


def test_a_worker_killed_in_mid_query_changes_no_figure(
    shop: Shop, started: tuple[str, psutil.Process], monkeypatch: pytest.MonkeyPatch
) -> None:
    address, command = started
    fill(shop, [
        *(order(f"card:{n % 40}", f"2024-{1 + n % 6:02}-{1 + n % 28:02}T10:00:00Z", n % 17) for n in range(300)),
        *(touch(f"card:{n}", "2023-12-30T10:00:00Z", "web", "Page Viewed") for n in range(20)),
    ])  # fmt: skip
    near = shop.analytics
    wanted = (near.overview(), near.rfm(), near.journeys.paths(), near.sales("week", "store"))
    monkeypatch.setenv("CHORAL_ENGINE_URL", address)
    far = Analytics(shop.home, shop.log)
    begun = threading.Event()

    def asked() -> list[object]:
        found: list[object] = []
        for _ in range(4):  # new readings each time: nothing is answered from what was kept
            far.close()
            begun.set()
            found.append((far.overview(), far.rfm(), far.journeys.paths(), far.sales("week", "store")))
        return found

    with ThreadPoolExecutor(1) as pool:
        answers = pool.submit(asked)
        begun.wait(30)
        workers = [one for one in command.children(recursive=True) if "spawn_main" in " ".join(one.cmdline())]
        assert len(workers) >= 2
        workers[0].kill()
        assert answers.result(120) == [wanted] * 4
    far.close()

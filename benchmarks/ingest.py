"""Durable ingest over HTTP, beside the same server that appends to nothing and to a raw file with fdatasync.

    python -m benchmarks.ingest [--seconds 5] [--rounds 3] [--json]

Server and load generator share the machine. Every event is parsed, judged by the vocabulary, compared with the recent
ids, and (for “log” and “file”) on disk before its 200. The three kinds take turns, so that a slow moment of the
machine meets them all; each figure is the median of its rounds.
"""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from benchmarks.report import median, show
from choral.events.store import Source, open_log
from choral.home import Home
from tests.served import free_port

KEY = "wk_benchmark"
KINDS = ("nothing", "file", "log")
LOADS = {"batches of 100": 100, "single events": 1}


@contextmanager
def server(folder: Path, kind: str) -> Iterator[int]:
    """A fresh home served with a kind of log; its port."""
    home = Home.make(folder, name="Benchmark")
    with closing(open_log(home.log_url)) as log:
        log.add_source(Source("benchmark", "Benchmark", "web", KEY, 1))
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.ingest_server", str(home.path), str(port), kind])
    try:
        for _ in range(500):
            with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1):
                break
            time.sleep(0.02)
        yield port
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(10)


def load(port: int, batch: int, seconds: float) -> dict[str, float]:
    """One run of the load generator."""
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.load", str(port), KEY, "--batch", str(batch), "--seconds", str(seconds)],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    found = json.loads(done.stdout)
    if set(found["answers"]) != {"200"}:
        raise SystemExit(f"The server answered {found['answers']}.")
    return {name: float(value) for name, value in found.items() if name != "answers"}


def measure(batch: int, seconds: float, rounds: int) -> dict[str, dict[str, float]]:
    """Median figures of each kind of log."""
    runs: dict[str, list[dict[str, float]]] = {kind: [] for kind in KINDS}
    for _ in range(rounds):
        for kind in KINDS:
            with tempfile.TemporaryDirectory() as folder, server(Path(folder) / "home", kind) as port:
                runs[kind].append(load(port, batch, seconds))
    return {kind: {name: median([one[name] for one in found]) for name in found[0]} for kind, found in runs.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    rows: list[dict[str, object]] = []
    for name, batch in LOADS.items():
        found = measure(batch, given.seconds, given.rounds)
        rows += [
            {
                "load": name,
                "append to": kind,
                "events/s": figures["events_per_second"],
                "p50 ms": figures["p50_ms"],
                "p99 ms": figures["p99_ms"],
                "of raw file": figures["events_per_second"] / found["file"]["events_per_second"],
            }
            for kind, figures in found.items()
        ]
    show(
        "Durable ingest over HTTP on loopback, 64 connections", rows, as_json=given.json,
        notes=["“log” is the product: SQLite with an fsync before each 200; aims: batches 0.7, singles 0.6 of the raw"
               " file, p99 below 150 ms."],
    )  # fmt: skip


if __name__ == "__main__":
    main()

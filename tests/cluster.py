"""A Dask.distributed cluster of processes on this machine: a scheduler and two workers, for as long as a test runs."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[str]:
    """A scheduler and two workers on loopback; its address."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    known = tmp_path / "scheduler.json"
    run = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0"]
    running = [
        subprocess.Popen(
            [*run, "--no-dashboard", "--scheduler-file", known], env=environment, stderr=subprocess.DEVNULL
        )
    ]
    try:
        work = [sys.executable, "-m", "distributed.cli.dask_worker", "--scheduler-file", str(known), "--no-dashboard"]
        work += ["--nthreads", "1", "--no-nanny", "--host", "127.0.0.1"]
        running += [
            subprocess.Popen([*work, "--local-directory", str(tmp_path)], env=environment, stderr=subprocess.DEVNULL)
            for _ in range(2)
        ]
        from distributed import Client

        with Client(scheduler_file=str(known), timeout="120s") as client:
            client.wait_for_workers(2, timeout=120)
            yield client.scheduler.address
    finally:
        for process in reversed(running):  # workers first: without a scheduler they would wait for one
            process.kill()
            process.wait(20)

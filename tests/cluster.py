"""A Dask.distributed cluster of processes on this machine: a scheduler and two workers, for as long as a test runs;
and a pass over the marts that is slow enough to be disturbed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow
import pytest

from choral.analytics.journeys import rows
from choral.analytics.marts import Marts

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


def slowly(marts: Marts, bucket: int, folder: str) -> pyarrow.Table:
    """Counts the rows of a bucket; notes in a folder which process does it, and takes its time."""
    (Path(folder) / f"{bucket}.{os.getpid()}").touch()
    time.sleep(0.3)
    found = [piece.customer for piece in rows.pieces(marts, bucket, ())]
    return pyarrow.table({"rows": [sum(len(one) for one in found)], "process": [os.getpid()]})

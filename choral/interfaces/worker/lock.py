"""One worker a home: a lock file that the kernel lets go of when its process ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from choral.core.errors import Conflict


@contextmanager
def only_worker(home: Path) -> Iterator[None]:
    """Be the worker of this home; `Conflict` (`worker_running`) while another process is."""
    descriptor = os.open(home / "worker.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            other = os.read(descriptor, 20).decode().strip() or "unknown"
            raise Conflict(
                "worker_running",
                f"The shop at {home} has a worker already (process {other}).",
                "Two would write the same views.",
                "Stop the other one first, or leave it to its work.",
                status=409,
            ) from error
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(descriptor)

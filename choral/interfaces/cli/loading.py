"""Loading beside a worker: one process brings the events in while the other concludes from them."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from choral import pulse
from choral.core.clock import SYSTEM_CLOCK
from choral.core.errors import Unavailable
from choral.home import Home
from choral.interfaces.cli.output import Progress
from choral.interfaces.cli.serving import start_worker, stop_worker

_LONGEST_SILENCE = 120.0  # seconds; a batch and the marts of a big shop take less


@contextmanager
def beside_worker(home: Home) -> Iterator[subprocess.Popen[bytes]]:
    """A worker for the length of the block; where the home has one already, that one works and this one is gone."""
    worker = start_worker(home)
    try:
        yield worker
    finally:
        stop_worker(worker)


def until_settled(home: Home, worker: subprocess.Popen[bytes], step: Progress) -> None:
    """Wait until everything that is in the log now is in every figure. `Unavailable` when the worker cannot."""
    asked, heard = SYSTEM_CLOCK.now(), time.monotonic()
    hurried = 0
    while True:
        now = pulse.read(home.path)
        if now is not None and now.alive:
            heard = time.monotonic()
            if now.settled_at > asked:
                return
            if now.pid != hurried:
                with suppress(ProcessLookupError):
                    os.kill(now.pid, signal.SIGUSR1)
                hurried = now.pid
            step("Recognising customers" if now.consumer < now.head else "Figures", *_share(now))
            _fail_on_trouble(now)
        elif worker.poll() not in (None, 0) or time.monotonic() - heard > _LONGEST_SILENCE:
            raise Unavailable(
                "no_worker",
                "The worker does not work.",
                "It ended or says nothing.",
                "See: choral run --only worker",
                503,
            )
        time.sleep(0.1)


def _share(now: pulse.Pulse) -> tuple[int, int]:
    return (now.consumer, now.head) if now.consumer < now.head else (now.lake, now.head)


def _fail_on_trouble(now: pulse.Pulse) -> None:
    for name, trouble in now.troubles.items():
        if trouble.times >= 5:
            raise Unavailable(trouble.code, f"The worker's task “{name}” keeps failing.", trouble.message, status=503)

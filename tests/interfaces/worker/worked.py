"""A real worker process of a home, for tests that let it work, kill it and start another."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from choral import pulse
from choral.core.clock import SYSTEM_CLOCK
from choral.home import Home


def start(home: Home) -> subprocess.Popen[bytes]:
    """Start a worker; it is up when its pulse says so."""
    process = subprocess.Popen([sys.executable, "-m", "choral.interfaces.worker", str(home.path)])
    try:
        wait_until(lambda: (found := pulse.read(home.path)) is not None and found.pid == process.pid)
    except AssertionError:
        process.kill()
        raise
    return process


@contextmanager
def working(home: Home) -> Iterator[subprocess.Popen[bytes]]:
    """A worker that is gone when the block ends."""
    process = start(home)
    try:
        yield process
    finally:
        process.kill()
        process.wait(10)


def settle(home: Home, process: subprocess.Popen[bytes]) -> pulse.Pulse:
    """Ask it to finish everything that is in the log now, and wait until it has."""
    asked = SYSTEM_CLOCK.now()
    process.send_signal(signal.SIGUSR1)

    def settled() -> bool:
        now = pulse.read(home.path)
        return now is not None and now.settled_at > asked and now.pid == process.pid

    wait_until(settled)
    last = pulse.read(home.path)
    assert last is not None
    return last


def wait_until(true: Callable[[], bool], seconds: float = 30.0) -> float:
    """Wait for something that must become true; how long that took."""
    begun = time.monotonic()
    while not true():
        assert time.monotonic() - begun < seconds, "It did not happen in time."
        time.sleep(0.01)
    return time.monotonic() - begun

"""One process tree: the HTTP server in this process, the worker as a child that is made anew when it dies."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

import click

from choral import pulse
from choral.core.errors import Conflict
from choral.home import Home

Part = Literal["edge", "pages", "worker"]
_HAS_A_WORKER = 3  # how a worker leaves when the home has one
_LONGEST_PAUSE = 30.0


def serve_shop(home: Home, host: str, port: int, only: Part | None) -> None:
    """Serve until SIGTERM or SIGINT. To be called when no shop is open. `Conflict` (`port_taken`)."""
    if only == "worker":
        os.execv(sys.executable, worker_command(home))  # noqa: S606 - ourselves, as the worker
    check_free(host, port)
    # Deferred: the server is loaded when it serves.
    from choral.interfaces.edge import serve

    if only is not None:
        serve(home, host, port, only)
        return
    with supervised(home):
        serve(home, host, port)


def worker_command(home: Home) -> list[str]:
    """How a worker of this home is started."""
    return [sys.executable, "-m", "choral.interfaces.worker", str(home.path)]


def start_worker(home: Home) -> subprocess.Popen[bytes]:
    """A worker that ends when this process ends."""
    return subprocess.Popen([*worker_command(home), str(os.getpid())], start_new_session=True)


def stop_worker(worker: subprocess.Popen[bytes]) -> None:
    """Let it finish its batch, then make sure that it is gone."""
    worker.terminate()
    try:
        worker.wait(12)
    except subprocess.TimeoutExpired:
        worker.kill()
        worker.wait()


@contextmanager
def supervised(home: Home) -> Iterator[None]:
    """A worker beside whatever the block does; started again, more and more slowly, when it dies."""
    done, started = threading.Event(), threading.Event()
    # The thread that starts the child must live as long as the child may: its end is the child's end.
    thread = threading.Thread(target=_watch, args=(home, started, done), name="supervisor", daemon=True)
    thread.start()
    started.wait()  # a server that forks meanwhile would hold the pipe on which this start is awaited
    try:
        yield
    finally:
        done.set()
        thread.join(15)


def check_free(host: str, port: int) -> None:
    """`Conflict` (`port_taken`) when somebody listens there."""
    if not is_free(host, port):
        raise Conflict(
            "port_taken",
            f"Port {port} is taken.",
            "Another program listens there.",
            f"Stop it, or choose another: --port {next_free(host, port + 1)}",
            status=409,
        )


def is_free(host: str, port: int) -> bool:
    """Whether a server could listen there now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as tried:
        tried.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            tried.bind((host, port))
        except OSError:
            return False
    return True


def next_free(host: str, port: int) -> int:
    """The first free port from `port` on."""
    return next((number for number in range(port, 65_536) if is_free(host, number)), port)


def _watch(home: Home, started: threading.Event, done: threading.Event) -> None:
    pause = 1.0
    while not done.is_set():
        begun = time.monotonic()
        worker = start_worker(home)
        started.set()
        while worker.poll() is None and not done.wait(0.2):
            pass
        if done.is_set():
            stop_worker(worker)
            return
        if worker.returncode == _HAS_A_WORKER:
            if not _wait_for_other(home.path, done):
                return
            continue
        pause = 1.0 if time.monotonic() - begun > 60 else min(pause * 2, _LONGEST_PAUSE)
        click.echo(f"The worker ended ({worker.returncode}); it starts again in {pause:.0f} s.", err=True)
        done.wait(pause)


def _wait_for_other(home: Path, done: threading.Event) -> bool:
    """Another process is the worker: wait until it is gone; False when we are told to end before."""
    while not done.wait(2):
        with suppress(Conflict), pulse.only_worker(home):
            return True
    return False

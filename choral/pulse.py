"""The worker's place in a home: who has it, and the sign of life it writes there for anybody to read."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from choral.core.clock import SECOND, SYSTEM_CLOCK
from choral.core.errors import Conflict

FILE = "worker.json"
SILENT_AFTER = 15 * SECOND  # a worker that says nothing for longer is not working


class Trouble(msgspec.Struct, frozen=True):
    """The last failure of a task: a stable code, words for a person, when (µs since 1970 UTC), how many in a row."""

    code: str
    message: str
    at: int
    times: int


class TaskPulse(msgspec.Struct, frozen=True):
    """One task: how often it had something to do, when last, how long that took (s), and what is wrong now."""

    name: str
    runs: int
    last_at: int | None
    seconds: float
    trouble: Trouble | None


class Pulse(msgspec.Struct, frozen=True):
    """What the worker said last. `head`, `consumer` and `lake` are log positions; times are µs since 1970 UTC.

    `age` is how long the oldest event has been waiting for the consumer (µs, 0 when none waits). `settled_at` is the
    start of the last round after which nothing was left to do: whatever was in the log then is in every figure now.
    """

    pid: int
    started_at: int
    at: int
    head: int
    consumer: int
    lake: int
    age: int
    settled_at: int
    tasks: tuple[TaskPulse, ...] = ()

    @property
    def alive(self) -> bool:
        """Whether the worker spoke within the last 15 seconds and its process is there."""
        return SYSTEM_CLOCK.now() - self.at < SILENT_AFTER and _exists(self.pid)

    @property
    def troubles(self) -> dict[str, Trouble]:
        """The tasks that fail now, by name."""
        return {task.name: task.trouble for task in self.tasks if task.trouble}


def read(home: Path) -> Pulse | None:
    """The worker's last words in this home; None when there never was one."""
    try:
        return msgspec.json.decode((home / FILE).read_bytes(), type=Pulse)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def write(home: Path, pulse: Pulse) -> None:
    """Replace what was said before."""
    part = home / f"{FILE}.part"
    part.write_bytes(msgspec.json.encode(pulse))
    part.replace(home / FILE)


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


def _exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:  # somebody else's process: it is there
        return True
    return True

"""A lane: one thread that runs its tasks whenever they are due, for ever, whatever happens to one of them."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence

from choral.core.clock import SYSTEM_CLOCK
from choral.core.errors import ChoralError
from choral.pulse import TaskPulse, Trouble

_LONGEST_PAUSE = 60.0  # seconds between two tries of a task that keeps failing
_log = logging.getLogger("choral.worker")


class Task:
    """Something done again and again. `work` says whether it did something: then it is due again at once.

    `every` is the pause in seconds when there was nothing to do. After a failure the pauses double up to a minute.
    """

    def __init__(self, name: str, every: float, work: Callable[[], bool]) -> None:
        self.name = name
        self._every = every
        self._work = work
        self._runs = 0
        self._last_at: int | None = None
        self._seconds = 0.0
        self._trouble: Trouble | None = None
        self.due = 0.0

    def run(self) -> None:
        """Do it once; never raises."""
        begun, at = time.monotonic(), SYSTEM_CLOCK.now()
        try:
            busy = self._work()
        except Exception as error:  # noqa: BLE001 - the loop outlives every failure of a task
            self._failed(error)
            return
        self._trouble = None
        self.due = 0.0 if busy else time.monotonic() + self._every
        if busy:
            self._runs += 1
            self._last_at, self._seconds = at, time.monotonic() - begun

    def pulse(self) -> TaskPulse:
        """What to tell about it."""
        return TaskPulse(self.name, self._runs, self._last_at, round(self._seconds, 3), self._trouble)

    def _failed(self, error: Exception) -> None:
        times = self._trouble.times + 1 if self._trouble else 1
        pause = min(_LONGEST_PAUSE, 2.0 ** min(times - 1, 6))
        self.due = time.monotonic() + pause
        code = error.code if isinstance(error, ChoralError) else type(error).__name__
        self._trouble = Trouble(code, str(error)[:500] or code, SYSTEM_CLOCK.now(), times)
        if times == 1 or times % 10 == 0:
            _log.exception("%s failed %s times in a row; next try in %.0f s", self.name, times, pause)


class Lane(threading.Thread):
    """Runs tasks in turn until `stop` is set; `let_go` runs in the thread after a failure and at the end."""

    def __init__(self, name: str, tasks: Sequence[Task], stop: threading.Event, let_go: Callable[[], None]) -> None:
        super().__init__(name=name, daemon=True)
        self.tasks = tasks
        self._stopping = stop
        self._let_go = let_go

    def run(self) -> None:
        while not self._stopping.is_set():
            for task in self.tasks:
                if task.due <= time.monotonic() and not self._stopping.is_set():
                    task.run()
                    if task.pulse().trouble:
                        self._let_go()
            self._stopping.wait(max(0.0, min(task.due for task in self.tasks) - time.monotonic()))
        self._let_go()

"""The pace of a run: simulated time against the wall's clock, or as fast as the machine can."""

import time
from collections.abc import Callable, Generator, Iterator

import numpy as np

from simulator.stream.arrivals import Arrivals

STEP_SECONDS = 0.2


def paced(
    days: Generator[Arrivals, None, None],
    start_ms: int,
    speed: float | None,
    wait: Callable[[float], object] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> Generator[Arrivals, None, None]:
    """The arrivals when they are due: `speed` simulated seconds a second from `start_ms` on; None = at once."""
    if speed is None:
        yield from days
        return
    begin = clock()
    step = max(1, int(STEP_SECONDS * speed * 1000))
    for day in days:
        for part in _steps(day, start_ms, step):
            due = begin + (int(part.at[-1]) - start_ms) / 1000 / speed
            if (left := due - clock()) > 0:
                wait(left)
            yield part


def _steps(day: Arrivals, start_ms: int, step: int) -> Iterator[Arrivals]:
    """Parts of at most one step of simulated time, none empty."""
    numbers = (day.at - start_ms) // step
    edges = [0, *(np.flatnonzero(np.diff(numbers)) + 1).tolist(), len(day)]
    for begin, end in zip(edges, edges[1:], strict=False):
        if end > begin:
            yield Arrivals(day.at[begin:end], day.source[begin:end], day.skew[begin:end], day.text[begin:end])

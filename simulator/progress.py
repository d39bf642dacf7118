"""The progress line on stderr: how much was sent, how fast, and how long it will still take."""

import sys
import time
from typing import TextIO


class Progress:
    """Rewrites one line on a terminal, or prints a line every ten seconds elsewhere."""

    def __init__(self, start_ms: int, end_ms: int, out: TextIO = sys.stderr) -> None:
        self._begin = self._shown = time.monotonic()
        self._start, self._span = start_ms, end_ms - start_ms
        self._out, self._live = out, out.isatty()

    def show(self, events: int, now_ms: int, final: bool = False) -> None:
        """`events` sent so far; `now_ms` the simulated time (ms since 1970 UTC) that was reached."""
        now = time.monotonic()
        if not final and now - self._shown < (0.5 if self._live else 10):
            return
        self._shown = now
        taken = max(now - self._begin, 1e-9)
        share = min(max((now_ms - self._start) / self._span, 0.0), 1.0)
        text = f"{events:,} events, {events / taken:,.0f}/s, {share:.0%} of the days"
        text += f", {_duration(taken)}" if final else f", {_left(taken, share)} left"
        self._out.write(f"\r{text}\033[K" if self._live and not final else f"\r{text}\n" if self._live else text + "\n")
        self._out.flush()

    @property
    def seconds(self) -> float:
        return time.monotonic() - self._begin


def _left(taken: float, share: float) -> str:
    return _duration(taken * (1 - share) / share) if share > 0.001 else "some time"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02d}:{rest:02d}" if hours else f"{minutes}:{rest:02d}"

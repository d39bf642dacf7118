"""Where imports are kept and what they work with; one import runs at a time in a home."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from choral.connectors.csv.background import Background
from choral.customers.door import Customers
from choral.events.door import Events
from choral.home import Home


@dataclass(frozen=True)
class Place:
    """A home with its doors; files lie in its folder `imports`."""

    home: Home
    events: Events
    customers: Customers
    background: Background = field(default_factory=Background)

    def data(self, import_id: str) -> Path:
        """The file as it was uploaded."""
        return self._folder() / f"{import_id}.data"

    def refused(self, import_id: str) -> Path:
        """The refused rows of the last dry run or run."""
        return self._folder() / f"{import_id}.refused.csv"

    def source(self, import_id: str) -> str:
        """The source an import's events come from: its own, so that it can be withdrawn whole."""
        return f"import-{import_id}"

    @contextmanager
    def turn(self) -> Iterator[bool]:
        """Hold the right to run an import; yields whether it was got. Ends with the process."""
        with (self._folder() / "running.lock").open("w") as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True

    def _folder(self) -> Path:
        folder = self.home.path / "imports"
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder

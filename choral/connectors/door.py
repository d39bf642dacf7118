"""What the storeys above may do with connectors: list them, and bring files in with a rehearsal and a way back."""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

from choral.books import SYSTEM, Actor
from choral.connectors.values import ConnectorInfo, Draft, DryRun, Imported, Progress
from choral.events.door import Events
from choral.home import Home


class Connectors:
    """The connectors of one shop, and its imports. An import is a draft until it is started."""

    def __init__(self, home: Home, events: Events) -> None:
        self._home = home
        self._events = events

    def list(self) -> list[ConnectorInfo]:
        """Every connector found, by label."""
        raise NotImplementedError

    def upload(self, name: str, stream: BinaryIO, actor: Actor) -> Draft:
        """Keep a file (spooled to the home, up to 1 GB, never whole in memory) and say how it is understood.

        Raises `InvalidInput`: `empty_file`, `file_too_large`, `not_a_table` (a spreadsheet's or another binary file).
        """
        raise NotImplementedError

    def draft(self, import_id: str) -> Draft:
        """How a file is understood; `NotFound` when there is no such import."""
        raise NotImplementedError

    def describe(self, import_id: str, changes: Mapping[str, Any], actor: Actor = SYSTEM) -> Draft:
        """Say otherwise: any of kind, encoding, delimiter, decimal, date_order, header, currency, channel, and
        `mapping` {column index: field key, "trait:<name>" or None}. Changing what cuts the file into columns
        (encoding, delimiter, header) or the kind proposes a new mapping where none is given.

        Raises `InvalidInput` (`unknown_setting`, `unknown_field`, `field_twice` ...), `Conflict` once started.
        """
        raise NotImplementedError

    def dry_run(self, import_id: str) -> DryRun:
        """What a run would do, compared with what is known now. Changes nothing. Raises `InvalidInput` (`not_ready`)."""
        raise NotImplementedError

    def start(self, import_id: str, actor: Actor) -> Progress:
        """Run it in the background of this process; killed in the middle, a worker's `work` takes it up again.

        Starting a running or finished one changes nothing. Raises `InvalidInput` (`not_ready`).
        """
        raise NotImplementedError

    def progress(self, import_id: str) -> Progress:
        """How far it is."""
        raise NotImplementedError

    def wait(self, import_id: str, seconds: float = 3_600.0) -> Progress:
        """Wait until it is finished or the time is over."""
        raise NotImplementedError

    def work(self) -> int:
        """Run imports that wait or that a killed process left in the middle, here and now; how many were run."""
        raise NotImplementedError

    def refused_file(self, import_id: str) -> Iterator[bytes]:
        """CSV of the refused rows in UTF-8, piece by piece: the original cells, then row, reason and message.

        Cells that a spreadsheet would run as a formula begin with an apostrophe; an import takes it away again.
        """
        raise NotImplementedError

    def undo(self, import_id: str, actor: Actor) -> Imported:
        """Take everything an import brought out of every figure. Undoing again changes nothing.

        Raises `Conflict` when it has not run, or when a later import corrected what it brought.
        """
        raise NotImplementedError

    def discard(self, import_id: str, actor: Actor) -> None:
        """Throw a draft and its file away; `Conflict` once started."""
        raise NotImplementedError

    def imports(self) -> builtins.list[Imported]:
        """All imports, newest first, drafts included."""
        raise NotImplementedError

    def imported(self, import_id: str) -> Imported:
        """One import; `NotFound` when there is none."""
        raise NotImplementedError

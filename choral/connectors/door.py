"""The door of connectors: which systems can be connected, and the way of a file from a drop to an undo."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, BinaryIO

from choral.books import Actor
from choral.connectors import discovery
from choral.connectors.contract import Connector, Manifest
from choral.connectors.csv import drafts, running
from choral.connectors.csv.place import Place
from choral.connectors.forwarding.door import Forwarding
from choral.connectors.plan.door import TrackingPlan
from choral.connectors.spend import SpendBook
from choral.connectors.values import Changes, Draft, DryRun, Imported, Kind, Refused
from choral.customers.door import Customers
from choral.events.door import Events
from choral.home import Home

if TYPE_CHECKING:
    from choral.connectors.csv.tabled import Tabled

__all__ = ["Changes", "Connectors", "Draft", "DryRun", "Imported", "Refused"]
Progress = Callable[[str, int, int], None]


class Connectors:
    """Connectors found by themselves, and imports of files. One import runs at a time; the others wait."""

    def __init__(self, home: Home, events: Events, customers: Customers) -> None:
        self._place = Place(home, events, customers)
        self._home, self._events, self._customers = home, events, customers

    @cached_property
    def forwarding(self) -> Forwarding:
        """Events passed on to other tools."""
        return Forwarding(self._home, self._events, self._customers)

    @cached_property
    def spend(self) -> SpendBook:
        """Media spend typed in line by line."""
        return SpendBook(self._place)

    @cached_property
    def plan(self) -> TrackingPlan:
        """What is expected of events, and what came otherwise."""
        return TrackingPlan(self._events, self._customers)

    def close(self) -> None:
        """Stop imports in the background between two rows; the next process goes on with them."""
        self._place.background.close()
        if "forwarding" in self.__dict__:
            self.forwarding.close()

    def list(self) -> tuple[Manifest, ...]:
        """What can be connected."""
        return tuple(one.manifest for one in discovery.connectors().values())

    def connector(self, key: str) -> Connector:
        """One connector; `NotFound` when there is none."""
        return discovery.connector(key)

    def upload(self, name: str, stream: BinaryIO, actor: Actor, kind: Kind | None = None) -> Draft:
        """Keep a file (streamed, up to 2 GiB) and find out how to read it and what its columns mean.

        Raises `InvalidInput`: `empty_file`, `not_a_table`, `file_too_large`.
        """
        return drafts.upload(self._place, name, stream, actor, kind)

    def draft(self, import_id: str) -> Draft:
        """A file on its way in; `NotFound` when there is none or it was discarded."""
        return drafts.draft(self._place, import_id)

    def describe(self, import_id: str, changes: Changes, actor: Actor) -> Draft:
        """Read it otherwise, or take columns for something else; what the new reading makes of it."""
        return drafts.describe(self._place, import_id, changes, actor)

    def tabled(self, import_id: str) -> Tabled:
        """The cells of an uploaded file as columns of text: for what is no event of the shop, such as an experiment.

        Raises `InvalidInput` `heads_not_clear`, `not_a_table`.
        """
        from choral.connectors.csv.tabled import tabled  # deferred: Arrow, that other imports do not need

        return tabled(self._place, import_id)

    def dry_run(self, import_id: str) -> DryRun:
        """What the import would do with every row, without doing it; `InvalidInput` while the mapping has problems."""
        return running.dry_run(self._place, import_id)

    def start(self, import_id: str, actor: Actor) -> Imported:
        """Begin in the background; see `imported` for how far it is. Starting again changes nothing."""
        return running.start(self._place, import_id, actor)

    def run(self, import_id: str, actor: Actor, progress: Progress | None = None) -> Imported:
        """The same and wait for the end; `progress(stage, done, total)`."""
        return running.run(self._place, import_id, actor, progress)

    def resume(self) -> int:
        """Go on with imports that a stopped process left running; how many there were. For the worker."""
        return running.resume(self._place)

    def imported(self, import_id: str) -> Imported:
        """An import as it stands; `NotFound` when there is none."""
        return running.imported(self._place, import_id)

    def imports(self, limit: int = 50) -> tuple[Imported, ...]:
        """Imports, newest first."""
        return running.imports(self._place, limit)

    def refused_file(self, import_id: str) -> Iterator[bytes]:
        """The refused rows as CSV (UTF-8 with a mark): each as it stood in the file, then its row, code and reason."""
        return running.refused_file(self._place, import_id)

    def undo(self, import_id: str, actor: Actor) -> Imported:
        """Take back everything the import brought; doing it again changes nothing. `Conflict` while it runs."""
        return running.undo(self._place, import_id, actor)

    def discard(self, import_id: str, actor: Actor) -> None:
        """Throw an uploaded file away that was not imported."""
        drafts.discard(self._place, import_id, actor)

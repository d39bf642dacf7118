"""Loads the whole year into a shop by the way every connector's data take; goes on where it was broken off."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from choral.connectors.complete_journey.connector import CONNECTOR
from choral.connectors.pulling import pull
from choral.events.door import Events
from choral.home import Home

Progress = Callable[[str, int, int], None]


class Into(Protocol):
    """What a shop has to have to be loaded into."""

    @property
    def home(self) -> Home: ...

    @property
    def events(self) -> Events: ...


def load(shop: Into, progress: Progress | None = None) -> int:
    """Read every stream to its end; how many events and rows that were. `progress(stage, done, total)`.

    Doing it again reads nothing: each stream's cursor says that it was read to the end.
    """
    told = progress or (lambda stage, done, total: None)
    return sum(pull(shop.home, shop.events, CONNECTOR, stream, told) for stream in CONNECTOR.manifest.streams)

"""Holds the newest columns open for counting, and reads what stands beside them: personal values, consents, lists."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import pyarrow

from choral.core.clock import SYSTEM_CLOCK
from choral.customers import progress
from choral.customers.audiences import columns, consents, counting, queries
from choral.customers.audiences.columns import Columns
from choral.customers.audiences.counting import Counting, Spread
from choral.customers.audiences.live.loading import Beside, newest_personal
from choral.customers.audiences.plain import plain
from choral.customers.audiences.stated import table_of
from choral.customers.audiences.tree import PERSONAL_FIELDS
from choral.customers.audiences.windows import Moment
from choral.customers.identity import queries as identity
from choral.customers.records import queries as records
from choral.events.lake import writer
from choral.events.lake.datasets import Datasets
from choral.home import Home

_LOOK_SECONDS = 1.0  # between two looks whether columns nobody keeps are behind


@dataclass(frozen=True)
class Attribute:
    """A conclusion offered to conditions under a name. `rows`: (customer, value) of everybody; `of`: of some;
    `values`: what it can be; `mark`: a text that changes when they do."""

    rows: Callable[[], Iterable[tuple[int, str]]]
    of: Callable[[Iterable[int]], Mapping[int, str]]
    values: Callable[[], Iterable[str]]
    mark: Callable[[], str]


@dataclass
class Offered:
    """What other rooms and storeys offer to conditions; set while the shop is put together."""

    attributes: dict[str, Attribute] = field(default_factory=dict)

    def beside(self) -> Beside:
        """The same for a few customers."""
        return Beside({name: one.of for name, one in self.attributes.items()})


class Reading:
    """The columns of a home, opened once for each state they are in. May be used from several threads."""

    def __init__(self, home: Home, offered: Offered) -> None:
        self._home = home
        self._engine = os.environ.get("CHORAL_ENGINE_URL")
        self._offered = offered
        self._lock = threading.RLock()
        self._looked = 0.0
        self._open: tuple[str, Columns, Counting] | None = None

    def now(self) -> Moment:
        return Moment(SYSTEM_CLOCK.now(), self._home.time_zone)

    def counting(self) -> tuple[Columns, Counting]:
        """The newest columns, made on the spot where there are none yet."""
        with self._lock:
            found = self._newest()
            products = Datasets(self._home.lake).version("products")
            version = f"{found.version} {products}"
            if self._open is None or self._open[0] != version:
                scan = Datasets(self._home.lake).scan("products")
                given = counting.given(found, scan, self._home.currency, self._beside, self._mark)
                self._open = version, found, Counting(given, self._cluster)
            return self._open[1], self._open[2]

    def _newest(self) -> Columns:
        """What the worker made last. It makes nothing while there is no audience: then whoever asks brings them up."""
        found = columns.current(self._home.lake)
        if found is None:
            return self.refresh()
        if time.monotonic() - self._looked < _LOOK_SECONDS:
            return found
        self._looked = time.monotonic()
        return self.refresh() if not queries.in_use() and self.behind() else found

    def refresh(self) -> Columns:
        """Bring the columns up to the lake; only the worker does it, and whoever finds none."""
        return columns.refresh(self._home.lake, progress.read(progress.VERSION))

    def behind(self) -> bool:
        """Whether a refresh would change something, and may be done: identity knows all the lake holds."""
        if writer.position(self._home.lake) > progress.read(progress.POSITION):
            return False
        return columns.behind(self._home.lake, progress.read(progress.VERSION))

    @cached_property
    def _cluster(self) -> Spread | None:
        """Many machines, where there is an address of theirs."""
        if not self._engine:
            return None
        from choral.customers.audiences.cluster import OnCluster  # deferred: 1 s and an optional extra

        return OnCluster(self._engine)

    def close(self) -> None:
        with self._lock:
            if self._open is not None:
                self._open[2].close()
                self._open = None

    def _beside(self, table: str) -> pyarrow.Table:
        rows = {
            "personal": _personal, "consents": consents.consents, "restricted": _restricted,
            "attributes": self._attributes, "lists": queries.on_lists,
        }[table]  # fmt: skip
        return table_of(rows(), counting.BESIDE[table])

    def _mark(self, table: str) -> str:
        if table == "personal":
            return records.fields_mark(PERSONAL_FIELDS)
        if table == "attributes":
            return " ".join(f"{name} {one.mark()}" for name, one in sorted(self._offered.attributes.items()))
        if table == "restricted":
            return str(sorted(consents.restricted()))
        return queries.lists_mark() if table == "lists" else consents.mark()

    def _attributes(self) -> Iterable[tuple[int, str, str]]:
        for name, one in self._offered.attributes.items():
            for customer, value in one.rows():
                yield customer, name, value


def _restricted() -> Iterable[tuple[int]]:
    return ((customer,) for customer in sorted(consents.restricted()))


def _personal() -> Iterable[tuple[object, ...]]:
    known = identity.identity_map().select(["identifier", "customer"])
    owner = dict(zip(*(column.to_pylist() for column in known.columns), strict=True))
    said = (one for one in records.of_fields(PERSONAL_FIELDS) if one[0] in owner)
    newest = newest_personal((owner[text], name, value, at, source) for text, name, value, at, source in said)
    return ((customer, name, *plain(value)) for (customer, name), value in newest.items())

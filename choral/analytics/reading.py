"""How the analyses read: the marts of now, their datasets, the engine, and what all figures rest on."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec
import pyarrow

from choral.analytics import duck, marts
from choral.analytics.duck import Params
from choral.analytics.engine import Engine, Source, Work, open_engine
from choral.analytics.values import AsOf
from choral.core.ids import digest
from choral.events.lake.datasets import DATASETS, Datasets

Row = dict[str, Any]
T = TypeVar("T")
_MOST_KEPT, _LARGEST_KEPT = 256, 64 << 10
_NOTHING: Row = {"events": 0, "orders": 0, "customers": 0, "since": None, "until": None, "currencies": []}


class Answers:
    """The last small answers over one version of the marts: it never changes, so they stay right as long as it lasts.

    A question costs 15 ms and more whatever it asks, and a page asks ten; at most 16 MiB are kept.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, pyarrow.Table] = OrderedDict()

    def get(self, question: str, ask: Callable[[], pyarrow.Table]) -> pyarrow.Table:
        """The answer to a question that names all it depends on."""
        with self._lock:
            if question in self._kept:
                self._kept.move_to_end(question)
                return self._kept[question]
        found = ask()
        if found.nbytes <= _LARGEST_KEPT:
            with self._lock:
                self._kept[question] = found
                if len(self._kept) > _MOST_KEPT:
                    self._kept.popitem(last=False)
        return found


@dataclass(frozen=True)
class Reading:
    """One consistent look: every figure of one answer comes from the same marts."""

    source: Source
    engine: Engine
    as_of: AsOf
    answers: Answers = field(default_factory=Answers, compare=False, repr=False)

    def table(self, per_bucket: str, merge: str, params: Params | None = None) -> pyarrow.Table:
        """The merged answer of a statement per bucket (`choral.analytics.engine`)."""
        question = repr((per_bucket, merge, sorted((params or {}).items())))
        return self.answers.get(question, lambda: self.engine.run(self.source, per_bucket, merge, params))

    def rows(self, per_bucket: str, merge: str, params: Params | None = None) -> list[Row]:
        """The same as rows of plain values."""
        return duck.rows(self.table(per_bucket, merge, params))

    def each(self, work: Work, *given: object) -> list[pyarrow.Table]:
        """What a module's function `work(marts, bucket, *given)` says of each bucket, in their order: for analyses
        that are a pass over arrays. Nothing is kept; the same in this process and on the cluster."""
        return self.engine.each(self.source, work, given)

    def whole(self, sql: str, params: Params | None = None) -> list[Row]:
        """Rows of a statement over the sums by day and the datasets only: nothing is read bucket by bucket."""
        return self.rows("SELECT 1 AS nothing LIMIT 0", sql, params)

    def remembered(self, key: str, compute: Callable[[], Any]) -> Any:
        """A plain answer, computed and kept the first time; `key` must name all that it depends on."""
        name = digest(key).hex()
        found = marts.remembered(self.source.marts, name)
        if found is None:
            found = compute()
            marts.remember(self.source.marts, name, found)
        return found

    def kept(self, key: str, kind: type[T]) -> T | None:
        """What `lasting` keeps under a key, None where nobody has asked it yet; never computes."""
        found = marts.remembered(self.source.marts, digest(f"{key} {self.source.marts.version.name}").hex())
        return None if found is None else msgspec.convert(found, kind)

    def lasting(self, key: str, kind: type[T], compute: Callable[[], T]) -> T:
        """An answer of a type over these marts, kept on disk: what the worker has asked once is there for the pages."""
        version = self.source.marts.version.name
        kept = self.remembered(f"{key} {version}", lambda: msgspec.to_builtins(compute()))
        return msgspec.convert(kept, kind)


class Desk:
    """Opens readings; keeps the engine, and what was read of the newest marts."""

    def __init__(self, lake: str, time_zone: str, currency: str, engine_url: str | None) -> None:
        self._lake, self._time_zone, self._currency, self._url = lake, time_zone, currency, engine_url
        self._lock = threading.Lock()
        self._engine: Engine | None = None
        self._last: Reading | None = None

    def refresh(self, identity_map: pyarrow.Table, identity_version: int) -> bool:
        """Bring the marts up to the lake; whether they changed."""
        before = marts.current(self._lake)
        made = marts.refresh(self._lake, identity_map, identity_version, self._time_zone, self._currency)
        return before is None or made.version != before.version

    def reading(self) -> Reading | None:
        """The newest marts, None before the first refresh."""
        found = marts.current(self._lake)
        if found is None:
            return None
        with self._lock:
            if self._last is None or self._last.source.marts.version != found.version:
                self._last = self._open(found)
            return self._last

    def as_of(self) -> AsOf:
        """What figures rest on; of an empty shop too."""
        found = self.reading()
        return found.as_of if found else AsOf(False, 0, self._time_zone, self._currency)

    def close(self) -> None:
        """Let go of the engine."""
        with self._lock:
            if self._engine is not None:
                self._engine.close()
            self._engine = self._last = None

    def _open(self, found: marts.Marts) -> Reading:
        if self._engine is None:
            self._engine = open_engine(self._url)
        datasets = Datasets(self._lake)
        source = Source(found, {name: datasets.scan(name) for name in DATASETS}, self._time_zone)
        said = duck.rows(self._engine.run(source, "SELECT 1 AS nothing LIMIT 0", "SELECT * FROM summary"))[0]
        currencies = said["currencies"] or []
        as_of = AsOf(
            True, found.version.position, self._time_zone, said["currency"],
            tuple(one for one in currencies if one != said["currency"]),
            said["since"], said["until"], said["events"], said["orders"], said["customers"],
        )  # fmt: skip
        return Reading(source, self._engine, as_of)

"""The door of purchases: what people bought, line by line, within a millisecond; the newest orders included.

The lines come from files sorted by identifier (made from the lake by the worker) and, for what happened since they were
made, from the log, read at the places the time line knows.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow

from choral.core.event import decode_lines
from choral.customers import versions
from choral.customers.profiles import moments
from choral.customers.purchases import build, columns
from choral.customers.purchases.columns import Manifest, bucket_of
from choral.customers.purchases.rows import NOTHING, Codes, Lines, Products, Words, joined, place_of
from choral.events.lake.rows import Placed, order_line_rows
from choral.events.store import EventLog
from choral.home import Home

__all__ = ["Lines", "Products", "Purchases", "Shelf"]
MOST_NEWER = 100  # orders a person may have placed since the files were made; of more the newest count


@dataclass(frozen=True)
class Shelf:
    """One finished version, opened: it never changes, so a reader may keep it for as long as it likes."""

    manifest: Manifest
    products: Products
    subjects: tuple[pyarrow.Table, ...]
    lines: tuple[pyarrow.Table, ...]
    _groups: dict[str, tuple[Codes, Sequence[str]]] = field(default_factory=dict, compare=False, repr=False)

    def of(self, subject: str) -> Lines | None:
        """The lines of one identifier, None when it never bought."""
        bucket = bucket_of(subject)
        table = self.subjects[bucket]
        names = table.column("subject").chunk(0) if len(table) else ()
        row = place_of(names, subject)
        if row is None:
            return None
        first, count = (table.column(name).chunk(0)[row].as_py() for name in ("first", "count"))
        return _lines(self.lines[bucket].slice(first, count))

    def words(self, name: str) -> Words:
        """A text of every product (`name`), by its code; made of an entry when it is looked at."""
        return Words(getattr(self.products, f"{name}s"))

    def groups(self, name: str) -> tuple[Codes, Sequence[str]]:
        """`department`, `category` or `brand` of every product as a place in a list of texts."""
        if name not in self._groups:
            column = {"department": "departments", "category": "categories", "brand": "brands"}[name]
            encoded = getattr(self.products, column).dictionary_encode()
            self._groups[name] = encoded.indices.to_numpy(), encoded.dictionary.to_pylist()
        return self._groups[name]

    def everything(self) -> Iterator[tuple[pyarrow.Table, Lines]]:
        """File by file: whose lines (`subject`, `first`, `count`), and the lines."""
        for whose, lines in zip(self.subjects, self.lines, strict=True):
            yield whose, _lines(lines)


class Purchases:
    """What people bought. Everything is of the shop's own currency; other currencies count as lines without amount."""

    def __init__(self, home: Home, log: EventLog) -> None:
        self._home, self._log = home, log
        self._lock, self._making = threading.Lock(), threading.Lock()
        self._shelf: Shelf | None = None

    def refresh(self) -> bool:
        """Bring the files up to the lake; whether they changed. The worker's."""
        with self._making:
            return build.refresh(self._home.lake, self._home.currency)

    def make_anew(self) -> int:
        """After an erasure: make the files from the lake as it is and delete the ones before; how many versions."""
        root = columns.root(self._home.lake)
        if versions.current(root) is None:
            return 0
        with self._making:
            build.refresh(self._home.lake, self._home.currency)
            return versions.drop_old(root)

    def shelf(self) -> Shelf | None:
        """The newest files, opened; None before there are any."""
        name = versions.current(columns.root(self._home.lake))
        with self._lock:
            if name is None or self._shelf is None or self._shelf.manifest.folder.name != name:
                found = columns.current(self._home.lake)
                self._shelf = _opened(found) if found else None
            return self._shelf

    def of(self, identifiers: Sequence[tuple[int, str]]) -> Lines:
        """The lines of a person's identifiers (number and text of each), oldest first, refunds among them."""
        shelf = self.shelf()
        parts = [found for _, text in identifiers if shelf and (found := shelf.of(text)) is not None]
        since = shelf.manifest.version.position if shelf else 0
        newer = moments.order_positions([key for key, _ in identifiers], since, MOST_NEWER)
        if newer:
            parts.append(self._from_log(newer, shelf))
        return joined(parts)

    def _from_log(self, positions: Sequence[int], shelf: Shelf | None) -> Lines:
        """The lines of orders the files do not know yet, with the lake's own reading of an order."""
        events = []
        for position in positions:
            batch = self._log.read(position - 1, 1)[0]
            event = decode_lines(batch.payload)[position - batch.first]
            events.append(Placed(position, batch.source, batch.received_at, event))
        return _coded(order_line_rows(events), shelf, self._home.currency)


def _opened(manifest: Manifest) -> Shelf:
    table = columns.mapped(manifest.folder / "products.arrow")
    ids, names, departments, categories, brands = (
        table.column(name).combine_chunks() for name in ("product_id", "name", "department", "category", "brand")
    )
    sold, price = columns.numbers(table, "lines"), columns.numbers(table, "price")
    products = Products(ids, names, departments, categories, brands, sold, price)
    subjects, lines = (
        tuple(columns.mapped(manifest.folder / f"{name}.{bucket:02}.arrow") for bucket in range(columns.BUCKETS))
        for name in ("subjects", "lines")
    )
    return Shelf(manifest, products, subjects, lines)


def _lines(table: pyarrow.Table) -> Lines:
    return Lines(*(columns.numbers(table, name) for name in columns.LINES.names))


def _coded(rows: pyarrow.Table, shelf: Shelf | None, currency: str) -> Lines:
    """Rows as the lake has them, with the codes of the files; what these do not know yet has code -1."""
    said: dict[str, list[Any]] = rows.to_pydict()
    if not said["position"]:
        return NOTHING
    products = shelf.products.codes(sorted({one for one in said["product_id"] if one})) if shelf else {}
    stores = {one: code for code, one in enumerate(shelf.manifest.stores if shelf else ())}
    channels = {one: code for code, one in enumerate(shelf.manifest.channels if shelf else ())}
    home = np.array([one == currency for one in said["currency"]])
    at = rows.column("at").cast(pyarrow.int64()).combine_chunks().to_numpy()
    return Lines(
        at,
        np.array(said["position"], np.int64),
        np.array([products.get(one, -1) for one in said["product_id"]], np.int32),
        np.array([stores.get(one, -1) for one in said["store_id"]], np.int32),
        np.array([channels.get(one, -1) for one in said["channel"]], np.int32),
        np.array(said["quantity"], np.float64),
        np.where(home, np.array(said["total"], np.int64), 0),
        np.where(home, np.array(said["discount"], np.int64), 0),
        np.array(said["returned"], np.bool_),
    )

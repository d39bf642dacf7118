"""Counts trees over columns: each leaf one query whose answer is kept as a roaring bitmap of people's numbers.

All, any and not are operations on bitmaps, so a changed tree asks only for the leaves that are new, and counts at
every node, overlaps and reach cost next to nothing. Numbers are dense, 0 .. people - 1, and mean somebody only
within one state of the columns.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow
from pyroaring import BitMap

from choral.core.clock import MINUTE
from choral.customers.audiences import tree
from choral.customers.audiences.columns import SCHEMAS, SEGMENTED, Columns, run
from choral.customers.audiences.compile import Query, compiled, used
from choral.customers.audiences.tree import Condition, Definition, Leaf, key_of
from choral.customers.audiences.windows import Moment
from choral.events.lake import place

Others = Mapping[str, Condition]
Result = TypeVar("Result")
Task = Callable[[int], pyarrow.Table]
Spread = Callable[[Task, Iterable[int]], Iterable[pyarrow.Table]]
BUCKETS = 16
_MOST_KEPT = 500  # bitmaps; one of a million people takes at most 125 kB
# Tables that are not made from the lake: by name, their columns. `n` is added to them from `customer`.
BESIDE = {
    "personal": pyarrow.schema(
        [("customer", pyarrow.int64()), ("field", pyarrow.string()), *list(SCHEMAS["traits"])[5:]]
    ),
    "consents": pyarrow.schema(
        [("customer", pyarrow.int64()), ("purpose", pyarrow.string()), ("channel", pyarrow.string())]
    ),
    "attributes": pyarrow.schema(
        [("customer", pyarrow.int64()), ("name", pyarrow.string()), ("value", pyarrow.string())]
    ),
    "restricted": pyarrow.schema([("customer", pyarrow.int64())]),
    "lists": pyarrow.schema([("customer", pyarrow.int64()), ("audience", pyarrow.string())]),
}
_OF_LEAF = {tree.Personal: "personal", tree.Consent: "consents", tree.Attribute: "attributes", tree.Member: "lists"}


@dataclass(frozen=True)
class Given:
    """What is counted on: SQL that reads each table of columns and `products`, and the tables beside, read when a
    leaf asks for one: `beside(table)` and a mark that changes with what it would answer, `marks(table)`."""

    scans: Mapping[str, str]
    currency: str
    beside: Callable[[str], pyarrow.Table]
    marks: Callable[[str], str]


def given(columns: Columns, products: str, currency: str, beside: Callable[[str], pyarrow.Table],
          marks: Callable[[str], str]) -> Given:  # fmt: skip
    """From files."""
    scans = {name: columns.scan(name) for name in SCHEMAS} | {"products": products}
    return Given(scans, currency, beside, marks)


class Counting:
    """Counts on one state of the columns. May be used from several threads. `over`: runs the queries of leaves that
    ask the columns alone bucket by bucket elsewhere; what stands beside the columns is asked here."""

    def __init__(self, given: Given, over: Spread | None = None) -> None:
        self._given = given
        self._over = over
        self._database = open_tables(given.scans)
        self._lock = threading.Lock()
        self._beside: dict[str, str] = {}
        self._kept: OrderedDict[tuple[str, object, str], BitMap] = OrderedDict()
        customers = self._database.sql("SELECT customer, known FROM people ORDER BY n").to_arrow_table()
        self.customers = customers.column(0).to_numpy()
        self.everybody = BitMap(range(len(self.customers)))
        self.known = BitMap(np.flatnonzero(customers.column(1).to_numpy(zero_copy_only=False)).astype(np.uint32))

    def close(self) -> None:
        self._database.close()

    def members(self, definition: Definition, moment: Moment, others: Others) -> BitMap:
        """Whom a definition holds."""
        return self.population(definition) & self.of(definition.who, moment, others)

    def population(self, definition: Definition) -> BitMap:
        """Whom it chooses from: nobody whose data may not be used for it."""
        self._read("restricted", self._given.marks("restricted"))
        return (self.everybody if definition.visitors else self.known) - bitmap([self.ask("SELECT n FROM restricted")])

    def of(self, node: Condition, moment: Moment, others: Others) -> BitMap:
        """Whom a node holds, of everybody. `others`: the trees of audiences by name; those missing are fixed lists."""
        if isinstance(node, tree.All):
            parts = [self.of(one, moment, others) for one in node.of]
            return BitMap.intersection(*parts) if parts else self.everybody
        if isinstance(node, tree.Some):
            parts = [self.of(one, moment, others) for one in node.of]
            return BitMap.union(*parts) if parts else BitMap()
        if isinstance(node, tree.Not):
            return self.everybody - self.of(node.of, moment, others)
        if isinstance(node, tree.Member) and node.audience in others:
            return self.of(others[node.audience], moment, others)
        return self._leaf(node, moment)

    def ask(self, sql: str, params: Mapping[str, object] | None = None) -> pyarrow.Table:
        """The answer of a query over the tables."""
        return self._database.cursor().sql(sql, params=used(sql, params or {}) or None).to_arrow_table()

    def numbers(self, customers: Iterable[int]) -> BitMap:
        """The people with these ids, as numbers."""
        asked = np.fromiter(customers, dtype=np.int64)
        asked = asked[np.isin(asked, self.customers)]
        return BitMap(np.searchsorted(self.customers, asked).astype(np.uint32))

    def ids(self, people: BitMap) -> npt.NDArray[np.int64]:
        """The ids of people, in the order of their numbers."""
        found: npt.NDArray[np.int64] = self.customers[np.asarray(people.to_array(), dtype=np.uint32)]
        return found

    def _leaf(self, leaf: Leaf, moment: Moment) -> BitMap:
        table = _OF_LEAF.get(type(leaf), "")
        mark = self._given.marks(table) if table else ""
        kept = key_of(leaf), moment.now // MINUTE, mark
        with self._lock:
            if kept in self._kept:
                self._kept.move_to_end(kept)
                return self._kept[kept]
        if table:
            self._read(table, mark)
        found = self._answer(leaf, moment)
        with self._lock:
            self._kept[kept] = found
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        return found

    def _answer(self, leaf: Leaf, moment: Moment) -> BitMap:
        if isinstance(leaf, tree.Member):
            said = self.ask("SELECT n FROM lists WHERE audience = $a", {"a": leaf.audience})
            return bitmap([said])
        query = compiled(leaf, moment, self._given.currency)
        if self._over is None or type(leaf) in _OF_LEAF:
            found = bitmap([self.ask(query.sql, query.params)])
        else:
            found = spread(self._given.scans, query, self._over)
        return self.everybody - found if query.rest else found

    def _read(self, table: str, mark: str) -> None:
        """Read a table beside the columns, unless it is as it was."""
        with self._lock:
            if self._beside.get(table) == mark:
                return
            cursor = self._database.cursor()
            cursor.register(f"{table}_read", self._given.beside(table))
            named = f"SELECT n, * EXCLUDE (customer) FROM {table}_read JOIN people USING (customer)"  # noqa: S608
            run(cursor, f"CREATE OR REPLACE TABLE {table} AS {named}")
            self._beside[table] = mark


def open_tables(scans: Mapping[str, str], bucket: int | None = None) -> duckdb.DuckDBPyConnection:
    """A database in memory with the columns' tables: of all people, or of one of `BUCKETS` shares of them."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": "2GB", "autoinstall_known_extensions": False, "autoload_known_extensions": False,
        "preserve_insertion_order": False,
    }  # fmt: skip
    database = duckdb.connect(config=config)
    chosen = "" if bucket is None else f" WHERE n % {BUCKETS} = {bucket}"
    run(database, "SET parquet_metadata_cache = true")
    for name in ("people", "ids"):
        run(database, f"CREATE TABLE {name} AS FROM {scans[name]}{chosen}")
    for name in SEGMENTED:
        run(database, f"CREATE VIEW {name} AS FROM {scans[name]}")
    first = "row_number() OVER (PARTITION BY product_id ORDER BY department, category, name) = 1"
    run(database, f"CREATE TABLE products AS SELECT * FROM {scans['products']} QUALIFY {first}")  # noqa: S608
    return database


def bitmap(parts: Iterable[pyarrow.Table]) -> BitMap:
    """The people's numbers in the first columns of answers."""
    found = BitMap()
    for part in parts:
        found |= BitMap(part.column(0).to_numpy().astype(np.uint32))
    return found


def spread(scans: Mapping[str, str], query: Query, over: Spread) -> BitMap:
    """A query's answer put together from one task a bucket; `over` runs them anywhere that sees the same files
    (`map` does here, `Client.map` of a Dask cluster and then `gather` there)."""
    return bitmap(over(Share(dict(scans), query), range(BUCKETS)))


@dataclass(frozen=True)
class Share:
    """A query as a task on one bucket of people; can be sent to another machine. It only reads: do it again at will."""

    scans: Mapping[str, str]
    query: Query

    def __call__(self, bucket: int) -> pyarrow.Table:
        with open_tables(self.scans, bucket) as database:
            return database.sql(self.query.sql, params=dict(self.query.params) or None).to_arrow_table()


def products_scan(lake_sql: str | None) -> str:
    """The catalogue's table, or an empty one of its shape."""
    names = ("product_id", "department", "category", "brand", "name")
    return lake_sql or place.scan(pyarrow.schema([(name, pyarrow.string()) for name in names]), [])

"""Makes the purchases view from the lake: every line of every identified receipt, sorted by who it was seen under."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pyarrow
import pyarrow.compute

from choral.customers import versions
from choral.customers.purchases import columns
from choral.customers.purchases.columns import BUCKETS, Manifest, Version, bucket_of
from choral.events.lake import place, writer
from choral.events.lake.datasets import Datasets

_USED = ("products", "coupons", "campaigns")  # the latter two: what is concluded from purchases depends on them
# Every product that was ever sold or is in the catalogue; what the catalogue says of it wins over what a till said.
_PRODUCTS = """
    CREATE TEMP TABLE catalogue AS
    WITH known AS (SELECT * FROM {products}
                   QUALIFY row_number() OVER (PARTITION BY product_id ORDER BY department, category, name) = 1),
         sold AS (SELECT product_id, any_value(name ORDER BY position DESC) AS name,
                         any_value(category ORDER BY position DESC) AS category,
                         count(*) FILTER (NOT returned)::BIGINT AS lines,
                         CASE WHEN sum(quantity) > 0 THEN round(sum(total) / sum(quantity)) ELSE 0 END::BIGINT AS price
                  FROM {lines} WHERE product_id IS NOT NULL AND currency = $currency GROUP BY product_id)
    SELECT (row_number() OVER (ORDER BY product_id) - 1)::INTEGER AS product, product_id,
           coalesce(known.name, sold.name, product_id) AS name, coalesce(known.department, '') AS department,
           coalesce(known.category, sold.category, '') AS category, coalesce(known.brand, '') AS brand,
           coalesce(lines, 0) AS lines, coalesce(price, 0) AS price
    FROM known FULL JOIN sold USING (product_id) ORDER BY product_id"""
_LINES = """
    CREATE TEMP TABLE sorted AS
    SELECT who.bucket, l.subject, epoch_us(l."at") AS "at", l.position, l.line,
           coalesce(c.product, -1)::INTEGER AS product, coalesce(s.place, -1)::INTEGER AS store,
           h.place::INTEGER AS channel, l.quantity,
           CASE WHEN l.currency = $currency THEN l.total ELSE 0 END AS total,
           CASE WHEN l.currency = $currency THEN l.discount ELSE 0 END AS discount, l.returned
    FROM {lines} AS l JOIN who USING (subject) JOIN channels AS h USING (channel)
         LEFT JOIN catalogue AS c USING (product_id) LEFT JOIN stores AS s USING (store_id)"""
_ONE = """SELECT * EXCLUDE (bucket) FROM sorted WHERE bucket = {bucket} ORDER BY subject, "at", position, line"""


def wanted(lake: str, currency: str) -> Version:
    """The version a view made now would have."""
    versions = Datasets(lake).versions()
    datasets = tuple((name, versions[name]) for name in _USED if name in versions)
    table = place.open_table(lake, "order_lines")
    return Version(
        writer.position(lake), writer.withdrawals(lake), table.version() if table else -1, datasets, currency
    )


def refresh(lake: str, currency: str) -> bool:
    """Bring the view up to the lake; whether it changed. The worker's: one process at a time.

    Memory: the lines are sorted by DuckDB, which spills, and written a sixteenth at a time.
    """
    version = wanted(lake, currency)
    there = columns.current(lake)
    if there is not None and there.version == version:
        return False
    building = versions.begin(columns.root(lake), version.name)
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": "1GB", "temp_directory": str(building / "spill"),
        "autoinstall_known_extensions": "false", "autoload_known_extensions": "false",
    }  # fmt: skip
    with duckdb.connect(config=config) as database:
        made = _make(database, lake, building, version)
    shutil.rmtree(building / "spill", ignore_errors=True)
    columns.finish(lake, building, made)
    return True


def _make(database: duckdb.DuckDBPyConnection, lake: str, building: Path, version: Version) -> Manifest:
    scans = {"lines": writer.scan(lake, "order_lines"), "products": Datasets(lake).scan("products")}
    given = {"currency": version.currency}
    database.execute(_PRODUCTS.format(**scans), given)
    database.register("who", _who(database, scans["lines"]))
    stores = _listed(database, scans["lines"], "stores", "store_id")
    channels = _listed(database, scans["lines"], "channels", "channel")
    database.execute(_LINES.format(**scans), given)
    columns.write(building / "products.arrow", database.sql("FROM catalogue ORDER BY product").to_arrow_table())
    lines, until = 0, 0
    for bucket in range(BUCKETS):
        found = database.sql(_ONE.format(bucket=bucket)).to_arrow_table()
        _write_bucket(building, bucket, found)
        lines += len(found)
        until = max(until, pyarrow.compute.max(found.column("at")).as_py() or 0)
    folder = columns.root(lake) / version.name
    return Manifest(folder, version, stores, channels, lines, until)


def _who(database: duckdb.DuckDBPyConnection, lines: str) -> pyarrow.Table:
    """Everyone who bought, with the file their lines go to."""
    found = database.sql(f"SELECT DISTINCT subject FROM {lines} WHERE subject <> ''").to_arrow_table()  # noqa: S608
    subjects = found.column(0).combine_chunks()
    buckets = pyarrow.array([bucket_of(one) for one in subjects.to_pylist()], pyarrow.int32())
    return pyarrow.table([subjects, buckets], names=["subject", "bucket"])


def _listed(database: duckdb.DuckDBPyConnection, lines: str, name: str, column: str) -> tuple[str, ...]:
    """The few values of a column as a table `name` (the value, its `place`), and in the order of their places."""
    database.execute(
        f"CREATE TEMP TABLE {name} AS SELECT {column}, (row_number() OVER (ORDER BY {column}) - 1)::INTEGER AS place"  # noqa: S608
        f" FROM (SELECT DISTINCT {column} FROM {lines} WHERE {column} IS NOT NULL)"
    )
    rows = database.execute(f"SELECT {column} FROM {name} ORDER BY place").fetchall()  # noqa: S608
    return tuple(str(row[0]) for row in rows)


def _write_bucket(building: Path, bucket: int, found: pyarrow.Table) -> None:
    """Two files: the lines, and whose they are (`subject` in order, `first` line, `count`)."""
    counted = found.group_by("subject", use_threads=False).aggregate([("at", "count")])
    counts = counted.column("at_count")
    ends = pyarrow.compute.cumulative_sum(counts)
    whose = pyarrow.table(
        {
            "subject": counted.column("subject"),
            "first": pyarrow.compute.subtract(ends, counts).cast(pyarrow.int64()),
            "count": counts.cast(pyarrow.int64()),
        }
    )
    columns.write(building / f"lines.{bucket:02}.arrow", found.select(columns.LINES.names).cast(columns.LINES))
    columns.write(building / f"subjects.{bucket:02}.arrow", whose)

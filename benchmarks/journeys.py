"""Funnel, paths and visits over synthetic touches, beside a raw scan of the same columns: seconds of processor, memory.

    python -m benchmarks.journeys [--events 2000000 ...] [--json]

Mart files are made in a temporary folder (some 7 bytes a touch): 20 touches a customer in five visits, sorted
as the marts are. Each figure is that of a process of its own. The scan is DuckDB reading the columns the passes read.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow
import pyarrow.parquet

from benchmarks.report import show
from choral.analytics.engine import InProcess, Source
from choral.analytics.journeys import funnels, picture, sessions
from choral.analytics.journeys.asking import Asking, Labels
from choral.analytics.journeys.queries import FunnelQuery, PathQuery
from choral.analytics.journeys.rows import Within
from choral.analytics.mart_tables import BUCKETS
from choral.analytics.marts import Marts, Version
from choral.analytics.reading import Reading
from choral.analytics.values import AsOf

_EVENTS = ("Page Viewed", "Product Viewed", "Email Opened", "Product Added", "Message Sent", "Checkout Started",
           "Store Visited", "Order Completed")  # fmt: skip
_HOW_OFTEN = (0.4, 0.2, 0.1, 0.08, 0.1, 0.05, 0.03, 0.04)
_CHANNELS = ("web", "email", "store", "app", "search", "direct_mail")
_STEPS = ("Page Viewed", "Product Viewed", "Product Added", "Checkout Started", "Order Completed")
_BEGINS, _DAYS, _EACH, _VISITS = 1_700_000_000_000_000, 90, 20, 5
_MEASURES = ("scan", "funnel", "scan with channel", "paths", "visits")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, nargs="+", default=[2_000_000])
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--measure", nargs=2, metavar=("WHAT", "FOLDER"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        _measure(given.measure[0], Path(given.measure[1]))
        return
    rows = [row for events in given.events for row in _rows(events)]
    show("Journeys over synthetic touches", rows, as_json=given.json)


def _rows(events: int) -> list[dict[str, object]]:
    with tempfile.TemporaryDirectory() as folder:
        size = make(Path(folder), events)
        found = {what: _apart(what, folder) for what in _MEASURES}
    scan = {what: found["scan" if what in ("scan", "funnel") else "scan with channel"]["cpu"] for what in _MEASURES}
    return [
        {
            "touches": events, "file MB": round(size / 1e6), "what": what, "processor s": one["cpu"],
            "wall s": one["wall"], "times the scan": round(one["cpu"] / scan[what], 1),
            "peak MiB": one["peak"], "answer": one["answer"],
        }
        for what, one in found.items()
    ]  # fmt: skip


def make(folder: Path, events: int) -> int:
    """Mart files of so many touches; their size in bytes."""
    for bucket in range(BUCKETS):
        _bucket(folder / f"touches.{bucket:02}.parquet", events // BUCKETS, bucket)
    return sum(file.stat().st_size for file in folder.glob("*.parquet"))


def _bucket(file: Path, events: int, bucket: int) -> None:
    chance = np.random.default_rng(bucket)
    customers = max(1, events // _EACH)
    numbers = np.sort(chance.integers(0, 1 << 58, customers)) * BUCKETS + bucket
    who = np.sort(chance.integers(0, customers, events))
    visit = chance.integers(0, _VISITS, events)
    begins = chance.integers(0, _DAYS * 86_400_000_000, (customers, _VISITS))
    at = begins[who, visit] + chance.integers(0, 1_200_000_000, events) + _BEGINS
    order = np.lexsort((at, who))
    at = at[order]
    name = chance.choice(len(_EVENTS), events, p=_HOW_OFTEN).astype(np.int8)
    channel = chance.integers(0, len(_CHANNELS), (customers, _VISITS)).astype(np.int8)[who, visit][order]
    table = pyarrow.table(
        {
            "customer": numbers[who], "happened_at": pyarrow.array(at, pyarrow.timestamp("us", "UTC")),
            "name": pyarrow.DictionaryArray.from_arrays(name, list(_EVENTS)),
            "channel": pyarrow.DictionaryArray.from_arrays(channel, list(_CHANNELS)),
            "campaign_id": pyarrow.nulls(events, pyarrow.string()),
        }
    )  # fmt: skip
    pyarrow.parquet.write_table(table, file, compression="zstd", compression_level=1, row_group_size=122_880)


def _apart(what: str, folder: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.journeys", "--measure", what, folder]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _measure(what: str, folder: Path) -> None:
    marts = Marts(folder, Version(0, 0, (), "UTC", "EUR"))
    asking = _asking(marts)
    asked: dict[str, Callable[[], object]] = {
        "scan": lambda: _scan(folder, "customer", "happened_at", "name"),
        "scan with channel": lambda: _scan(folder, "customer", "happened_at", "name", "channel"),
        "funnel": lambda: [step.customers for step in funnels.answer(asking, FunnelQuery(_STEPS), None).steps],
        "paths": lambda: picture.answer(asking, PathQuery(), None).customers,
        "visits": lambda: sum(row.sessions for row in sessions.answer(asking, 30, Within())),
    }
    begun, before = time.perf_counter(), _processor()
    answer = asked[what]()
    print(json.dumps({  # noqa: T201
        "cpu": round(_processor() - before, 2), "wall": round(time.perf_counter() - begun, 2),
        "peak": _peak(), "answer": str(answer),
    }))  # fmt: skip


def _asking(marts: Marts) -> Asking:
    """The marts with the labels known, as the worker keeps them."""
    known = Labels(tuple((event, channel, "", 1) for event in _EVENTS for channel in _CHANNELS))

    class Known(Asking):
        def labels(self) -> Labels:
            return known

    as_of = AsOf(True, 0, "UTC", "EUR", (), date(2023, 11, 14), date(2024, 2, 11), 0, 0, 0)
    return Known(Reading(Source(marts, {}, "UTC"), InProcess(), as_of), None)  # type: ignore[arg-type]


def _scan(folder: Path, *columns: str) -> object:
    with duckdb.connect() as database:
        asked = ", ".join(f"max({column})" for column in columns)
        found = database.sql(f"SELECT count(*), {asked} FROM read_parquet('{folder}/touches.*.parquet')").fetchall()
        return found[0][0]


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _peak() -> int:
    """MiB at most since this program began; what `getrusage` says includes the process it was started from."""
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) // 1024


if __name__ == "__main__":
    main()

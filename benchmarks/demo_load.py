"""The whole demo load: every event and row of the real year, customers, lake, marts and campaigns; time and memory.

    python -m benchmarks.demo_load [--json]

The baseline of the same run reads the same files and only counts.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.report import show


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    baseline = _baseline()
    with tempfile.TemporaryDirectory(prefix="choral-demo-load-") as folder:
        seconds, cpu, memory, summary = _load(Path(folder))
    rows = [
        {"what": "read the files and count (baseline)", "seconds": baseline, "cpu seconds": 0.0, "peak MiB": 0},
        {"what": "choral demo --no-serve", "seconds": seconds, "cpu seconds": cpu, "peak MiB": memory},
    ]
    notes = [f"loaded: {json.dumps(summary)}", f"ratio to the baseline: {seconds / baseline:.1f}"]
    notes.append("peak MiB: the largest process of the load (the worker and the loader run beside one another)")
    show("The demo load", rows, as_json=arguments.json, notes=notes)


def _baseline() -> float:
    import duckdb

    from choral.connectors.complete_journey.connector import _database

    begun = time.perf_counter()
    with _database() as database:
        for name in ("transactions", "promotions", "products", "coupons"):
            found: duckdb.DuckDBPyRelation = database.sql(f"SELECT sum(hash(t)) FROM {name} AS t")
            found.to_arrow_table()
    return time.perf_counter() - begun


def _load(folder: Path) -> tuple[float, float, int, object]:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-m", "choral.interfaces.cli", "demo", "--no-serve", "--json"],
        env=os.environ | {"CHORAL_HOMES": str(folder)}, capture_output=True, text=True, check=True,
    )  # fmt: skip
    seconds = time.perf_counter() - begun
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return seconds, cpu, after.ru_maxrss // 1024, json.loads(done.stdout)["summary"]


if __name__ == "__main__":
    main()

"""How a benchmark says what it measured: a table for people, one JSON object for machines."""

from __future__ import annotations

import json
import os
import platform
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path


def machine() -> dict[str, object]:
    """What the figures were measured on; never compare figures of two machines."""
    model = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), "unknown"
    )
    memory = next((line.split()[1] for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), "0")
    return {
        "cpu": model,
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(int(memory) / 2**20, 1),
        "python": platform.python_version(),
    }


def percentile(values: Sequence[float], share: float) -> float:
    """The nearest-rank percentile; `share` between 0 and 1."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def show(title: str, rows: Sequence[dict[str, object]], *, as_json: bool, notes: Sequence[str] = ()) -> None:
    """Print rows (all with the same keys) under a title, with the machine."""
    if as_json:
        sys.stdout.write(
            json.dumps({"title": title, "machine": machine(), "rows": list(rows), "notes": list(notes)}) + "\n"
        )
        return
    head = list(rows[0]) if rows else []
    cells = [head] + [[_cell(row[name]) for name in head] for row in rows]
    widths = [max(len(line[column]) for line in cells) for column in range(len(head))]
    sys.stdout.write(f"\n{title}\n{', '.join(f'{k} {v}' for k, v in machine().items())}\n\n")
    for line in cells:
        sys.stdout.write("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + "\n")
    for note in notes:
        sys.stdout.write(f"- {note}\n")


def _cell(value: object) -> str:
    return (
        f"{value:,.3g}"
        if isinstance(value, float) and abs(value) < 100
        else f"{value:,.0f}"
        if isinstance(value, float)
        else f"{value:,}"
        if isinstance(value, int)
        else str(value)
    )


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text("utf-8").split("\n")
    except OSError:
        return []

"""Rules about what may be committed: no paths of a machine, no registry hosts, no data, no large files."""

from __future__ import annotations

import re
from pathlib import Path

from tools.rules.fault import Fault

LARGEST = 1_000_000  # bytes
_TEXT = {".py", ".md", ".toml", ".json", ".html", ".css", ".ts", ".mjs", ".po", ".cfg", ".ipynb", "", ".txt", ".yml"}
_DATA = {".parquet", ".csv", ".db", ".sqlite", ".zst", ".gz", ".mo", ".pyc"}
_FORBIDDEN = (
    ("machine-path", re.compile(r"/(?:wo" r"rk|ho" r"me/[a-z]+|ro" r"ot|far" r"m)/[a-z.]")),
    ("registry-host", re.compile(r"\"resolved\":|registry\.(?:npmjs|yarnpkg)|files\.pythonhosted|pypi-m" r"ore")),
)


def check(path: Path, file: Path) -> list[Fault]:
    """All faults of one file; `path` is relative to the project's root."""
    if path.suffix in _DATA:
        return [Fault(path, 1, "data-file", "data are made by a test or come from a package, they are not committed")]
    if file.stat().st_size > LARGEST:
        return [Fault(path, 1, "large-file", f"{file.stat().st_size:,} bytes")]
    if path.suffix not in _TEXT:
        return []
    faults = []
    for number, line in enumerate(file.read_text("utf-8", errors="replace").split("\n"), 1):
        for name, pattern in _FORBIDDEN:
            if pattern.search(line) and "allowed:" not in line:
                faults.append(Fault(path, number, name, "belongs to one machine, not to the project"))
    return faults

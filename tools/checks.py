"""The project's own rules that a linter cannot say; run as `python -m tools.checks`, each with its reason.

A line that must break a rule carries `# allowed: <reason>` (in templates `{# allowed: <reason> #}`).
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tools.rules import code, pages, tree
from tools.rules.fault import Fault

ROOT = Path(__file__).resolve().parent.parent


def tracked(pattern: str) -> list[Path]:
    """Files git knows or could add (so that a new file is checked before it is committed)."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", pattern],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )  # fmt: skip
    return [ROOT / name for name in sorted(set(listed.stdout.split("\n"))) if name and (ROOT / name).is_file()]


def main() -> int:
    faults: list[Fault] = []
    for path in tracked("*.py"):
        faults += code.check(path.relative_to(ROOT), path.read_text("utf-8"))
    for path in tracked("*.html"):
        faults += pages.check(path.relative_to(ROOT), path.read_text("utf-8"))
    for path in tracked("*"):
        faults += tree.check(path.relative_to(ROOT), path)
    for fault in faults:
        sys.stdout.write(f"{fault}\n")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())

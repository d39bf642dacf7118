"""Runs a notebook of the tutorials on the demo (or `CHORAL_SHOP`) and writes its answers into it.

    python -m tools.notebook docs/tutorials/one-measure.ipynb

Pictures are kept as they are (Vega-Lite, which Jupyter draws); answers longer than a screen are a mistake of the cell.
"""

from __future__ import annotations

import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient

_LONGEST = 40_000  # characters of one answer


def main(path: Path) -> None:
    """Run it, refuse answers nobody would read, write it back without what differs from run to run."""
    notebook = nbformat.read(path, as_version=4)
    NotebookClient(notebook, timeout=300, kernel_name="python3").execute()
    for number, cell in enumerate(notebook.cells):
        cell.metadata.clear()
        for output in cell.get("outputs", ()):
            if len(str(output)) > _LONGEST:
                raise SystemExit(f"cell {number} answers with {len(str(output)):,} characters")
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    nbformat.write(notebook, path)


if __name__ == "__main__":
    main(Path(sys.argv[1]))

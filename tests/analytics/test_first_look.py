"""The tutorial's notebook runs from its first cell to its last."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient
from small_shop import fill
from test_campaigns import lived

from choral import Shop

NOTEBOOK = Path(__file__).resolve().parents[2] / "docs" / "tutorials" / "first-look.ipynb"


def test_the_notebook_of_the_tutorial_runs_and_its_figures_agree(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(shop, lived())
    monkeypatch.setenv("CHORAL_SHOP", str(shop.home.path))
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    shown = [cell["outputs"] for cell in notebook.cells if cell.cell_type == "code" and cell["outputs"]]
    assert len(shown) >= 10
    assert "brought" in str(shown)
    assert all(not cell.get("outputs") for cell in nbformat.read(NOTEBOOK, as_version=4).cells)

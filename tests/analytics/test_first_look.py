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


def test_the_notebook_of_one_measure_shows_the_demos_answers_and_runs_on_any_shop(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = nbformat.read(NOTEBOOK.with_name("one-measure.ipynb"), as_version=4)
    answered = [cell for cell in there.cells if cell.cell_type == "code" and cell.outputs]
    assert len(answered) >= 18
    assert "4596039.58" in str(answered[-2].outputs)
    fill(shop, lived())
    monkeypatch.setenv("CHORAL_SHOP", str(shop.home.path))
    NotebookClient(there, timeout=120, kernel_name="python3").execute()
    assert "4596039.58" not in str(there.cells[-3].outputs)

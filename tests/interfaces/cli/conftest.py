"""A folder of homes of the test's own, with one shop in it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from choral.home import Home


@pytest.fixture(autouse=True)
def homes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("CHORAL_HOMES", str(tmp_path / "homes"))
    monkeypatch.delenv("CHORAL_HOME", raising=False)
    (tmp_path / "homes").mkdir()
    return tmp_path / "homes"


@pytest.fixture
def cafe(homes: Path, empty_home: Path) -> Iterator[Home]:
    """The shop “cafe”, the only one there is."""
    shutil.copytree(empty_home, homes / "cafe")
    yield Home.at("cafe")

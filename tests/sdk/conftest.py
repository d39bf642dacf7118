"""A real server with one source, and what of the SDKs' calls its log holds."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from choral.core.event import Event
from choral.events.store import RejectedRow, Source
from choral.home import Home
from tests.served import Server, opened, served, stored_events

FOLDER = Path(__file__).parent
KEY = "wk_sdk"


@dataclass
class Shop:
    """The server an SDK talks to, and its log."""

    server: Server

    def events(self, expected: int, seconds: float = 10) -> list[Event]:
        """The stored events, after waiting until there are as many as expected (or the time is over)."""
        end = time.monotonic() + seconds
        with opened(self.server.home) as (log, _):
            while log.head() < expected and time.monotonic() < end:
                time.sleep(0.05)
            time.sleep(0.2)  # one more than expected would show now
            return [event for _, event in stored_events(log)]

    def refused(self) -> list[RejectedRow]:
        with opened(self.server.home) as (log, _):
            return log.rejected(limit=1_000)

    def personal(self) -> list[dict[str, Any]]:
        with opened(self.server.home) as (log, _):
            return [
                part for batch in log.read(0, 100_000) if batch.personal for part in json.loads(batch.personal).values()
            ]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    home = Home.make(tmp_path / "home", name="SDK shop")
    with opened(home) as (log, _):
        log.add_source(Source("sdk", "SDK", "web", KEY, 1))
    with served(home, "edge") as server:
        yield Shop(server)


def node() -> str:
    """The node of the virtual environment, else the system's."""
    beside = Path(sys.executable).parent / "node"
    found = str(beside) if beside.exists() else shutil.which("node")
    if found is None or not (FOLDER / "node_modules").is_dir():
        pytest.fail("The JavaScript SDKs are not installed. Run: make sdk", pytrace=False)
    return found


def run_node(*arguments: str) -> str:
    """Run a script of this folder; what it said on stderr."""
    done = subprocess.run([node(), *arguments], cwd=FOLDER, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stderr


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """Address and folder of a web shop's pages on localhost."""
    from tests.sdk.pages import shop_pages

    with shop_pages(tmp_path_factory.mktemp("site")) as pages:
        yield pages

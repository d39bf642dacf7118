"""`choral demo`: the real data load once, go on after a kill, and can be removed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from choral.home import Home
from tests.interfaces.cli.called import call, run

PUBLISHED = {"households": 2469, "orders": 155848, "lines": 1469307, "sales": 459603958, "campaigns": 27}


@pytest.fixture
def killed_half_way(homes: Path) -> Path:
    """A demo whose loading was killed with all its processes after some seconds."""
    process = subprocess.Popen(
        [sys.executable, "-m", "choral.interfaces.cli", "demo", "--no-serve"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    end = time.monotonic() + 60
    while time.monotonic() < end and process.poll() is None:
        if (homes / "demo" / "log.db").exists() and _head() > 40_000:
            break
        time.sleep(0.2)
    assert process.poll() is None, "It ended before it could be killed."
    process.kill()
    process.wait()
    assert not (homes / "demo" / "demo.json").exists()
    return homes / "demo"


def test_the_real_data_load_to_their_published_counts_even_when_killed_half_way(killed_half_way: Path) -> None:
    begun = time.monotonic()
    first = run("demo", "--no-serve", "--json", seconds=200)
    print(f"\nthe rest of the demo: {time.monotonic() - begun:.1f} s")
    assert first.code == 0, first.err
    assert first.json["summary"] == PUBLISHED
    assert "/sign-in/link/" in first.json["sign_in"]

    head, begun = _head(), time.monotonic()
    again = run("demo", "--no-serve")
    assert time.monotonic() - begun < 10
    assert "155,848" in again.out and "dunnhumby" in again.out and "learning and research" in again.out
    assert _head() == head

    refused = call("demo", "--remove", "--confirm", "something else", "--json")
    assert (refused.code, refused.error["code"]) == (4, "not_confirmed")
    assert call("demo", "--remove", "--confirm", "The Complete Journey").code == 0
    assert not killed_half_way.exists()


def test_removing_the_demo_removes_no_other_shop(cafe: Home) -> None:
    answer = call("demo", "--remove", "--home", "cafe", "--confirm", cafe.name, "--json")
    assert (answer.code, answer.error["code"]) == (4, "not_the_demo")
    assert (cafe.path / "shop.toml").exists()
    assert call("demo", "--remove").code == 3


def _head() -> int:
    import sqlite3
    from contextlib import closing

    file = Path(os.environ["CHORAL_HOMES"]) / "demo" / "log.db"
    try:
        with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True)) as log:
            return int(log.execute("SELECT coalesce(max(first + count - 1), 0) FROM batches").fetchone()[0])
    except sqlite3.OperationalError:
        return 0

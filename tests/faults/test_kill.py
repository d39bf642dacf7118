"""The server is killed at random moments under load: what was acknowledged is in the log, and nothing counts twice."""

from __future__ import annotations

import os
import random
import sqlite3
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from choral.events import dedupe
from choral.events.store import Source
from choral.home import Home
from tests.faults.clients import KEY, Clients
from tests.served import Server, opened, stored_events


def _home(folder: Path) -> Home:
    home = Home.make(folder / "home", name="Fault shop")
    with opened(home) as (log, _):
        log.add_source(Source("faults", "Faults", "web", KEY, 1))
    return home


@pytest.mark.parametrize("kills", [30, pytest.param(500, marks=[pytest.mark.slow, pytest.mark.timeout(1_800)])])
def test_nothing_acknowledged_is_lost_or_doubled_when_the_server_is_killed(kills: int, tmp_path: Path) -> None:
    seed = int(os.environ.get("CHORAL_SEED") or time.time_ns() % 1_000_000)
    print(f"CHORAL_SEED={seed}")  # shown when it fails; set it to see the same run again
    chance = random.Random(seed)
    home = _home(tmp_path)
    server = Server(home, "edge")
    server.start()
    clients = Clients(server.port, seed)
    clients.start()
    try:
        for _ in range(kills):
            time.sleep(chance.uniform(0.05, 0.6))
            server.kill()
            server.start()
        time.sleep(0.5)
        clients.finish()
    finally:
        server.kill()
    _judge(home, clients)


class _Views(sqlite3.Cursor):
    """The dedupe's placeholders are those of the views database."""

    def execute(self, sql: str, params: Any = ()) -> sqlite3.Cursor:
        return super().execute(sql.replace("%s", "?"), params)

    def executemany(self, sql: str, params: Any) -> sqlite3.Cursor:
        return super().executemany(sql.replace("%s", "?"), params)


def _counted(rows: list[dedupe.Row]) -> list[str]:
    """The message ids that the consumer's own rule lets count, in slices as it reads them."""
    counted: list[str] = []
    with closing(sqlite3.connect(":memory:")) as db:
        cursor = db.cursor(_Views)
        dedupe.prepare(cursor, "sqlite")
        for start in range(0, len(rows), 500):
            part = rows[start : start + 500]
            first = dedupe.first_seen(cursor, "sqlite", part)
            counted += [message_id for (_, message_id, _), counts in zip(part, first, strict=True) if counts]
    return counted


def _judge(home: Home, clients: Clients) -> None:
    with opened(home) as (log, _):
        found = stored_events(log)
        positions = log.head()
    times = Counter((source, event.id) for source, event in found)
    stored = {message_id for _, message_id in times}
    assert clients.acknowledged - stored == set(), "acknowledged, but not in the log"
    assert stored - clients.sent == set(), "in the log, but never sent"
    assert positions == len(found), "a position without its event"
    assert clients.acknowledged == clients.sent
    # A batch stored just before its answer was cut is stored again by the retry; the log's readers count it once.
    counted = _counted([(source, event.id, position) for position, (source, event) in enumerate(found, 1)])
    assert sorted(counted) == sorted(clients.sent)
    assert set(clients.answers) <= {200, 429, 503}
    assert clients.refused_connections > 0, "the kills never met a request"
    with closing(sqlite3.connect(home.path / "log.db")) as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)

"""The log on SQLite keeps what every log promises, and says what a full disk means."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from choral.core.errors import Unavailable
from choral.events.store import Batch, open_log
from tests.promises.log import LogPromises, batch


class TestSqliteLog(LogPromises):
    @pytest.fixture
    def log_url(self, tmp_path: Path) -> str:
        return f"sqlite://{tmp_path / 'log.db'}"


def test_a_full_disk_is_told_and_writing_goes_on_when_there_is_space(tmp_path: Path) -> None:
    log = open_log(f"sqlite://{tmp_path / 'log.db'}")
    log.append([batch("a")])
    pages = log._writer.execute("PRAGMA page_count").fetchone()[0]  # type: ignore[attr-defined]
    log._writer.execute(f"PRAGMA max_page_count = {pages}")  # type: ignore[attr-defined]
    with pytest.raises(Unavailable) as caught:
        for number in range(200):
            log.append([batch(f"b{number}", 200)])
    assert caught.value.status == 503 and "full" in caught.value.why
    log._writer.execute("PRAGMA max_page_count = 1000000")  # type: ignore[attr-defined]
    head = log.head()
    assert log.append([batch("c")]) == [head + 1]
    log.close()


def test_the_write_ahead_log_begins_anew_even_when_writing_never_pauses(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("choral.events.store.sqlite._MANY_PAGES", 100)
    log = open_log(f"sqlite://{tmp_path / 'log.db'}")
    sizes = []
    for _ in range(6):
        for number in range(40):
            log.append([Batch("web", 1, 1, os.urandom(20_000))])
            if number == 20:
                log.checkpoint()
        sizes.append((tmp_path / "log.db-wal").stat().st_size)
    assert sizes[-1] == sizes[2]
    assert log.head() == log.read(0, 1 << 30)[-1].last == 240
    log.close()


def test_a_reader_that_stays_does_not_stop_the_writing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("choral.events.store.sqlite._MANY_PAGES", 10)
    log = open_log(f"sqlite://{tmp_path / 'log.db'}")
    log.append([batch("a", 500)])
    reader = sqlite3.connect(tmp_path / "log.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM batches").fetchone()
    for number in range(20):
        log.append([Batch("web", 1, 1, os.urandom(20_000))])
        log.checkpoint()
        assert log.head() == 501 + number
    reader.close()
    log.close()

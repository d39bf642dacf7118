"""The log on SQLite keeps what every log promises, and says what a full disk means."""

from __future__ import annotations

from pathlib import Path

import pytest

from choral.core.errors import Unavailable
from choral.events.store import open_log
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

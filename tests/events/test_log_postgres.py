"""The log on PostgreSQL keeps what every log promises, and outlives its server's restarts."""

from __future__ import annotations

import psycopg
import pytest

from choral.core.errors import Unavailable
from choral.events.store import open_log
from tests.promises.log import LogPromises, batch


class TestPostgresLog(LogPromises):
    @pytest.fixture
    def log_url(self, postgres_url: str) -> str:
        return postgres_url


def test_connections_the_server_has_cut_are_made_anew(postgres_url: str) -> None:
    log = open_log(postgres_url)
    log.append([batch("a")])
    with psycopg.connect(postgres_url, autocommit=True) as admin:
        admin.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert log.append([batch("b")]) == [2]
    assert [one.first for one in log.read(0)] == [1, 2]
    log.close()


def test_a_server_that_is_not_there_is_told_as_unavailable(postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("choral.events.store.postgres._WAIT_SECONDS", 0.5)
    with pytest.raises(Unavailable) as caught:
        open_log(postgres_url + "-elsewhere")
    assert caught.value.code == "storage_unavailable"

"""Once is once: the same message id counts one time, for ever, whatever the engine of the views."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

import psycopg
import pytest

from choral.events import dedupe


class SqliteCursor:
    """A cursor with `%s` placeholders, as the framework's are."""

    def __init__(self, path: str) -> None:
        self._cursor = sqlite3.connect(path, isolation_level=None).cursor()

    @property
    def rowcount(self) -> int:
        return self._cursor.rowcount

    def execute(self, sql: str, params: Sequence[Any] = ()) -> None:
        self._cursor.execute(sql.replace("%s", "?"), params)

    def executemany(self, sql: str, params: Sequence[Sequence[Any]]) -> None:
        self._cursor.executemany(sql.replace("%s", "?"), params)

    def fetchall(self) -> list[Any]:
        return self._cursor.fetchall()


Views = tuple[Any, str]


@pytest.fixture(params=["sqlite", "postgresql"])
def views(request: pytest.FixtureRequest, tmp_path: Any) -> Iterator[Views]:
    if request.param == "sqlite":
        cursor = SqliteCursor(str(tmp_path / "views.db"))
        dedupe.prepare(cursor, "sqlite")
        yield cursor, "sqlite"
        return
    with psycopg.connect(request.getfixturevalue("postgres_url"), autocommit=True) as connection:
        found = connection.cursor()
        dedupe.prepare(found, "postgresql")
        yield found, "postgresql"


def test_an_id_counts_once_within_one_batch_and_across_batches(views: Views) -> None:
    assert dedupe.first_seen(*views, [("web", "a", 1), ("web", "b", 2), ("web", "a", 3)]) == [True, True, False]
    assert dedupe.first_seen(*views, [("web", "b", 4), ("web", "c", 5)]) == [False, True]
    assert dedupe.excluded(views[0], 0, 5) == [3, 4]


def test_the_same_id_from_another_source_is_another_event(views: Views) -> None:
    assert dedupe.first_seen(*views, [("web", "a", 1), ("till", "a", 2), ("we", "ba", 3)]) == [True, True, True]


def test_ids_that_share_all_but_one_character_are_different_events(views: Views) -> None:
    rows = [("web", f"ajs-next-1732450000000-{'0' * 300}{number}", number + 1) for number in range(500)]
    assert all(dedupe.first_seen(*views, rows))


def test_asking_again_after_a_crash_gives_the_same_answer(views: Views) -> None:
    rows = [("web", str(number % 700), number + 1) for number in range(1_000)]
    once = dedupe.first_seen(*views, rows)
    assert dedupe.first_seen(*views, rows) == once
    assert sum(once) == 700
    assert dedupe.excluded(views[0], 0, 1_000) == list(range(701, 1_001))


def test_two_ids_that_share_their_64_bit_key_are_both_counted(views: Views, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = dedupe._hash
    monkeypatch.setattr(dedupe, "_hash", lambda source, message_id: (7, whole(source, message_id)[1]))
    assert dedupe.first_seen(*views, [("web", "a", 1), ("web", "b", 2)]) == [True, True]
    assert dedupe.first_seen(*views, [("web", "a", 3), ("web", "b", 2)]) == [False, True]


def test_excluded_positions_leave_out_the_lower_bound_and_take_in_the_upper(views: Views) -> None:
    dedupe.first_seen(*views, [("web", "a", position) for position in range(1, 6)])
    assert dedupe.excluded(views[0], 2, 4) == [3, 4]


def test_an_empty_batch_and_tables_made_twice_change_nothing(views: Views) -> None:
    dedupe.prepare(*views)
    assert dedupe.first_seen(*views, []) == []
    assert dedupe.excluded(views[0], 0, 10) == []


def test_an_id_with_broken_characters_is_an_id_like_any_other(views: Views) -> None:
    assert dedupe.first_seen(*views, [("web", "\ud800", 1), ("web", "é\x00", 2), ("web", "\ud800", 3)]) == [
        True,
        True,
        False,
    ]

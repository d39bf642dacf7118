"""When an action returns, its change and facts are kept; when it fails, nothing of it is and nobody else suffers."""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import DatabaseError, IntegrityError, connection, connections

from choral import Shop
from choral.books import SYSTEM, Actor, Tx, act, unit_of_work
from choral.books.unit_of_work import close_writer
from choral.core.errors import Unavailable
from tests.books.told import count, keys, note

MANY = 60


def test_an_action_keeps_its_change_its_fact_and_its_audit_line_together(books: Shop) -> None:
    assert act(note, Actor("member:7", "192.0.2.1"), "a") == "a"
    assert act(keys, SYSTEM) == ["a"]
    assert (act(count, SYSTEM, "outbox"), act(count, SYSTEM, "audit")) == (1, 1)


def test_an_action_that_fails_leaves_neither_change_nor_fact_nor_audit_line(books: Shop) -> None:
    with pytest.raises(ValueError, match="on purpose"):
        act(note, SYSTEM, "a", fail=True)
    assert act(keys, SYSTEM) == []
    assert (act(count, SYSTEM, "outbox"), act(count, SYSTEM, "audit")) == (0, 0)


def test_one_failing_action_does_no_harm_to_those_committed_with_it(books: Shop) -> None:
    def run(number: int) -> str:
        try:
            return act(note, SYSTEM, f"{number:03}", fail=number % 3 == 0)
        except ValueError:
            return "failed"
        finally:
            connections.close_all()

    with ThreadPoolExecutor(16) as pool:
        outcomes = list(pool.map(run, range(MANY)))
    assert outcomes.count("failed") == MANY // 3
    assert act(keys, SYSTEM) == [f"{number:03}" for number in range(MANY) if number % 3]
    assert act(count, SYSTEM, "outbox") == act(count, SYSTEM, "audit") == MANY - MANY // 3


def test_of_two_that_want_the_same_key_one_gets_it_and_the_other_hears_of_it(books: Shop) -> None:
    def run(_: int) -> bool:
        try:
            act(note, SYSTEM, "the same")
        except IntegrityError:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(run, range(8))) == [False] * 7 + [True]
    assert act(count, SYSTEM, "outbox") == 1


def test_an_action_that_calls_another_commits_or_fails_with_it(books: Shop) -> None:
    def both(tx: Tx) -> None:
        act(note, tx.actor, "inner")
        raise ValueError("the outer one failed")

    with pytest.raises(ValueError, match="outer"):
        act(both, SYSTEM)
    assert act(keys, SYSTEM) == []


def test_a_mistake_in_a_statement_is_told_as_it_is_and_hurts_nobody_else(books: Shop) -> None:
    def mistaken(tx: Tx) -> None:
        tx.execute("INSERT INTO books_nowhere VALUES (1)")

    with pytest.raises(DatabaseError):
        act(mistaken, SYSTEM)
    assert act(note, SYSTEM, "after") == "after"


def test_waiting_actions_share_a_commit_on_sqlite(shop: Shop) -> None:
    act(note, SYSTEM, "first")
    begun, release = threading.Event(), threading.Event()
    commits: list[str] = []

    def slow(tx: Tx) -> None:
        begun.set()
        connection.connection.set_trace_callback(lambda text: commits.append(text) if text == "COMMIT" else None)
        release.wait(10)

    with ThreadPoolExecutor(MANY + 1) as pool:
        pool.submit(act, slow, SYSTEM)
        begun.wait(10)
        waiting = [pool.submit(act, note, SYSTEM, f"{number:03}") for number in range(MANY)]
        while _queued() < MANY:
            pass
        release.set()
        assert [one.result() for one in waiting] == [f"{number:03}" for number in range(MANY)]
    assert len(commits) == 2  # the slow one's, and one for all that waited for it


def _queued() -> int:
    assert unit_of_work._current is not None
    return unit_of_work._current._queue.qsize()


def test_a_full_disk_is_told_as_unavailable_and_writing_goes_on_when_there_is_space(shop: Shop) -> None:
    act(note, SYSTEM, "before")

    def limit(tx: Tx, pages: int) -> None:
        tx.rows(f"PRAGMA max_page_count = {pages}")

    act(limit, SYSTEM, 1)  # SQLite takes the size it has
    with pytest.raises(Unavailable) as caught:
        for number in range(2_000):
            act(note, SYSTEM, f"{number:04}" + "x" * 240)
    assert caught.value.status == 503
    act(limit, SYSTEM, 1 << 30)
    whole = len(act(keys, SYSTEM))
    assert whole == act(count, SYSTEM, "outbox") == act(count, SYSTEM, "audit")
    assert act(note, SYSTEM, "after") == "after"


def test_a_file_that_another_process_holds_is_told_as_unavailable(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    act(note, SYSTEM, "before")
    monkeypatch.setitem(connections.databases["default"]["OPTIONS"], "timeout", 0.2)
    close_writer()  # the next one connects with this shorter patience
    other = sqlite3.connect(shop.home.path / "books.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable) as caught:
        act(note, SYSTEM, "during")
    other.execute("ROLLBACK")
    other.close()
    assert "Another process" in caught.value.fix
    assert act(note, SYSTEM, "after") == "after"
    close_writer()


@pytest.mark.parametrize("books", ["postgresql"], indirect=True)
def test_a_server_that_cut_the_connection_is_told_as_unavailable_and_then_met_again(books: Shop) -> None:
    act(note, SYSTEM, "before")

    def cut(tx: Tx) -> None:
        tx.execute("SELECT pg_terminate_backend(pg_backend_pid())")

    with pytest.raises(Unavailable):
        act(cut, SYSTEM)
    assert act(note, SYSTEM, "after") == "after"
    assert act(keys, SYSTEM) == ["after", "before"]


@pytest.mark.parametrize("books", ["postgresql"], indirect=True)
def test_two_actions_that_block_each_other_both_end_well(books: Shop) -> None:
    act(note, SYSTEM, "a")
    act(note, SYSTEM, "b")
    both = threading.Barrier(2)
    tries: list[str] = []

    def touch(tx: Tx, first: str, second: str) -> None:
        tries.append(first)
        tx.execute("UPDATE books_idempotency SET status = status + 1 WHERE key = %s", (first,))
        if len(tries) <= 2:
            both.wait(10)
        tx.execute("UPDATE books_idempotency SET status = status + 1 WHERE key = %s", (second,))

    def run(first: str, second: str) -> None:
        try:
            act(touch, SYSTEM, first, second)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as pool:
        for one in [pool.submit(run, "a", "b"), pool.submit(run, "b", "a")]:
            one.result()
    assert len(tries) > 2
    assert act(lambda tx: tx.rows("SELECT DISTINCT status FROM books_idempotency"), SYSTEM) == [(202,)]

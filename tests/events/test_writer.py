"""Many wait for one fsync: all hear the outcome, nobody waits for ever, and too much at once is turned away."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from choral.core.errors import Unavailable
from choral.events.store import Batch, EventLog, open_log
from choral.events.writer import LogWriter
from tests.promises.log import assert_whole, batch


@pytest.fixture
def log(tmp_path: Path) -> Iterator[EventLog]:
    opened = open_log(f"sqlite://{tmp_path / 'log.db'}")
    yield opened
    opened.close()


class Held:
    """Holds the first append until it is let go, and counts the appends."""

    def __init__(self, log: EventLog, monkeypatch: pytest.MonkeyPatch) -> None:
        self.begun, self.go = threading.Event(), threading.Event()
        self.sizes: list[int] = []
        self._append = log.append
        monkeypatch.setattr(log, "append", self.append)

    def append(self, batches: Sequence[Batch]) -> list[int]:
        self.sizes.append(len(batches))
        self.begun.set()
        self.go.wait(10)
        return self._append(batches)


def test_all_who_wait_share_one_commit_and_each_gets_a_position_of_its_own(
    log: EventLog, monkeypatch: pytest.MonkeyPatch
) -> None:
    held = Held(log, monkeypatch)
    told = threading.Semaphore(0)
    writer = LogWriter(log, on_commit=told.release)
    outcomes: list[int | BaseException] = []
    for number in range(30):
        writer.submit(batch(str(number), 2), outcomes.append)
        if not number:
            held.begun.wait(10)
    held.go.set()
    writer.close()
    assert held.sizes == [1, 29]
    assert outcomes == list(range(1, 60, 2))
    assert told.acquire(timeout=1) and told.acquire(timeout=1)
    assert_whole(log, 60)


def test_a_log_that_is_not_there_is_told_to_all_who_wait(log: EventLog, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(batches: Sequence[Batch]) -> list[int]:
        raise Unavailable("storage_unavailable", "The disk is full.")

    append = log.append
    monkeypatch.setattr(log, "append", full)
    writer = LogWriter(log)

    def fails(number: int) -> bool:
        try:
            writer.append(batch(str(number)))
        except Unavailable:
            return True
        return False

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(fails, range(20)))
    monkeypatch.setattr(log, "append", append)
    assert writer.append(batch("after")) == 1
    writer.close()


@pytest.mark.parametrize("limit", ["_LONGEST_QUEUE", "_MOST_BYTES"])
def test_too_much_at_once_is_turned_away_and_what_was_taken_is_written(
    log: EventLog, monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    monkeypatch.setattr(f"choral.events.writer.{limit}", 5 if limit == "_LONGEST_QUEUE" else 500)
    held = Held(log, monkeypatch)
    writer = LogWriter(log)
    outcomes: list[int | BaseException] = []
    taken = 0
    with pytest.raises(Unavailable) as caught:
        for number in range(100):
            writer.submit(batch(str(number)), outcomes.append)
            taken += 1
            if not number:
                held.begun.wait(10)
    assert (caught.value.code, caught.value.status) == ("overloaded", 429)
    held.go.set()
    writer.close()
    assert outcomes == list(range(1, taken + 1))


def test_after_closing_nobody_waits_for_ever(log: EventLog) -> None:
    writer = LogWriter(log)
    writer.append(batch("a"))
    writer.close()
    with pytest.raises(Unavailable) as caught:
        writer.append(batch("b"))
    assert caught.value.code == "shutting_down"
    assert log.head() == 1

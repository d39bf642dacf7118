"""Facts leave the outbox for the log: none is lost, at whatever moment something breaks."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from choral.core.clock import FixedClock
from choral.core.errors import Unavailable
from choral.core.event import Event, decode_lines, encode_lines
from choral.events.relay import SOURCE, Waiting, relay
from choral.events.store import EventLog, open_log

NOW = 1_700_000_000_000_000


class ListedOutbox:
    """An outbox in memory."""

    def __init__(self, *waiting: Waiting) -> None:
        self.waiting = list(waiting)

    def take(self, limit: int) -> list[Waiting]:
        return self.waiting[:limit]

    def done(self, ids: Sequence[int]) -> None:
        self.waiting = [one for one in self.waiting if one.id not in ids]


@pytest.fixture
def log(tmp_path: Path) -> Iterator[EventLog]:
    opened = open_log(f"sqlite://{tmp_path / 'log.db'}")
    yield opened
    opened.close()


def fact(number: int, personal: bytes | None = None) -> Waiting:
    return Waiting(number, encode_lines([Event(f"fact-{number}", "Consent Given", NOW)]).rstrip(b"\n"), personal)


def test_facts_go_to_the_log_in_order_as_one_batch_and_leave_the_outbox(log: EventLog) -> None:
    outbox = ListedOutbox(*[fact(number) for number in range(1, 6)])
    assert relay(outbox, log, FixedClock(NOW)) == 5
    (stored,) = log.read(0)
    assert (stored.source, stored.received_at, stored.count) == (SOURCE, NOW, 5)
    assert [event.id for event in decode_lines(stored.payload)] == [f"fact-{number}" for number in range(1, 6)]
    assert outbox.waiting == []


def test_a_personal_part_stays_with_its_event(log: EventLog) -> None:
    relay(ListedOutbox(fact(1), fact(2, b'{"traits":{"email":"a@b.fr"}}'), fact(3)), log)
    (stored,) = log.read(0)
    assert stored.personal is not None
    assert json.loads(stored.personal) == {"1": {"traits": {"email": "a@b.fr"}}}


def test_a_long_outbox_goes_in_parts(log: EventLog) -> None:
    outbox = ListedOutbox(*[fact(number) for number in range(1, 26)])
    assert [relay(outbox, log, most=10) for _ in range(4)] == [10, 10, 5, 0]
    assert [one.count for one in log.read(0)] == [10, 10, 5]


def test_an_empty_outbox_writes_nothing(log: EventLog) -> None:
    assert relay(ListedOutbox(), log) == 0
    assert log.head() == 0


def test_a_log_that_cannot_be_written_leaves_all_in_the_outbox(log: EventLog, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(batches: object) -> list[int]:
        raise Unavailable("storage_unavailable", "The disk is full.")

    outbox = ListedOutbox(fact(1))
    monkeypatch.setattr(log, "append", full)
    with pytest.raises(Unavailable):
        relay(outbox, log)
    assert outbox.waiting == [fact(1)]

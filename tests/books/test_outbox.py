"""A fact told by a book is counted once, whatever is killed between the book and the views."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from choral import Shop
from choral.books import SYSTEM, act
from choral.books.outbox import BooksOutbox
from choral.core.event import decode_lines
from choral.events import dedupe
from choral.events.relay import SOURCE, relay
from choral.events.store import EventLog
from tests.books.told import count, note

# A worker that is killed after the log has the facts and before the outbox lets go of them.
KILLED = """
import os, signal, sys
from choral import open_shop
from choral.books.outbox import BooksOutbox
from choral.events.relay import relay
shop = open_shop(sys.argv[1])
class Cut(BooksOutbox):
    def done(self, ids):
        os.kill(os.getpid(), signal.SIGKILL)
relay(Cut(), shop.log)
"""


def told(log: EventLog) -> list[str]:
    """The ids of all facts in the log, repetitions included."""
    return [event.id for batch in log.read(0) for event in decode_lines(batch.payload)]


def test_what_a_book_tells_reaches_the_log_with_its_personal_part_and_leaves_the_outbox(books: Shop) -> None:
    for key in "abc":
        act(note, SYSTEM, key)
    assert relay(BooksOutbox(), books.log) == 3
    assert told(books.log) == ["fact-a", "fact-b", "fact-c"]
    (batch,) = books.log.read(0)
    assert (batch.source, batch.personal) == (
        SOURCE, b'{"0":{"traits": {"first_name": "Ada"}},"1":{"traits": {"first_name": "Ada"}},'
        b'"2":{"traits": {"first_name": "Ada"}}}',
    )  # fmt: skip
    assert act(count, SYSTEM, "outbox") == 0
    assert relay(BooksOutbox(), books.log) == 0


def test_a_fact_told_while_others_are_moved_is_not_deleted_with_them(books: Shop) -> None:
    outbox = BooksOutbox()
    act(note, SYSTEM, "a")
    waiting = outbox.take(10)
    act(note, SYSTEM, "b")
    outbox.done([one.id for one in waiting])
    assert [one.id for one in outbox.take(10)] == [waiting[0].id + 1]
    outbox.done([waiting[0].id])


def test_a_worker_killed_between_sends_twice_and_each_fact_still_counts_once(books: Shop) -> None:
    for key in "abc":
        act(note, SYSTEM, key)
    process = subprocess.run(
        [sys.executable, "-c", KILLED, str(books.home.path)], check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    assert process.returncode == -signal.SIGKILL
    assert relay(BooksOutbox(), books.log) == 3
    assert told(books.log) == ["fact-a", "fact-b", "fact-c"] * 2
    assert counted_once(books) == ["fact-a", "fact-b", "fact-c"]


def counted_once(shop: Shop) -> list[str]:
    """What the consumer's dedupe lets through."""
    from django.db import connections

    rows = [
        (batch.source, event.id, batch.first + index)
        for batch in shop.log.read(0)
        for index, event in enumerate(decode_lines(batch.payload))
    ]
    with connections["views"].cursor() as cursor:
        dedupe.prepare(cursor, connections["views"].vendor)
        first = dedupe.first_seen(cursor, connections["views"].vendor, rows)
    return [row[1] for row, counts in zip(rows, first, strict=True) if counts]

"""A worker killed with -9 in the middle of a merge, of an undo, of new rules or of a rebuild ends where an undisturbed
one does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from choral.books import Actor
from choral.books.outbox import BooksOutbox
from choral.customers.consumer import rebuild
from choral.events.relay import relay
from tests.customers.told import Told, append, dump, event, persons

AGENT = Actor("member:7")
# The worker dies by its own hand at a named place: every row is written there, and nothing is committed.
PROGRAM = """
import os, signal, sys
from choral import open_shop
from choral.customers import consumer
shop = open_shop(sys.argv[1])
place, at_call = sys.argv[2], int(sys.argv[3])
calls, before = 0, getattr(consumer, place)
def killed(*args, **kwargs):
    global calls
    result = before(*args, **kwargs)
    calls += 1
    if calls == at_call:
        os.kill(os.getpid(), signal.SIGKILL)
    return result
setattr(consumer, place, killed)
if place == "_take_in":
    consumer.empty()
while consumer.consume(shop.home, shop.log, 200):
    pass
"""


def killed_at(told: Told, place: str, call: int = 1) -> None:
    program = [sys.executable, "-c", PROGRAM, str(told.shop.home.path), place, str(call)]
    done = subprocess.run(program, env=os.environ.copy(), capture_output=True, timeout=120)
    assert done.returncode == -signal.SIGKILL, done.stderr[-2_000:]


@pytest.fixture
def crowd(told: Told) -> Told:
    """Two accounts with three hundred browsers each, so that one is carried along as a whole."""
    for side in "ab":
        seen = [event(n + 1_000 * ord(side), f"user:{side}", f"anonymous:{side}{n}") for n in range(300)]
        append(told.shop, "web", seen)
    append(told.shop, "web", [event(9, "user:a", "anonymous:kiosk"), event(10, "user:b", "anonymous:kiosk")])
    told.consume()
    return told


def merged(told: Told) -> str:
    return told.customers.identity.merge(AGENT, told.one("user:a"), told.one("user:b"), "one", confirmed=True).id


def test_in_the_middle_of_a_merge_and_of_its_undoing(crowd: Told) -> None:
    never = persons()
    made = merged(crowd)
    relay(BooksOutbox(), crowd.shop.log)
    killed_at(crowd, "absorb")
    assert persons() == never, "nothing of it is there"
    crowd.settle()
    assert crowd.same("user:a", "user:b", "anonymous:a1", "anonymous:b1", "anonymous:kiosk")
    once = dump()
    rebuild(crowd.shop.home, crowd.shop.log)
    assert dump() == once
    crowd.customers.identity.withdraw(AGENT, made)
    relay(BooksOutbox(), crowd.shop.log)
    killed_at(crowd, "absorb")
    crowd.settle()
    assert persons() == never


def test_in_the_middle_of_new_rules(crowd: Told) -> None:
    crowd.customers.identity.set_kind(AGENT, "anonymous", {"links": False})
    relay(BooksOutbox(), crowd.shop.log)
    killed_at(crowd, "resettle")
    assert crowd.same("user:a", "anonymous:a1")
    crowd.settle()
    assert not crowd.same("user:a", "anonymous:a1")
    once = dump()
    rebuild(crowd.shop.home, crowd.shop.log)
    assert dump() == once


def test_in_the_middle_of_a_rebuild(crowd: Told) -> None:
    merged(crowd)
    crowd.settle()
    whole = dump()
    for call in (1, 2):
        killed_at(crowd, "_take_in", call)
        crowd.settle()
        assert dump() == whole

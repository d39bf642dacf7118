"""What the worker does, in lanes: events are seen within a second, counted, learnt from, passed on; files imported."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from pathlib import Path

from django.db import connections

from choral.books import SYSTEM, act
from choral.books.actions import forget_answers
from choral.books.outbox import BooksOutbox
from choral.core.clock import DAY, SYSTEM_CLOCK
from choral.customers.access.reading import forget_reads
from choral.customers.access.rules import KEPT_READS
from choral.customers.consumer import TURN, clear_personal, consume
from choral.events.relay import relay
from choral.interfaces.worker.lane import Lane, Task
from choral.interfaces.worker.learning import Learning
from choral.interfaces.worker.slow import Slow
from choral.pulse import Pulse, only_worker, write
from choral.shop import Shop, open_shop
from choral.team import forget_links

_POLL = 0.03  # seconds between two looks at the log
_PULSE = 0.5
_STOP_SECONDS = 8.0  # for the batch in hand; whatever is cut is done again by the next worker


def work(home: Path) -> None:
    """Be the worker of a home until SIGTERM or SIGINT; SIGUSR1 makes lake and marts due at once.

    Raises `Conflict` (`worker_running`) when the home has a worker. To be called from a process's main thread.
    """
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    sys.setswitchinterval(0.001)  # the swift lane must not wait for the slow one
    with only_worker(home):
        shop = open_shop(home)
        slow = Slow(shop)
        signal.signal(signal.SIGUSR1, lambda *_: slow.hurry.set())
        lanes = [
            Lane("swift", _swift(shop), stop, connections.close_all),
            Lane("slow", _slow(shop, slow), stop, connections.close_all),
            Lane("learning", _learning(shop), stop, connections.close_all),
            Lane("mail", [Task("boards", 20.0, shop.analytics.boards.send_due)], stop, connections.close_all),
            Lane("outward", _outward(shop), stop, connections.close_all),
            Lane("imports", [Task("imports", 2.0, lambda: shop.connectors.resume() > 0)], stop, connections.close_all),
        ]
        for lane in lanes:
            lane.start()
        _tell(shop, slow, lanes, stop)
        end = time.monotonic() + _STOP_SECONDS
        for lane in lanes:
            lane.join(max(0.0, end - time.monotonic()))
        if any(lane.is_alive() for lane in lanes):
            os._exit(0)  # in the middle of long work that may be cut anywhere: the next worker goes on
        shop.close()


def _swift(shop: Shop) -> list[Task]:
    clear_personal(shop.log)
    outbox = BooksOutbox()
    return [
        Task("relay", 2 * _POLL, lambda: _relay(shop, outbox)),
        Task("consume", _POLL, lambda: consume(shop.home, shop.log) > 0),
        Task("audiences", 2 * _POLL, shop.customers.audiences.follow),
    ]


def _relay(shop: Shop, outbox: BooksOutbox) -> bool:
    with TURN:
        return relay(outbox, shop.log) > 0


def _outward(shop: Shop) -> list[Task]:
    return [
        Task("forwarding", 0.5, shop.connectors.forwarding.deliver_due),
        Task("plan", 1.0, shop.connectors.plan.check_due),
    ]


def _slow(shop: Shop, slow: Slow) -> list[Task]:
    return [
        Task("lake", 0.25, slow.flush),
        Task("marts", 0.25, slow.make_marts),
        Task("privacy", 1.0, lambda: shop.customers.privacy.work(shop.make_figures_anew) > 0),
        Task("audience columns", 0.5, shop.customers.audiences.keep),
        Task("retention", 86_400.0, lambda: shop.customers.privacy.retain() > 0),
        Task("housekeeping", 3600.0, _keep_house),
    ]


def _learning(shop: Shop) -> list[Task]:
    learning = Learning(shop)
    return [
        Task("purchases", 2.0, learning.sort_purchases),
        Task("models", 5.0, learning.learn),
        Task("links", 2.0, lambda: shop.customers.links.compare_waiting(SYSTEM)),
    ]


def _keep_house() -> bool:
    links = act(forget_links, SYSTEM, SYSTEM_CLOCK.now() - 7 * DAY)
    links += act(forget_reads, SYSTEM, SYSTEM_CLOCK.now() - KEPT_READS)
    return links + act(forget_answers, SYSTEM) > 0


def _tell(shop: Shop, slow: Slow, lanes: list[Lane], stop: threading.Event) -> None:
    """Write the pulse until told to stop."""
    started = SYSTEM_CLOCK.now()
    while True:
        try:
            status = shop.customers.status()
            pulse = Pulse(
                os.getpid(), started, SYSTEM_CLOCK.now(), status.head, status.position, slow.position, status.age,
                slow.settled_at, tuple(task.pulse() for lane in lanes for task in lane.tasks),
            )  # fmt: skip
            write(shop.home.path, pulse)
        except Exception:  # noqa: BLE001, S110 - a full disk must not end the worker; the old pulse grows stale
            connections.close_all()
        if stop.wait(_PULSE):
            return

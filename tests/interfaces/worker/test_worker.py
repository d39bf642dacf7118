"""The worker: what was received is seen at once, whatever happens to the worker, and never by two workers."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from choral import Shop, open_shop, pulse
from choral.events.store import Source
from choral.home import Home
from tests.interfaces.worker.worked import settle, start, wait_until, working


def order(number: int, card: str = "card:8812") -> dict[str, object]:
    return {
        "id": f"m-{number}", "name": "Order Completed", "ids": [card], "channel": "store",
        "properties": {"order_id": f"o-{number}", "revenue": 10, "currency": "EUR"},
    }  # fmt: skip


def till(shop: Shop) -> Source:
    return shop.events.create_source("Till", "store", source_id="till")


def test_an_event_is_in_the_profile_within_a_second(shop: Shop) -> None:
    source = till(shop)
    with working(shop.home):
        waits = []
        for number in range(5):
            shop.events.accept(source, [order(number)])
            seen = wait_until(lambda wanted=number + 1: shop.customers.count() and orders(shop) == wanted, 10)
            waits.append(seen)
        print(f"\nprofile visible after {sorted(waits)[2]:.3f} s (median of 5)")
        assert sorted(waits)[2] < 1


def orders(shop: Shop) -> int:
    return sum(row.orders for row in shop.customers.list().rows)


def test_two_workers_refuse_each_other(home: Home) -> None:
    with working(home) as first:
        second = subprocess.run(
            [sys.executable, "-m", "choral.interfaces.worker", str(home.path)],
            capture_output=True,
            text=True,
            timeout=30,
        )
        assert second.returncode == 3
        assert f"has a worker already (process {first.pid})" in second.stderr
        assert first.poll() is None


def test_a_worker_that_is_told_to_stop_stops_soon_and_lets_the_next_one_in(home: Home) -> None:
    with working(home) as first:
        begun = time.monotonic()
        first.terminate()
        assert first.wait(10) == 0
        assert time.monotonic() - begun < 5
    with working(home):
        pass


def test_killed_again_and_again_it_counts_everything_once(home: Home) -> None:
    shop = open_shop(home.path)
    source = till(shop)
    chance = random.Random(7)
    total = 0
    for _ in range(6):
        process = start(home)
        for _ in range(chance.randrange(1, 6)):
            batch = [order(total + index, f"card:{1 + (total + index) % 50}") for index in range(200)]
            shop.events.accept(source, batch)
            total += len(batch)
            shop.events.accept(source, batch[:20])  # an SDK that sends again
        time.sleep(chance.random() * 0.3)
        process.send_signal(signal.SIGKILL)
        process.wait(10)
    with working(home) as last:
        end = settle(home, last)
    assert (end.consumer, end.lake) == (end.head, end.head)
    assert shop.customers.status().waiting == 0
    assert sum(row.orders for row in shop.customers.list(limit=100).rows) == total
    assert shop.analytics.overview().figure("orders").value == total
    shop.close()


def test_a_task_that_fails_says_so_backs_off_and_recovers() -> None:
    from choral.core.errors import Unavailable
    from choral.interfaces.worker.lane import Task

    outcomes: list[object] = [Unavailable("disk_full", "No space."), Unavailable("disk_full", "No space."), True, False]

    def act() -> bool:
        outcome = outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return bool(outcome)

    task = Task("lake", 5.0, act)
    task.run()
    task.run()
    trouble = task.pulse().trouble
    assert trouble is not None and (trouble.code, trouble.times) == ("disk_full", 2)
    assert 1 < task.due - time.monotonic() <= 2
    task.run()
    assert task.pulse().trouble is None and task.pulse().runs == 1 and task.due == 0
    task.run()
    assert task.due > time.monotonic() + 4


def test_the_pulse_says_whether_the_worker_lives(home: Home) -> None:
    assert pulse.read(home.path) is None
    with working(home):
        found = pulse.read(home.path)
        assert found is not None and found.alive and not found.troubles
    after = pulse.read(home.path)
    assert after is not None and not after.alive


def test_what_the_books_told_reaches_the_log_and_the_figures(shop: Shop) -> None:
    from choral.books import SYSTEM, Tx, act
    from choral.core.event import Event

    def tell(tx: Tx) -> None:
        tx.tell(Event(id="f-1", name="Customer Rectified", at=tx.now, ids=("card:8812",), channel="console"))

    with working(shop.home) as worker:
        act(tell, SYSTEM)
        end = settle(shop.home, worker)
        assert (end.head, end.consumer, end.lake) == (1, 1, 1)
        assert shop.events.recent()[0].source == "choral"
        assert shop.analytics.as_of().events == 1


def test_a_view_that_was_thrown_away_is_there_again(home: Home) -> None:
    with open_shop(home.path) as shop, working(home) as first:
        shop.events.accept(till(shop), [order(number, f"card:{number + 1}") for number in range(30)])
        settle(home, first)
        before = shop.customers.list(limit=50)
    for file in home.path.glob("views.db*"):
        file.unlink()
    with working(home) as second, open_shop(home.path) as shop:
        settle(home, second)
        assert shop.customers.list(limit=50) == before


def test_the_worker_works_as_well_with_postgresql(
    tmp_path: Path, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CHORAL_BOOKS_URL", postgres_url)
    monkeypatch.setenv("CHORAL_LOG_URL", postgres_url)
    home = Home.make(tmp_path / "shop", name="Chain")
    with open_shop(home.path) as shop:
        source = till(shop)
        process = start(home)
        shop.events.accept(source, [order(number, f"card:{number % 7 + 1}") for number in range(100)])
        process.kill()
        process.wait(10)
        with working(home) as worker:
            shop.events.accept(source, [order(number, f"card:{number % 7 + 1}") for number in range(80, 150)])
            end = settle(home, worker)
        assert (end.consumer, end.lake) == (end.head, end.head)
        assert orders(shop) == 150
        assert shop.analytics.overview().figure("orders").value == 150

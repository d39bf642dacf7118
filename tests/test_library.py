"""The library beside a running server: an analyst reads and writes while the shop serves."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import choral
from choral.books import SYSTEM, act
from choral.core.errors import NotFound
from choral.home import Home
from choral.team import create_key, create_member, keys, members
from tests.interfaces.worker.worked import settle, wait_until, working
from tests.served import served


def test_a_notebook_reads_and_writes_while_the_server_and_its_worker_run(home: Home) -> None:
    with served(home) as server, working(home) as worker, choral.open_shop(home.path) as shop:
        source = shop.events.create_source("Web", "web")
        wait_until(lambda: server.post("/v1/track", _track("m-1"), source.write_key)[0] == 200)
        wait_until(lambda: shop.customers.count(choral_all()) == 1)
        shop.events.accept(source, [{"id": "m-2", "name": "Product Viewed", "ids": ["anonymous:a-1"]}])
        wait_until(lambda: shop.customers.list(chosen=choral_all()).rows[0].events == 2)
        settle(home, worker)
        assert shop.analytics.as_of().events == 2
        act(create_member, SYSTEM, "ada@shop.example", "Ada", "owner")
        assert [one.name for one in members()] == ["Ada"]
        assert server.ask("GET", "/healthz")[0] == 200


def test_two_processes_that_write_the_books_at_once_wait_for_each_other(home: Home) -> None:
    script = (
        "import sys, choral\nfrom choral.books import SYSTEM, act\nfrom choral.team import create_key\n"
        "with choral.open_shop(sys.argv[1]):\n"
        "    for number in range(60):\n        act(create_key, SYSTEM, f'other {number}', 'analyst')\n"
    )
    with choral.open_shop(home.path):
        other = subprocess.Popen([sys.executable, "-c", script, str(home.path)])
        threads = [threading.Thread(target=_make_keys, args=(name,)) for name in ("a", "b")]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert other.wait(60) == 0
        assert len(keys()) == 60 + 2 * 30


def test_a_shop_says_which_it_is_and_closes_at_the_end_of_its_block(home: Home) -> None:
    with choral.open_shop(home.path) as shop:
        assert repr(shop) == f"<Shop “Test shop” at {home.path}>"
        assert choral.open_shop(home.path) is shop
    assert choral.open_shop(home.path) is not shop
    choral.open_shop(home.path).close()


def test_a_shop_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="choral init"):
        choral.open_shop(tmp_path / "nowhere")
    assert not (tmp_path / "nowhere").exists()


def test_another_shop_in_the_same_process_is_another_shop(home: Home, tmp_path: Path) -> None:
    with choral.open_shop(home.path):
        act(create_member, SYSTEM, "ada@shop.example", "Ada", "owner")
    second = Home.make(tmp_path / "second", name="Second")
    with choral.open_shop(second.path):
        assert members() == []
    with choral.open_shop(home.path):
        assert len(members()) == 1


def test_importing_choral_loads_no_engine() -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import choral, json, sys; print(json.dumps(sorted(sys.modules)))"],
        capture_output=True, check=True, timeout=30,
    )  # fmt: skip
    assert not {"django", "duckdb", "pyarrow", "msgspec"} & set(json.loads(done.stdout))


def choral_all() -> object:
    from choral.customers.door import CustomerFilter

    return CustomerFilter(known=False)


def _track(message: str) -> dict[str, object]:
    return {"type": "track", "event": "Product Viewed", "anonymousId": "a-1", "messageId": message}


def _make_keys(name: str) -> None:
    for number in range(30):
        act(create_key, SYSTEM, f"{name} {number}", "analyst")

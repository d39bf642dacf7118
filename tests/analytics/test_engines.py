"""The same analysis on a Dask cluster, with a scheduler and two worker processes, gives the same answers."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from small_shop import fill, order, touch

from choral import Shop
from choral.analytics.door import Analytics
from choral.analytics.engine import spans
from choral.core.errors import Unavailable

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[str]:
    """A scheduler and two workers on loopback; its address."""
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    known = tmp_path / "scheduler.json"
    run = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", "0"]
    running = [
        subprocess.Popen(
            [*run, "--no-dashboard", "--scheduler-file", known], env=environment, stderr=subprocess.DEVNULL
        )
    ]
    try:
        work = [sys.executable, "-m", "distributed.cli.dask_worker", "--scheduler-file", str(known), "--no-dashboard"]
        work += ["--nthreads", "1", "--no-nanny", "--host", "127.0.0.1"]
        running += [
            subprocess.Popen([*work, "--local-directory", str(tmp_path)], env=environment, stderr=subprocess.DEVNULL)
            for _ in range(2)
        ]
        from distributed import Client

        with Client(scheduler_file=str(known), timeout="120s") as client:
            client.wait_for_workers(2, timeout=120)
            yield client.scheduler.address
    finally:
        for process in reversed(running):  # workers first: without a scheduler they would wait for one
            process.kill()
            process.wait(20)


def test_a_cluster_answers_as_this_process_does(shop: Shop, cluster: str, monkeypatch: pytest.MonkeyPatch) -> None:
    events = [
        order(f"card:{n % 40}", f"2024-{1 + n % 6:02}-{1 + n % 28:02}T10:00:00Z", n % 17, store=str(n % 3))
        for n in range(300)
    ]
    fill(shop, [*events, *(touch(f"card:{n}", "2023-12-30T10:00:00Z", "web", "Page Viewed") for n in range(20))])
    monkeypatch.setenv("CHORAL_ENGINE_URL", cluster)
    far = Analytics(shop.home, shop.log)
    near = shop.analytics
    try:
        assert far.as_of() == near.as_of()
        assert far.overview() == near.overview()
        assert far.sales("week", "store") == near.sales("week", "store")
        assert far.orders(limit=20) == near.orders(limit=20)
        assert (far.rfm(), far.slipping(), far.first_paths()) == (near.rfm(), near.slipping(), near.first_paths())
        assert far.products() == near.products()
    finally:
        far.close()


def test_a_cluster_that_does_not_answer_is_named(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(shop, [order("card:a", "2024-03-01T10:00:00Z", 1)])
    monkeypatch.setenv("CHORAL_ENGINE_URL", "tcp://127.0.0.1:9")
    with pytest.raises(Unavailable, match="does not answer"):
        Analytics(shop.home, shop.log).as_of()


def test_buckets_are_taken_together_only_while_their_rows_fit() -> None:
    assert spans([3, 3, 3, 9, 1], most=6) == [range(0, 2), range(2, 3), range(3, 4), range(4, 5)]
    assert spans([1] * 16) == [range(0, 16)]


def test_many_small_spans_answer_as_one(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(shop, [order(f"card:{n % 40}", f"2024-03-{1 + n % 28:02}T10:00:00Z", n % 17) for n in range(200)])
    whole = (
        shop.analytics.orders(limit=30),
        shop.analytics.rfm(),
        shop.analytics.overview(),
        shop.analytics.products(),
    )
    monkeypatch.setattr("choral.analytics.engine._ROWS_AT_ONCE", 1)
    monkeypatch.setattr("choral.analytics.engine.spans", lambda rows: spans(rows, 1))
    apart = Analytics(shop.home, shop.log)
    assert (apart.orders(limit=30), apart.rfm(), apart.overview(), apart.products()) == whole
    apart.close()

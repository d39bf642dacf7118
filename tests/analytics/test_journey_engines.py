"""Journeys on a Dask cluster give the same answers, also when a worker dies in the middle; who must not be listed."""

from __future__ import annotations

import os
import signal
import threading
import time
from datetime import date
from pathlib import Path

import pytest
from small_shop import fill, order, touch

from choral import Shop
from choral.analytics.door import Analytics
from choral.analytics.journeys import rows
from choral.analytics.journeys.door import CohortQuery, FunnelQuery, PathQuery, SequenceQuery
from choral.books import SYSTEM
from tests.cluster import slowly

FUNNEL = FunnelQuery(("Page Viewed | web", "Order Completed"), 20, split="channel")


def busy(shop: Shop) -> None:
    events = []
    for n in range(1, 241):
        who, month = f"card:b{n % 60}", 1 + n % 6
        events.append(
            touch(who, f"2024-{month:02}-{1 + n % 25:02}T08:00:00Z", ("web", "app")[n % 3 == 0], "Page Viewed")
        )
        events.append(
            touch(who, f"2024-{month:02}-{1 + n % 25:02}T09:00:00Z", "email", "Email Opened", campaign_id="c1")
        )
        if n % 4:
            events.append(order(who, f"2024-{month:02}-{2 + n % 25:02}T10:00:00Z", n % 17, store=str(n % 3)))
    fill(shop, events)


def answers(analytics: Analytics) -> list[object]:
    journeys = analytics.journeys
    return [
        journeys.offered(), journeys.funnel(FUNNEL), journeys.paths(), journeys.paths(PathQuery("event", depth=10)),
        journeys.paths(PathQuery(end="order", backwards=True)), journeys.cohorts(CohortQuery("week")),
        journeys.sequences(SequenceQuery(window_days=10, horizon_days=10)), journeys.sessions(),
        journeys.funnel_people(FUNNEL, 1).page(), journeys.path_people(PathQuery(), "0:web").page(),
        journeys.cohort_people(CohortQuery(), date(2024, 1, 1), 1).page(),
    ]  # fmt: skip


def test_a_cluster_gives_the_same_journeys(shop: Shop, cluster: str, monkeypatch: pytest.MonkeyPatch) -> None:
    busy(shop)
    near = answers(shop.analytics)
    monkeypatch.setattr("choral.analytics.marts.remembered", lambda marts, key: None)  # nothing kept: all is computed
    monkeypatch.setenv("CHORAL_ENGINE_URL", cluster)
    far = Analytics(shop.home, shop.log)
    try:
        assert answers(far) == near
    finally:
        far.close()


def test_a_worker_killed_in_the_middle_loses_nothing(
    shop: Shop, cluster: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    busy(shop)
    reading = shop.analytics.reading()
    assert reading is not None
    monkeypatch.setenv("CHORAL_ENGINE_URL", cluster)
    far = Analytics(shop.home, shop.log)
    there = far.reading()
    assert there is not None
    notes = tmp_path / "notes"
    notes.mkdir()
    killed: list[int] = []

    def kill_one() -> None:
        until = time.monotonic() + 60
        while not killed and time.monotonic() < until:
            for note in notes.iterdir():
                killed.append(int(note.suffix[1:]))
                os.kill(killed[0], signal.SIGKILL)
                return
            time.sleep(0.02)

    hunter = threading.Thread(target=kill_one)
    hunter.start()
    try:
        found = there.each(slowly, str(notes))
        hunter.join(60)
        assert killed
        assert [one["rows"][0].as_py() for one in found] == [
            one["rows"][0].as_py() for one in reading.each(slowly, str(notes))
        ]
        assert all(one["process"][0].as_py() != killed[0] for one in found), "the other one did all of it"
        assert far.journeys.funnel(FUNNEL) == shop.analytics.journeys.funnel(FUNNEL)
    finally:
        far.close()


def test_files_read_in_small_pieces_give_the_same_journeys(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    busy(shop)
    whole = answers(shop.analytics)
    monkeypatch.setattr("choral.analytics.marts.remembered", lambda marts, key: None)
    monkeypatch.setattr(rows, "ROWS_AT_ONCE", 1)
    assert answers(shop.analytics) == whole


def test_who_may_not_be_profiled_is_counted_and_not_listed(shop: Shop) -> None:
    source = shop.events.create_source("Till", "store", "till")
    del source
    busy(shop)
    journeys = Analytics(shop.home, shop.log, lambda: shop.customers).journeys
    everybody = journeys.path_people(PathQuery(), "0:web")
    assert everybody.left_out == 0
    someone = everybody.page().rows[0]

    class Restricted:
        def restricted(self, use: str) -> set[int]:
            assert use == "profiling"
            return {int(someone)}

    shop.customers.__dict__["privacy"] = Restricted()
    found = journeys.path_people(PathQuery(), "0:web")
    assert (found.count, found.left_out) == (everybody.count, 1)
    assert someone not in found.page(limit=1_000).rows
    key = shop.customers.audiences.keep_list(SYSTEM, "First met on the site", found.ids.tolist(), "a path")
    assert shop.customers.audiences.count(key) == everybody.count - 1
    few = journeys.funnel(FunnelQuery(FUNNEL.steps, segment=f"audience:{key}"))
    assert few.steps[0].customers <= everybody.count - 1

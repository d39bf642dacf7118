"""A town into the real server: the log and the views hold what the town's truth says happened, each thing once."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from choral import open_shop
from choral.core.event import Event
from choral.customers.consumer import consume
from choral.customers.door import CustomerFilter
from choral.events.store import RejectedRow
from choral.home import Home
from simulator.command import main
from tests.served import opened, served, stored_events

SOURCES = {"web": "web", "app": "app", "till": "store", "server": "server"}
TOWN = ["--people", "300", "--days", "6", "--seed", "5", "--json", "--gzip"]
FAULTS = ["duplicate=0.1", "skew=0.2", "late=0.2", "typing=0.3", "bots=0.1"]


@dataclass(frozen=True)
class Played:
    """The truth of a run, what the town said it sent, and what the server kept of it."""

    home: Home
    truth: Path
    figures: dict[str, Any]
    stored: list[tuple[str, Event]]
    refused: list[RejectedRow]

    def told(self, subject: str) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.truth / f"{subject}.jsonl").read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def played(empty_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Played:
    folder = tmp_path_factory.mktemp("played")
    shutil.copytree(empty_home, folder / "home")
    home = Home.at(folder / "home")
    with opened(home) as (_, events):
        keys = {name: events.create_source(name, channel, name).write_key for name, channel in SOURCES.items()}
    said = io.StringIO()
    with served(home) as server, contextlib.redirect_stdout(said):
        given = [part for name, key in keys.items() for part in ("--key", f"{name}={key}")]
        faults = [part for fault in FAULTS for part in ("--fault", fault)]
        assert main([*TOWN, *given, *faults, "--into", server.url, "--truth", str(folder / "truth")]) == 0
    with opened(home) as (log, _):
        return Played(
            home, folder / "truth", json.loads(said.getvalue()), stored_events(log), log.rejected(limit=10_000)
        )


def test_nothing_is_lost_nothing_is_invented_and_nothing_is_refused(played: Played) -> None:
    happened = {one["message_id"] for one in played.told("events")}
    assert {event.id for _, event in played.stored} == happened
    assert played.refused == []
    assert played.figures["complete"] and played.figures["made"] == len(happened)


def test_each_event_came_by_the_source_that_sent_it(played: Played) -> None:
    beginning = {"web": "ajs-next-", "till": "till-", "server": "server-"}
    for source, event in played.stored:
        assert event.id.startswith(beginning.get(source, "")), (source, event.id)
    assert {source for source, _ in played.stored} == set(SOURCES)


def test_wrong_clocks_are_set_right_and_late_events_keep_their_time(played: Played) -> None:
    truth = {one["message_id"]: one for one in played.told("events")}
    assert sum("skew_ms" in one for one in truth.values()) > 100
    for _, event in played.stored:
        at = datetime.fromisoformat(truth[event.id]["at"]).timestamp()
        assert abs(event.at / 1e6 - at) < 30, (truth[event.id], event.at)  # how long a request may have been under way


def test_what_was_sent_twice_counts_once_and_the_money_is_the_towns(played: Played) -> None:
    shop = open_shop(played.home.path)
    try:
        while consume(shop.home, shop.log):
            pass
        rows = list(shop.customers.export(CustomerFilter(known=False), "last_at", True, personal=False))
        figures = [figure for row in rows for figure in shop.customers.get(row.id).figures]
    finally:
        shop.close()
    truth = {one["order_id"]: one["total_cents"] for one in played.told("orders")}
    sold = {event.id: event for _, event in played.stored if event.name == "Order Completed"}.values()
    assert {_order(event): (event.amount or 0) + _shipping(event) for event in sold} == truth
    assert played.figures["copies"] > 100
    assert sum(figure.orders for figure in figures) == len(truth) > 50
    assert sum(figure.revenue for figure in figures) == sum(truth.values()) - sum(map(_shipping, sold))
    assert sum(figure.events for figure in figures) == len({event.id for _, event in played.stored if event.ids})


def _order(event: Event) -> str:
    return str(json.loads(bytes(event.properties))["order_id"])


def _shipping(event: Event) -> int:
    """In cents: an order's amount is what was paid for goods, the town's total has the shipping too."""
    return round(json.loads(bytes(event.properties)).get("shipping", 0) * 100)

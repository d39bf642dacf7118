"""Findings over HTTP: read in a language, put away and brought back by who may, a change taken apart."""

from __future__ import annotations

from collections.abc import Callable

from api_program import Program

from choral import Shop
from choral.core.clock import DAY
from choral.events.lake import writer

START = 1_764_000_000_000_000  # µs UTC, in November 2025


def _silent(shop: Shop) -> None:
    """A till that goes on, and a counter at the door that fell silent."""
    till = shop.events.create_source("Till", "store", "till")
    door = shop.events.create_source("Door", "store", "door")
    orders = [
        {"name": "Order Completed", "id": f"o{day}", "at": START + day * DAY, "ids": [],
         "properties": {"order_id": f"o{day}", "total": 20 + day % 3, "currency": "EUR", "store_id": "1"}}
        for day in range(80)
    ]  # fmt: skip
    shop.events.accept(till, orders)
    counted = [{"name": "Store Entered", "id": f"d{day}", "at": START + day * DAY, "ids": []} for day in range(60)]
    shop.events.accept(door, counted)
    writer.flush(shop.home.lake, shop.log, shop.log.head(), lambda after, upto: ())
    shop.analytics.refresh(shop.customers.identity_map(), shop.customers.identity_version())


def test_findings_are_read_in_a_language_and_put_away_until_they_get_worse(owner: Program, shop: Shop) -> None:
    _silent(shop)
    (row,) = owner.get("/api/v1/findings?language=it").json()["data"]
    assert row["sentence"].startswith("Dal ")
    assert row["finding"]["kind"] == "silent_source"
    path = f"/api/v1/findings/{row['finding']['key']}/put-away"
    assert owner.send("PUT", path).json()["state"] == "put_away"
    answer = owner.get("/api/v1/findings").json()
    assert (answer["data"], len(answer["put_away"])) == ([], 1)
    assert owner.send("DELETE", path).json()["state"] == "told"
    assert len(owner.get("/api/v1/findings").json()["data"]) == 1
    assert owner.send("DELETE", path).status_code == 404


def test_who_may_only_look_puts_nothing_away(program: Callable[[str], Program], shop: Shop) -> None:
    assert program("agent").send("PUT", "/api/v1/findings/any/put-away").status_code == 403


def test_a_change_is_taken_apart_over_http_as_in_python(owner: Program, shop: Shop) -> None:
    _silent(shop)
    said = owner.get("/api/v1/why?metric=sales&by=kind").json()
    found = shop.analytics.findings.why("sales", "kind")
    assert sum(part["effect"] for part in said["parts"]) == found.after - found.before == said["after"] - said["before"]
    assert owner.get("/api/v1/why?metric=orders&by=department").status_code == 400

"""Requests that the unmodified SDKs really sent, recorded byte for byte, mean what their callers meant."""

from __future__ import annotations

import base64
import gzip
import json
import re
from typing import Any

import pytest

from choral.core.clock import SECOND
from choral.events.collector.times import read
from choral.events.store import Source
from tests.events.collector.conftest import Asker, recorded

RUNS = {
    "segment-python": "WK_PY",
    "segment-node": "WK_NODE",
    "segment-browser": "WK_BROWSER",
    "rudder-python": "WK_RPY",
    "rudder-node": "WK_RNODE",
    "rudder-browser": "WK_RS_BROWSER",
    "rudder-browser-batch": "WK_RS_BROWSER",
}
BROWSERS = {run for run in RUNS if "browser" in run}


@pytest.fixture(params=RUNS)
def run(request: pytest.FixtureRequest, asker: Asker) -> str:
    """The run, replayed: every request was answered 200 (or 204 to a preflight)."""
    name: str = request.param
    asker.log.add_source(Source(name, name, "web", RUNS[name], 1))
    asker.clock.advance(SECOND + 1)  # the keys are read again
    requests = recorded(name)
    asker.clock.advance(_sent(requests[-1].body) + SECOND // 10 - asker.clock.now())
    for one in requests:
        answer = asker.ask(one.method, one.path, one.body, one.headers)
        assert answer.status in ((200, 204) if one.method == "OPTIONS" else (200,)), answer.body
        if one.method == "POST":
            assert answer.json["rejected"] == []
            assert answer.json["duplicates"] == 0
    return name


def _sent(body: bytes) -> int:
    text = (gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body).decode()
    found = read(re.findall(r'"sentAt": ?"([^"]+)"', text)[-1])
    assert found is not None
    return found


def test_every_call_of_the_script_is_in_the_log_under_its_name(run: str, asker: Asker) -> None:
    names = sorted(event.name for event in asker.stored())
    common = {"Page Viewed", "Product Viewed", "Product Added", "Order Completed", "Customer Identified"}
    assert common | {"Identifiers Linked", "Group Joined"} <= set(names)
    assert len(names) == 10
    if not run.startswith("rudder-browser"):  # that script views a second page instead
        assert "Screen Viewed" in names


def test_the_order_has_its_money_in_cents_and_its_lines(run: str, asker: Asker) -> None:
    order = next(event for event in asker.stored() if event.name == "Order Completed")
    properties = json.loads(bytes(order.properties))
    assert (order.amount, order.currency) == (4500, "EUR")
    assert properties["order_id"] == "O-1001"
    assert [line["product_id"] for line in properties["products"]] == ["P-1"]
    assert "user:cust-42" in order.ids


def test_no_personal_value_reaches_the_log_and_none_is_lost(run: str, asker: Asker) -> None:
    payloads = b"".join(batch.payload for batch in asker.log.read(0))
    for secret in (b"ada@example.com", b"Ada", b"+3612345678", b"203.0.113.9"):
        assert secret not in payloads
    who = [part for part in asker.personal() if part["traits"].get("first_name") == "Ada"]
    assert who
    assert who[0]["traits"]["email"] == "ada@example.com"
    assert list(who[0]["identifiers"].values())[0] == "ada@example.com"
    identified = next(event for event in asker.stored() if event.name == "Customer Identified")
    assert set(who[0]["identifiers"]) <= set(identified.ids)


def test_what_is_dated_years_back_keeps_its_date(run: str, asker: Asker) -> None:
    old = [event for event in asker.stored() if event.name in ("Old Event", "With Options")]
    assert len(old) == 1
    assert old[0].at == read("2020-01-01T00:00:00Z")


def test_other_events_keep_the_time_the_device_said(run: str, asker: Asker) -> None:
    for event in asker.stored():
        assert event.claimed is None
        assert event.name in ("Old Event", "With Options") or abs(event.at - asker.clock.now()) < 60 * SECOND


def test_names_in_any_script_and_nulls_survive(run: str, asker: Asker) -> None:
    texts = [event.name + str(json.loads(bytes(event.properties))) for event in asker.stored()]
    assert any(not text.isascii() for text in texts)
    if run not in BROWSERS:
        assert "user:12345" in [one for event in asker.stored() for one in event.ids]


def test_sending_it_all_again_stores_nothing_twice(run: str, asker: Asker) -> None:
    before = len(asker.stored())
    answers = [asker.ask(one.method, one.path, one.body, one.headers) for one in recorded(run) if one.method == "POST"]
    assert sum(answer.json["duplicates"] for answer in answers) == before
    assert len(asker.stored()) == before


def test_the_settings_document_lets_segments_browser_sdk_start(asker: Asker) -> None:
    document: Any = asker.ask("GET", "/v1/projects/wk_test/settings", headers={"origin": "https://shop.example"})
    assert document.status == 200
    assert document.headers["access-control-allow-origin"] == "https://shop.example"
    assert document.json["integrations"]["Segment.io"] == {
        "apiKey": "wk_test", "apiHost": "collector.example/v1", "protocol": "https",
    }  # fmt: skip


def test_the_source_configuration_lets_rudderstacks_browser_sdk_start(asker: Asker) -> None:
    basic = {"authorization": "Basic " + base64.b64encode(b"wk_test:").decode()}
    for path in ("/sourceConfig", "/sourceConfig/?p=npm&v=3.34.1&writeKey=wk_test"):
        source = asker.ask("GET", path, headers=basic).json["source"]
        assert (source["writeKey"], source["enabled"], source["destinations"]) == ("wk_test", True, [])
        assert source["config"]["statsCollection"]["errors"] == {"enabled": False}

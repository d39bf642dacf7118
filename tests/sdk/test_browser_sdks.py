"""The browser SDKs that shops have, unmodified, in a real Chromium on another origin than the collector."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.sdk.conftest import KEY, Shop
from tests.sdk.pages import visit

pytestmark = pytest.mark.browser

COMMON = ["Page Viewed", "Product Viewed", "Product Added", "Customer Identified", "Order Completed",
          "Identifiers Linked", "Group Joined", "Old Event", "Été à Łódź 🎉"]  # fmt: skip
SEGMENT = Counter([*COMMON, "Screen Viewed"])
RUDDER = Counter([*COMMON, "Page Viewed"])
BATCHES = {"queueOptions": {"batch": {"enabled": True, "maxItems": 5, "flushInterval": 300}}}
RUNS: dict[str, tuple[str, dict[str, Any], Counter[str]]] = {
    "segment-analytics-next": ("segment_browser.js", {}, SEGMENT),
    "segment-analytics-next-in-batches": ("segment_browser.js", {"batching": True}, SEGMENT),
    "rudderstack-analytics-js": ("rudder_browser.js", {"options": {}}, RUDDER),
    "rudderstack-analytics-js-in-batches": ("rudder_browser.js", {"options": BATCHES}, RUDDER),
    "rudderstack-analytics-js-by-beacon": ("rudder_browser.js", {"options": {"useBeacon": True,
        "beaconQueueOptions": {"maxItems": 5, "flushQueueInterval": 300}}}, RUDDER),
}  # fmt: skip


@pytest.mark.parametrize("run", RUNS)
def test_what_a_browser_sdk_was_told_is_delivered_is_in_the_log_as_it_was_meant(
    run: str, shop: Shop, site: tuple[str, Path], chromium: Browser
) -> None:
    script, settings, names = RUNS[run]
    events, told = visit(chromium, site, shop, script, settings)
    assert Counter(event.name for event in events) == names
    assert len({event.id for event in events}) == 10
    assert {status for status, _ in told} <= {200, 204}
    verdicts = [json.loads(body) for status, body in told if status == 200 and b'"accepted"' in body]
    if "beacon" not in run:  # nobody hears the answer to a beacon
        assert sum(verdict["accepted"] for verdict in verdicts) == 10
    assert shop.refused() == []
    order = next(event for event in events if event.name == "Order Completed")
    assert (order.amount, order.currency, order.ids[0]) == (4500, "EUR", "user:cust-42")
    old = next(event for event in events if event.name == "Old Event")
    assert old.at == 1_577_836_800_000_000
    assert any(one.startswith("anonymous:") for one in events[0].ids)
    assert any(part["traits"].get("email") == "ada@example.com" for part in shop.personal())


def test_segments_snippet_finds_its_script_and_delivers(shop: Shop, site: tuple[str, Path], chromium: Browser) -> None:
    """The script is put in place by the front end's build (make setup)."""
    address, root = site
    (root / "snippet.html").write_text(
        f"<!doctype html><title>Shop</title><script>var cdn = '{shop.server.url}', key = '{KEY}';"
        "var i = 'analytics', analytics = (window[i] = window[i] || []);"
        "analytics.SNIPPET_VERSION = '5.2.1'; analytics._cdn = cdn; analytics._writeKey = key;"
        "analytics.push(['track', 'Product Viewed', {product_id: 'P-1'}]);"
        "var tag = document.createElement('script'); tag.async = true;"
        "tag.src = cdn + '/analytics.js/v1/' + key + '/analytics.min.js'; document.head.append(tag);"
        "</script>",
        "utf-8",
    )
    page = chromium.new_page()
    page.goto(f"{address}/snippet.html")
    page.wait_for_function("window.analytics && window.analytics.initialized", timeout=15_000)
    assert [event.name for event in shop.events(1)] == ["Product Viewed"]
    page.close()

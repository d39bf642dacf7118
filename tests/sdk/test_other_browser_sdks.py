"""PostHog's, Snowplow's and Jitsu's browser SDKs, unmodified, in a real Chromium on another origin."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.sdk.conftest import Shop
from tests.sdk.pages import visit

pytestmark = pytest.mark.browser

COMMON = ["Customer Identified", "Order Completed", "Product Viewed", "Product Added", "Page Viewed", "Group Joined",
          "Été à Łódź 🎉"]  # fmt: skip
ALL = Counter([*COMMON, "Screen Viewed", "Identifiers Linked", "Old Event"])
PLAIN = {"options": {"eventMethod": "get", "encodeBase64": False}}
# The browser says by itself when a page is left.
POSTHOG = ALL + Counter(["$pageleave"])
RUNS: dict[str, tuple[str, dict[str, Any], Counter[str]]] = {
    "posthog-js": ("posthog_browser.js", {}, POSTHOG),
    "snowplow-browser-tracker": ("snowplow_browser.js", {"options": {"bufferSize": 5}}, ALL),
    "snowplow-browser-tracker-by-get": ("snowplow_browser.js", PLAIN, ALL),
    "jitsu-js": ("jitsu_browser.js", {}, Counter(COMMON)),
}


@pytest.mark.parametrize("run", RUNS)
def test_what_a_browser_sdk_was_told_is_delivered_is_in_the_log_as_it_was_meant(
    run: str, shop: Shop, site: tuple[str, Path], chromium: Browser
) -> None:
    script, settings, names = RUNS[run]
    events, told = visit(chromium, site, shop, script, settings, names.total())
    assert Counter(event.name for event in events) == names
    assert len({event.id for event in events}) == names.total()
    assert {status for status, _ in told} <= {200, 204}
    assert shop.refused() == []
    by_name = {event.name: event for event in events}
    order = by_name["Order Completed"]
    assert (order.amount, order.currency, order.ids[0]) == (4500, "EUR", "user:cust-42")
    assert [line["product_id"] for line in json.loads(bytes(order.properties))["products"]] == ["P-1"]
    if names >= ALL:
        assert by_name["Old Event"].at == 1_577_836_800_000_000
    identified = by_name["Customer Identified"].ids
    assert "user:cust-42" in identified
    assert any(one.startswith("anonymous:") for one in identified)
    assert any(part["traits"].get("email") == "ada@example.com" for part in shop.personal())

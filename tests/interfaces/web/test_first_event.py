"""In a real browser: a first event is seen within three seconds without a reload, and the next arrive by themselves."""

from __future__ import annotations

import time
from typing import Any

import pytest
from playwright.sync_api import expect

from choral import open_shop
from choral.books import SYSTEM, act
from choral.home import Home
from choral.team import add_member
from tests.interfaces.web.browsing import sign_in_cookies
from tests.served import served

pytestmark = pytest.mark.browser
CALL = {"type": "track", "event": "Product Viewed", "anonymousId": "a", "properties": {}}


def test_the_first_event_is_seen_within_three_seconds_and_the_next_ones_live(home: Home, chromium: Any) -> None:
    shop = open_shop(home.path)
    act(add_member, SYSTEM, "owner@example.com", "Owner", "owner")
    shop.close()
    with served(home) as server:
        context = chromium.new_context()
        context.add_cookies(sign_in_cookies(chromium, server, "owner"))
        page = context.new_page()
        page.goto(f"{server.url}/connect")
        page.fill("input[name=name]", "Web shop")
        page.click("form.inline-form button.primary")
        page.wait_for_url("**/connect/*")
        key = page.inner_text("#write-key").strip()
        expect(page.locator("#first-event")).to_contain_text("Waiting")
        assert server.post("/v1/track", CALL | {"messageId": "m1"}, key)[0] == 200
        sent = time.monotonic()
        expect(page.locator("#first-event")).to_contain_text("First event received", timeout=10_000)
        assert time.monotonic() - sent < 3
        page.goto(f"{server.url}/live")
        expect(page.locator(".live-line")).to_have_count(1)
        assert server.post("/v1/track", CALL | {"messageId": "m2"}, key)[0] == 200
        expect(page.locator(".live-line")).to_have_count(2, timeout=10_000)
        page.click("[data-pause]")
        assert server.post("/v1/track", CALL | {"messageId": "m3"}, key)[0] == 200
        expect(page.locator("[data-rate]")).not_to_have_text("0.0", timeout=10_000)
        expect(page.locator(".live-line")).to_have_count(2)
        context.close()

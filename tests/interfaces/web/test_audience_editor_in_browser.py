"""The editor of audiences in a real browser: a changed field counts again by itself, without a reload."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.interfaces.web.browsing import watch
from tests.served import Server

pytestmark = pytest.mark.browser


def test_conditions_are_made_by_keyboard_and_counted_as_they_change(
    served_console: Server, browsing: Callable[..., BrowserContext]
) -> None:
    page: Any = browsing().new_page()
    complaints = watch(page)
    page.goto(f"{served_console.url}/audiences/new")
    page.fill("#audience-name", "With two orders")
    page.select_option("#kind-top", "total")
    page.locator("button[value='add:']").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#node-0")).to_be_visible()
    expect(page.locator("#audience-name")).to_have_value("With two orders")
    page.fill("#f-0-a", "100000")
    page.keyboard.press("Tab")
    expect(page.locator(".audience-count")).to_contain_text("0 ")
    expect(page.locator(".audience-sentence")).to_contain_text("at least 100,000 orders")
    page.click("button[value='group:0']")
    expect(page.locator("#node-0-0")).to_be_visible()
    page.click("button[value='undo']")
    expect(page.locator("#node-0-0")).to_have_count(0)
    page.locator("button[value='save']").first.click()
    page.wait_for_url("**/audiences/with-two-orders")
    assert not complaints

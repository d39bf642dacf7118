"""A real Chromium for the tests that need one; where there is none they fail and say what to do."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# The browser may talk to the loopback only: nothing of its own goes out while tests run.
_ARGUMENTS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser for the whole run; give each test a context of its own (`chromium.new_context()`)."""
    program = next((found for name in _NAMES if (found := shutil.which(name))), None)
    if program is None:
        pytest.fail(
            "This test drives a real browser, and none is installed. Install Chromium "
            "(Debian, Ubuntu: apt-get install --no-install-recommends chromium) and run the tests again.",
            pytrace=False,
        )
    # Playwright keeps an event loop in this thread; Django would refuse the tests' own queries. None is concurrent.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=_ARGUMENTS)
        yield browser
        browser.close()

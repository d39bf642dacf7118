"""When a real Chromium first shows something of a page, by its own first-contentful-paint entry."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence

from playwright.sync_api import Browser, sync_playwright

_PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# Nothing of the browser's own goes out, and nothing else takes its time while it is measured.
_ARGUMENTS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --disable-dev-shm-usage --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
).split()
_FIRST_PAINT = """() => new Promise(done => new PerformanceObserver((list, observer) => {
    const entry = list.getEntriesByName('first-contentful-paint')[0];
    if (entry) { observer.disconnect(); done(entry.startTime); }
}).observe({type: 'paint', buffered: true}))"""


def first_paints(address: str, paths: Sequence[str], cookies: Mapping[str, str], times: int) -> list[list[float]]:
    """For each path the milliseconds of `times` loads, each with nothing cached; empty without a Chromium."""
    program = next((found for name in _PROGRAMS if (found := shutil.which(name))), None)
    if program is None:
        return []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=_ARGUMENTS)
        try:
            _paint(browser, address, paths[0], cookies)  # the browser's own start is not the page's
            return [[_paint(browser, address, path, cookies) for _ in range(times)] for path in paths]
        finally:
            browser.close()


def _paint(browser: Browser, address: str, path: str, cookies: Mapping[str, str]) -> float:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    try:
        context.add_cookies([{"name": name, "value": value, "url": address} for name, value in cookies.items()])
        page = context.new_page()
        answer = page.goto(address + path, wait_until="load")
        if answer is None or answer.status != 200 or "/sign-in" in page.url:
            raise SystemExit(f"{path} was not shown.")
        return float(page.evaluate(_FIRST_PAINT))
    finally:
        context.close()

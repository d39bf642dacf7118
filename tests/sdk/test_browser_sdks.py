"""The browser SDKs that shops have, unmodified, in a real Chromium on another origin than the collector."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections import Counter
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Response

from tests.sdk.conftest import FOLDER, KEY, Shop, node

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


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        return


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    """A web shop's pages on localhost, with the SDKs bundled as a shop would."""
    root = tmp_path_factory.mktemp("site")
    scripts = ["segment_browser.js", "rudder_browser.js"]
    path = f"{Path(node()).parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(
        ["node_modules/.bin/esbuild", *scripts, "--bundle", "--format=esm", "--log-level=error", f"--outdir={root}"],
        cwd=FOLDER, check=True, timeout=60, env=os.environ | {"PATH": path},
    )  # fmt: skip
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(root)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_address[1]}", root
    server.shutdown()


@pytest.mark.parametrize("run", RUNS)
def test_what_a_browser_sdk_was_told_is_delivered_is_in_the_log_as_it_was_meant(
    run: str, shop: Shop, site: tuple[str, Path], chromium: Browser
) -> None:
    script, settings, names = RUNS[run]
    events, told = _visit(chromium, site, shop, script, settings)
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


def _visit(
    chromium: Browser, site: tuple[str, Path], shop: Shop, script: str, settings: dict[str, Any]
) -> tuple[list[Any], list[tuple[int, bytes]]]:
    """Open the page and wait for its calls; the stored events and every answer of the collector."""
    address, root = site
    proof = {"collector": shop.server.url, "writeKey": KEY} | settings
    (root / "page.html").write_text(
        f"<!doctype html><title>Shop</title><script>window.proof = {json.dumps(proof)}</script>"
        f'<script type="module" src="{script}"></script>',
        "utf-8",
    )
    context = chromium.new_context()
    answers: list[Response] = []
    page = context.new_page()
    page.on("response", lambda answer: answers.append(answer) if answer.url.startswith(shop.server.url) else None)
    page.goto(f"{address}/page.html")
    page.wait_for_function("window.finished === true", timeout=20_000)
    page.wait_for_timeout(1_500)
    told = [(answer.status, _body(answer)) for answer in answers]
    context.close()
    return shop.events(10), told


def _body(answer: Response) -> bytes:
    try:
        return answer.body() if answer.status == 200 else b""
    except Exception:  # a beacon's answer is not kept by the browser
        return b""


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

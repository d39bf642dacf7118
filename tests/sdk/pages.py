"""A web shop's pages on localhost, its SDKs bundled as a shop would, and visits to them in a real Chromium."""

from __future__ import annotations

import json
import os
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Response

from tests.sdk.conftest import FOLDER, KEY, Shop, node


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        return


@contextmanager
def shop_pages(root: Path) -> Iterator[tuple[str, Path]]:
    """The address and the folder of the pages, every script of this folder that is a page's bundled into it."""
    scripts = sorted(one.name for one in FOLDER.glob("*_browser.js"))
    path = f"{Path(node()).parent}{os.pathsep}{os.environ['PATH']}"
    subprocess.run(
        ["node_modules/.bin/esbuild", *scripts, "--bundle", "--format=esm", "--log-level=error", f"--outdir={root}"],
        cwd=FOLDER, check=True, timeout=60, env=os.environ | {"PATH": path},
    )  # fmt: skip
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(root)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_address[1]}", root
    server.shutdown()


def visit(
    chromium: Browser, site: tuple[str, Path], shop: Shop, script: str, settings: dict[str, Any], expected: int = 10
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
    page.goto("about:blank")  # what SDKs send when a page is left comes now
    page.wait_for_timeout(300)
    context.close()
    return shop.events(expected), told


def _body(answer: Response) -> bytes:
    try:
        return answer.body() if answer.status == 200 else b""
    except Exception:  # a beacon's answer is not kept by the browser
        return b""

"""The console on a real server: pages, the customer page, search, and the first paint in a real Chromium.

    python -m benchmarks.console [--home DIR] [--events N] [--rounds 20] [--json]

Without --home the demo is loaded into a folder of its own; with --events N a shop of N made-up events is. The baseline
of the same run is /healthz, which touches nothing.
"""

from __future__ import annotations

import argparse
import http.client
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from benchmarks.report import percentile, show

PAGES = {
    "overview": "/", "sales by department": "/measure/sales?split=department", "orders": "/orders",
    "campaigns": "/measure/campaigns", "customer value": "/measure/value", "slipping away": "/measure/value/slipping",
    "paths": "/measure/paths", "customers": "/customers", "live": "/live", "status": "/status",
}  # fmt: skip
_PAINTED = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
SEARCHES = ("card 1", "1023", "7", "nobody at all")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--events", type=int, default=0)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--port", type=int, default=8099)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="choral-console-") as folder:
        home = Path(folder) / "home"
        notes = [f"made in {_prepare(home, arguments):,.0f} s"]
        with _running(home, arguments.port):
            rows, link = _measure(home, arguments)
            notes += _paints(f"http://127.0.0.1:{arguments.port}", link)
    show(f"The console, {arguments.rounds} rounds", rows, as_json=arguments.json, notes=notes)


def _prepare(home: Path, arguments: argparse.Namespace) -> float:
    begun = time.perf_counter()
    if arguments.home:
        shutil.copytree(arguments.home, home)
    elif arguments.events:
        from benchmarks.home import filled

        filled(home, arguments.events)
    else:
        _choral("demo", "--home", str(home), "--no-serve", "--json")
    return time.perf_counter() - begun


def _choral(*arguments: str) -> str:
    command = [sys.executable, "-m", "choral.interfaces.cli", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


@contextmanager
def _running(home: Path, port: int) -> Iterator[None]:
    command = [sys.executable, "-m", "choral.interfaces.cli", "run", "--home", str(home), "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        for _ in range(200):
            try:
                if _get(port, "/healthz", "")[0] == 200:
                    break
            except OSError:
                time.sleep(0.1)
        yield
    finally:
        process.terminate()
        process.wait(30)


def _get(port: int, path: str, cookie: str, part: bool = False) -> tuple[int, float, bytes]:
    headers = {"Cookie": cookie} | ({"HX-Request": "true"} if part else {})
    begun = time.perf_counter()
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=120)) as connection:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        body = answer.read()
    return answer.status, time.perf_counter() - begun, body


def _measure(home: Path, arguments: argparse.Namespace) -> tuple[list[dict[str, object]], str]:
    cookie = _signed_in(home)
    port = arguments.port
    found = re.search(rb'href="(/customers/\d+)"', _get(port, "/customers?sort=-orders", cookie)[2])
    paths = dict(PAGES) | ({"customer with most orders": found[1].decode()} if found else {})
    paths |= {f"search “{text}”": f"/search?q={quote(text)}" for text in SEARCHES}
    rows = [_row("/healthz (baseline)", port, "/healthz", "", arguments.rounds)]
    rows += [
        _row(name, port, path, cookie, arguments.rounds, part=name.startswith("search")) for name, path in paths.items()
    ]
    return rows, cookie


def _row(name: str, port: int, path: str, cookie: str, rounds: int, part: bool = False) -> dict[str, object]:
    status, cold, _ = _get(port, path, cookie, part)
    if status != 200:
        raise RuntimeError(f"{path} answered {status}")
    times = [_get(port, path, cookie, part)[1] * 1_000 for _ in range(rounds)]
    return {
        "page": name, "first ms": cold * 1_000, "median ms": statistics.median(times),
        "p95 ms": percentile(times, 0.95),
    }  # fmt: skip


def _signed_in(home: Path) -> str:
    """A session of an owner, made beside the running server."""
    script = (
        "import sys; from choral import open_shop; shop = open_shop(sys.argv[1])\n"
        "from choral.books import SYSTEM, act\nfrom choral.team import create_member, member_by_email\n"
        "from django.contrib.sessions.backends.db import SessionStore\nfrom choral.team.models import Member\n"
        "act(create_member, SYSTEM, 'bench@example.com', 'Bench', 'owner')\n"
        "member = Member.objects.get(email='bench@example.com')\nsession = SessionStore()\n"
        "session['_auth_user_id'] = str(member.pk)\n"
        "session['_auth_user_backend'] = 'django.contrib.auth.backends.ModelBackend'\n"
        "session['_auth_user_hash'] = member.get_session_auth_hash()\nsession.save(); print(session.session_key)"
    )
    done = subprocess.run([sys.executable, "-c", script, str(home)], capture_output=True, text=True, check=True)
    return f"choral_session={done.stdout.strip()}"


def _paints(base: str, cookie: str) -> list[str]:
    """First contentful paint of three pages, at first and then with the files kept; needs a Chromium."""
    program = shutil.which("chromium")
    if program is None:
        return ["first paint: no Chromium here, not measured"]
    from playwright.sync_api import sync_playwright

    name, value = cookie.split("=", 1)
    notes = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox", "--disable-gpu"])
        context = browser.new_context()
        context.add_cookies([{"name": name, "value": value, "domain": urlsplit(base).hostname, "path": "/"}])
        page = context.new_page()
        for path in ("/", "/measure/sales", "/customers"):
            times = []
            for _ in range(4):
                page.goto(base + path, wait_until="load")
                times.append(_painted(page))
            notes.append(
                f"first paint of {path}: {times[0]:,.0f} ms at first, {statistics.median(times[1:]):,.0f} ms then"
            )
        browser.close()
    return notes


def _painted(page: Any) -> float:
    """ms from the start of the navigation to the first text or picture."""
    for _ in range(100):
        if found := page.evaluate(_PAINTED):
            return float(found)
        page.wait_for_timeout(20)
    return 0.0


if __name__ == "__main__":
    os.environ.setdefault("PYTHONUNBUFFERED", "1")
    main()

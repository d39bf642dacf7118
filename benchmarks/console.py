"""How long the console's pages take over HTTP, and until a browser shows something: demo data and a big made-up shop.

    python -m benchmarks.console [--home DIR] [--events 1000000] [--only demo|made] [--requests 20] [--json]

Each shop is served by `choral run` (server and worker, on the loopback) and asked by one signed-in owner, one request
after another. The first request to a page is told apart from those after it. Baselines of the same run: `/healthz`,
which the edge answers by itself, and a static file. --home is a home with the demo's data, which is copied; without it
the demo is loaded. --made is a home of `benchmarks.home`, likewise; without it one with --events is made.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path

from benchmarks.home import filled
from benchmarks.pages import Asked, busiest_page, cookie_line, pages_of, sign_in_link, signed_in
from benchmarks.paint import first_paints
from benchmarks.report import median, percentile, show
from benchmarks.visible import running
from choral import open_shop, pulse
from choral.home import Home

_PAINT_AIM = 1_000


def main() -> None:
    given = _options()
    with tempfile.TemporaryDirectory(prefix="choral-console-") as folder:
        if given.only != "made":
            _measure("the demo's data", _demo(Path(folder), given.home), given)
        if given.only != "demo":
            _measure("a made-up shop", _made(Path(folder), given.made, given.events), given)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, help="a home with the demo's data")
    parser.add_argument("--made", type=Path, help="a home made by benchmarks.home")
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--only", choices=["demo", "made"])
    parser.add_argument("--requests", type=int, default=20)
    parser.add_argument("--paints", type=int, default=5, help="loads in a browser; 0: none")
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _demo(folder: Path, given: Path | None) -> Path:
    if given is not None:
        return _copied(given, folder / "demo")
    command = [sys.executable, "-m", "choral.interfaces.cli", "demo", "--no-serve", "--json"]
    subprocess.run(command, env=os.environ | {"CHORAL_HOMES": str(folder)}, check=True, stdout=subprocess.DEVNULL)
    return folder / "demo"


def _made(folder: Path, given: Path | None, events: int) -> Path:
    if given is not None:
        return _copied(given, folder / "made")
    filled(folder / "made", events)
    return folder / "made"


def _copied(home: Path, to: Path) -> Path:
    return Path(shutil.copytree(home, to, ignore=shutil.ignore_patterns("worker.*")))


def _measure(label: str, path: Path, given: argparse.Namespace) -> None:
    home = Home.at(path)
    shop = open_shop(path)
    asked, busiest, link, state = list(pages_of(shop)), busiest_page(shop), sign_in_link(shop), shop.analytics.as_of()
    people = shop.customers.count()
    shop.close()
    with running(home) as port:
        _rested(path)
        cookies = signed_in(port, link)
        rows = _relative([_asked(port, one, cookies, given.requests) for one in asked])
        painted = {"overview": "/", "customer with most events": busiest}
        paints = first_paints(f"http://127.0.0.1:{port}", list(painted.values()), cookies, given.paints + 1)
    title = f"Console, {label}: {state.events:,} events, {state.orders:,} orders, {people:,} customers"
    show(f"{title}; pages, ms", rows, as_json=given.json, notes=["first: the first request to that page, told apart"])
    if paints and given.paints:
        found = [_painted(what, times) for what, times in zip(painted, paints, strict=True)]
        show(f"{title}; first contentful paint, nothing cached, ms", found, as_json=given.json)


def _rested(path: Path) -> None:
    """Wait until the worker that has just started says that every figure is up to date."""
    begun = time.monotonic()
    while time.monotonic() - begun < 600:
        now = pulse.read(path)
        if now is not None and now.alive and now.settled_at:
            return
        time.sleep(0.1)
    raise SystemExit("The worker did not come to rest within ten minutes.")


def _asked(port: int, asked: Asked, cookies: Mapping[str, str], times: int) -> dict[str, object]:
    headers = {"Cookie": cookie_line(dict(cookies)), "Accept-Encoding": "gzip"}
    if asked.piece:
        headers["HX-Request"] = "true"
    took, size = [], 0
    with closing(HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
        for number in range(times + 1):
            path = asked.paths[number % len(asked.paths)]
            begun = time.perf_counter()
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            size = len(answer.read())
            took.append(1_000 * (time.perf_counter() - begun))
            if answer.status != 200:
                raise SystemExit(f"{path} answered {answer.status}.")
    first, rest = took[0], took[1:]
    return {"what": asked.what, "median": median(rest), "p95": percentile(rest, 0.95), "first": first,
            "aim": asked.aim or "", "times /healthz": "", "KiB": size / 1024}  # fmt: skip


def _relative(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    base = rows[0]["median"]
    assert isinstance(base, float)
    return [row | {"times /healthz": median_of / base} for row in rows if isinstance(median_of := row["median"], float)]


def _painted(what: str, times: list[float]) -> dict[str, object]:
    first, rest = times[0], times[1:]
    return {"what": what, "median": median(rest), "most": max(rest), "first": first, "aim": _PAINT_AIM,
            "loads": len(rest)}  # fmt: skip


if __name__ == "__main__":
    main()

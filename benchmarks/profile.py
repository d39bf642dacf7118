"""The whole record of one customer: in this process and over HTTP, beside a bare request.

    .venv/bin/python -m benchmarks.profile [--events 40000] [--customers 2000] [--reads 400] [--home HOME] [--json]

A made-up shop is written first (page views, mails, orders of ten lines), taken in, sorted and learnt from as the worker
does; `--home` takes a shop that is there instead.
"""

from __future__ import annotations

import argparse
import http.client
import random
import tempfile
import time
from collections.abc import Callable
from itertools import cycle
from pathlib import Path

from benchmarks.customers import _fill
from benchmarks.report import median, percentile, show
from choral import Shop, open_shop
from choral.books import SYSTEM, act
from choral.customers.consumer import consume
from choral.customers.recommend.actions import set_rule
from choral.customers.record import PARTS, profile
from choral.events.lake import writer
from choral.home import Home
from choral.team import create_key
from tests.served import served


def main() -> None:
    """Write, conclude, ask."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        home = options.home or Home.make(Path(folder) / "shop", name="Benchmark").path
        shop = open_shop(home)
        if not options.home:
            _conclude(shop, options)
        act(set_rule, SYSTEM, "basis", "", "opt_out")
        # A key may ask fifty times a second: several tills ask here.
        secrets = [act(create_key, SYSTEM, f"Till {number}", "owner").secret for number in range(24)]
        asked = _identifiers(shop, options.reads)
        inside = _inside(shop, asked)
        shop.close()
        outside = _outside(Home.at(home), secrets, asked)
        show(f"One customer's record, ms, {options.reads} customers", inside + outside, as_json=options.json)


def _conclude(shop: Shop, options: argparse.Namespace) -> None:
    _fill(shop, options.customers, options.events, random.Random(1))
    while consume(shop.home, shop.log):
        pass
    writer.flush(shop.home.lake, shop.log, shop.log.head(), lambda after, upto: ())
    customers = shop.customers
    customers.purchases.refresh()
    customers.traits.refresh()
    customers.recommend.train(customers.identity_map(), customers.identity_version())


def _identifiers(shop: Shop, reads: int) -> list[str]:
    """Those who bought most and those seen last, in turn: the hard ones and the usual ones."""
    lists = [shop.customers.list(sort=sort, limit=200).rows for sort in ("orders", "last_at")]
    customers = [row.id for pair in zip(*lists, strict=False) for row in pair]
    known = [shop.customers.identifiers(customer=one)[1][0][1] for one in customers]
    return [known[number % len(known)] for number in range(reads)]


def _inside(shop: Shop, asked: list[str]) -> list[dict[str, object]]:
    customers = shop.customers
    kinds: dict[str, Callable[[str], object]] = {
        "here: only who it is (the baseline)": lambda said: customers.identifiers(said),
        "here: all parts": lambda said: profile(customers, said, "", PARTS, True, "till"),
    }
    for part in PARTS:
        kinds[f"here: {part}"] = lambda said, part=part: profile(customers, said, "", [part], True, "till")  # type: ignore[misc]
    return [_row(what, ask, asked) for what, ask in kinds.items()]


def _outside(home: Home, secrets: list[str], asked: list[str]) -> list[dict[str, object]]:
    with served(home, "pages") as server:
        host = server.url.removeprefix("http://")
        connection = http.client.HTTPConnection(host)
        keys = cycle(secrets)

        def get(path: str) -> Callable[[str], object]:
            def ask(said: str) -> object:
                connection.request("GET", path.format(said=said.replace("#", "%23")), headers=_headers(next(keys)))
                answer = connection.getresponse()
                body = answer.read()
                assert answer.status == 200, body[:300]
                return body

            return ask

        return [
            _row("HTTP: a bare request (the baseline)", get("/api/v1/figures"), asked),
            _row("HTTP: all parts", get("/api/v1/customers/profile?identifier={said}&place=till"), asked),
            _row("HTTP: recommendations", get("/api/v1/recommendations?identifier={said}&place=till"), asked),
        ]


def _headers(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


def _row(what: str, ask: Callable[[str], object], asked: list[str]) -> dict[str, object]:
    for said in asked[:20]:
        ask(said)
    times = []
    for said in asked:
        begun = time.perf_counter()
        ask(said)
        times.append((time.perf_counter() - begun) * 1e3)
    return {"what": what, "p50": median(times), "p95": percentile(times, 0.95), "most": max(times)}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--home", help="a shop that is there")
    parser.add_argument("--customers", type=int, default=2_000)
    parser.add_argument("--events", type=int, default=40_000)
    parser.add_argument("--reads", type=int, default=400)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


if __name__ == "__main__":
    main()

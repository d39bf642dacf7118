"""The consumer's throughput beside mere decoding, and the times of a customer's page, of a search and of a list.

    .venv/bin/python -m benchmarks.customers [--customers 200000] [--events 2000000] [--json]

A log of a made-up shop is written first (orders of ten lines, page views, mails, log-ins; each customer with a card,
an e-mail, some an account, a telephone, some browsers), then read by the consumer from the beginning.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from benchmarks.report import median, percentile, show
from choral import Shop, open_shop
from choral.core.event import Event, decode_lines, encode_lines
from choral.core.identifiers import seen
from choral.customers.consumer import consume
from choral.customers.door import CustomerFilter
from choral.events.store import Batch
from choral.home import Home

_START = 1_700_000_000_000_000
_BATCH = 500
_FIRST = ("Anna", "Luc", "Éloïse", "Marco", "Giulia", "Noah", "Emma", "Léo", "Chiara", "Paul", "Zoé", "Hugo")
_STEMS = ("Mart", "Bern", "Dub", "Ross", "Ferr", "Leg", "Mor", "Gir", "Lef", "Ric", "Bian", "Gall", "Cost", "Faur")
_ENDS = ("in", "ard", "ois", "i", "ari", "rand", "eau", "aud", "èvre", "ci", "chi", "o", "a", "e")
_encode = msgspec.json.encode


def main() -> None:
    """Write a log, consume it, then read as the console does."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        home = Home.make(Path(folder) / "shop", name="Benchmark")
        shop = open_shop(home.path)
        try:
            written = _fill(shop, options.customers, options.events, random.Random(1))
            throughput = [_decoding(shop), *_consuming(shop, options)]
            for row in throughput:
                row["of decoding"] = float(str(row["events/s"])) / float(str(throughput[0]["events/s"]))
            show(f"Consumer, {written:,} events of {options.customers:,} customers", throughput, as_json=options.json)
            sizes = ", ".join(f"{one.name} {one.stat().st_size >> 20:,} MiB" for one in sorted(home.path.glob("*.db")))
            show("Reading, ms", _reading(shop, options), as_json=options.json, notes=[sizes])
        finally:
            shop.close()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--customers", type=int, default=200_000)
    parser.add_argument("--events", type=int, default=2_000_000)
    parser.add_argument("--batch", type=int, default=50_000, help="micro-batch of the larger part")
    parser.add_argument("--reads", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _fill(shop: Shop, customers: int, events: int, chance: random.Random) -> int:
    secret, pages = shop.home.secret, [_encode({"path": f"/shop/{n}", "title": f"Page {n}"}) for n in range(500)]
    lines = [{"product_id": f"p{n}", "quantity": 1, "total": 3.5, "name": f"Product {n}"} for n in range(400)]
    orders = [
        _encode({"order_id": "NUMBER", "store_id": f"s{n % 40}", "total": 35.0, "products": chance.sample(lines, 10)})
        for n in range(200)
    ]
    mails = [str(seen("email", f"c{n}@example.com", secret)) for n in range(customers)]
    waiting: list[Batch] = []
    for start in range(0, events, _BATCH):
        made, personal = [], {}
        for number in range(start, min(start + _BATCH, events)):
            # Everyone is told about once, in the first events; then by chance, some much more often than others.
            one = number if number < customers else int(customers * chance.random() ** 1.7)
            made.append(_event(number, one, mails[one], number < customers, chance, pages, orders))
            if number < customers:
                personal[str(number - start)] = _personal(one, mails[one])
        payload = encode_lines(made)
        waiting.append(Batch("bench", _START, len(made), payload, _encode(personal) if personal else None))
        if len(waiting) == 40 or start + _BATCH >= events:
            shop.log.append(waiting)
            waiting = []
    return events


def _event(
    number: int, one: int, mail: str, new: bool, chance: random.Random, pages: list[bytes], orders: list[bytes]
) -> Event:
    at = _START + number * 1_000_000
    ids: tuple[str, ...]
    if new:
        ids = (f"card:{one}", mail) if one % 3 else (f"user:u{one}", f"card:{one}", mail)
        return Event(f"m{number}", "Customer Identified", at, ids, "store", properties=msgspec.Raw(b'{"tier":"gold"}'))
    dice = chance.random()
    if dice < 0.25:
        said = msgspec.Raw(chance.choice(orders).replace(b"NUMBER", b"o%d" % number))
        return Event(f"m{number}", "Order Completed", at, (f"card:{one}",), "store", 3_500, "EUR", said)
    if dice < 0.75:
        browser = f"anonymous:a{one}-{chance.randrange(3)}"
        ids = (f"user:u{one}", browser) if one % 3 == 0 and dice < 0.35 else (browser,)
        return Event(f"m{number}", "Page Viewed", at, ids, "web", properties=msgspec.Raw(chance.choice(pages)))
    return Event(f"m{number}", "Email Opened", at, (mail,), "email", properties=msgspec.Raw(b'{"campaign_id":"c12"}'))


def _personal(one: int, mail: str) -> dict[str, object]:
    name = {"first_name": _FIRST[one % 12], "last_name": _STEMS[one // 12 % 14] + _ENDS[one // 168 % 14]}
    return {"traits": {**name, "phone": f"+336{one:08d}"}, "identifiers": {mail: f"c{one}@example.com"}}


def _decoding(shop: Shop) -> dict[str, object]:
    """The baseline: what reading the log costs whoever reads it."""
    total, position = 0, 0
    with _Stopwatch() as watch:
        while batches := shop.log.read(position, 50_000):
            total += sum(len(decode_lines(batch.payload)) for batch in batches)
            position = batches[-1].last
    return watch.row("read and decode only", total)


def _consuming(shop: Shop, options: argparse.Namespace) -> Iterator[dict[str, object]]:
    """The newcomers (all with personal values), then a part in small micro-batches, then the rest in large ones."""
    small = options.customers + (options.events - options.customers) // 4
    for label, most, upto in (
        (f"newcomers with personal values, by {options.batch:,}", options.batch, options.customers),
        ("micro-batches of 5,000", 5_000, small),
        (f"micro-batches of {options.batch:,}", options.batch, options.events),
    ):
        total = 0
        before = shop.customers.status().position
        with _Stopwatch() as watch:
            while before + total < upto and (done := consume(shop.home, shop.log, most)):
                total += done
        if total:
            yield watch.row(label, total)


class _Stopwatch:
    """Wall and processor time of a block."""

    def __enter__(self) -> _Stopwatch:
        self._wall, self._cpu = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.wall, self.cpu = time.perf_counter() - self._wall, time.process_time() - self._cpu

    def row(self, label: str, events: int) -> dict[str, object]:
        """What a table shows of it."""
        return {"what": label, "events": events, "seconds": self.wall, "events/s": events / self.wall,
                "events/cpu-s": events / self.cpu}  # fmt: skip


def _reading(shop: Shop, options: argparse.Namespace) -> list[dict[str, object]]:
    chance, customers = random.Random(2), shop.customers
    people = [str(number) for number in chance.sample(range(options.customers), options.reads)]
    found = list(customers.resolve([f"card:{one}" for one in people]).values())
    busiest = customers.list("events").rows[0].id
    chosen = CustomerFilter(channel="email", least_orders=2)

    def page(one: str) -> object:
        return customers.get(one, True), customers.timeline(one), customers.timeline_filters(one)

    asked: list[tuple[str, Callable[[str], object], list[str]]] = [
        ("customer page", page, found),
        ("customer page, the busiest", page, [busiest] * 20),
        ("explain", customers.explain, found),
        ("search: beginning of a name", lambda one: customers.search(one, True), ["giu", "elo", "mart", "zo"] * 10),
        ("search: first and last name", lambda one: customers.search(one, True), ["anna bern", "leo ferrari"] * 10),
        ("search: middle of a name", lambda one: customers.search(one, True), ["erran", "zzz"] * 5),
        ("search: piece of an e-mail", lambda one: customers.search(one, True), ["example", "9999", "xample.org"] * 4),
        ("search: telephone", lambda one: customers.search(f"06 {int(one):08d}", True), people),
        ("search: e-mail", lambda one: customers.search(f"c{one}@example.com", True), people),
        ("search: beginning of an e-mail", lambda one: customers.search(f"c{one}@", True), people),
        ("search: card", lambda one: customers.search(one, True), people),
        ("list, newest", lambda _: customers.list(personal=True), [""] * 20),
        ("list, filtered, by orders", lambda _: customers.list("orders", chosen=chosen, personal=True), [""] * 5),
        ("count", lambda _: customers.count(), [""] * 20),
    ]
    return [_timed(label, work, values) for label, work, values in asked]


def _timed(label: str, work: Callable[[str], object], values: list[str]) -> dict[str, object]:
    took = []
    for value in values:
        start = time.perf_counter()
        work(value)
        took.append((time.perf_counter() - start) * 1_000)
    return {"what": label, "times": len(took), "median": median(took), "p95": percentile(took, 0.95), "most": max(took)}


if __name__ == "__main__":
    main()

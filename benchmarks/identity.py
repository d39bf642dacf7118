"""Resolving and updating beside mere decoding and ingest; merging two people, and undoing it, by size and by history.

    .venv/bin/python -m benchmarks.identity [--events 1000000] [--identifiers 200000] [--json]

A merge is timed from the fact in the log to the views' commit, identifiers moved and the customer's row summed; the
same for its undoing. Its baseline is the same step of the consumer over one event that changes nothing.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from benchmarks.report import median, show
from choral import Shop, open_shop
from choral.books import Actor
from choral.books.outbox import BooksOutbox
from choral.core.event import Event, decode_lines, encode_lines
from choral.customers.consumer import consume
from choral.events.relay import relay
from choral.events.store import Batch
from choral.home import Home

_START, _BATCH, _WHO = 1_700_000_000_000_000, 500, Actor("benchmark")
_PAGE = msgspec.Raw(b'{"path":"/shop/shoes","title":"Shoes"}')
_ORDER = msgspec.Raw(b'{"order_id":"o","store_id":"s1","total":35.0}')


def main() -> None:
    """Throughput first, then merges in the same shop."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        shop = open_shop(Home.make(Path(folder) / "shop", name="Benchmark").path)
        try:
            rows = list(_throughput(shop, options))
            show("Resolve and update", rows, as_json=options.json, notes=[_ratio(rows)])
            by_size = [_merged(shop, f"{size:,} identifiers in all", size, 0, options.rounds) for size in options.sizes]
            by_events = [
                _merged(shop, f"100 identifiers, {events:,} events", 100, events, options.rounds)
                for events in options.behind
            ]
            rows = [_nothing(shop, options.rounds), *by_size, *by_events]
            show(
                "Merge and undo, ms",
                rows,
                as_json=options.json,
                notes=["median of the rounds on the clock, most in brackets; and of the process's own time"],
            )
        finally:
            shop.close()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--identifiers", type=int, default=200_000)
    parser.add_argument("--sizes", type=int, nargs="*", default=[20, 2_000, 10_000, 20_000])
    parser.add_argument("--behind", type=int, nargs="*", default=[10, 10_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _throughput(shop: Shop, options: argparse.Namespace) -> Iterator[dict[str, object]]:
    batches = list(_batches(_town(options.events, options.identifiers)))
    with _Stopwatch() as watch:
        for start in range(0, len(batches), 40):
            shop.log.append(batches[start : start + 40])
    yield watch.row("ingest: append to the log, on disk", options.events)
    position, total = 0, 0
    with _Stopwatch() as watch:
        while found := shop.log.read(position, 50_000):
            total += sum(len(decode_lines(batch.payload)) for batch in found)
            position = found[-1].last
    yield watch.row("baseline: read and decode only", total)
    with _Stopwatch() as watch:
        _drain(shop)
    yield watch.row("resolve and update", total)


def _town(events: int, identifiers: int) -> Iterator[Event]:
    """Events that touch so many identifiers: each person an account or a card, an e-mail and three browsers."""
    chance, people = random.Random(1), max(1, identifiers // 5)
    for number in range(events):
        one = number if number < people else chance.randrange(people)
        strong, dice = (f"user:u{one}" if one % 3 else f"card:{one}"), chance.random()
        browser = f"anonymous:a{one}-{chance.randrange(3)}"
        if number < people or dice < 0.1:
            yield Event(f"m{number}", "Signed In", _START + number, (strong, f"email:#{one}", browser), "web")
        elif dice < 0.3:
            yield Event(
                f"m{number}", "Order Completed", _START + number, (strong,), "store", 3_500, "EUR", properties=_ORDER
            )  # fmt: skip
        else:
            yield Event(f"m{number}", "Page Viewed", _START + number, (browser,), "web", properties=_PAGE)


def _merged(shop: Shop, label: str, identifiers: int, events: int, rounds: int) -> dict[str, object]:
    """Two people with half of the identifiers and events each, merged and taken apart again."""
    made, half = f"{identifiers}-{events}", identifiers // 2
    history = [
        Event(
            f"{made}-{side}-{n}", "Page Viewed", _START + n, (f"user:{made}-{side}", f"anonymous:{made}-{side}-{n}"),
        )
        for side in "ab" for n in range(1, half)
    ]  # fmt: skip
    history += [
        Event(f"{made}-e{n}", "Order Completed", _START + n, (f"user:{made}-{'ab'[n % 2]}",), "web", 100, "EUR",
              properties=_ORDER)
        for n in range(events)
    ]  # fmt: skip
    for start in range(0, len(history), 20_000):
        shop.log.append(list(_batches(history[start : start + 20_000])))
    _drain(shop)
    took: dict[str, list[tuple[float, float]]] = {"merge": [], "undo": []}
    for _ in range(rounds):
        found = shop.customers.resolve([f"user:{made}-a", f"user:{made}-b"])
        pair = sorted(found.values())
        decided = shop.customers.identity.merge(_WHO, pair[0], pair[1], "benchmark", confirmed=True)
        took["merge"].append(_apply(shop))
        shop.customers.identity.withdraw(_WHO, decided.id)
        took["undo"].append(_apply(shop))
    return {"what": label} | _columns(took)


def _nothing(shop: Shop, rounds: int) -> dict[str, object]:
    took = []
    for n in range(rounds):
        shop.log.append([Batch("bench", _START, 1, encode_lines([Event(f"nothing-{n}", "Page Viewed", _START)]))])
        took.append(_timed(shop))
    return {"what": "baseline: an event about nobody"} | _columns({"merge": took, "undo": []})


def _columns(took: dict[str, list[tuple[float, float]]]) -> dict[str, object]:
    shown: dict[str, object] = {}
    for name, times in took.items():
        walls, processor = [wall for wall, _ in times], [cpu for _, cpu in times]
        shown[name] = f"{median(walls):.1f} ({max(walls):.1f})" if times else ""
        shown[f"{name}, processor"] = f"{median(processor):.1f}" if times else ""
    return shown


def _apply(shop: Shop) -> tuple[float, float]:
    relay(BooksOutbox(), shop.log)
    return _timed(shop)


def _timed(shop: Shop) -> tuple[float, float]:
    wall, cpu = time.perf_counter(), time.process_time()
    consume(shop.home, shop.log)
    return (time.perf_counter() - wall) * 1_000, (time.process_time() - cpu) * 1_000


def _drain(shop: Shop) -> None:
    while consume(shop.home, shop.log, 50_000):
        pass


def _batches(events: Iterator[Event] | list[Event]) -> Iterator[Batch]:
    waiting: list[Event] = []
    for event in events:
        waiting.append(event)
        if len(waiting) == _BATCH:
            yield Batch("bench", _START, len(waiting), encode_lines(waiting))
            waiting = []
    if waiting:
        yield Batch("bench", _START, len(waiting), encode_lines(waiting))


def _ratio(rows: list[dict[str, object]]) -> str:
    speed = [float(str(row["events/s"])) for row in rows]
    return f"resolve and update: {speed[2] / speed[1]:.2f} of mere decoding, {speed[2] / speed[0]:.2f} of ingest"


class _Stopwatch:
    """Wall and processor time of a block."""

    def __enter__(self) -> _Stopwatch:
        self._wall, self._cpu = time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.wall, self.cpu = time.perf_counter() - self._wall, time.process_time() - self._cpu

    def row(self, label: str, events: int) -> dict[str, object]:
        return {"what": label, "events": events, "seconds": self.wall, "events/s": events / self.wall,
                "events/cpu-s": events / self.cpu}  # fmt: skip


if __name__ == "__main__":
    main()

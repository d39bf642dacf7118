"""What a decision about consent costs: one at a time, and all customers of a campaign in one call.

    .venv/bin/python -m benchmarks.consent [--customers 100000] [--single 300] [--json]

A made-up shop: each customer with a card, an e-mail and some a telephone; two thirds said something about offers. The
baseline of the large call is asking one by one; that of one decision is reading the customer's identifiers alone.
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from pathlib import Path

from benchmarks.report import median, percentile, show
from choral import Shop, open_shop
from choral.books import SYSTEM
from choral.core.event import Event, encode_lines
from choral.customers.consent.values import Statement
from choral.customers.consumer import consume
from choral.events.store import Batch
from choral.home import Home

_START = 1_700_000_000_000_000
_NOON = 1_795_518_000_000_000  # 24 November 2026, a Tuesday
_BATCH = 500
_STATES = ("granted", "granted", "granted", "denied", "withdrawn")


def main() -> None:
    """Fill a shop, then decide."""
    options = _options()
    with tempfile.TemporaryDirectory() as folder:
        shop = open_shop(Home.make(Path(folder) / "shop", name="Benchmark").path)
        try:
            written, seconds = _fill(shop, options.customers, random.Random(1))
            customers = list(shop.customers.resolve(f"card:{n}" for n in range(1, options.customers + 1)).values())
            rows = [*_singly(shop, customers, options.single), *_together(shop, customers, options.single)]
            notes = [f"{written:,} statements written at {written / seconds:,.0f} a second, each with its fact"]
            show(f"Consent, {options.customers:,} customers", rows, as_json=options.json, notes=notes)
        finally:
            shop.close()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--customers", type=int, default=100_000)
    parser.add_argument("--single", type=int, default=300)
    parser.add_argument("--json", action="store_true")
    return parser.parse_args()


def _fill(shop: Shop, customers: int, chance: random.Random) -> tuple[int, float]:
    """Everybody is seen once, two thirds say something; how many statements, and in which time."""
    for start in range(1, customers + 1, _BATCH):
        made = [
            Event(f"m{n}", "Customer Identified", _START + n, (f"card:{n}", f"email:#{n:032x}", f"phone:#{n:032x}"))
            for n in range(start, min(start + _BATCH, customers + 1))
        ]
        shop.log.append([Batch("bench", _START, len(made), encode_lines(made))])
    while consume(shop.home, shop.log):
        pass
    said = [
        Statement(f"email:#{n:032x}" if n % 2 else f"card:{n}", "offers", "email", chance.choice(_STATES), "form",
                  at=_START + n, key=f"k{n}")
        for n in range(1, customers + 1) if n % 3
    ]  # fmt: skip
    before = time.perf_counter()
    for start in range(0, len(said), 5_000):
        shop.customers.consent.record(SYSTEM, said[start : start + 5_000])
    return len(said), time.perf_counter() - before


def _singly(shop: Shop, customers: list[str], times: int) -> list[dict[str, object]]:
    chosen = random.Random(2).sample(customers, min(times, len(customers)))
    alone, decided = [], []
    for one in chosen:
        before = time.perf_counter()
        shop.customers.consent.identifiers(one)
        between = time.perf_counter()
        shop.customers.consent.may_send(one, "offers", "email", _NOON)
        alone.append((between - before) * 1_000)
        decided.append((time.perf_counter() - between) * 1_000)
    ratio = median(decided) / median(alone)
    return [_row("one: reading who it is", alone, 1.0), _row("one: whole decision", decided, ratio)]


def _together(shop: Shop, customers: list[str], times: int) -> list[dict[str, object]]:
    """All in one call, the median of three; the ratio says how many times quicker than one by one."""
    spent = []
    for _ in range(3):
        before = time.perf_counter()
        found = shop.customers.consent.allowed(customers, "offers", "email", _NOON)
        spent.append((time.perf_counter() - before) * 1_000)
    assert len(found.allowed) + len(found.left_out) == len(customers)
    chosen = customers[:times]
    before = time.perf_counter()
    for one in chosen:
        shop.customers.consent.may_send(one, "offers", "email", _NOON)
    one_by_one = (time.perf_counter() - before) * 1_000 / len(chosen) * len(customers)
    return [
        _row(f"all {len(customers):,} in one call", spent, median(spent) / one_by_one),
        _row(f"all {len(customers):,} one by one (from {len(chosen)})", [one_by_one], 1.0),
    ]


def _row(what: str, spent: list[float], ratio: float) -> dict[str, object]:
    return {"what": what, "median ms": median(spent), "p95 ms": percentile(spent, 0.95), "of the baseline": ratio}


if __name__ == "__main__":
    main()

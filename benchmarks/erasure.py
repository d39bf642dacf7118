"""How long one person's erasure takes in a shop of any size, step by step, beside reading the log once.

    python -m benchmarks.erasure [--events 200000] [--home FOLDER] [--people 3] [--json]

A made-up shop (`benchmarks.home`), with its busiest customer among those who are erased. `--home` takes a copy of a
home that exists (it is changed!). The baseline unpacks every batch of the log and does nothing with it.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.home import filled
from benchmarks.report import show
from choral import Shop, open_shop
from choral.books import SYSTEM
from choral.customers.privacy import erasing

_AT_ONCE = 50_000
Step = Callable[[erasing.Work], int]


def main() -> None:
    """Fill a shop, erase some customers, say what took how long."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--home", type=Path, help="a home that exists; it is changed")
    parser.add_argument("--people", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = options.home or Path(folder) / "shop"
        if options.home is None:
            filled(home, options.events)
        with open_shop(home) as shop:
            _measure(shop, options.people, options.json)


def _measure(shop: Shop, people: int, as_json: bool) -> None:
    baseline = _reading(shop)
    chosen = [row.id for row in shop.customers.list(sort="events", limit=people).rows]
    events = [shop.customers.get(one).events for one in chosen]
    begun = time.perf_counter()
    shop.customers.privacy.would_erase(chosen[0])
    foreseen = time.perf_counter() - begun
    rows: list[dict[str, object]] = [_row("baseline: read the log once", baseline, baseline, 0, "")]
    rows.append(_row("foresee what would go", foreseen, baseline, events[0], ""))
    for one, many in zip(chosen, events, strict=True):
        with _timed() as took:
            begun = time.perf_counter()
            shop.customers.privacy.erase(one, SYSTEM, minutes=0)
            shop.customers.privacy.work(shop.make_figures_anew)
            whole = time.perf_counter() - begun
        steps = ", ".join(f"{name} {seconds:.1f}" for name, seconds in took.items())
        rows.append(_row("erase a customer", whole, baseline, many, steps))
    size = sum(file.stat().st_size for file in shop.home.path.rglob("*") if file.is_file()) >> 20
    show(
        f"Erasure, {shop.log.head():,} events, {shop.customers.count():,} customers, {size:,} MiB", rows,
        as_json=as_json, notes=["figures: marts and purchases made anew without the customer, the whole of them"],
    )  # fmt: skip


def _reading(shop: Shop) -> float:
    begun, position = time.perf_counter(), 0
    while batches := shop.log.read(position, _AT_ONCE):
        position = batches[-1].last
    return time.perf_counter() - begun


@contextmanager
def _timed() -> Iterator[dict[str, float]]:
    """The seconds of each step while the block runs."""
    took: dict[str, float] = {}

    def timed(name: str, step: Step) -> Step:
        def run(work: erasing.Work) -> int:
            begun = time.perf_counter()
            count = step(work)
            took[name] = time.perf_counter() - begun
            return count

        return run

    before = erasing.STEPS
    erasing.STEPS = tuple((name, timed(name, step)) for name, step in before)
    try:
        yield took
    finally:
        erasing.STEPS = before


def _row(what: str, seconds: float, baseline: float, events: int, steps: str) -> dict[str, object]:
    return {"what": what, "events of theirs": events, "s": seconds, "times reading": seconds / baseline, "steps": steps}


if __name__ == "__main__":
    main()

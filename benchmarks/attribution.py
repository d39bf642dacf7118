"""Whom orders are credited to by each model: how long it takes beside a raw scan, and how far from a known truth.

    python -m benchmarks.attribution [--events 200000] [--json]
    python -m benchmarks.attribution --town HOME --truth FOLDER      (a home the simulator filled, its truth)

The truth says of every order which sent or shown touch caused it, or that it would have been bought anyway. Of each
model the share of the sales given to each channel that sends or shows is compared with it; what a model gives to
visits, to nothing or to the habit counts as bought anyway. The distance is the total variation: the share of all sales
that lies in the wrong place.
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from collections import Counter
from pathlib import Path

from benchmarks.home import filled
from benchmarks.report import show
from choral import Shop, open_shop
from choral.analytics.attribution.values import MODELS, Question

ANYWAY = "bought anyway"


def main() -> None:
    """Print the speed over a made-up shop, or with a town the distance of each model to the truth."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--events", type=int, default=200_000)
    parser.add_argument("--town", type=Path)
    parser.add_argument("--truth", type=Path)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    if given.town and given.truth:
        with open_shop(given.town) as shop:
            _show_town(shop, given.truth, given.json)
        return
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "shop"
        filled(home, given.events)
        with open_shop(home) as shop:
            _show_speed(shop, given.events, given.json)


def _show_speed(shop: Shop, events: int, as_json: bool) -> None:
    scan = _timed(lambda: shop.sql("SELECT max(customer), max(day), count(channel) FROM touches").to_arrow())
    for file in (Path(shop.home.lake.removeprefix("file://")) / "marts" / "answers").glob("*.json"):
        file.unlink()
    room = shop.analytics.attribution
    taken = {
        "raw scan of the touches' columns": scan,
        "eleven models by channel, first asked": _timed(lambda: room.credits()),
        "the same again": _timed(lambda: room.credits()),
        "Markov of order 2 among them": _timed(lambda: room.credits(Question(order=2))),
        "the lines behind a figure": _timed(lambda: room.lines("linear", limit=50)),
    }
    found = room.credits()
    rows: list[dict[str, object]] = [
        {
            "what": what,
            "processor s": round(cpu, 2),
            "wall s": round(wall, 2),
            "times the scan": round(cpu / scan[0], 1),
        }
        for what, (cpu, wall) in taken.items()
    ]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    show(f"Attribution, {events:,} events, {found.paths:,} paths", rows, as_json=as_json,
         notes=[f"peak memory of the process that also filled the shop: {peak:,} MiB"])  # fmt: skip


def _timed(work: object) -> tuple[float, float]:
    begun, cpu = time.perf_counter(), time.process_time()
    work()  # type: ignore[operator]
    return time.process_time() - cpu, time.perf_counter() - begun


def _show_town(shop: Shop, truth: Path, as_json: bool) -> None:
    caused = _caused(truth)
    whole = sum(caused.values())
    true = {channel: amount / whole for channel, amount in caused.items()}
    channels = [one for one in true if one != ANYWAY]
    credits = shop.analytics.attribution.credits()
    rows: list[dict[str, object]] = [{"model": "the truth", **_written(true, channels), "distance": "", "held": ""}]
    for place, model in enumerate(MODELS):
        shares, held = Counter[str](), 0
        for row in credits.rows:
            one = row.credits[place]
            key = row.key if row.key in channels else ANYWAY
            shares[key] += one.share  # type: ignore[assignment]
            if row.key in channels:
                wanted = true[row.key] * credits.amount
                held += one.low <= wanted <= one.high
        apart = sum(abs(shares[key] - true.get(key, 0.0)) for key in {*shares, *true}) / 2
        rows.append({"model": model, **_written(dict(shares), channels), "distance": f"{apart:.1%}",
                     "held": f"{held} of {len(channels)}"})  # fmt: skip
    note = "held: channels whose true share lies in the model's 95 % interval, which knows of chance only"
    show("Attribution beside what caused the sales", rows, as_json=as_json, notes=[note])


def _written(shares: dict[str, float], channels: list[str]) -> dict[str, object]:
    return {one: f"{shares.get(one, 0.0):.1%}" for one in [*sorted(channels), ANYWAY]}


def _caused(truth: Path) -> Counter[str]:
    """Cents of all orders, by the channel of the touch that caused them."""
    with (truth / "touches.jsonl").open(encoding="utf-8") as lines:
        of = {one["touch_id"]: one["channel"] for one in map(json.loads, lines)}
    found = Counter[str]()
    with (truth / "orders.jsonl").open(encoding="utf-8") as lines:
        for one in map(json.loads, lines):
            found[of.get(one["cause"], ANYWAY)] += one["total_cents"]
    return found


if __name__ == "__main__":
    main()

"""Whether experiments say only what is so, how fast files of them come in, and how near they are to a known truth.

    .venv/bin/python -m benchmarks.experiments [--runs 2000] [--rows 64000 1000000] [--json]
    .venv/bin/python -m benchmarks.experiments --town HOME --truth FOLDER      (a home the simulator filled, its truth)

Simulated customers are of the kind that breaks bad tests: most buy nothing, a few buy very much. The baselines are the
ordinary interval looked at each time, and reading the same file's cells only.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow
import pyarrow.csv

from benchmarks.report import show
from choral import open_shop
from choral.analytics.experiments import estimates, pooling, power, sequential
from choral.analytics.experiments.door import Mapping
from choral.analytics.experiments.estimates import Floats
from choral.analytics.experiments.power import Design
from choral.books import SYSTEM
from choral.home import Home

_MOST, _FIRST = 4_000, 60


def main() -> None:
    """Print levels and coverage, the speed of files, and with a town the distance to the truth."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=2_000)
    parser.add_argument("--rows", type=int, nargs="*", default=[64_000, 1_000_000])
    parser.add_argument("--town")
    parser.add_argument("--truth", type=Path)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.town and options.truth:
        _show_town(options.town, options.truth, options.json)
        return
    g = np.random.default_rng(20)
    rows = [*_levels(g, options.runs), *_designs(g, options.runs)]
    show(f"What {options.runs:,} simulated experiments said", rows, as_json=options.json)
    if options.rows:
        show("Randomised files, seconds", [_file(many) for many in options.rows], as_json=options.json)


def _sales(g: np.random.Generator, units: int) -> Floats:
    """Three of ten buy; what they spend is log-normal."""
    return np.where(g.random(units) < 0.3, g.lognormal(3.0, 0.8, units), 0.0)


def _levels(g: np.random.Generator, runs: int) -> list[dict[str, object]]:
    """Without an effect, looked at after every second customer from the 60th to the 4,000th; and at the end only."""
    edges = np.array([sequential.multiple(n) for n in range(_FIRST, _MOST + 1, 2)])
    n = np.arange(1, _MOST // 2 + 1)
    always = peeked = once = covered = 0
    for _ in range(runs):
        sums = [(np.cumsum(x), np.cumsum(x * x)) for x in (_sales(g, _MOST // 2), _sales(g, _MOST // 2))]
        squares = sum((q / n - (s / n) ** 2) / n for s, q in sums)
        z = (np.abs((sums[0][0] - sums[1][0]) / n) / np.sqrt(np.maximum(squares, 1e-12)))[_FIRST // 2 - 1 :]
        always += bool(np.any(z > edges))
        peeked += bool(np.any(z > 1.96))
        once += bool(z[-1] > 1.96)
        covered += bool(z[-1] <= edges[-1])
    return [
        _row("false alarms, always valid, every look", always / runs, "at most 5 %"),
        _row("false alarms, ordinary interval, every look (baseline)", peeked / runs, "5 % is what it says"),
        _row("false alarms, ordinary interval, one look", once / runs, "5 %"),
        _row("coverage at the end, always valid", covered / runs, "at least 95 %"),
    ]


def _designs(g: np.random.Generator, runs: int) -> list[dict[str, object]]:
    """Power as planned, the sample ratio's false alarms, CUPED's gain and bias."""
    variance, effect = float(_sales(g, 400_000).var()), 1.2
    planned = power.units(Design(variance, variance, 0.5, 0.5), effect, any_day=False) or 0
    any_day = power.units(Design(variance, variance, 0.5, 0.5), effect, any_day=True) or 0
    seen_once = seen_any = 0
    gains, effects = [], []
    for _ in range(max(200, runs // 4)):
        for count, always in ((planned, False), (any_day, True)):
            arm = g.integers(0, 2, count)
            control, treated = estimates.samples(_sales(g, count) + effect * arm, arm, 2)
            found = estimates.difference(treated, control)
            edge = sequential.multiple(count) if always else estimates.fixed_multiple(0.05, found.freedom)
            seen = abs(found.effect) > edge * found.error
            seen_any, seen_once = seen_any + (seen and always), seen_once + (seen and not always)
        arm, before = g.integers(0, 2, 2_000), _sales(g, 2_000)
        values = 0.7 * before + 0.7 * _sales(g, 2_000) + effect * arm
        (control, treated), gain = estimates.adjusted(values, before[:, None], arm, 2)
        effects.append(treated.mean - control.mean)
        gains.append(gain)
    alarms = np.mean([estimates.sample_ratio(g.multinomial(10_000, [0.5, 0.5]).tolist(), [1, 1])[2] < 0.001
                      for _ in range(10 * runs)])  # fmt: skip
    times = max(200, runs // 4)
    off = (float(np.mean(effects)) - effect) / (float(np.std(effects)) / np.sqrt(times))
    return [
        _row(f"power of {planned:,} planned for one look", seen_once / times, "80 %"),
        _row(f"power of {any_day:,} planned for any day, looked at once", seen_any / times, "80 %"),
        _row("false alarms of the sample ratio", float(alarms), "0.1 %"),
        _row("variance CUPED removed", float(np.mean(gains)), "50 % (squared correlation)"),
        {"what": "CUPED's mean effect, standard errors from the truth", "found": round(off, 2), "should be": "-2 to 2"},
    ]


def _row(what: str, share: float, should: str) -> dict[str, object]:
    return {"what": what, "found": f"{100 * share:.2f} %", "should be": should}


def _file(rows: int) -> dict[str, object]:
    """A file of the shape of the field's best known one: three arms, three outcomes, four attributes."""
    g = np.random.default_rng(1)
    arms = np.array(["Womens E-Mail", "Mens E-Mail", "No E-Mail"])[g.integers(0, 3, rows)]
    visit = (g.random(rows) < 0.15).astype(int)
    table = pyarrow.table({
        "recency": g.integers(1, 13, rows), "history": g.gamma(1, 240, rows).round(2), "segment": arms.tolist(),
        "zip_code": np.array(["Rural", "Urban"])[g.integers(0, 2, rows)].tolist(), "visit": visit,
        "spend": np.where(visit, g.gamma(2, 50, rows).round(2), 0.0),
    })  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "test.csv"
        pyarrow.csv.write_csv(table, file)
        baseline, _ = _timed(lambda: pyarrow.csv.read_csv(file))
        with open_shop(Home.make(Path(folder) / "home").path) as shop:
            experiments = shop.analytics.experiments
            mapping = Mapping("segment", ("visit", "spend"), "", ("history",), ("recency", "zip_code"), ("spend",))

            def bring() -> str:
                with file.open("rb") as stream:
                    draft = shop.connectors.upload("test.csv", stream, SYSTEM)
                read = shop.connectors.tabled(draft.id)
                return experiments.take(SYSTEM, "Test", read.table, mapping)[0]

            brought, key = _timed(bring)
            answered, _ = _timed(lambda: experiments.read(key))
            cut, _ = _timed(lambda: experiments.segments(key, "zip_code"))
    return {"rows": rows, "cells read only": baseline, "imported": brought, "read out": answered, "by part": cut}


def _show_town(home: str, truth: Path, as_json: bool) -> None:
    """Orders each campaign caused against what its lots show, one by one and by channel."""
    with open_shop(home) as shop:
        shop.analytics.refresh(shop.customers.identity_map(), shop.customers.identity_version())
        experiments = shop.analytics.experiments
        ones = [row.experiment for row in experiments.list() if row.units]
        reading = shop.analytics._desk.reading()
        assert reading is not None
        took, found = _timed(lambda: pooling.compared(reading, ones, "orders"))
        pooled = {one.channel: one for one in experiments.channels("orders")}
    known = [json.loads(line) for line in (truth / "campaigns.jsonl").read_text("utf-8").splitlines()]
    true = {one["campaign_id"]: one for one in known}
    rows = []
    for channel in sorted(pooled):
        mine = [one for one in found if one.experiment.plan.channel == channel and one.found.error > 0]
        caused = np.array([true[one.experiment.key]["expected_effect_per_treated"] for one in mine])
        effect = np.array([one.found.effect for one in mine])
        error = np.array([one.found.error for one in mine])
        edge = np.array([sequential.multiple(one.found.units) for one in mine])
        whole = [true[one.experiment.key] for one in mine]
        rows.append({
            "channel": channel, "experiments": len(mine),
            "caused orders a treated": sum(t["caused_orders"] for t in whole) / sum(t["treated"] for t in whole),
            "measured": pooled[channel].interval.effect, "low": pooled[channel].interval.low,
            "high": pooled[channel].interval.high,
            "truth in one-look intervals": f"{100 * np.mean(np.abs(effect - caused) <= 1.96 * error):.0f} %",
            "in always-valid ones": f"{100 * np.mean(np.abs(effect - caused) <= edge * error):.0f} %",
        })  # fmt: skip
    note = "An experiment counts 28 days after its lot; the truth counts every order a touch ever caused."
    show(f"Orders caused in a town, by lots ({took:.2f} s for all)", rows, as_json=as_json, notes=[note])


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.perf_counter()
    found = work()
    return time.perf_counter() - began, found


if __name__ == "__main__":
    main()

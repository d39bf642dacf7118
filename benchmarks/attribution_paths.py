"""Rules, Shapley and a Markov chain of order 1 over millions of paths: processor time and memory, each in a process.

    python -m benchmarks.attribution_paths [--paths 1000000 ...] [--package PYTHON] [--json]

Paths of ten channels, 3.5 touches on average, 5.5 % to an order, are made into mart files in a temporary folder.
`arithmetic` begins at touches as numbers, as packages do; `counts` at the mart files, with 512 lots for intervals;
`first asked` is all that the page shows: eleven models, the time-aware one learned, intervals. `scan` is DuckDB
reading the same columns. With `--package` an interpreter that has ChannelAttribution (GPL, so it is installed apart)
runs its Markov model of order 1 with its own defaults over the same paths; making its data frame is not counted.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow
import pyarrow.parquet

from benchmarks.report import show
from choral.analytics.attribution import markov, merging
from choral.analytics.attribution.loading import Plan
from choral.analytics.attribution.planning import planned
from choral.analytics.attribution.rules import RULES, Settings, credited, shared_out
from choral.analytics.attribution.sequences import Paths
from choral.analytics.attribution.values import Question
from choral.analytics.engine import InProcess, Source
from choral.analytics.mart_tables import BUCKETS
from choral.analytics.marts import Marts, Version
from choral.analytics.reading import Reading
from choral.analytics.values import AsOf

_CHANNELS = {
    "web": "Page Viewed", "search": "Page Viewed", "store": "Store Visited", "app": "Page Viewed",
    "social": "Page Viewed", "email": "Email Sent", "sms": "SMS Sent", "push": "Push Sent",
    "direct_mail": "Mail Piece Sent", "ads": "Ad Impression",
}  # fmt: skip
_HOW_OFTEN = np.array((0.26, 0.17, 0.12, 0.1, 0.08, 0.1, 0.03, 0.04, 0.06, 0.04))
_WON, _MEAN, _LONGEST = 0.055, 3.5, 40
_BEGINS, _DAY = 1_735_689_600_000_000, 86_400_000_000  # 2025-01-01 in µs UTC
_DAYS, _ROWS = 200, 1_000_000
_MEASURES = ("scan", "arithmetic", "counts", "first asked")
_PACKAGE = """
import json, resource, sys, time
import numpy, pandas
folder = sys.argv[1]
codes, starts = numpy.load(folder + "/codes.npy"), numpy.load(folder + "/starts.npy")
value = numpy.load(folder + "/value.npy")
names = numpy.array(sys.argv[2].split(","), object)
words = names[codes].tolist()
paths = [" > ".join(words[a:b]) for a, b in zip(starts[:-1].tolist(), starts[1:].tolist())]
won = (value > 0).astype(int)
frame = pandas.DataFrame({"path": paths, "conversions": won, "value": value, "nulls": 1 - won})
del words, paths, codes, starts
import ChannelAttribution
used = lambda: resource.getrusage(resource.RUSAGE_SELF)
before, begun = used(), time.perf_counter()
found = ChannelAttribution.markov_model(frame, "path", "conversions", var_value="value", var_null="nulls", order=1)
after = used()
print()
print(json.dumps({"cpu": round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 2),
    "wall": round(time.perf_counter() - begun, 2), "peak": after.ru_maxrss // 1024,
    "answer": dict(zip(found["channel_name"], [round(x) for x in found["total_conversions"]]))}))
"""


def main() -> None:
    """Print a row for each measure and number of paths."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--paths", type=int, nargs="+", default=[1_000_000])
    parser.add_argument("--package", metavar="PYTHON")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--measure", nargs=2, metavar=("WHAT", "FOLDER"), help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.measure:
        _measure(given.measure[0], Path(given.measure[1]))
        return
    rows = [row for paths in given.paths for row in _rows(paths, given.package)]
    show("Attribution over made-up paths", rows, as_json=given.json)


def _rows(paths: int, package: str | None) -> list[dict[str, object]]:
    with tempfile.TemporaryDirectory() as folder:
        touches = make(Path(folder), paths)
        found = {what: _apart([sys.executable, "-m", "benchmarks.attribution_paths", "--measure", what, folder])
                 for what in _MEASURES}  # fmt: skip
        if package:
            found["ChannelAttribution, Markov 1"] = _apart([package, "-c", _PACKAGE, folder, ",".join(_CHANNELS)])
    return [
        {"paths": paths, "touches": touches, "what": what, "processor s": one["cpu"], "wall s": one["wall"],
         "peak MiB": one["peak"], "answer": one["answer"]}
        for what, one in found.items()
    ]  # fmt: skip


def make(folder: Path, paths: int) -> int:
    """Mart files, and the same paths as arrays; how many touches they have."""
    parts = [_bucket(folder, bucket, paths // BUCKETS) for bucket in range(BUCKETS)]
    lengths = np.concatenate([one[1] for one in parts])
    np.save(folder / "codes.npy", np.concatenate([one[0] for one in parts]))
    np.save(folder / "starts.npy", np.concatenate(([0], np.cumsum(lengths))))
    np.save(folder / "value.npy", np.concatenate([one[2] for one in parts]))
    np.save(folder / "age.npy", np.concatenate([one[3] for one in parts]))
    return int(lengths.sum())


def _bucket(folder: Path, bucket: int, paths: int) -> tuple[Any, Any, Any, Any]:
    chance = np.random.default_rng(bucket)
    lengths = np.minimum(chance.geometric(1 / _MEAN, paths), _LONGEST)
    who = np.repeat(np.arange(paths), lengths)
    number = np.sort(chance.choice(1 << 40, paths, replace=False)) * BUCKETS + bucket
    start = chance.integers(0, 60 * _DAY, paths)
    at = start[who] + chance.integers(0, 20 * _DAY, len(who))
    at = at[np.lexsort((at, who))]
    code = chance.choice(len(_CHANNELS), len(who), p=_HOW_OFTEN).astype(np.int32)
    value = np.where(chance.random(paths) < _WON, chance.integers(500, 20_000, paths), 0)
    ends = start + 20 * _DAY
    place = (np.arange(len(who)) + bucket) * 2
    acted = code < 5
    table = {
        "customer": number[who], "happened_at": _moments(at), "position": place, "day": _days(at),
        "name": _named(code, list(_CHANNELS.values())), "channel": _named(code, list(_CHANNELS)),
        "kind": _named(code, list(_CHANNELS)),
        "campaign_id": pyarrow.array([f"c{one}" for one in range(200)]).take(pyarrow.array(place // 2 % 200)),
        "creative": pyarrow.nulls(len(who), pyarrow.string()), "store_id": pyarrow.nulls(len(who), pyarrow.string()),
        "cost": pyarrow.nulls(len(who), pyarrow.int64()), "session": pyarrow.array(place, mask=~acted),
    }  # fmt: skip
    won = np.flatnonzero(value)
    orders = {
        "customer": number[won], "happened_at": _moments(ends[won]), "position": won * 2 + 1, "day": _days(ends[won]),
        "order_id": pyarrow.array(won.astype(str)), "channel": _named(np.zeros(len(won), np.int32), ["store"]),
        "returned": np.zeros(len(won), np.bool_), "amount": value[won], "margin": value[won] // 3,
        "currency": _named(np.zeros(len(won), np.int32), ["EUR"]), "identified": np.ones(len(won), np.bool_),
    }  # fmt: skip
    for name, columns in (("touches", table), ("orders", orders), ("order_lines", {"customer": number[:0]})):
        file = folder / f"{name}.{bucket:02}.parquet"
        pyarrow.parquet.write_table(
            pyarrow.table(columns), file, compression="zstd", compression_level=1, row_group_size=122_880
        )
    age = np.where(value[who] > 0, (ends[who] - at) / 3_600_000_000, 0.0)
    return code, lengths, value, age


def _moments(at: Any) -> pyarrow.Array:
    return pyarrow.array(at + _BEGINS, pyarrow.timestamp("us", "UTC"))


def _days(at: Any) -> pyarrow.Array:
    return pyarrow.array(((at + _BEGINS) // _DAY).astype(np.int32), pyarrow.date32())


def _named(code: Any, names: list[str]) -> pyarrow.Array:
    return pyarrow.DictionaryArray.from_arrays(code, names)


def _apart(command: list[str]) -> dict[str, Any]:
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def _measure(what: str, folder: Path) -> None:
    asked: dict[str, Callable[[], object]] = {
        "scan": lambda: _scan(folder), "arithmetic": lambda: _arithmetic(folder),
        "counts": lambda: _counts(folder), "first asked": lambda: _first_asked(folder),
    }  # fmt: skip
    begun, before = time.perf_counter(), _processor()
    answer = asked[what]()
    print(json.dumps({  # noqa: T201
        "cpu": round(_processor() - before, 2), "wall": round(time.perf_counter() - begun, 2),
        "peak": _peak(), "answer": answer,
    }))  # fmt: skip


def _scan(folder: Path) -> object:
    columns = "customer happened_at position day name channel kind campaign_id creative store_id cost session".split()
    with duckdb.connect() as database:
        asked = ", ".join(f"max({column})" for column in columns)
        return database.sql(f"SELECT count(*), {asked} FROM read_parquet('{folder}/touches.*.parquet')").fetchall()[0][
            0
        ]


def _arithmetic(folder: Path) -> object:
    """Eight rules with their cents, Shapley among them, and the chain, over pieces of a million touches."""
    settings, steps = Settings(direct=(0, 2, 3)), []
    sums = {name: np.zeros(len(_CHANNELS)) for name in RULES}
    for paths in _pieces(folder):
        steps.append(markov.steps(paths, len(_CHANNELS), 1))
        won = paths.converting
        for name, rule in RULES.items():
            weights = rule(won, settings)
            shared_out(weights, won.starts, won.value.astype(np.int64))
            sums[name] += credited(won, weights, len(_CHANNELS))[0]
    effect = markov.removal(markov.merged(steps))
    return _told(markov.shared(effect.orders, float(sums["last"].sum())))


def _pieces(folder: Path) -> Iterator[Paths]:
    codes, age = (np.load(folder / f"{name}.npy", mmap_mode="r") for name in ("codes", "age"))
    starts, value = np.load(folder / "starts.npy"), np.load(folder / "value.npy")
    borders = np.unique(np.append(np.searchsorted(starts, np.arange(0, starts[-1], _ROWS)), len(starts) - 1))
    for low, high in zip(borders[:-1], borders[1:], strict=True):
        a, b = starts[low], starts[high]
        won = (value[low:high] > 0).astype(np.float64)
        yield Paths(np.asarray(codes[a:b]), starts[low : high + 1] - a, won, value[low:high].astype(np.float64),
                    1 - won, np.asarray(age[a:b]), np.zeros(high - low, np.int64))  # fmt: skip


def _counts(folder: Path) -> object:
    reading, plan = _asked(folder)
    found = merging.counts(reading, plan)
    return _told(dict(zip(plan.labels, found.models["markov"].orders, strict=False)))


def _first_asked(folder: Path) -> object:
    reading, plan = _asked(folder)
    found = merging.summed(reading, plan)
    return _told(dict(zip(plan.labels, found.models["markov"].orders, strict=False)))


def _told(orders: Any) -> dict[str, int]:
    named = orders if isinstance(orders, dict) else dict(zip(_CHANNELS, orders, strict=True))
    return {name: round(float(named[name])) for name in _CHANNELS}


def _asked(folder: Path) -> tuple[Reading, Plan]:
    as_of = AsOf(True, 0, "UTC", "EUR", (), date(2025, 1, 1), date(2025, 7, 20), 0, 0, 0)
    reading = Reading(Source(Marts(folder, Version(0, 0, (), "UTC", "EUR")), {}, "UTC"), InProcess(), as_of)
    found = planned(reading, Question(), None)
    if found is None:
        raise SystemExit("There is nothing to credit.")
    return reading, found.plan


def _processor() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def _peak() -> int:
    lines = Path("/proc/self/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) // 1024


if __name__ == "__main__":
    main()

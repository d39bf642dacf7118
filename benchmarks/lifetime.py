"""How long it takes to foretell what customers will bring, at 10,000, 100,000 and 1,000,000 made-up customers.

    .venv/bin/python -m benchmarks.lifetime [--customers N ...] [--json]

The baseline of each size is finding the distinct histories, without which nothing can begin.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from benchmarks.report import show
from choral.analytics.lifetime.foretelling import by_group
from choral.analytics.lifetime.history import Floats, Ints, grouped
from choral.analytics.lifetime.models import KINDS, spending

_TRUTH = (0.55, 8.0, 0.7, 2.5)  # r, α, a, b
_YEARS = 2


def main() -> None:
    """Fit both models, fit spending, foretell a year with intervals by ten channels; CPU seconds of each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--customers", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows = [_measured(many) for many in options.customers]
    show("Customer value to come, CPU seconds", rows, as_json=options.json)


def _measured(many: int) -> dict[str, object]:
    repeats, last, known, spent = _made_up(many)
    took, (past, which) = _timed(lambda: grouped(repeats, last, known))
    row: dict[str, object] = {"customers": many, "distinct": len(past.x), "distinct s": took}
    fits = {}
    for kind in KINDS.values():
        row[kind.name], fits[kind.name] = _timed(partial(kind.fit, past))
        off = float(kind.expected(fits[kind.name].params, past, 52.0)[which].sum())
        row[f"{kind.name} a year"] = round(off)
    row["gamma_gamma"], money = _timed(lambda: spending(spent, repeats.astype(np.float64)))
    assert money is not None  # enough of them bought again
    channel = np.arange(many) % 10
    kind = KINDS["bg_nbd"]
    row["year by channel"], _ = _timed(
        lambda: by_group(kind, fits[kind.name], money, past, which, spent, channel, 10, 52.0, 0.1)
    )
    row["MiB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return row


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    began = time.process_time()
    found = work()
    return round(time.process_time() - began, 2), found


def _made_up(many: int) -> tuple[Ints, Ints, Ints, Floats]:
    r, alpha, a, b = _TRUTH
    draw = np.random.default_rng(5)
    rate, leave = draw.gamma(r, 1 / alpha, many), draw.beta(a, b, many)
    known = draw.integers(60, 365 * _YEARS, many)
    x, last, clock = np.zeros(many, np.int64), np.zeros(many), np.zeros(many)
    here = np.arange(many)
    while len(here):
        clock[here] += draw.exponential(7 / rate[here])
        here = here[clock[here] < known[here]]
        x[here] += 1
        last[here] = clock[here]
        here = here[draw.random(len(here)) >= leave[here]]
    spent = draw.gamma(6.0, 1.0, many) * draw.gamma(9.0, 500.0, many)
    return x, np.floor(last).astype(np.int64), known, np.where(x > 0, spent, 0.0)


if __name__ == "__main__":
    main()

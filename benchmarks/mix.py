"""How often the intervals of the media mix hold the truth of made-up shops, and what a fit costs.

    .venv/bin/python -m benchmarks.mix [--shops 60] [--json]

Beside it ordinary least squares on the spend itself, which knows nothing of stock and saturation: its processor time is
the baseline, and how often its intervals hold the truth says what the model is for.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass

import numpy as np

from benchmarks.report import show
from choral.analytics.mix.averaging import average
from choral.analytics.mix.model import Data, Priors, contributions
from choral.analytics.mix.response import Array, adstock, lagged, saturation

_CHANNELS, _WEEKS = 4, 104


@dataclass(frozen=True)
class _World:
    data: Data
    truth: Array  # share of the sales, by channel


def main() -> None:
    """Simulate, fit, count."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--shops", type=int, default=60)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows = []
    for name, idle in (("all channels bring something", 0), ("two of four bring nothing", 2)):
        held, plain, took, plain_took = [], [], 0.0, 0.0
        for seed in range(options.shops):
            world = _world(seed, idle)
            began = time.process_time()
            found = _model(world)
            took += time.process_time() - began
            held.append((found[0] <= world.truth) & (world.truth <= found[1]))
            began = time.process_time()
            found = _least_squares(world)
            plain_took += time.process_time() - began
            plain.append((found[0] <= world.truth) & (world.truth <= found[1]))
        rows.append({
            "shops": name, "holds the truth": f"{np.mean(held):.1%}", "least squares": f"{np.mean(plain):.1%}",
            "ms a fit": round(1000 * took / options.shops, 1), "its ms": round(1000 * plain_took / options.shops, 2),
        })  # fmt: skip
    show(f"Media mix: 95 % intervals of {_CHANNELS} channels over {_WEEKS} weeks", rows, as_json=options.json)


def _world(seed: int, idle: int) -> _World:
    draw = np.random.default_rng(seed)
    spend = draw.gamma(2, 0.25, (_WEEKS, _CHANNELS)) * (draw.uniform(size=(_WEEKS, _CHANNELS)) < 0.85)
    spend = spend / spend.max(0)
    carry = 1 / (1 + np.exp(-draw.normal(-0.4, 1, _CHANNELS)))
    steep, strength = np.exp(draw.normal(np.log(2.5), 0.5, _CHANNELS)), np.exp(draw.normal(-1.61, 0.8, _CHANNELS))
    strength[:idle] = 0.0
    parts = strength * saturation(adstock(lagged(spend), carry), steep)
    wave = 2 * np.pi * np.arange(_WEEKS) / 52
    sales = 10_000 * (0.5 + 0.05 * np.sin(wave) + parts.sum(1) + draw.normal(0, 0.03, _WEEKS))
    others = np.column_stack([np.ones(_WEEKS), np.sin(wave), np.cos(wave)])
    data = Data(sales, spend, others, np.array([2.0, 0.5, 0.5]))
    return _World(data, 10_000 * parts.sum(0) / sales.sum())


def _model(world: _World) -> Array:
    found = average(world.data, Priors(np.full(_CHANNELS, np.log(0.2))))
    media = contributions(lagged(world.data.spend / world.data.most), found.parameters)
    shares = media.sum(1) / world.data.outcome.sum()
    return np.asarray(np.quantile(shares, (0.025, 0.975), axis=0))


def _least_squares(world: _World) -> Array:
    data = world.data
    columns = np.column_stack([data.spend, data.others])
    inverse = np.linalg.inv(columns.T @ columns)
    best = inverse @ columns.T @ data.outcome
    left = data.outcome - columns @ best
    wide = 1.96 * np.sqrt(np.diag(inverse) * (left @ left) / (len(left) - len(best)))
    scale = data.spend.sum(0) / data.outcome.sum()
    return np.stack([(best - wide)[:_CHANNELS] * scale, (best + wide)[:_CHANNELS] * scale])


if __name__ == "__main__":
    main()

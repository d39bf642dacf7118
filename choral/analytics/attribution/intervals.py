"""Uncertainty by a Poisson bootstrap over customers, deterministic and the same on any number of machines. Pure.

Chamandy, Muralidharan, Najmi and Naidu (2012). Customers are dealt into lots by a hash of their number; each replicate
takes each lot Poisson(1) times. Credits are shares of a known total, so lots of many customers answer as customers do.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from choral.analytics.attribution.markov import Steps, removal, shared
from choral.analytics.attribution.sequences import Floats, Ints

LOTS, REPLICATES = 512, 200
FEW_LOTS, FEW_REPLICATES = 64, 60  # for chains with a longer memory, whose counts are many
_TAIL = 2.5
_POISSON = np.cumsum([0.36787944117144233, 0.36787944117144233, 0.18393972058572117, 0.06131324019524039,
                      0.015328310048810098, 0.00306566200976202, 0.0005109436682936699])  # fmt: skip


def lot_of(customer: Ints, lots: int) -> Ints:
    """The lot each customer is dealt into."""
    return (_mixed(customer.astype(np.uint64)) % np.uint64(lots)).astype(np.int64)


def draws(lots: int, replicates: int) -> Floats:
    """How often each replicate takes each lot: (lots, replicates)."""
    number = np.arange(lots * replicates, dtype=np.uint64) + np.uint64(1 << 40)
    uniform = (_mixed(number) >> np.uint64(11)).astype(np.float64) / 2**53
    return np.searchsorted(_POISSON, uniform).astype(np.float64).reshape(lots, replicates)


def of_shares(by_lot: Floats, total: float) -> tuple[Floats, Floats]:
    """95 % bounds of each row of (codes, lots) as a share of all rows, times the total."""
    drawn = by_lot @ draws(by_lot.shape[1], REPLICATES)
    return _bounds(_share(drawn), total)


def of_removal(counted: Steps, orders: float, value: float) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
    """95 % bounds of global Markov credit in orders and in value; `counted` holds its lots apart."""
    found = [removal(one) for one in replicated(counted)]
    by_orders = np.array([shared(one.orders, 1.0) for one in found]).T
    by_value = np.array([shared(one.value, 1.0) for one in found]).T
    return _bounds(by_orders, orders), _bounds(by_value, value)


def replicated(counted: Steps) -> list[Steps]:
    """The counts of each replicate."""
    lots = counted.times.shape[1]
    drawn = draws(lots, REPLICATES if lots >= LOTS else FEW_REPLICATES)
    times, value = counted.times @ drawn, counted.value @ drawn
    return [
        Steps(counted.kinds, counted.order, counted.cells, times[:, at], value[:, at]) for at in range(drawn.shape[1])
    ]


def lots_for(order: int) -> int:
    """How many lots a chain of an order is counted in."""
    return LOTS if order == 1 else FEW_LOTS


def _share(drawn: NDArray[np.float64]) -> Floats:
    whole = drawn.sum(axis=0)
    found: Floats = np.divide(drawn, whole, out=np.zeros_like(drawn), where=whole != 0)
    return found


def _bounds(shares: Floats, total: float) -> tuple[Floats, Floats]:
    if not shares.size:
        return np.zeros(len(shares)), np.zeros(len(shares))
    low, high = np.percentile(shares, [_TAIL, 100 - _TAIL], axis=1) * total
    return (low, high) if total >= 0 else (high, low)


def _mixed(number: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """SplitMix64 (Steele, Lea and Flood 2014): neighbouring numbers come out unrelated."""
    with np.errstate(over="ignore"):
        mixed = number + np.uint64(0x9E3779B97F4A7C15)
        mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        return mixed ^ (mixed >> np.uint64(31))

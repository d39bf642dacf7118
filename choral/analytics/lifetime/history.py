"""What models of buying need of each customer: repeat purchases, the last one, how long they are known. Pure."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
WEEK = 7.0


@dataclass(frozen=True)
class History:
    """Arrays beside one another, times in weeks from the first purchase: `x` days with a purchase after the first,
    `last` the time of the last one, `known` the time until today. Equal triples are counted once by `weight`."""

    x: Floats
    last: Floats
    known: Floats
    weight: Floats


def grouped(repeats: Ints, last_days: Ints, known_days: Ints) -> tuple[History, Ints]:
    """The distinct triples of customers in days with their number, and which of them each customer is."""
    if not len(repeats):
        nothing = np.empty(0)
        return History(nothing, nothing, nothing, nothing), np.empty(0, np.int64)
    triples = np.stack([repeats, last_days, known_days], axis=1).astype(np.int64)
    distinct, which, counts = np.unique(triples, axis=0, return_inverse=True, return_counts=True)
    x, last, known = distinct.astype(np.float64).T
    return History(x, last / WEEK, known / WEEK, counts.astype(np.float64)), which.reshape(-1)

"""How long things take, in a form that can be summed over buckets: counts in bins one per cent wide. Pure."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

_STEP = math.log(1.01)
_MICROSECONDS = 1e6


def bins(microseconds: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """The bin of each duration: bin b holds durations of 1.01**b - 1 seconds and up to 1 % more (plus a second)."""
    seconds = np.maximum(microseconds, 0) / _MICROSECONDS
    return (np.log1p(seconds) / _STEP).astype(np.int64)


def quantiles(found: npt.NDArray[np.int64], counts: npt.NDArray[np.int64], shares: Sequence[float]) -> list[float]:
    """Durations (seconds) below which these shares lie, right to half a per cent; `found` bins with their `counts`."""
    order = np.argsort(found, kind="stable")
    sums = np.cumsum(counts[order])
    places = [int(np.searchsorted(sums, share * sums[-1])) for share in shares]
    return [middle(int(found[order][min(place, len(sums) - 1)])) for place in places]


def middle(number: int) -> float:
    """The duration a bin stands for, in seconds; below a second it is nothing."""
    return 0.0 if number == 0 else math.expm1((number + 0.5) * _STEP)

"""How many of the things looked at may be told without crying wolf. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def weights(kinds: Sequence[Hashable]) -> Floats:
    """A weight for each thing looked at, 1 on average, by which all kinds together count alike: a hundred stores do
    not drown out the shop as a whole (Genovese, Roeder and Wasserman 2006, Biometrika 93:509)."""
    counts = Counter(kinds)
    return np.array([len(kinds) / (len(counts) * counts[kind]) for kind in kinds])


def adjusted(p_values: Floats, weighted: Floats | None = None) -> Floats:
    """The false discovery rate at which each would be told (q-values; Benjamini and Hochberg 1995, JRSS B 57:289).

    Told at 0.05, one in twenty of the things told is chance on average; when nothing is the matter anywhere, anything
    is told in one of twenty looks. Holds for series that rise and fall together (Benjamini and Yekutieli 2001).
    """
    p = np.asarray(p_values, dtype=np.float64)
    p = p if weighted is None else p / weighted
    if not p.size:
        return p
    order = np.argsort(p, kind="stable")
    steps = p[order] * p.size / np.arange(1, p.size + 1)
    found = np.empty_like(p)
    found[order] = np.minimum(np.minimum.accumulate(steps[::-1])[::-1], 1.0)
    return found

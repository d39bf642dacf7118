"""Many comparisons at once: Holm for decisions, Benjamini and Hochberg beside it. Pure.

Sources: Holm, Scandinavian Journal of Statistics 6 (1979); Benjamini and Hochberg, JRSS B 57 (1995).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def holm(p_values: Sequence[float]) -> list[float]:
    """p-values under which the chance of any false alarm among all of them keeps its level."""
    count, order = len(p_values), np.argsort(p_values, kind="stable")
    raised = np.asarray(p_values, float)[order] * np.arange(count, 0, -1)
    return _in_place(np.minimum(np.maximum.accumulate(raised), 1.0) if count else raised, order)


def holm_levels(p_values: Sequence[float], alpha: float) -> list[float]:
    """The level at which Holm's procedure tests each: an interval at this level leaves zero out exactly when the
    decision says so. Those after the first that fails are tested at the level it failed at."""
    count, order = len(p_values), np.argsort(p_values, kind="stable")
    levels, failed = np.empty(count), 0.0
    for step, place in enumerate(order.tolist()):
        level = failed or alpha / (count - step)
        if not failed and p_values[place] > level:
            failed = level
        levels[step] = level
    return _in_place(levels, order)


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """p-values under which the expected share of false alarms among the positive answers keeps its level."""
    count, order = len(p_values), np.argsort(p_values, kind="stable")
    raised = np.asarray(p_values, float)[order] * count / np.arange(1, count + 1)
    return _in_place(np.minimum(np.minimum.accumulate(raised[::-1])[::-1], 1.0) if count else raised, order)


def _in_place(
    values: np.ndarray[tuple[int], np.dtype[np.float64]], order: np.ndarray[tuple[int], np.dtype[np.intp]]
) -> list[float]:
    back = np.empty(len(values))
    back[order] = values
    return [float(one) for one in back]

"""Many comparisons at once: Holm for decisions, Benjamini and Hochberg beside it. Pure.

Sources: Holm, Scandinavian Journal of Statistics 6 (1979); Benjamini and Hochberg, JRSS B 57 (1995).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt


def holm(p_values: Sequence[float]) -> list[float]:
    """p-values under which the chance of any false alarm among all of them keeps its level."""
    given, order = _sorted(p_values)
    raised = np.maximum.accumulate(given * np.arange(len(given), 0, -1))
    return _in_place(np.minimum(raised, 1.0), order)


def holm_levels(p_values: Sequence[float], alpha: float) -> list[float]:
    """The level at which Holm's procedure tests each: an interval at this level leaves zero out exactly when the
    decision says so. Those after the first that fails are tested at the level it failed at."""
    given, order = _sorted(p_values)
    levels, failed = np.empty(len(given)), 0.0
    for step, one in enumerate(given.tolist()):
        level = failed or alpha / (len(given) - step)
        if not failed and one > level:
            failed = level
        levels[step] = level
    return _in_place(levels, order)


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """p-values under which the expected share of false alarms among the positive answers keeps its level."""
    given, order = _sorted(p_values)
    raised = given * len(given) / np.arange(1, len(given) + 1)
    return _in_place(np.minimum(np.minimum.accumulate(raised[::-1])[::-1], 1.0), order)


def _sorted(p_values: Sequence[float]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.intp]]:
    given = np.array(p_values, dtype=np.float64)
    order = np.argsort(given, kind="stable")
    return given[order], order


def _in_place(values: npt.NDArray[np.float64], order: npt.NDArray[np.intp]) -> list[float]:
    back = np.empty(len(values))
    back[order] = values
    return [float(one) for one in back]

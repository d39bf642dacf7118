"""Names for the numpy array types that all parts of the simulator share."""

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Ints: TypeAlias = npt.NDArray[np.integer[Any]]
Floats: TypeAlias = npt.NDArray[np.floating[Any]]
Bools: TypeAlias = npt.NDArray[np.bool_]

SECOND = 1_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def places(chosen: Bools) -> Ints:
    """The indices at which `chosen` holds."""
    return np.flatnonzero(chosen)


def pick(values: list[str], rows: Ints) -> list[str]:
    """The values at the given rows, in their order."""
    return [values[row] for row in rows.tolist()]


def counted(counts: Ints) -> tuple[Ints, Ints]:
    """For n rows with counts c: the row of each item, and the item's number within its row (from 0)."""
    rows = np.repeat(np.arange(len(counts)), counts)
    firsts = np.cumsum(counts) - counts
    return rows, np.arange(len(rows)) - firsts[rows]

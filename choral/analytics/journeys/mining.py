"""Which sequences come before an outcome more often than chance explains. Pure: arrays in, figures out.

Sequences are counted once a customer, other touches may lie between. Whoever is met more often has more sequences of
any kind and buys more often, and who has bought buys again: so customers are compared with those who have as many
touches and as many orders in the same days. The ratio of shares is that of Mantel and Haenszel, its variance that of
Greenland and Robins (Biometrics 41, 1985); intervals are widened so that all of a table hold at once with 95 %
(Bonferroni).
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import stats

from choral.analytics.journeys.rows import Ints, Marks, spans

LEVEL = 0.05
_MOST_ORDERS = 3
_STRATA = (0, 1, 2, 3, 4, 5, 7, 10, 15, 25, 50)  # touches from which a group of customers begins


@dataclass(frozen=True)
class Watched:
    """Labels met, sorted by customer (running numbers, each at least once) and time; whether each had the outcome."""

    person: npt.NDArray[np.int32]
    label: npt.NDArray[np.int8]
    outcome: Marks
    labels: int
    orders: npt.NDArray[np.int8] | None = None  # of each customer, at most _MOST_ORDERS - 1


@dataclass(frozen=True)
class Found:
    """One sequence of label numbers: who had it and the outcome, and the ratio of shares with its interval."""

    steps: tuple[int, ...]
    support: int
    with_outcome: int
    without: int
    without_with_outcome: int
    lift: float
    low: float
    high: float


def mine(watched: Watched, longest: int, least: int) -> tuple[Found, ...]:
    """All sequences of 2 to `longest` labels that at least `least` customers had and `least` had not."""
    strata = strata_of(watched)
    there = [(steps, had) for steps, had in _sequences(watched, longest, least) if len(had) - had.sum() >= least]
    width = float(stats.norm.ppf(1 - LEVEL / (2 * max(1, len(there)))))
    found = [_measured(steps, had, watched.outcome, strata, width) for steps, had in there]
    return tuple(one for one in found if one is not None)


def strata_of(watched: Watched) -> Ints:
    """The group of each customer by how often they were met, and what they had ordered."""
    met = np.bincount(watched.person[watched.label >= 0], minlength=len(watched.outcome))
    strata = np.searchsorted(np.array(_STRATA), met, side="right")
    return strata if watched.orders is None else strata * _MOST_ORDERS + watched.orders


def ratio(had: Marks, outcome: Marks, strata: Ints) -> tuple[float, float] | None:
    """The logarithm of the ratio of shares (had it / had not), and its standard error; None without a comparison."""
    count = int(strata.max()) + 1 if len(strata) else 0
    cell = [np.bincount(strata[mask], minlength=count).astype(np.float64)
            for mask in (had & outcome, had, ~had & outcome, ~had)]  # fmt: skip
    a, n1, c, n0 = cell
    n = np.maximum(n1 + n0, 1.0)
    above, below = float((a * n0 / n).sum()), float((c * n1 / n).sum())
    if above <= 0 or below <= 0:
        return None
    spread = float((((a + c) * n1 * n0 - a * c * n) / n**2).sum())
    return math.log(above / below), math.sqrt(max(spread, 0.0) / (above * below))


def _measured(steps: tuple[int, ...], had: Marks, outcome: Marks, strata: Ints, width: float) -> Found | None:
    said = ratio(had, outcome, strata)
    if said is None:
        return None
    middle, error = said
    return Found(
        steps, int(had.sum()), int((had & outcome).sum()), int((~had).sum()), int((~had & outcome).sum()),
        math.exp(middle), math.exp(middle - width * error), math.exp(middle + width * error),
    )  # fmt: skip


def _sequences(watched: Watched, longest: int, least: int) -> Iterator[tuple[tuple[int, ...], Marks]]:
    """Longer ones only from those frequent enough: whoever has a sequence has its beginning."""
    following = _following(watched)
    firsts, ends = spans(watched.person)
    begun: list[tuple[tuple[int, ...], Ints]] = [((), firsts - 1)]
    for length in range(1, longest + 1):
        grown: list[tuple[tuple[int, ...], Ints]] = []
        for steps, last in begun:
            for label in range(watched.labels):
                row = following[label][last + 1]
                row = np.where(row < ends, row, len(watched.person))
                had = row < ends
                if had.sum() >= least:
                    grown.append(((*steps, label), row))
                    if length > 1:
                        yield (*steps, label), had
        begun = grown


def _following(watched: Watched) -> list[Ints]:
    """For each label and row (and two after the last): the first row at or after it with the label."""
    size = len(watched.person)
    found = []
    for label in range(watched.labels):
        there = np.full(size + 2, size, dtype=np.int64)
        rows = np.flatnonzero(watched.label == label)
        there[rows] = rows
        found.append(np.minimum.accumulate(there[::-1])[::-1])
    return found

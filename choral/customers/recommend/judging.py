"""Judges the models honestly: learns before a day, and counts what customers bought in the four weeks after it.

Hit rate, recall, NDCG and average precision at ten (Järvelin and Kekäläinen 2002 for NDCG, binary gains; recall and
precision divided by the smaller of ten and what was bought), with percentile bootstrap intervals over customers.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from choral.customers.recommend.interactions import Interactions, Matrix
from choral.customers.recommend.learning import Codes, Model, decayed, learn

TOP = 10
HORIZON = 28  # days
_MOST_JUDGED = 5_000
_AT_ONCE = 256
_RESAMPLES = 500
_MOST_CALIBRATED, _LEAST_IN_BIN = 1_000, 200
_DISCOUNT = 1.0 / np.log2(np.arange(2, TOP + 2))
Floats = npt.NDArray[np.float64]
Scores = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]
Hits = npt.NDArray[np.bool_]
MEASURES = ("hit_rate", "recall", "ndcg", "precision")


@dataclass(frozen=True)
class Interval:
    """A mean over customers with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True)
class Judged:
    """What one model achieved. `task`: `any` product, or only `new` ones the customer had never bought before.
    `activity`: `all` customers, or the third with the `fewest`, `middling`, `most` orders before."""

    model: str
    task: str
    activity: str
    customers: int
    hit_rate: Interval
    recall: Interval
    ndcg: Interval
    precision: Interval


@dataclass(frozen=True)
class Calibration:
    """Up to which score (upper bounds, ascending) which share of the products was bought within four weeks."""

    bounds: tuple[float, ...]
    shares: tuple[float, ...]

    def share(self, scores: npt.NDArray[np.floating]) -> Floats:
        """The share for each score."""
        if not self.bounds:
            return np.zeros(len(scores))
        place = np.minimum(np.searchsorted(self.bounds, scores), len(self.bounds) - 1)
        return np.asarray(self.shares)[place]


@dataclass(frozen=True)
class Judgement:
    """The whole judgement: learnt before `day` (days since 1970), judged on the `HORIZON` days from it on."""

    day: int
    rows: tuple[Judged, ...]
    again: Calibration
    new: Calibration


@dataclass(frozen=True)
class Trial:
    """What is known before the day and what was bought after it."""

    model: Model
    owned: Matrix
    weight: Matrix
    bought: Matrix
    customers: Rows
    orders: Rows


@dataclass(frozen=True)
class Scorer:
    """Scores rows of customers: over all products, or over `columns` of them only."""

    columns: Codes | None
    score: Callable[[Rows], Scores]


@dataclass(frozen=True)
class Ranking:
    """Of each judged customer the ten best: bought or not, best first; how many there were to find; their scores."""

    hits: Hits
    relevant: Rows
    scores: Scores


def judge(sold: Interactions) -> Judgement | None:
    """None when there are not four weeks to judge on and as many before them."""
    day = sold.last_day - HORIZON
    if not len(sold.day) or int(sold.day.min()) > day - HORIZON:
        return None
    trial = prepared(sold, day)
    if not len(trial.customers) or not len(trial.model.items):
        return None
    rankings = {
        (name, task): ranked(trial, model(trial), task) for name, (model, tasks) in MODELS.items() for task in tasks
    }
    rows = [row for (name, task), found in rankings.items() for row in judged(name, task, trial, found)]
    return Judgement(day, tuple(rows), *_calibrations(trial))


def prepared(sold: Interactions, day: int) -> Trial:
    """Learn before a day; up to 5,000 of those who bought before and after it are judged, always the same."""
    before, after = sold.before(day), sold.since(day)
    owned, bought = before.matrix(), after.matrix()
    owned.data[:], bought.data[:] = 1.0, 1.0
    both = np.flatnonzero((np.diff(owned.indptr) > 0) & (np.diff(bought.indptr) > 0))
    if len(both) > _MOST_JUDGED:
        both = np.sort(np.random.default_rng(1).choice(both, _MOST_JUDGED, replace=False))
    each = np.unique(np.stack([before.row.astype(np.int64), before.order]), axis=1)[0]
    orders = np.bincount(each, minlength=len(sold.customers))
    return Trial(learn(before), owned, decayed(before, day), bought, both, orders)


def popular(trial: Trial) -> Scorer:
    """The same best sellers of four weeks for everybody: what all others must beat."""
    items = trial.model.items
    return Scorer(items, lambda rows: np.tile(trial.model.popular[items], (len(rows), 1)))


def again(trial: Trial) -> Scorer:
    """What they bought often and lately."""
    return Scorer(None, lambda rows: np.asarray(trial.weight[rows].todense(), np.float32))


def taste(trial: Trial) -> Scorer:
    """What customers with the same products own, times how much it is bought lately."""
    model = trial.model
    return Scorer(
        model.items, lambda rows: (trial.owned[rows][:, model.items] @ model.taste) * model.trend[model.items]
    )


def for_you(trial: Trial) -> Scorer:
    """Both together: what they buy anyway, and what suits it."""
    model = trial.model

    def score(rows: Rows) -> Scores:
        found = np.asarray(trial.weight[rows].todense(), np.float32)
        found[:, model.items] += trial.owned[rows][:, model.items] @ model.taste
        return found

    return Scorer(None, score)


def together(trial: Trial) -> Scorer:
    """What stands in orders beside the products they have: co-purchase alone."""
    model = trial.model
    near = np.zeros((len(model.items), len(model.items)), np.float32)
    line, column = np.nonzero(model.near >= 0)
    near[line, model.near[line, column]] = model.near_weight[line, column]
    return Scorer(model.items, lambda rows: trial.owned[rows][:, model.items] @ near)


# `again` and `for_you` mostly know what was bought before: they are not asked for new products.
MODELS: dict[str, tuple[Callable[[Trial], Scorer], tuple[str, ...]]] = {
    "popular": (popular, ("any", "new")),
    "again": (again, ("any",)),
    "together": (together, ("any", "new")),
    "taste": (taste, ("any", "new")),
    "for_you": (for_you, ("any",)),
}


def ranked(trial: Trial, model: Scorer, task: str) -> Ranking:
    """The ten best of each judged customer, and how many there were to find."""
    parts = [
        _ten_best(trial, model, trial.customers[start : start + _AT_ONCE], task == "new")
        for start in range(0, len(trial.customers), _AT_ONCE)
    ]
    return Ranking(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def judged(name: str, task: str, trial: Trial, found: Ranking) -> list[Judged]:
    """The means with their intervals, of all and by how often they had bought; who bought nothing (new) is left out."""
    some = found.relevant > 0
    values, orders = measures(found.hits[some], found.relevant[some]), trial.orders[trial.customers][some]
    third = np.searchsorted(np.quantile(orders, [1 / 3, 2 / 3]), orders) if len(orders) else orders
    groups = [("all", np.ones(len(values), np.bool_))]
    groups += [(key, third == number) for number, key in enumerate(("fewest", "middling", "most"))]
    return [
        Judged(name, task, key, int(chosen.sum()), *_intervals(values[chosen]))
        for key, chosen in groups
        if chosen.any()
    ]


def measures(hits: Hits, relevant: Rows) -> Floats:
    """Hit rate, recall, NDCG and average precision of each row of ten, best first."""
    found, most = hits.astype(np.float64), np.minimum(relevant, TOP)
    ideal = np.cumsum(_DISCOUNT)[most - 1]
    precise = np.cumsum(found, axis=1) / np.arange(1, TOP + 1) * found
    return np.stack(
        [found.max(axis=1), found.sum(axis=1) / most, (found @ _DISCOUNT) / ideal, precise.sum(axis=1) / most], axis=1
    )


def _intervals(values: Floats) -> list[Interval]:
    """Percentile bootstrap: customers are drawn anew 500 times, with a seed."""
    count = len(values)
    drawn = np.random.default_rng(7).multinomial(count, np.full(count, 1 / count), size=_RESAMPLES) @ values / count
    low, high = np.percentile(drawn, [2.5, 97.5], axis=0)
    return [Interval(*map(float, row)) for row in zip(values.mean(axis=0), low, high, strict=True)]


def _ten_best(trial: Trial, model: Scorer, rows: Rows, new: bool) -> tuple[Hits, Rows, Scores]:
    bought, owned = trial.bought[rows], trial.owned[rows]
    if new:
        bought = bought - bought.multiply(owned)
        bought.eliminate_zeros()
    relevant = np.diff(bought.indptr).astype(np.int64)
    scores = model.score(rows)
    if model.columns is not None:
        bought, owned = bought[:, model.columns], owned[:, model.columns]
    if new:
        scores[np.asarray(owned.todense()) > 0] = -np.inf
    width = min(TOP, scores.shape[1])
    best = np.argpartition(-scores, width - 1, axis=1)[:, :width]
    best = np.take_along_axis(best, np.argsort(-np.take_along_axis(scores, best, 1), 1, "stable"), 1)
    hits = np.take_along_axis(np.asarray(bought.todense()) > 0, best, 1)
    short = ((0, 0), (0, TOP - width))
    return (
        np.pad(hits, short), relevant,
        np.pad(np.take_along_axis(scores, best, 1), short, constant_values=-np.inf),
    )  # fmt: skip


def _calibrations(trial: Trial) -> tuple[Calibration, Calibration]:
    """How often a product was bought in the four weeks: one they had, by its weight; one they had not, by its taste."""
    rows = trial.customers[:_MOST_CALIBRATED]
    had, bought = trial.weight[rows], trial.bought[rows]
    hits = np.asarray(bought[np.repeat(np.arange(len(rows)), np.diff(had.indptr)), had.indices]).ravel() > 0
    scores = taste(trial).score(rows)
    items = trial.model.items
    unknown = np.asarray(trial.owned[rows][:, items].todense()) == 0
    found = np.asarray(bought[:, items].todense()) > 0
    return monotone(had.data, hits), monotone(scores[unknown], found[unknown])


def monotone(scores: Scores, hits: Hits) -> Calibration:
    """Shares bought by bins of the score that grow from the best down (there the difference matters); neighbours that
    fall are put together (pool adjacent violators), so that a better score never promises less."""
    order = np.argsort(scores, kind="stable")
    parts: list[list[float]] = []
    for part in np.split(order, _cuts(len(order))):
        if not len(part):
            continue
        parts.append([float(scores[part[-1]]), float(hits[part].sum()), float(len(part))])
        while len(parts) > 1 and parts[-2][1] / parts[-2][2] >= parts[-1][1] / parts[-1][2]:
            bound, bought, count = parts.pop()
            parts[-1] = [bound, parts[-1][1] + bought, parts[-1][2] + count]
    return Calibration(tuple(one[0] for one in parts), tuple(one[1] / one[2] for one in parts))


def _cuts(count: int) -> list[int]:
    """Where to cut ascending scores: the best `_LEAST_IN_BIN`, then a bin half as big again, and so on."""
    cuts, size, place = [], float(_LEAST_IN_BIN), float(count)
    while place - size > _LEAST_IN_BIN:
        place -= size
        cuts.append(int(place))
        size *= 1.5
    return cuts[::-1]

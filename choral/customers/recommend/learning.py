"""Learns the models from who bought what: no file, no clock, no chance, so the same data give the same arrays.

`taste` is EASE (Steck 2019, “Embarrassingly Shallow Autoencoders for Sparse Data”): the closed solution of the linear
model that tells a customer's products from their other ones. `together` is the cosine of how often two products stand
in one order, shrunk so that two meetings are no law.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import scipy.linalg
import scipy.sparse

from choral.customers.recommend.interactions import Interactions, Matrix

Weights = npt.NDArray[np.float32]
Codes = npt.NDArray[np.int32]
MOST_ITEMS = (
    4_000  # products the models learn: the best sold lately. Time grows with its cube, the file with its square
)
RIDGE = 1_000.0  # chosen on the four weeks before those the models are judged on; per 2,500 customers
HALF_LIFE = 90  # days after which a purchase counts half
TREND_DAYS = 28
MOST_INTERVALS = 3.0  # of a customer's own between two purchases of a product: later a habit fades
_SHRINK = 20.0
_NEIGHBOURS = 50
_LEAST_BUYERS = 5


@dataclass(frozen=True)
class Model:
    """What was learnt, as of the day after the last one. Item arrays are in the order of `items` (product codes)."""

    day: int  # days since 1970
    customers: int
    lines: int
    popular: Weights  # buyers in the last four weeks, by product code
    trend: Weights  # by product code: √(buyers lately ÷ buyers ever), a product that is gone is near 0
    items: Codes
    taste: Weights  # items × items: what owning the row's product adds to the column's
    near: Codes  # items × neighbours: bought together with the row's product, -1 where there are fewer
    near_weight: Weights

    def place(self) -> Codes:
        """For each product code its row in `items`, -1 when the models do not know it."""
        found = np.full(len(self.popular), -1, np.int32)
        found[self.items] = np.arange(len(self.items), dtype=np.int32)
        return found


def learn(sold: Interactions, most_items: int = MOST_ITEMS) -> Model:
    """Learn from everything sold. A shop without sales gives a model without items."""
    owned = sold.matrix()
    owned.data[:] = 1.0
    recent = sold.since(sold.last_day - TREND_DAYS).matrix()
    recent.data[:] = 1.0
    buyers, lately = (np.asarray(one.sum(axis=0), np.float32).ravel() for one in (owned, recent))
    trend = np.sqrt((lately + 1.0) / (buyers + 1.0)).astype(np.float32)
    enough = np.flatnonzero(buyers >= min(_LEAST_BUYERS, max(1, len(sold.customers) // 20)))
    ranked = enough[np.lexsort((enough, -buyers[enough], -lately[enough]))]
    items = ranked[:most_items].astype(np.int32)
    near, near_weight = _together(sold, items)
    return Model(
        sold.last_day, len(sold.customers), len(sold.row), lately, trend, items, _taste(owned[:, items]), near,
        near_weight,
    )  # fmt: skip


def decayed(sold: Interactions, day: int) -> Matrix:
    """Customers × products: how often each was bought, a purchase counting half after 90 days, and all of them less
    when it has been left alone for long by the customer's own rhythm (`alive`)."""
    found = sold.matrix(np.exp2((sold.day - day) / HALF_LIFE).astype(np.float32))
    key = sold.row.astype(np.int64) * sold.products + sold.product
    order = np.lexsort((sold.day, key))
    keys, first, times = np.unique(key[order], return_index=True, return_counts=True)
    days = sold.day[order].astype(np.float64)
    last = days[first + times - 1]
    factor = alive(times, last - days[first], day - last)
    found.sort_indices()
    assert len(keys) == found.nnz  # both are in the order of customer and product
    found.data *= factor.astype(np.float32)
    return found


def alive(
    times: npt.NDArray[np.int64], span: npt.NDArray[np.float64], silent: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """How much of a habit is left: 1 up to three usual intervals (days) after the last purchase, then falling with the
    silence. Two purchases are no rhythm yet."""
    usual = np.maximum(span / np.maximum(times - 1, 1), 1.0)
    overdue = np.maximum(silent / (MOST_INTERVALS * usual), 1.0)
    return np.where(times > 2, 1.0 / overdue, 1.0)


def _taste(owned: Matrix) -> Weights:
    """B = I − P · diag(1 ÷ diag P), with P = (XᵀX + λI)⁻¹; its diagonal is 0."""
    if owned.shape[1] == 0:
        return np.zeros((0, 0), np.float32)
    gram = np.asarray((owned.T @ owned).todense(), np.float32)
    gram[np.diag_indices_from(gram)] += RIDGE * max(owned.shape[0], 25) / 2_500
    factor = scipy.linalg.cho_factor(gram, lower=True, overwrite_a=True, check_finite=False)[0]
    inverse = scipy.linalg.lapack.spotri(factor, lower=1, overwrite_c=1)[0]
    inverse = np.tril(inverse) + np.tril(inverse, -1).T
    weights = -inverse / np.diag(inverse)[None, :]
    weights[np.diag_indices_from(weights)] = 0.0
    return np.ascontiguousarray(weights, np.float32)


def _together(sold: Interactions, items: Codes) -> tuple[Codes, Weights]:
    """The products most often in one order with each item: n(a, b) ÷ (√(n(a) · n(b)) + shrinkage)."""
    count = len(items)
    if not count:
        return np.zeros((0, _NEIGHBOURS), np.int32), np.zeros((0, _NEIGHBOURS), np.float32)
    place = np.full(sold.products, -1, np.int32)
    place[items] = np.arange(count, dtype=np.int32)
    known = place[sold.product] >= 0
    orders, row = np.unique(sold.order[known], return_inverse=True)
    shape = (len(orders), count)
    baskets = scipy.sparse.csr_matrix((np.ones(len(row), np.float32), (row, place[sold.product[known]])), shape=shape)
    baskets.sum_duplicates()
    baskets.data[:] = 1.0
    pairs = np.asarray((baskets.T @ baskets).todense(), np.float32)
    alone = np.sqrt(np.diag(pairs))
    pairs /= np.outer(alone, alone) + _SHRINK
    pairs[np.diag_indices_from(pairs)] = 0.0
    width = min(_NEIGHBOURS, count)
    order = np.argsort(-pairs, axis=1, kind="stable")[:, :width].astype(np.int32)
    weight = np.take_along_axis(pairs, order, axis=1)
    near = np.full((count, _NEIGHBOURS), -1, np.int32)
    near_weight = np.zeros((count, _NEIGHBOURS), np.float32)
    near[:, :width] = np.where(weight > 0, order, -1)
    near_weight[:, :width] = weight
    return near, near_weight

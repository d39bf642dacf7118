"""Who bought what and when, as three columns over the whole shop: what the models are trained and judged on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow
import pyarrow.compute
import scipy.sparse

from choral.core.clock import DAY
from choral.customers.purchases.door import Shelf

MOST_LINES = 10_000_000  # of more, whole customers are left out by the number's own dice: bounds memory to 0.5 GiB
Whole = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]
Matrix: TypeAlias = Any  # scipy.sparse.csr_matrix: scipy has no types


@dataclass(frozen=True)
class Interactions:
    """One entry a line sold to somebody known; refunds and lines without a product are not among them."""

    customers: Whole  # the number of each row
    row: Codes
    product: Codes
    day: Codes  # days since 1970, UTC
    order: Whole  # position of the order in the log
    products: int

    @property
    def last_day(self) -> int:
        """The day after the last one, as a whole period that ends there counts back."""
        return int(self.day.max()) + 1 if len(self.day) else 0

    def before(self, day: int) -> Interactions:
        """Only what happened before a day."""
        return self._where(self.day < day)

    def since(self, day: int) -> Interactions:
        """Only what happened on a day or later."""
        return self._where(self.day >= day)

    def matrix(self, weights: npt.NDArray[np.float32] | None = None) -> Matrix:
        """Customers × products: the sum of the weights of their lines (by default how many)."""
        values = np.ones(len(self.row), np.float32) if weights is None else weights
        shape = (len(self.customers), self.products)
        found = scipy.sparse.csr_matrix((values, (self.row, self.product)), shape=shape)
        found.sum_duplicates()
        return found

    def _where(self, chosen: npt.NDArray[np.bool_]) -> Interactions:
        return Interactions(
            self.customers, self.row[chosen], self.product[chosen], self.day[chosen], self.order[chosen], self.products
        )


def interactions(shelf: Shelf, identity_map: pyarrow.Table, most: int = MOST_LINES) -> Interactions:
    """All that was sold to known customers; `identity_map` has `identifier` (text) and `customer` (int64)."""
    keep = min(1.0, most / max(1, shelf.manifest.lines))
    known = identity_map.column("customer").combine_chunks().to_numpy()
    identifiers = identity_map.column("identifier").combine_chunks()
    parts: list[tuple[npt.NDArray[Any], ...]] = []
    for whose, lines in shelf.everything():
        if not len(whose):
            continue
        place = pyarrow.compute.index_in(whose.column("subject"), identifiers).combine_chunks().fill_null(-1).to_numpy()
        customer = np.where(place >= 0, known[place], -1) if len(known) else np.full(len(whose), -1, np.int64)
        owner = np.repeat(customer, whose.column("count").to_numpy())
        chosen = (owner >= 0) & (lines.product >= 0) & ~lines.returned
        if keep < 1.0:
            chosen &= (owner * np.int64(0x9E3779B1) % 1_000_003) < keep * 1_000_003
        parts.append((owner[chosen], lines.product[chosen], lines.at[chosen] // DAY, lines.position[chosen]))
    if not parts:
        parts = [(np.empty(0, np.int64),) * 4]
    owner, product, day, order = (np.concatenate(column) for column in zip(*parts, strict=True))
    customers, row = np.unique(owner, return_inverse=True)
    return Interactions(
        customers, row.astype(np.int32), product.astype(np.int32), day.astype(np.int32), order, len(shelf.products)
    )

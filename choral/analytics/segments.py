"""The value segment of every customer as conditions of audiences ask it: concluded once for each day of the data."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from choral.analytics.people import SEGMENTS

if TYPE_CHECKING:
    from choral.analytics.door import Analytics

_EVERYBODY = 1 << 40
_NAMES = tuple(SEGMENTS)


class ValueSegments:
    """Customers' ids in order, and the place of each one's segment among `values()`. From several threads."""

    def __init__(self, analytics: Analytics) -> None:
        self._analytics = analytics
        self._lock = threading.Lock()
        self._known = ""
        self._customers: npt.NDArray[np.int64] = np.empty(0, dtype=np.int64)
        self._segments: npt.NDArray[np.int8] = np.empty(0, dtype=np.int8)

    def rows(self) -> Iterator[tuple[int, str]]:
        """(customer, segment) of everybody who ever ordered."""
        self._learn()
        pairs = zip(self._customers.tolist(), self._segments.tolist(), strict=True)
        return ((customer, _NAMES[segment]) for customer, segment in pairs)

    def of(self, customers: Iterable[int]) -> dict[int, str]:
        """The segments of these customers, those who ever ordered."""
        self._learn()
        asked = list(customers)
        places = np.searchsorted(self._customers, asked)
        return {
            customer: _NAMES[self._segments[place]]
            for customer, place in zip(asked, places.tolist(), strict=True)
            if place < len(self._customers) and self._customers[place] == customer
        }

    def values(self) -> tuple[str, ...]:
        """The segments there are."""
        return _NAMES

    def mark(self) -> str:
        """The last day of the data they are concluded from."""
        as_of = self._analytics.as_of()
        return f"{as_of.until} {as_of.currency}" if as_of.ready else ""

    def _learn(self) -> None:
        with self._lock:
            mark = self.mark()
            if mark == self._known:
                return
            rows = self._analytics.rfm_customers(limit=_EVERYBODY).rows
            customers = np.array([int(row.customer) for row in rows], dtype=np.int64)
            segments = np.array([_NAMES.index(row.segment) for row in rows], dtype=np.int8)
            order = np.argsort(customers)
            self._customers, self._segments, self._known = customers[order], segments[order], mark

"""What is foretold of every customer as conditions of audiences ask it: whether they left, how much they will bring."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from choral.analytics.door import Analytics

Ints = npt.NDArray[np.int64]
Places = npt.NDArray[np.int8]
OUTLOOK = ("still_buys", "unsure", "likely_left")  # probability that they left: below 0.2, up to 0.8, above
TO_COME = ("top_tenth", "upper_half", "lower_half")  # by what they will bring in a year


def outlook(left: npt.NDArray[np.float64], _value: Ints) -> Places:
    """The place of each among `OUTLOOK`."""
    found: Places = np.digitize(left, [0.2, 0.8]).astype(np.int8)
    return found


def to_come(_left: npt.NDArray[np.float64], value: Ints) -> Places:
    """The place of each among `TO_COME`; equal values stay together in the better group."""
    if not len(value):
        return np.empty(0, np.int8)
    tenth, half = np.quantile(value, [0.9, 0.5], method="higher")
    found: Places = np.where(value >= tenth, 0, np.where(value >= half, 1, 2)).astype(np.int8)
    return found


class Foretold:
    """One such conclusion, made once for each version of the marts. From several threads."""

    def __init__(
        self, analytics: Analytics, names: tuple[str, ...],
        place: Callable[[npt.NDArray[np.float64], Ints], Places],
    ) -> None:  # fmt: skip
        self._analytics, self._names, self._place = analytics, names, place
        self._lock = threading.Lock()
        self._known = ""
        self._customers: Ints = np.empty(0, np.int64)
        self._places: Places = np.empty(0, np.int8)

    def rows(self) -> Iterator[tuple[int, str]]:
        """(customer, what is foretold) of everybody who ever ordered and may be profiled."""
        self._learn()
        return zip(self._customers.tolist(), (self._names[one] for one in self._places.tolist()), strict=True)

    def of(self, customers: Iterable[int]) -> dict[int, str]:
        """The same of these customers."""
        self._learn()
        asked = np.array(list(customers), np.int64)
        known = asked[np.isin(asked, self._customers)]
        places = self._places[np.searchsorted(self._customers, known)]
        return {customer: self._names[place] for customer, place in zip(known.tolist(), places.tolist(), strict=True)}

    def values(self) -> tuple[str, ...]:
        """What can be foretold."""
        return self._names

    def mark(self) -> str:
        """The last day of the data it is concluded from."""
        as_of = self._analytics.as_of()
        return f"{as_of.until} {as_of.currency}" if as_of.ready else ""

    def _learn(self) -> None:
        with self._lock:
            mark = self.mark()
            if mark != self._known:
                self._customers, left, value = self._analytics.lifetime.risks()
                self._places, self._known = self._place(left, value), mark

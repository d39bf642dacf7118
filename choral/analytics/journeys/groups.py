"""Who a question is about: the customers of an audience or of a value segment, and whom lists must leave out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from choral.analytics.journeys.rows import Ints, among
from choral.analytics.journeys.values import PeoplePage
from choral.analytics.people import SEGMENTS
from choral.analytics.segments import ValueSegments
from choral.core.errors import InvalidInput

if TYPE_CHECKING:
    from choral.analytics.door import Analytics
    from choral.customers.door import Customers

AUDIENCE, VALUE = "audience", "value"


@dataclass(frozen=True)
class People:
    """Customers behind a figure, without those who may not be profiled: ids in order, a page at a time."""

    ids: Ints
    left_out: int = 0

    @property
    def count(self) -> int:
        """How many the figure counts: those left out too."""
        return len(self.ids) + self.left_out

    def page(self, after: str | None = None, limit: int = 50) -> PeoplePage:
        """Those after a customer's id; `InvalidInput` `invalid_cursor`."""
        if after is not None and not (after.isascii() and after.isdecimal() and int(after) < 1 << 63):
            raise InvalidInput("invalid_cursor", "This place in the list is not known.", fix="Start at the first page.")
        begin = int(np.searchsorted(self.ids, int(after), side="right")) if after else 0
        shown = self.ids[begin : begin + limit]
        more = str(shown[-1]) if begin + limit < len(self.ids) else None
        return PeoplePage(tuple(str(one) for one in shown.tolist()), more, self.count, self.left_out)


class Groups:
    """Resolves the text of a segment, and filters lists."""

    def __init__(self, analytics: Analytics) -> None:
        self._customers: Callable[[], Customers] | None = analytics.customers
        self._value = ValueSegments(analytics)
        self._placed: tuple[str, tuple[Ints, npt.NDArray[np.int8]]] | None = None

    def people(self, segment: str) -> Ints | None:
        """The customers of `audience:<key>` or `value:<segment>`, sorted; None for everybody ("")."""
        if not segment:
            return None
        kind, _colon, key = segment.partition(":")
        if kind == VALUE and key in SEGMENTS:
            ids, codes = self.values()
            found: Ints = ids[codes == list(SEGMENTS).index(key)]
            return found
        if kind == AUDIENCE and key and self._customers is not None:
            members = self._customers().audiences.ids(key)
            return np.sort(np.array([int(one) for one in members], dtype=np.int64))
        raise InvalidInput(
            "no_such_segment", f"There is no segment “{segment[:60]}”.", "A segment is an audience or a value group.",
            f"Write audience:<key>, or value: and one of {', '.join(SEGMENTS)}.", 422,
        )  # fmt: skip

    def values(self) -> tuple[Ints, npt.NDArray[np.int8]]:
        """Everybody who ever ordered, sorted, and the number of their value segment in `SEGMENTS`."""
        mark = self._value.mark()
        if self._placed is None or self._placed[0] != mark:
            names = {name: at for at, name in enumerate(SEGMENTS)}
            pairs = [(customer, names[name]) for customer, name in self._value.rows()]
            found = np.array(pairs, dtype=np.int64).reshape(-1, 2)
            self._placed = mark, (found[:, 0], found[:, 1].astype(np.int8))
        return self._placed[1]

    def listed(self, ids: Ints) -> People:
        """A list of persons: those who may not be profiled are left out."""
        ids = np.sort(ids)
        if self._customers is None or not len(ids):
            return People(ids)
        refused = np.sort(np.array(list(self._customers().privacy.restricted("profiling")), dtype=np.int64))
        kept = ids[~among(ids, refused)]
        return People(kept, len(ids) - len(kept))

"""What somebody bought, as columns: the values that go through the door of this room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Whole = npt.NDArray[np.int64]
Codes = npt.NDArray[np.int32]
Real = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Products:
    """All products, each in its row (`code`); `price` is what a piece was sold for on average, minor units."""

    ids: Any  # pyarrow string array, as are the others: texts are only made of the few that are shown
    names: Any
    departments: Any
    categories: Any
    brands: Any
    lines: Whole
    price: Whole

    def __len__(self) -> int:
        return len(self.price)

    def text(self, of: Any, code: int) -> str:
        """One text of a product; its id for a code beyond the catalogue is not known here: ''."""
        return str(of[int(code)].as_py()) if 0 <= code < len(self) else ""

    def codes(self, ids: Sequence[str]) -> dict[str, int]:
        """The codes of these product ids, those that are known."""
        found = {}
        for one in ids:
            code = place_of(self.ids, one)
            if code is not None:
                found[one] = code
        return found


class Words(Sequence[str]):
    """A column of texts as a sequence; each is made when it is looked at."""

    def __init__(self, texts: Any) -> None:
        self._texts = texts

    def __len__(self) -> int:
        return len(self._texts)

    def __getitem__(self, place: Any) -> Any:
        return self._texts[place].as_py() or ""


@dataclass(frozen=True)
class Lines:
    """Order lines, oldest first. Codes point into the products and the lists of stores and channels."""

    at: Whole  # µs UTC
    position: Whole  # of the order in the log
    product: Codes  # -1 for none
    store: Codes  # -1 for none
    channel: Codes
    quantity: Real
    total: Whole  # minor units of the shop's currency; negative on a refund
    discount: Whole
    returned: Flags

    def __len__(self) -> int:
        return len(self.at)

    def where(self, chosen: Flags) -> Lines:
        """Only the chosen ones."""
        return Lines(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))


def joined(parts: Sequence[Lines]) -> Lines:
    """Several people's lines as one, in the order of time; repetitions of an order line cannot be among them."""
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return NOTHING
    columns = [np.concatenate([getattr(one, name) for one in parts]) for name in Lines.__dataclass_fields__]
    order = np.lexsort((columns[1], columns[0]))
    return Lines(*(column[order] for column in columns))


def place_of(texts: Any, wanted: str) -> int | None:
    """Where a text stands in a sorted array of texts."""
    low, high = 0, len(texts)
    while low < high:
        middle = (low + high) // 2
        if texts[middle].as_py() < wanted:
            low = middle + 1
        else:
            high = middle
    return low if low < len(texts) and texts[low].as_py() == wanted else None


NOTHING = Lines(
    *(np.empty(0, np.int64),) * 2, *(np.empty(0, np.int32),) * 3, np.empty(0, np.float64),
    *(np.empty(0, np.int64),) * 2, np.empty(0, np.bool_),
)  # fmt: skip

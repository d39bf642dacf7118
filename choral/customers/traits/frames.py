"""One person's rows as columns: what a definition is computed on. Texts are encoded, amounts whole numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from choral.customers.profiles.rules import Moment
from choral.customers.purchases.door import Lines, Shelf

Whole = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
NumbersOf = npt.NDArray[Any]


@dataclass(frozen=True)
class Texts:
    """A column of texts: for each row the place in `words` (two products of one name stay two); '' is unknown, unless
    the column is `complete`."""

    codes: npt.NDArray[Any]
    words: Sequence[str]
    complete: bool = False


@dataclass
class Frame:
    """Rows, oldest first. Columns are made when they are first asked for."""

    at: Whole
    position: Whole
    numbers: dict[str, NumbersOf]
    known: dict[str, Flags]
    _make: dict[str, Callable[[], Texts]]
    _made: dict[str, Texts] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.at)

    def texts(self, name: str) -> Texts:
        """A column of texts."""
        if name not in self._made:
            self._made[name] = self._make[name]()
        return self._made[name]


def of_moments(moments: Sequence[Moment], currency: str) -> Frame:
    """The time line, given newest first. Amounts in other currencies than the shop's are not known here."""
    rows = moments[::-1]
    home = np.array([one.amount is not None and one.currency == currency for one in rows], np.bool_)
    amount = np.array([one.amount if one.amount is not None else 0 for one in rows], np.int64)
    names = ("name", "channel", "source", "order_id", "campaign", "place", "label")
    return Frame(
        np.array([one.at for one in rows], np.int64),
        np.array([one.position for one in rows], np.int64),
        {"amount": amount},
        {"amount": home},
        {name: _encoder(rows, name) for name in names},
    )


def of_lines(lines: Lines, shelf: Shelf | None) -> Frame:
    """Order lines without refunds; every one has its numbers."""
    sold = lines.where(~lines.returned & (lines.product >= 0))
    numbers: dict[str, NumbersOf] = {"total": sold.total, "discount": sold.discount, "quantity": sold.quantity}
    every = np.ones(len(sold), np.bool_)
    makers: dict[str, Callable[[], Texts]] = {}
    if shelf is not None:
        manifest = shelf.manifest
        makers["product"] = lambda: Texts(sold.product, shelf.words("name"), complete=True)
        for name in ("department", "category", "brand"):
            makers[name] = _of_products(shelf, name, sold)
        for name, codes, words in (
            ("store", sold.store, manifest.stores),
            ("channel", sold.channel, manifest.channels),
        ):
            makers[name] = _listed(codes, words)
    else:
        nothing = Texts(np.zeros(len(sold), np.int64), ("",))
        makers = dict.fromkeys(("product", "department", "category", "brand", "store", "channel"), lambda: nothing)
    return Frame(sold.at, sold.position, numbers, dict.fromkeys(numbers, every), makers)


def _encoder(rows: Sequence[Moment], name: str) -> Callable[[], Texts]:
    def make() -> Texts:
        words: dict[str, int] = {}
        place = Moment._fields.index(name)
        codes = [words.setdefault(str(row[place] or ""), len(words)) for row in rows]
        return Texts(np.array(codes, np.int64), tuple(words))

    return make


def _of_products(shelf: Shelf, name: str, sold: Lines) -> Callable[[], Texts]:
    return lambda: Texts(shelf.groups(name)[0][sold.product], shelf.groups(name)[1])


def _listed(codes: npt.NDArray[Any], words: Sequence[str]) -> Callable[[], Texts]:
    return lambda: Texts(codes + 1, ("", *words))

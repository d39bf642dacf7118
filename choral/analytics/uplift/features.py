"""What is known of units as columns of zeros and ones: numbers by fifths, texts by value. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
_MOST_VALUES = 12
_FEW_NUMBERS = 8


@dataclass(frozen=True)
class Level:
    """A column: units whose `attribute` has the value or lies in the range `words`."""

    attribute: str
    words: str


@dataclass(frozen=True)
class Features:
    """`matrix` has a row a unit and a column a level, 1.0 where the unit is in it."""

    matrix: Floats
    levels: tuple[Level, ...]


def features(attributes: Mapping[str, npt.NDArray[Any]]) -> Features:
    """One-hot levels of every attribute; an attribute that is the same for all has none."""
    columns: list[Floats] = []
    levels: list[Level] = []
    for name, values in attributes.items():
        found = _texts(values) if values.dtype == object else _numbers(np.asarray(values, np.float64))
        if len(found) > 1:
            levels += [Level(name, words) for words, _ in found]
            columns += [inside.astype(np.float64) for _, inside in found]
    rows = len(next(iter(attributes.values()))) if attributes else 0
    return Features(np.column_stack(columns) if columns else np.zeros((rows, 0)), tuple(levels))


def _texts(values: npt.NDArray[Any]) -> list[tuple[str, npt.NDArray[np.bool_]]]:
    said = values.astype(str)
    names, counts = np.unique(said, return_counts=True)
    kept = names if len(names) <= _MOST_VALUES else names[np.argsort(-counts, kind="stable")[: _MOST_VALUES - 1]]
    found = [(str(name) or "unknown", said == name) for name in sorted(kept)]
    rest = ~np.isin(said, kept)
    return [*found, ("others", rest)] if rest.any() else found


def _numbers(values: Floats) -> list[tuple[str, npt.NDArray[np.bool_]]]:
    known = np.isfinite(values)
    distinct = np.unique(values[known])
    if len(distinct) <= _FEW_NUMBERS:
        found = [(f"{one:g}", values == one) for one in distinct]
    else:
        cuts = np.unique(np.quantile(values[known], [0.2, 0.4, 0.6, 0.8]))
        place = np.searchsorted(cuts, values, side="left")
        edges = [f"{one:.4g}" for one in cuts]
        words = [
            f"≤ {edges[0]}",
            *(f"{low} – {high}" for low, high in zip(edges, edges[1:], strict=False)),
            f"> {edges[-1]}",
        ]
        found = [(word, known & (place == number)) for number, word in enumerate(words)]
        found = [one for one in found if one[1].any()]
    return [*found, ("unknown", ~known)] if not known.all() else found

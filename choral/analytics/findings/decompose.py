"""The change of a figure cut into its causes, without a rest: parts sum to the whole, to the cent. Pure."""

from __future__ import annotations

from itertools import combinations
from math import factorial

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


def product_effects(before: Floats, after: Floats) -> Floats:
    """How much each factor of a product (columns) changed it, for each row; a row sums to its product's change.

    Shapley's value over the order in which the factors change (Shapley 1953; for products: Albrecht, François and
    Schoors 2002, Energy Policy 30:727): symmetric, exact, and defined at zero, where logarithms are not.
    """
    rows, factors = before.shape
    effects = np.zeros((rows, factors))
    for factor in range(factors):
        others = [one for one in range(factors) if one != factor]
        for size in range(factors):
            weight = factorial(size) * factorial(factors - size - 1) / factorial(factors)
            for changed in combinations(others, size):
                kept = np.prod([after[:, one] if one in changed else before[:, one] for one in others], axis=0)
                effects[:, factor] += weight * kept * (after[:, factor] - before[:, factor])
    return effects


def volume_mix_rate(before: tuple[Floats, Floats], after: tuple[Floats, Floats]) -> Floats:
    """For each slice (rows): what its change of an amount owes to the whole's number (volume), to its share of that
    number (mix) and to its amount each (rate). Each pair: numbers and amounts by slice. A row sums to its change.

    What came or went altogether has no rate on one side: the other side's is taken, so that it is all mix.
    """
    (numbers_0, amounts_0), (numbers_1, amounts_1) = before, after
    all_0, all_1 = numbers_0.sum(), numbers_1.sum()
    rate_0, rate_1 = _over(amounts_0, numbers_0), _over(amounts_1, numbers_1)
    rate_0, rate_1 = np.where(numbers_0 > 0, rate_0, rate_1), np.where(numbers_1 > 0, rate_1, rate_0)
    left = np.column_stack([np.full(len(rate_0), all_0), _over(numbers_0, all_0), rate_0])
    right = np.column_stack([np.full(len(rate_1), all_1), _over(numbers_1, all_1), rate_1])
    effects = product_effects(left, right)
    # Amounts without any number (a refund alone) have neither share nor rate: they are the rate's.
    effects[:, 2] += (amounts_1 - amounts_0) - effects.sum(axis=1)
    return effects


def mix_and_rate(before: tuple[Floats, Floats], after: tuple[Floats, Floats]) -> Floats:
    """For each slice (rows): what the change of a ratio of sums owes to the slice's weight (mix) and to its own ratio
    (rate). Each pair: denominators and numerators by slice. All effects sum to the change of the whole's ratio.

    Midpoint weights, as in Marshall and Edgeworth's index; a slice's mix counts against the whole's mean ratio.
    """
    (wholes_0, parts_0), (wholes_1, parts_1) = before, after
    ratio_0, ratio_1 = _over(parts_0, wholes_0), _over(parts_1, wholes_1)
    ratio_0, ratio_1 = np.where(wholes_0 > 0, ratio_0, ratio_1), np.where(wholes_1 > 0, ratio_1, ratio_0)
    weight_0, weight_1 = _over(wholes_0, wholes_0.sum()), _over(wholes_1, wholes_1.sum())
    mean = (_over(parts_0.sum(), wholes_0.sum()) + _over(parts_1.sum(), wholes_1.sum())) / 2
    mix = (weight_1 - weight_0) * ((ratio_0 + ratio_1) / 2 - mean)
    rate = (weight_0 + weight_1) / 2 * (ratio_1 - ratio_0)
    return np.column_stack([mix, rate])


def reconciled(parts: Floats, whole: int) -> Whole:
    """Whole numbers near the parts that sum to `whole` (largest remainder; equal remainders in their order)."""
    floors = np.floor(parts).astype(np.int64)
    missing = whole - int(floors.sum())
    if not len(floors):
        return floors
    order = np.argsort(-(parts - floors), kind="stable")
    each, more = divmod(missing, len(floors))
    floors += each
    floors[order[:more]] += 1
    return floors


def _over(part: Floats, whole: Floats) -> Floats:
    """Part over whole, 0 where there is no whole."""
    part, whole = np.asarray(part, dtype=np.float64), np.asarray(whole, dtype=np.float64)
    found: Floats = np.divide(part, whole, out=np.zeros(np.broadcast(part, whole).shape), where=whole != 0)
    return found

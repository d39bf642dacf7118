"""Amounts as clients send them (numbers or texts in major units) to integer minor units, many at a time. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import Any

import numpy as np
import numpy.typing as npt

from choral.core.money import minor_digits

Floats = npt.NDArray[np.float64]
_PLAIN = {int, float, type(None)}
LARGEST = 9e15  # above it a double no longer holds every whole number
_NEAR = 1e-6  # of a minor unit: farther off than this, the client really sent a fraction of it


def minor_units(values: Sequence[Any], currencies: Sequence[str | None]) -> list[int | None]:
    """Each value in minor units of its currency, rounded half to even; None where it is no finite number.

    A double such as 2.49 is near enough to 249 to be read as it was meant; only what lies between two minor units
    is rounded by decimal arithmetic, from the digits the client wrote.
    """
    if not values:
        return []
    major = numbers(values)
    digits = np.array([minor_digits(currency or "") for currency in currencies])
    scaled = major * 10.0**digits
    usable = np.isfinite(scaled) & (np.abs(scaled) < LARGEST)
    whole = np.rint(np.where(usable, scaled, 0.0))
    found: list[int | None] = whole.astype(np.int64).tolist()
    for index in np.flatnonzero(usable & (np.abs(np.where(usable, scaled, 0.0) - whole) > _NEAR)).tolist():
        exact = Decimal(str(values[index])).scaleb(int(digits[index]))
        found[index] = int(exact.quantize(Decimal(1), rounding=ROUND_HALF_EVEN))
    for index in np.flatnonzero(~usable).tolist():
        found[index] = None
    return found


def numbers(values: Sequence[Any]) -> Floats:
    """Each value as a double, not-a-number where it is none."""
    if set(map(type, values)) <= _PLAIN:
        with suppress(OverflowError):  # a whole number of hundreds of digits
            return np.array(values, dtype=np.float64)
    return np.array([_number(value) for value in values], dtype=np.float64)


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return float("nan")
    try:
        return float(Decimal(value.strip())) if isinstance(value, str) else float(value)
    except (InvalidOperation, OverflowError, ValueError):
        return float("nan")

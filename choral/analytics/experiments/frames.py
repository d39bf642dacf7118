"""The units of an experiment with their arm, what was measured of them, and what was known before: arrays for all."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow
import pyarrow.compute

from choral.analytics.experiments.estimates import Codes, Floats
from choral.analytics.experiments.values import Experiment, Shape, Unit
from choral.core.errors import NotFound

_COPIED = {"zero_copy_only": False}


@dataclass(frozen=True)
class Measured:
    """An outcome as the frame has it: the column (and the one below it, of a ratio), and those known before it."""

    outcome: str
    shape: Shape
    unit: Unit
    column: str
    below: str = ""
    before: tuple[str, ...] = ()


@dataclass(frozen=True)
class Frame:
    """One row a unit: `unit` (a customer's number, or the id of an imported file), `arm` (the arm's key), outcomes,
    what was known before, attributes. Amounts are minor units of `currency` where the outcome is money.

    Only units whose window is over are in it; `waiting` counts the others. People who may not be profiled are in it
    too: it is for totals, and lists of persons made from it have to leave them out.
    """

    experiment: Experiment
    table: pyarrow.Table
    measured: tuple[Measured, ...]
    attributes: tuple[str, ...]
    currency: str
    as_of: date | None = None
    drawn: dict[str, int] = field(default_factory=dict)
    waiting: int = 0
    crossed: int = 0
    unknown: int = 0
    unavailable: tuple[str, ...] = ()
    first_day: date | None = None
    last_day: date | None = None

    @property
    def arms(self) -> tuple[str, ...]:
        """The arms' keys in the order of their numbers."""
        return tuple(one.key for one in self.experiment.plan.arms)

    @property
    def control(self) -> int:
        """The number of the arm the others are compared with."""
        return next((place for place, one in enumerate(self.experiment.plan.arms) if one.control), 0)

    @property
    def units(self) -> pyarrow.ChunkedArray:
        return self.table.column("unit")

    @property
    def arm(self) -> Codes:
        """Each unit's arm as a number from 0 (`arms`)."""
        places = pyarrow.compute.index_in(self.table.column("arm"), pyarrow.array(self.arms, pyarrow.string()))
        return np.asarray(places.combine_chunks().to_numpy(**_COPIED), dtype=np.int64)

    def outcome(self, name: str) -> Measured:
        """One outcome by its name; `NotFound` `no_such_outcome`."""
        for one in self.measured:
            if one.outcome == name:
                return one
        raise NotFound(
            "no_such_outcome", f"“{name[:60]}” was not measured.",
            fix=f"Use one of {', '.join(one.outcome for one in self.measured)}.", status=404,
        )  # fmt: skip

    def values(self, column: str) -> Floats:
        """A numeric column; nothing measured (null) is 0 for an outcome, NaN for what was known before."""
        found = self.table.column(column).cast(pyarrow.float64()).combine_chunks()
        return np.asarray(found.to_numpy(**_COPIED), dtype=np.float64)

    def before(self, name: str) -> Floats:
        """What was known before the lot of an outcome: units by covariates (no column when nothing was)."""
        columns = [self.values(one) for one in self.outcome(name).before]
        return np.column_stack(columns) if columns else np.empty((len(self.table), 0))

    def attribute(self, name: str) -> npt.NDArray[Any]:
        """An attribute: numbers with NaN for unknown, or texts with ''."""
        if name not in self.attributes:
            raise NotFound(
                "no_such_attribute", f"“{name[:60]}” is not known of the units.",
                fix=f"Use one of {', '.join(self.attributes) or 'none'}.", status=404,
            )  # fmt: skip
        column = self.table.column(name)
        if pyarrow.types.is_string(column.type):
            return np.asarray(column.fill_null("").combine_chunks().to_numpy(**_COPIED), dtype=object)
        return self.values(name)

    def only(self, outcomes: tuple[str, ...]) -> Frame:
        """The same with some of its outcomes."""
        return replace(self, measured=tuple(one for one in self.measured if one.outcome in outcomes))

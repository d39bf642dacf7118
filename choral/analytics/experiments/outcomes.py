"""What can be measured of a customer after a lot: the outcomes by name, their shape, unit and SQL. Pure.

`sales`, `margin` (less refunds, minor units), `orders`, `bought` (0 or 1), `order_value` (sales an order, a ratio);
of all, or of a department or product (`sales/department/Toys`); of an imported column: `column/visit`.
"""

from __future__ import annotations

from dataclasses import dataclass

from choral.analytics.experiments.values import Shape, Unit
from choral.core.errors import InvalidInput

MEASURES: dict[str, tuple[Shape, Unit]] = {
    "sales": ("mean", "money"),
    "margin": ("mean", "money"),
    "orders": ("mean", "number"),
    "bought": ("binary", "share"),
    "order_value": ("ratio", "money"),
}
SCOPES = ("department", "product")
COLUMN = "column"
_LONGEST = 200


@dataclass(frozen=True)
class Outcome:
    """One outcome. `scope` is "" for everything bought, else `department` or `product`, and `of` which one."""

    measure: str
    scope: str = ""
    of: str = ""

    def __str__(self) -> str:
        if self.measure == COLUMN:
            return f"{COLUMN}/{self.of}"
        return f"{self.measure}/{self.scope}/{self.of}" if self.scope else self.measure

    @property
    def shape(self) -> Shape:
        return MEASURES[self.measure][0]

    @property
    def unit(self) -> Unit:
        return MEASURES[self.measure][1]


def parse(text: str) -> Outcome:
    """An outcome by its name; `InvalidInput` `unknown_outcome`."""
    parts = text.strip().split("/", 2)
    if parts[0] == COLUMN and len(parts) > 1:
        return Outcome(COLUMN, of="/".join(parts[1:]))
    good = parts[0] in MEASURES and len(text) <= _LONGEST and "\0" not in text
    if good and len(parts) == 1:
        return Outcome(parts[0])
    if good and len(parts) == 3 and parts[1] in SCOPES and parts[2]:
        return Outcome(*parts)
    raise InvalidInput(
        "unknown_outcome", f"There is no outcome “{text[:60]}”.", "An experiment measures what customers buy.",
        f"Use one of {', '.join(MEASURES)}, or of a department: sales/department/Toys.", 422,
    )  # fmt: skip

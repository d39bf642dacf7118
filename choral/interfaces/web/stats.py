"""A headline figure: what it is, how much, against before, what it means, and the way to its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise

from choral.interfaces.web import formats

Text = str | Promise


@dataclass(frozen=True)
class Stat:
    """`value` is already written (see formats); `change` is a share (0.12: 12 % more than before), None without before;
    `good` says which way is welcome; `explain` defines the figure; `href` leads to the rows behind it."""

    label: Text
    value: str
    change: float | None = None
    good: Literal["up", "down", "none"] = "up"
    note: Text = ""
    explain: Text = ""
    href: str = ""
    spark: Sequence[int | float] = ()

    @property
    def change_text(self) -> str:
        return "" if self.change is None else ("+" if self.change > 0 else "") + formats.percent(self.change)

    @property
    def tone(self) -> str:
        if not self.change or self.good == "none":
            return ""
        return "good" if (self.change > 0) == (self.good == "up") else "bad"


def change(value: int | float, before: int | float | None) -> float | None:
    """How much more than before, as a share; None when there was nothing before."""
    return (value - before) / abs(before) if before else None

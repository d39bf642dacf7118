"""What the measures of the page are called and mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from choral.analytics.affinity.groups import INSIDE, OTHERS, OUTSIDE
from choral.analytics.affinity.values import Cell, Dimension, Rate
from choral.interfaces.web.segments import attribute_name, segment_name

Text = str | Promise


@dataclass(frozen=True)
class Measure:
    """Something that can be looked at, part by channel; `field` is the cell's."""

    field: str
    name: Text
    means: Text
    unit: Literal["money", "number", "percent"]

    def value(self, cell: Cell) -> float | int | None:
        """What the picture shows of a cell; nothing for a share that could never be."""
        found = getattr(cell, self.field)
        if not isinstance(found, Rate):
            return found or None
        return found.value if found.of else None


MEASURES = (
    Measure("amount", _("Sales"), _("What they bought on the channel, before refunds."), "money"),
    Measure("bought", _("Visits with an order"), _("Share of their visits in which they ordered on this channel."),
            "percent"),
    Measure("followed", _("Order within a week"),
            _("Share of their visits followed by an order on any channel within seven days."), "percent"),
    Measure("answered", _("Answers to campaigns"),
            _("Share of the campaigns sent to them on the channel that they acted on within four weeks."), "percent"),
    Measure("preferred", _("Preferred channel"),
            _("Share of those of whom enough is known who do most on the channel, recent acts weighing more."),
            "percent"),
    Measure("reviews", _("Reviews"), _("Mean of the stars given within 90 days of an order on the channel."),
            "number"),
    Measure("surveys", _("Surveys"), _("Mean score of the answers given within 90 days of an order on the channel."),
            "number"),
)  # fmt: skip
_PARTS: dict[str, Text] = {
    INSIDE: _("In the audience"), OUTSIDE: _("Everybody else"), OTHERS: _("Others and not known"),
}  # fmt: skip
VERDICTS: dict[str, Text] = {
    "higher": _("higher than the others"), "lower": _("lower than the others"), "alike": "", "too_few": "",
}  # fmt: skip


def dimension_name(one: Dimension) -> Text:
    """What customers are parted by."""
    return attribute_name(one.key) if not one.name else one.name.replace("_", " ").capitalize()


def part_name(by: str, key: str) -> Text:
    """What a part is called."""
    if by.startswith(("trait:", "audience:")):
        return _PARTS.get(key, key)
    return segment_name(key)

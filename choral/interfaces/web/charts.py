"""Charts as data: what the drawing needs, and the table that says the same beneath it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from choral.core.money import Money, minor_digits
from choral.interfaces.web import formats

Text = str | Promise
Unit = Literal["money", "number", "percent"]
Value = int | float | None


@dataclass(frozen=True)
class Series:
    """One line, or one row of a heat map. Money in minor units, percent as a share. `low` and `high` bound an interval,
    or a band around a line; `rest` paints what was put together in grey; `dashed` is for what it is compared with."""

    name: Text
    values: Sequence[Value]
    low: Sequence[Value] = ()
    high: Sequence[Value] = ()
    dashed: bool = False
    rest: bool = False


@dataclass(frozen=True)
class Flow:
    """A stream of a Sankey picture or a graph, from node to node by their keys. `more` are further cells of its row in
    the table; `lean` (-1 to 1) paints it by what it differs in, None as its source; `href` leads to its rows."""

    source: str
    target: str
    value: int
    more: Sequence[Text] = ()
    lean: float | None = None
    href: str = ""


@dataclass(frozen=True)
class Node:
    """A block of a Sankey picture, or a point of a graph; equal labels, equal colours. `value` sizes a block that no
    flow touches. `depth`: which column (of a graph: 0 beginnings, 1 the middle, 2 ends); `href` leads to its rows."""

    key: str
    label: Text
    depth: int | None = None
    value: int | None = None
    href: str = ""


@dataclass(frozen=True)
class Chart:
    """A picture and its table.

    `kind`: line, area, bar, stack (bars on one another), rows (lying bars), dots (a point of each series on each line),
    heat (labels across, series down; `incomplete` are cells, row by row), interval (a point and its bounds for each
    label), sankey and graph (nodes and flows).
    `title` is read to those who do not see it; `links` lead from a bar or cell to its rows; `incomplete` are places of
    `labels` cut short by the period; `marks` are those at which a line chart draws an upright, where something begins.
    """

    title: Text
    kind: Literal["line", "area", "bar", "stack", "rows", "dots", "heat", "interval", "sankey", "graph"]
    unit: Unit
    labels: Sequence[Text] = ()
    series: Sequence[Series] = ()
    currency: str = ""
    nodes: Sequence[Node] = ()
    flows: Sequence[Flow] = ()
    links: Sequence[str] = ()
    incomplete: Sequence[int] = ()
    marks: Sequence[int] = ()
    more_heads: Sequence[Text] = ()  # of the further cells of flows
    notes: Sequence[tuple[int, Text]] = ()  # places of `labels` with what happened there
    axis: Text = ""  # what the labels are: the head of the table's first column
    height: Literal["small", "normal", "tall"] = "normal"

    @property
    def empty(self) -> bool:
        return not self.flows and not any(value is not None for one in self.series for value in one.values)

    @property
    def data(self) -> dict[str, Any]:
        """What the drawing code reads."""
        found: dict[str, Any] = {
            "kind": self.kind,
            "unit": self.unit,
            "labels": [str(label) for label in self.labels],
            "series": [_line(one) for one in self.series],
        }
        if self.currency:
            found |= {"currency": self.currency, "digits": minor_digits(self.currency)}
        if self.links:
            found["links"] = list(self.links)
        if self.incomplete:
            found["incomplete"] = list(self.incomplete)
        if self.marks:
            found["marks"] = list(self.marks)
        if self.notes:
            found["notes"] = [{"at": at, "words": str(words)} for at, words in self.notes]
        if self.flows:
            found["nodes"] = [_node(node) for node in self.nodes]
            found["flows"] = [_flow(one) for one in self.flows]
        return found

    @property
    def heads(self) -> list[Text]:
        """The head of the table beneath."""
        if self.flows:
            return [_("From"), _("To"), _("Count"), *self.more_heads]
        if self._bounded:
            return [self.axis, *[one.name for one in self.series], _("Lower bound"), _("Upper bound")]
        return [self.axis, *[one.name for one in self.series]] if self.kind != "heat" else [self.axis, *self.labels]

    @property
    def rows(self) -> list[list[Text]]:
        """The table beneath, written in the reader's language."""
        if self.flows:
            names = {node.key: node.label for node in self.nodes}
            return [
                [names.get(f.source, f.source), names.get(f.target, f.target), self._text(f.value), *f.more]
                for f in self.flows
            ]
        if self.kind == "heat":
            return [[one.name, *[self._text(value) for value in one.values]] for one in self.series]
        found: list[list[Text]] = []
        for place, label in enumerate(self.labels):
            row: list[Text] = [label, *[self._text(_at(one.values, place)) for one in self.series]]
            one = self._bounded
            if one:
                row += [self._text(_at(one.low, place)), self._text(_at(one.high, place))]
            found.append(row)
        return found

    @property
    def _bounded(self) -> Series | None:
        """The line whose bounds the table shows."""
        if self.kind == "interval":
            return self.series[0]
        return next((one for one in self.series if one.low), None) if self.kind == "line" else None

    def _text(self, value: Value) -> str:
        if value is None:
            return "–"
        if self.unit == "money":
            return formats.money(Money(int(value), self.currency))
        return (
            formats.percent(value)
            if self.unit == "percent"
            else formats.number(value, 0 if isinstance(value, int) else 1)
        )


def _line(one: Series) -> dict[str, Any]:
    found: dict[str, Any] = {"name": str(one.name), "values": list(one.values)}
    if one.low:
        found |= {"low": list(one.low), "high": list(one.high)}
    return found | {key: True for key in ("dashed", "rest") if getattr(one, key)}


def _node(node: Node) -> dict[str, Any]:
    found: dict[str, Any] = {"name": node.key, "label": str(node.label)}
    return found | {
        key: getattr(node, key) for key in ("depth", "value", "href") if getattr(node, key) not in (None, "")
    }


def _flow(flow: Flow) -> dict[str, Any]:
    found: dict[str, Any] = {"source": flow.source, "target": flow.target, "value": flow.value}
    return found | {key: getattr(flow, key) for key in ("lean", "href") if getattr(flow, key) not in (None, "")}


def _at(values: Sequence[Value], place: int) -> Value:
    return values[place] if place < len(values) else None

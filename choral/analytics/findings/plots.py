"""Findings and causes as Altair charts; money in major units."""

from __future__ import annotations

from typing import Any

from choral.analytics.findings import sentences
from choral.analytics.findings.values import Finding, Why
from choral.core.money import minor_digits


def finding(altair: Any, one: Finding, currency: str) -> Any:
    """The line of a finding in the band it was expected in (95 %)."""
    line, by = one.line, 10.0 ** minor_digits(currency) if one.unit == "money" else 1.0
    empty = (None,) * len(line.days)
    bounds = [values or empty for values in (line.expected, line.low, line.high)]
    rows = [
        {"day": day.isoformat()} | {
            name: None if value is None else value / by
            for name, value in zip(("value", "expected", "low", "high"), values, strict=True)
        }
        for day, *values in zip(line.days, line.values, *bounds, strict=True)
    ]  # fmt: skip
    base = altair.Chart(altair.Data(values=rows)).encode(x=altair.X("day:T", title=None))
    title = f"{one.metric}, {currency}" if one.unit == "money" else one.metric
    band = base.mark_area(opacity=0.18).encode(y=altair.Y("low:Q", title=title), y2="high:Q")
    expected = base.mark_line(strokeDash=[4, 4]).encode(y="expected:Q")
    actual = base.mark_line(point=True).encode(y="value:Q", tooltip=["day:T", "value:Q", "low:Q", "high:Q"])
    return (band + expected + actual).properties(width=600, title=sentences.headline(one, "en", currency))


def why(altair: Any, found: Why) -> Any:
    """A waterfall of the parts of a change, from the figure before to the one after."""
    by = 10.0 ** minor_digits(found.currency) if found.unit == "money" else 1.0
    at, rows = found.before / by, [{"part": "before", "from": 0.0, "to": found.before / by, "kind": "figure"}]
    for part in found.parts:
        name = {"*": "others", "": "not said"}.get(part.key, part.name or part.key)
        rows.append({"part": name, "from": at, "to": at + part.effect / by,
                     "kind": "gain" if part.effect > 0 else "loss"})  # fmt: skip
        at += part.effect / by
    rows.append({"part": "after", "from": 0.0, "to": found.after / by, "kind": "figure"})
    title = f"{found.metric}, {found.currency}" if found.unit == "money" else found.metric
    return altair.Chart(altair.Data(values=rows)).mark_bar().encode(
        x=altair.X("part:N", sort=None, title=None),
        y=altair.Y("from:Q", title=title), y2="to:Q",
        color=altair.Color("kind:N", title=None, scale=altair.Scale(
            domain=["figure", "gain", "loss"], range=["#6b7280", "#15803d", "#b91c1c"])),
        tooltip=["part:N", "from:Q", "to:Q"],
    ).properties(width=600)  # fmt: skip

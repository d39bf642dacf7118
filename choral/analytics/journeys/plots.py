"""Pictures of journeys as Altair charts; needs the `notebook` extra."""

from __future__ import annotations

from typing import Any

from choral.analytics.journeys.door import CohortQuery, FunnelQuery, Journeys, PathQuery


def paths(journeys: Journeys, altair: Any, query: PathQuery | None) -> Any:
    """The commonest ways."""
    rows = [
        {"path": " → ".join((*one.steps, one.end)), "customers": one.customers}
        for one in journeys.paths(query).rows[:15]
    ]
    return altair.Chart(altair.Data(values=rows)).mark_bar().encode(
        x=altair.X("customers:Q", title="Customers"),
        y=altair.Y("path:N", sort="-x", title=None, axis=altair.Axis(labelLimit=400)),
        tooltip=["path:N", "customers:Q"],
    ).properties(width=480)  # fmt: skip


def funnel(journeys: Journeys, altair: Any, query: FunnelQuery) -> Any:
    """How many did each step."""
    rows = [
        {"place": place, "step": one.step.text, "customers": one.customers, "of the first": one.share_of_start,
         "of the one before": one.share_of_previous}
        for place, one in enumerate(journeys.funnel(query).steps)
    ]  # fmt: skip
    return altair.Chart(altair.Data(values=rows)).mark_bar().encode(
        x=altair.X("customers:Q", title="Customers"),
        y=altair.Y("step:N", sort=altair.EncodingSortField("place"), title=None),
        tooltip=["step:N", "customers:Q", altair.Tooltip("of the first:Q", format=".1%"),
                 altair.Tooltip("of the one before:Q", format=".1%")],
    ).properties(width=480)  # fmt: skip


def cohorts(journeys: Journeys, altair: Any, query: CohortQuery | None) -> Any:
    """Retention as a heat map; the first period, which is always whole, is left out."""
    found = journeys.cohorts(query)
    rows = [
        {"cohort": one.begins.isoformat(), "after": after, "share": share, "value": one.values[after]}
        for one in found.cohorts
        for after, share in enumerate(one.shares)
        if after and share is not None
    ]
    return altair.Chart(altair.Data(values=rows)).mark_rect().encode(
        x=altair.X("after:O", title=f"{found.every}s after the first {found.start}"),
        y=altair.Y("cohort:O", title=None),
        color=altair.Color("share:Q", title=f"{found.measure} ({found.activity})"),
        tooltip=["cohort:O", "after:O", "value:Q", altair.Tooltip("share:Q", format=".1%")],
    )  # fmt: skip

"""The console's pictures as Altair charts, from the same answers; needs the `notebook` extra."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from choral.analytics.values import REST, UNKNOWN, By, Choice, Split
from choral.core.errors import Unsupported
from choral.core.money import minor_digits

if TYPE_CHECKING:
    from choral.analytics.attribution.values import Question
    from choral.analytics.door import Analytics
    from choral.analytics.findings.values import By as WhyBy
    from choral.analytics.findings.values import WhyMetric
    from choral.analytics.journeys.queries import CohortQuery, FunnelQuery, PathQuery


class Plots:
    """One call a picture, each with its own method. Money is shown in major units."""

    def __init__(self, analytics: Analytics) -> None:
        self._analytics = analytics

    def sales(self, by: By = "week", split: Split | None = None, choice: Choice | None = None) -> Any:
        """Sales over time."""
        altair = altair_or_refusal()
        found = self._analytics.sales(by, split, choice)
        rows = [
            {
                "day": period.start.isoformat(),
                "series": _name(one.key, one.name),
                "sales": major(value, found.currency),
            }
            for one in found.series
            for period, value in zip(found.periods, one.amounts, strict=True)
        ]
        chart = altair.Chart(data(altair, rows)).mark_line().encode(
            x=altair.X("day:T", title=by),
            y=altair.Y("sales:Q", title=f"Sales, {found.currency}"),
            tooltip=["day:T", "series:N", "sales:Q"],
        )  # fmt: skip
        return (chart.encode(color=altair.Color("series:N", title=split)) if split else chart).properties(width=600)

    def campaign(self, campaign_id: str) -> Any:
        """Mean sales per customer by week: those who got the campaign, and those alike who did not."""
        altair = altair_or_refusal()
        found = self._analytics.campaign(campaign_id)
        rows = [
            {"week": week.index, "group": group, "sales": major(value, found.currency)}
            for week in found.weeks
            for group, value in (("got it", week.reached), ("comparison", week.comparison))
        ]
        lines = altair.Chart(data(altair, rows)).mark_line(point=True).encode(
            x=altair.X("week:Q", title="Week (0: it begins)"),
            y=altair.Y("sales:Q", title=f"Sales per customer, {found.currency}"),
            color=altair.Color("group:N", title=None),
            tooltip=["week:Q", "group:N", "sales:Q"],
        )  # fmt: skip
        return lines.properties(width=600, title=found.row.name or found.row.id)

    def experiment(self, key: str) -> Any:
        """The effects of an experiment's arms in its primary outcome, with their intervals."""
        from choral.analytics.experiments import plots  # deferred with its room

        return plots.experiment(altair_or_refusal(), self._analytics.experiments.read(key))

    def channel_effects(self, measure: str = "sales") -> Any:
        """What each channel brings per treated customer over all its experiments."""
        from choral.analytics.experiments import plots  # deferred with its room

        found = self._analytics.experiments.channels(measure)
        return plots.channels(altair_or_refusal(), found, self._analytics.as_of().currency)

    def rfm(self) -> Any:
        """The grid of recency and frequency."""
        altair = altair_or_refusal()
        found = self._analytics.rfm()
        rows = [
            {"recency": cell.recency, "frequency": cell.frequency, "segment": cell.segment,
             "customers": cell.customers, "sales": major(cell.amount, found.currency)}
            for cell in found.cells
        ]  # fmt: skip
        return altair.Chart(data(altair, rows)).mark_rect().encode(
            x=altair.X("frequency:O", title="Frequency (5: most often)"),
            y=altair.Y("recency:O", sort="descending", title="Recency (5: last)"),
            color=altair.Color("customers:Q", title="Customers"),
            tooltip=["segment:N", "customers:Q", "sales:Q"],
        ).properties(width=320, height=320)  # fmt: skip

    def paths(self, query: PathQuery | None = None) -> Any:
        """The commonest ways to the first order, or those a query asks for."""
        from choral.analytics.journeys import plots  # deferred: scipy

        return plots.paths(self._analytics.journeys, altair_or_refusal(), query)

    def funnel(self, query: FunnelQuery) -> Any:
        """How many customers did each step."""
        from choral.analytics.journeys import plots  # deferred: scipy

        return plots.funnel(self._analytics.journeys, altair_or_refusal(), query)

    def cohorts(self, query: CohortQuery | None = None) -> Any:
        """Who comes back, by the period of the first purchase."""
        from choral.analytics.journeys import plots  # deferred: scipy

        return plots.cohorts(self._analytics.journeys, altair_or_refusal(), query)

    def credits(self, question: Question | None = None) -> Any:
        """What each channel (or campaign, creative, store) is credited with, by every model."""
        from choral.analytics.attribution import plots  # deferred with its room

        return plots.credits(self._analytics.attribution, altair_or_refusal(), question)

    def finding(self, key: str) -> Any:
        """A finding's figure in the band it was expected in."""
        from choral.analytics.findings import plots  # deferred with its room

        return plots.finding(altair_or_refusal(), self._analytics.findings.one(key), self._analytics.as_of().currency)

    def why(self, metric: WhyMetric = "sales", by: WhyBy = "store") -> Any:
        """The last complete week against the one before, as a waterfall of its parts."""
        from choral.analytics.findings import plots  # deferred with its room

        return plots.why(altair_or_refusal(), self._analytics.findings.why(metric, by))

    def affinity(self, by: str = "segment", measure: str = "followed") -> Any:
        """How often customers of each part order or answer on each channel: bought, followed, answered, preferred."""
        from choral.analytics.affinity import plots  # deferred with its room

        return plots.grid(self._analytics.affinity, altair_or_refusal(), by, measure)


def altair_or_refusal() -> Any:
    """Altair, or `Unsupported` with how to install it."""
    try:
        import altair  # deferred: an optional extra
    except ImportError as error:
        raise Unsupported(
            "plots_missing",
            "Pictures need the package Altair.",
            "It is not installed here.",
            "Install it with: pip install 'choral[notebook]'",
        ) from error
    return altair


def data(altair: Any, rows: list[dict[str, Any]]) -> Any:
    """Rows as a chart takes them."""
    return altair.Data(values=rows)


def major(minor: float, currency: str) -> float:
    """Minor units in major ones."""
    return minor / 10.0 ** minor_digits(currency)


def _name(key: str, name: str) -> str:
    return {REST: "others", UNKNOWN: "unknown"}.get(key) or name or key

"""The media mix as Altair charts; needs the `notebook` extra."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from choral.analytics.mix.values import Outcome
from choral.analytics.plots import altair_or_refusal, data, major

if TYPE_CHECKING:
    from choral.analytics.mix.door import Mix


class MixPlots:
    """One call a picture: `weeks`, `returns`, `curves`. Money is shown in major units."""

    def __init__(self, mix: Mix) -> None:
        self._mix = mix

    def weeks(self, outcome: Outcome = "sales") -> Any:
        """Where the sales of each week came from."""
        altair = altair_or_refusal()
        found = self._mix.result(outcome)
        names = ["base", *[one.channel for one in found.channels]]
        rows = [
            {"week": week.starts.isoformat(), "from": name, "amount": major(value, found.currency)}
            for week in found.weeks
            for name, value in zip(names, (week.base, *week.channels), strict=True)
        ]
        return altair.Chart(data(altair, rows)).mark_area().encode(
            x=altair.X("week:T", title=None),
            y=altair.Y("amount:Q", stack=True, title=f"{outcome}, {found.currency}"),
            color=altair.Color("from:N", sort=names, title=None),
            tooltip=["week:T", "from:N", "amount:Q"],
        ).properties(width=600)  # fmt: skip

    def returns(self, outcome: Outcome = "sales") -> Any:
        """What each channel gave back for a unit of money, with its 95 % interval."""
        altair = altair_or_refusal()
        rows = [
            {"channel": one.channel, "low": one.returns.low, "returns": one.returns.middle, "high": one.returns.high}
            for one in self._mix.result(outcome).channels
        ]
        base = altair.Chart(data(altair, rows)).encode(y=altair.Y("channel:N", title=None))
        bars = base.mark_rule().encode(x=altair.X("low:Q", title=f"{outcome} for each unit of money"), x2="high:Q")
        return (
            bars + base.mark_point(filled=True).encode(x="returns:Q", tooltip=["channel:N", "returns:Q"])
        ).properties(width=480)

    def curves(self, outcome: Outcome = "sales") -> Any:
        """How each channel answers to money: the middle and the 95 % band."""
        altair = altair_or_refusal()
        currency = self._mix.result(outcome).currency
        rows = [
            {"channel": one.channel, "spend": major(at.spend, currency), "low": major(at.brings.low, currency),
             "brings": major(at.brings.middle, currency), "high": major(at.brings.high, currency)}
            for one in self._mix.curves(outcome)
            for at in one.points
        ]  # fmt: skip
        base = altair.Chart(data(altair, rows)).encode(x=altair.X("spend:Q", title=f"Spend, {currency}"))
        band = base.mark_area(opacity=0.2).encode(y=altair.Y("low:Q", title=f"{outcome}, {currency}"), y2="high:Q")
        return (
            (band + base.mark_line().encode(y="brings:Q"))
            .properties(width=240, height=160)
            .facet("channel:N", columns=3)
        )

"""The door of the media mix: spend, what channels brought, how they answer to money, where the next money goes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from choral.analytics.mix import advice, breakdown, campaign_returns, spend, weeks
from choral.analytics.mix.averaging import Average, average
from choral.analytics.mix.plan import plan
from choral.analytics.mix.values import (
    Advice,
    CampaignReturn,
    Curve,
    MixResult,
    Outcome,
    Spending,
    SpendLine,
    SpendPage,
)  # fmt: skip
from choral.analytics.mix.weeks import FEWEST_WEEKS, Weeks
from choral.analytics.reading import Reading
from choral.analytics.values import AsOf, Campaign, CampaignRow

if TYPE_CHECKING:
    from choral.analytics.mix.plots import MixPlots

Now = Callable[[], tuple[Reading | None, AsOf]]
_MOST_KEPT = 8


@dataclass(frozen=True)
class Measured:
    """What experiments found about a channel: extra sales (minor units) on these days with their standard error.

    `cost` (minor units) is what the treated cost: beside the channel's whole spend of these days it says which part of
    the channel's effect the experiments could see.
    """

    channel: str
    since: date
    until: date
    effect: float
    error: float
    cost: float


@dataclass(frozen=True)
class _Model:
    weeks: Weeks
    average: Average


class Mix:
    """Media spend and the media mix of one shop. Amounts are minor units of the shop's currency."""

    def __init__(
        self, lake: str, now: Now, campaigns: Callable[[], tuple[CampaignRow, ...]],
        campaign: Callable[[str], Campaign], measured: Callable[[], Sequence[Measured]] = tuple,
    ) -> None:  # fmt: skip
        self._table = spend.SpendTable(lake)
        self._now = now
        self._campaigns, self._campaign = campaigns, campaign
        self._measured = measured
        self._lock = threading.Lock()
        self._kept: dict[object, _Model | str] = {}

    def spending(self) -> Spending:
        """What media cost, by channel and week. Weeks begin on Mondays and sum to the lines to the cent."""
        reading, as_of = self._now()
        return spend.spending(self._table, reading, as_of.currency)

    def lines(self, channel: str | None = None, after: str | None = None, limit: int = 50) -> SpendPage:
        """The lines of the media plan, newest first; `after` is the last page's `next`."""
        return self._table.lines(channel, after, limit, self._now()[1].currency)

    def every_line(self) -> tuple[SpendLine, ...]:
        """All lines, for an export."""
        return self._table.every()

    def result(self, outcome: Outcome = "sales") -> MixResult:
        """Where sales (or margin) came from by the media mix model; `verdict` says why when there is none.

        Method, assumptions and limits: docs/decisions/0020-media-mix.md.
        """
        reading, as_of = self._now()
        model = self._model(reading, as_of, outcome)
        if isinstance(model, str):
            rate = weeks.outcomes(reading).margin_rate if reading else None
            return MixResult(model, outcome, as_of.currency, None, None, rate)
        return breakdown.result(model.weeks, model.average, outcome, as_of.currency)

    def curves(self, outcome: Outcome = "sales") -> tuple[Curve, ...]:
        """How each channel answers to money, over a plan of up to 52 weeks like its last; none without a model."""
        model = self._model(*self._now(), outcome)
        if isinstance(model, str):
            return ()
        return advice.curves(model.weeks.channels, plan(model.weeks.spend, model.average.parameters))

    def advise(
        self,
        budget: int | None = None,
        keep: float = 0.3,
        bounds: Mapping[str, tuple[int | None, int | None]] | None = None,
        next_sum: int = 100_000,
        length: int = 52,
        margin: float | None = None,
        outcome: Outcome = "sales",
    ) -> Advice:
        """How to divide a budget over the next `length` weeks, and where the next sum would go.

        `budget` is what is spent today when not given. Each channel keeps to `keep` (0.3: ±30 %) around its part of
        it, or to `bounds` (least, most). `margin` (0 to 1) is used where costs of products are not known. Raises
        `InvalidInput` `budget_not_possible`, `no_such_channel`.
        """
        reading, as_of = self._now()
        model = self._model(reading, as_of, outcome)
        if isinstance(model, str):
            return Advice(model, as_of.currency, outcome, 0, budget or 0, 0, margin)
        rate = model.weeks.margin_rate if model.weeks.margin_rate is not None else margin
        found = plan(model.weeks.spend, model.average.parameters, length)
        told = breakdown.told(model.weeks, model.average)
        wish = advice.Wish(budget, keep, bounds or {}, next_sum)
        return advice.advise(model.weeks.channels, told, found, outcome, as_of.currency, rate, wish)

    def campaign_returns(self) -> tuple[CampaignReturn, ...]:
        """Campaigns with a known cost: what they brought in margin (or sales), less what they cost, with intervals."""
        reading, as_of = self._now()
        if reading is None:
            return ()
        rate = weeks.outcomes(reading).margin_rate
        return campaign_returns.returns(self._table, reading, as_of.currency, rate, self._campaigns())

    def campaign_return(self, campaign_id: str) -> CampaignReturn | None:
        """The same of one campaign; None when nobody said what it cost. `NotFound` without such a campaign."""
        reading, as_of = self._now()
        if reading is None:
            return None
        row = self._campaign(campaign_id).row
        rate = weeks.outcomes(reading).margin_rate
        found = campaign_returns.returns(self._table, reading, as_of.currency, rate, [row])
        return found[0] if found else None

    def campaign_cost(self, campaign_id: str) -> int | None:
        """What a campaign cost (minor units of the shop's currency), None where nobody said."""
        reading, as_of = self._now()
        found = campaign_returns.costs(self._table, reading, as_of.currency, [campaign_id]) if reading else {}
        return found.get(campaign_id)

    def campaign_costs(self) -> dict[str, int]:
        """The cost of every campaign of which somebody said it (minor units of the shop's currency), by its id."""
        reading, as_of = self._now()
        if reading is None:
            return {}
        known = [one.id for one in self._campaigns()]
        return campaign_returns.costs(self._table, reading, as_of.currency, known)

    @cached_property
    def plot(self) -> MixPlots:
        """The pictures of the media mix as Altair charts (needs the `notebook` extra)."""
        from choral.analytics.mix.plots import MixPlots  # deferred: needs an optional extra

        return MixPlots(self)

    def _model(self, reading: Reading | None, as_of: AsOf, outcome: Outcome) -> _Model | str:
        """The model, or why there is none; kept for as long as nothing it rests on changes."""
        if reading is None:
            return "no_spend" if self._table.version is None else "too_few_weeks"
        measured = tuple(self._measured())
        name = (reading.source.marts.version.name, self._table.version, outcome, measured)
        with self._lock:
            if name not in self._kept:
                self._kept[name] = _make(self._table, reading, as_of, outcome, measured)
                while len(self._kept) > _MOST_KEPT:
                    self._kept.pop(next(iter(self._kept)))
            return self._kept[name]


def _make(
    table: spend.SpendTable, reading: Reading, as_of: AsOf, outcome: Outcome, measured: Sequence[Measured]
) -> _Model | str:
    paid, _by_events = spend.weekly(table, reading, as_of.currency)
    if not paid:
        return "no_spend"
    sold = weeks.outcomes(reading)
    if outcome == "margin" and sold.margin_rate is None:
        return "no_margin"
    found = weeks.weeks(sold, paid, outcome)
    if len(found.mondays) < FEWEST_WEEKS:
        return "too_few_weeks"
    if not found.channels:
        return "no_spend"
    if not (found.spend.std(0) > 0).any():
        return "nothing_varies"
    rate = (sold.margin_rate or 1.0) if outcome == "margin" else 1.0
    evidence = breakdown.evidence_of(found, [one for said in measured if (one := _placed(found, said, rate))])
    return _Model(found, average(found.data(evidence), found.priors(outcome)))


def _placed(found: Weeks, said: Measured, rate: float) -> tuple[str, int, int, float, float, float] | None:
    """Experiments on the weeks of the model; None when they lie outside of them or cannot be used."""
    inside = [at for at, monday in enumerate(found.mondays) if said.since <= _sunday(monday) and monday <= said.until]
    if not inside or said.error <= 0 or said.channel not in found.channels:
        return None
    first, last = inside[0], inside[-1] + 1
    spent = float(found.spend[first:last, found.channels.index(said.channel)].sum())
    share = min(said.cost / spent, 1.0) if spent > 0 else 0.0
    return (said.channel, first, last, rate * said.effect, rate * said.error, share) if share > 0 else None


def _sunday(monday: date) -> date:
    return date.fromordinal(monday.toordinal() + 6)

"""What is said about media spend and the media mix: frozen values. Amounts in minor units, shares as fractions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from choral.core.ids import digest

Outcome = Literal["sales", "margin"]


@dataclass(frozen=True)
class SpendLine:
    """What was paid for media from one day to another (both included; spread evenly over them). "" means none or all;
    `impressions` and `clicks` are None where nobody said. `key` names the line, by all that makes it one line."""

    channel: str
    starts: date
    ends: date
    amount: int
    currency: str
    campaign_id: str = ""
    creative: str = ""
    region: str = ""
    impressions: int | None = None
    clicks: int | None = None

    @property
    def key(self) -> str:
        said = (self.channel, self.campaign_id, self.creative, self.region, self.starts.isoformat())
        return digest("\0".join(said), 12).hex()


@dataclass(frozen=True)
class ChannelSpend:
    """What one channel cost, by the weeks of `Spending.weeks`. `told_by`: lines of the media plan, or the costs that
    events of the channel carry themselves (used where no line names the channel)."""

    channel: str
    amount: int
    weeks: tuple[int, ...]
    lines: int
    told_by: Literal["lines", "events"]


@dataclass(frozen=True)
class Spending:
    """All media spend in the shop's currency, biggest channel first; weeks begin on Mondays.

    `other_currencies` were left out. `placements` counts the products shown on displays and in mailers by week: media
    of the shop's own that have no price.
    """

    currency: str
    amount: int
    weeks: tuple[date, ...]
    channels: tuple[ChannelSpend, ...]
    other_currencies: tuple[str, ...]
    placements: int = 0


@dataclass(frozen=True)
class SpendPage:
    """Some lines, newest first, and the cursor of the next page."""

    rows: tuple[SpendLine, ...]
    next: str | None
    count: int
    amount: int


@dataclass(frozen=True)
class Interval:
    """What is still possible: 95 % lies between `low` and `high`; `middle` is the median."""

    low: float
    middle: float
    high: float


@dataclass(frozen=True)
class ChannelResult:
    """What one channel brought, in the outcome's minor units.

    `returns` is the outcome for each unit of money spent, `marginal` what the next unit would bring, both as ratios.
    `none` is the chance that it brings nothing; `learned` how much of our doubt the data removed (0 all is
    assumption, 1 nothing is). `carry_weeks` is how long it takes until half of a spend has worked; `half` the spend of
    one week that reaches half of what the channel can bring at most, `usual` its mean week with spend.
    `codes` say what is to be minded: rarely, steady, assumed, together:<channel>, measured.
    """

    channel: str
    spend: int
    weeks: int
    contribution: Interval
    share: Interval
    returns: Interval
    marginal: Interval
    none: float
    learned: float
    carry_weeks: float
    half: Interval
    usual: float
    codes: tuple[str, ...]


@dataclass(frozen=True)
class MixWeek:
    """One week: what came, what the model makes of it (95 % for new weeks like it), and the parts of its best guess."""

    starts: date
    actual: int
    low: float
    fitted: float
    high: float
    base: float
    channels: tuple[float, ...]


@dataclass(frozen=True)
class Quality:
    """How far the model is to be trusted. `error` is the mean miss in the last `tested` weeks, which it had not seen,
    as a share of sales; `error_without` the same for a model that knows no media. `memory` is how much of a week's
    noise lasts into the next."""

    r_squared: float
    noise: float
    memory: float
    error: float
    error_without: float
    tested: int


@dataclass(frozen=True)
class MixResult:
    """The media mix: where sales came from. `verdict`: ready, no_spend, too_few_weeks, no_margin, nothing_varies.

    It is a correlation over weeks, not an experiment; channels with the code `measured` are held by experiments.
    """

    verdict: str
    outcome: Outcome
    currency: str
    since: date | None
    until: date | None
    margin_rate: float | None
    channels: tuple[ChannelResult, ...] = ()
    weeks: tuple[MixWeek, ...] = ()
    base: Interval | None = None
    quality: Quality | None = None
    controls: tuple[str, ...] = ()
    experiments: int = 0


@dataclass(frozen=True)
class CurvePoint:
    """At this spend over the whole plan: what it brings, and what the next unit of money brings."""

    spend: float
    brings: Interval
    marginal: Interval


@dataclass(frozen=True)
class Curve:
    """How a channel answers to money, over a plan of `weeks` weeks like its last; `now` is what it costs today.
    Beyond `tried` (its biggest week, kept up) nothing was ever tried."""

    channel: str
    weeks: int
    now: float
    tried: float
    points: tuple[CurvePoint, ...]


@dataclass(frozen=True)
class Move:
    """One channel's money before and after, and what it brings more or less."""

    channel: str
    now: int
    then: int
    least: int
    most: int
    gain: Interval


@dataclass(frozen=True)
class Step:
    """What the next sum would bring in one channel: the outcome, its return, the chance that none does better."""

    channel: str
    brings: Interval
    returns: Interval
    best: float


@dataclass(frozen=True)
class Advice:
    """How to divide a budget. `gain` is the outcome gained over leaving it as it is, `profit` what is left of it once
    paid for (None without a margin). `verdict`: move, keep (the gain's interval covers zero), no_model.

    `steps` say where the next `next_sum` would go, best first; `next_verdict`: one, several (cannot be told apart),
    unsure (the interval covers what it costs). `breakeven` is the margin from which the best step pays;
    `test` the channel an experiment would teach most about. Of `untold` channels the sales tell nothing: their money is
    left alone and nothing is promised of them.
    """

    verdict: str
    currency: str
    outcome: Outcome
    weeks: int
    budget: int
    now: int
    margin_rate: float | None
    moves: tuple[Move, ...] = ()
    gain: Interval | None = None
    profit: Interval | None = None
    next_sum: int = 0
    next_verdict: str = ""
    steps: tuple[Step, ...] = ()
    breakeven: float | None = None
    test: str = ""
    untold: tuple[str, ...] = ()


@dataclass(frozen=True)
class CampaignReturn:
    """Whether a campaign was worth its money: what it brought (margin where known), what it cost, what is left."""

    campaign_id: str
    cost: int
    gain: Interval
    profit: Interval
    margin_rate: float | None
    currency: str
    verdict: str

"""The frozen values that go through the door of experiments; times in µs UTC, money in minor units of `currency`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

Kind = Literal["test", "holdout", "import", "told"]
State = Literal["planned", "running", "stopped"]
Shape = Literal["binary", "mean", "ratio"]
Unit = Literal["money", "number", "share"]
Decision = Literal["more", "less", "not_established", "too_few", "hidden"]
Check = Literal["passed", "failed", "unknown"]


@dataclass(frozen=True)
class Arm:
    """One variation. `weight` is its share of all weights; one arm is the `control` the others are compared with."""

    key: str
    name: str
    weight: int = 1
    control: bool = False


@dataclass(frozen=True)
class ImportedColumn:
    """A column of an imported experiment: an `outcome`, a `covariate` known before, or an `attribute` to cut by.

    `name` is the head in the file; `number` whether it is kept as a number; `unit` what an outcome is counted in.
    """

    name: str
    role: Literal["outcome", "covariate", "attribute"]
    number: bool
    unit: Unit = "number"


@dataclass(frozen=True)
class Plan:
    """What an experiment is to find out. `audience` "" is everybody; `planned_units` what the planner asked for.

    Outcomes are texts (`choral.analytics.experiments.outcomes`): `sales`, `margin`, `orders`, `bought`, `order_value`,
    of a department or product `sales/department/Toys`, of an imported column `column/visit`.
    """

    name: str
    arms: tuple[Arm, ...]
    kind: Kind = "test"
    hypothesis: str = ""
    primary: str = "sales"
    secondary: tuple[str, ...] = ()
    window_days: int = 28
    audience: str = ""
    channel: str = ""
    campaign_id: str = ""
    planned_units: int | None = None
    columns: tuple[ImportedColumn, ...] = ()
    shares_known: bool = True


@dataclass(frozen=True)
class Experiment:
    """An experiment as it stands. `number` is its place in the book, 0 when other tools told of it and no one here."""

    key: str
    plan: Plan
    state: State
    number: int = 0
    salt: str = ""
    created_at: int = 0
    created_by: str = ""
    started_at: int | None = None
    stopped_at: int | None = None
    archived: bool = False


@dataclass(frozen=True)
class Assignment:
    """The arm somebody has. `counted` is false for those who are only shown the control: not eligible, or left out
    of profiling (`reason`); `new` whether the lot was drawn just now."""

    experiment: str
    arm: str
    customer: str
    counted: bool
    new: bool
    reason: str = ""


@dataclass(frozen=True)
class Interval:
    """An effect with its bounds; `relative` ones as a share of the control's mean, None where that is near zero."""

    effect: float
    low: float
    high: float
    p: float
    relative: float | None = None
    relative_low: float | None = None
    relative_high: float | None = None


@dataclass(frozen=True)
class ArmMean:
    """An arm's units, the plain mean (or ratio) of the outcome, and its standard error; None without units."""

    arm: str
    units: int
    mean: float | None
    error: float | None


@dataclass(frozen=True)
class Comparison:
    """One arm against the control in one outcome. `interval` holds at any look; `level` is the error rate it is made
    for, after Holm. `fixed` is the interval of a single look planned before; `plain` the same as `interval` without
    what was known before; `capped` with the biggest values brought down. Effects are per unit (customer)."""

    arm: str
    control: str
    decision: Decision
    interval: Interval | None = None
    level: float = 0.05
    holm: float = 1.0
    benjamini_hochberg: float = 1.0
    chance_to_win: float | None = None
    fixed: Interval | None = None
    plain: Interval | None = None
    capped: Interval | None = None
    capped_at: float | None = None


@dataclass(frozen=True)
class OutcomeResult:
    """What was measured of one outcome. `variance_removed` is the gain CUPED really had (a share), None without one."""

    outcome: str
    primary: bool
    shape: Shape
    unit: Unit
    arms: tuple[ArmMean, ...]
    comparisons: tuple[Comparison, ...]
    variance_removed: float | None = None


@dataclass(frozen=True)
class ArmCount:
    """How many units drew an arm, and how many should have."""

    arm: Arm
    units: int
    expected: float | None


@dataclass(frozen=True)
class SampleRatio:
    """Whether the arms have the sizes the plan gives them; below p = 0.001 no effect is shown as a result."""

    check: Check
    arms: tuple[ArmCount, ...]
    chi_square: float | None = None
    p: float | None = None


@dataclass(frozen=True)
class ReadOut:
    """The answer of an experiment. Effects are of the arm drawn, taken or not (intention to treat), and causal when
    `causal`: the lot was drawn by chance and the sample ratio does not speak against it.

    `waiting`: units whose window is not over; `crossed`: people who drew two arms before they were known as one
    (the first counts); `unknown`: units of arms the plan does not know.
    """

    experiment: Experiment
    as_of: date | None
    currency: str
    units: int
    waiting: int
    crossed: int
    unknown: int
    sample_ratio: SampleRatio
    causal: bool
    outcomes: tuple[OutcomeResult, ...]
    unavailable: tuple[str, ...] = ()
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True)
class SegmentRow:
    """The effect in one part of the units, and how much it differs from the effect in all others (an interval of its
    own: two intervals that overlap prove nothing). `decision` is about the difference, Holm over all parts."""

    value: str
    units: int
    effect: Interval | None
    difference: Interval | None
    decision: Decision
    holm: float = 1.0


@dataclass(frozen=True)
class Segments:
    """The effect by an attribute known before the lot; `attributes` are those that can be asked for."""

    experiment: str
    outcome: str
    arm: str
    attribute: str
    attributes: tuple[str, ...]
    rows: tuple[SegmentRow, ...]


@dataclass(frozen=True)
class History:
    """What the shop's own past says of an outcome: mean and variance per customer over a window, how much of it what
    was bought in the window before explains (a share), and over how many customers."""

    outcome: str
    unit: Unit
    shape: Shape
    customers: int
    mean: float
    variance: float
    explained: float
    as_of: date | None


@dataclass(frozen=True)
class Sizes:
    """How many units a plan needs: to look at any day, or once; with and without CUPED. `days` until so many customers
    have come by (None: they are all there, or never); `seen` the smallest effect that those eligible now can show."""

    history: History
    effect: float
    relative: float | None
    any_day: int | None
    any_day_adjusted: int | None
    one_look: int | None
    one_look_adjusted: int | None
    eligible: int
    days: int | None
    seen: float | None
    power: float
    window_days: int


@dataclass(frozen=True)
class MeasuredEffect:
    """One measured effect for other rooms: per treated customer with a standard error and an always-valid interval;
    totals over all treated. `spend` in minor units where media spend of the campaign is known."""

    experiment: str
    name: str
    outcome: str
    unit: Unit
    arm: str
    channel: str
    campaign_id: str
    starts: date | None
    ends: date | None
    window_days: int
    treated: int
    control: int
    effect: float
    error: float
    low: float
    high: float
    relative: float | None
    total: float
    total_low: float
    total_high: float
    decision: Decision
    spend: int | None = None
    causal: bool = True


@dataclass(frozen=True)
class Answer:
    """The first arm's answer in the primary outcome; `interval` None where too few drew."""

    arm: str
    decision: Decision
    interval: Interval | None


@dataclass(frozen=True)
class ChannelEffect:
    """What a channel brings per treated customer over all its experiments, in `measure` (sales in minor units), with
    an always-valid interval; `error` its standard error, `cost` what a treated customer cost (None: not known)."""

    channel: str
    measure: str
    experiments: int
    treated: int
    control: int
    interval: Interval
    error: float
    decision: Decision
    cost: float | None


@dataclass(frozen=True)
class ExperimentRow:
    """A line of the list: the experiment, how many drew a lot and on which days, whether the arms have their sizes."""

    experiment: Experiment
    units: int
    check: Check
    first_day: date | None
    last_day: date | None
    answer: Answer | None = None

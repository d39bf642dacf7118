"""What can be asked of journeys, checked: each question a frozen value, the same for pages, API and notebooks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from choral.analytics.journeys.conditions import MOST
from choral.analytics.journeys.paths import MOST_STEPS
from choral.analytics.journeys.values import (
    Activity,
    CohortMeasure,
    CohortStart,
    Every,
    LabelBy,
    Order,
    Outcome,
    Split,
    Step,
)  # fmt: skip
from choral.core.errors import InvalidInput

_LONGEST_WINDOW, _LONGEST_SEQUENCE = 3_650.0, 4


@dataclass(frozen=True)
class FunnelQuery:
    """Steps as `Step.read` reads them; all within `window_days` after the first. `order`: `then` (others may lie
    between), `directly` (nothing between), `any`. `excluded`: must not happen between two steps. `segment`:
    `audience:<key>`, `value:<segment>` or everybody."""

    steps: tuple[str, ...]
    window_days: float = 7.0
    order: Order = "then"
    excluded: tuple[str, ...] = ()
    split: Split | None = None
    since: date | None = None
    until: date | None = None
    segment: str = ""

    def check(self) -> None:
        """Raises `InvalidInput` `too_few_steps`, `too_many_steps`, `wrong_window`, `wrong_step`."""
        if not self.steps:
            raise InvalidInput("too_few_steps", "A funnel needs a step.", fix="Choose the first step.", status=422)
        if len(self.steps) + len(self.excluded) > MOST:
            raise InvalidInput("too_many_steps", f"A funnel can have {MOST} steps and exclusions.",
                               fix="Leave some out.", status=422)  # fmt: skip
        if not 0 < self.window_days <= _LONGEST_WINDOW:
            raise InvalidInput("wrong_window", "The window cannot be used.", "It is more than nothing and at most ten"
                               " years.", "Give days, such as 7 or 0.5.", 422)  # fmt: skip
        for text in (*self.steps, *self.excluded):
            Step.read(text)
        if self.order == "any" and len(set(self.steps)) < len(self.steps):
            raise InvalidInput("same_step_twice", "In any order a step cannot be asked for twice.",
                               "One touch would do both.", "Ask for them one after the other.", 422)  # fmt: skip


@dataclass(frozen=True)
class PathQuery:
    """Ways from `start` (a step; "": the first touch) to `end`: "" (an order, or none), `order`, `none` (only those
    without any), or a step. `depth` touches shown (1 to 10), `backwards` from the end. `channel`: only its touches."""

    by: LabelBy = "channel"
    start: str = ""
    end: str = ""
    depth: int = 4
    backwards: bool = False
    channel: str = ""
    since: date | None = None
    until: date | None = None
    segment: str = ""

    def check(self) -> None:
        """Raises `InvalidInput` `wrong_depth`, `wrong_step`."""
        if not 1 <= self.depth <= MOST_STEPS:
            raise InvalidInput("wrong_depth", f"A path can be shown with 1 to {MOST_STEPS} steps.",
                               fix=f"Choose from 1 to {MOST_STEPS}.", status=422)  # fmt: skip
        if self.start:
            Step.read(self.start)
        if self.end not in ("", "order", "none"):
            Step.read(self.end)


@dataclass(frozen=True)
class CohortQuery:
    """Cohorts by `month` or `week` of the first purchase (or, `start` `meeting`, the first touch). `activity`:
    `purchases` (an amount above zero), `orders_and_returns`, or `meetings`."""

    every: Every = "month"
    activity: Activity = "purchases"
    start: CohortStart = "purchase"
    measure: CohortMeasure = "customers"
    segment: str = ""

    def check(self) -> None:
        """Raises `InvalidInput` `wrong_cohort`."""
        if self.start not in ("purchase", "meeting"):
            raise InvalidInput("wrong_cohort", "Cohorts cannot begin so.", fix="Use purchase or meeting.", status=422)


@dataclass(frozen=True)
class SequenceQuery:
    """Sequences of 2 to `longest` labels in `window_days`, and what came in the `horizon_days` after: a `purchase`, or
    (`loss`) none of those who bought in as many days before."""

    outcome: Outcome = "purchase"
    by: LabelBy = "channel"
    window_days: int = 30
    horizon_days: int = 30
    longest: int = 3
    segment: str = ""

    def check(self) -> None:
        """Raises `InvalidInput` `wrong_length`, `wrong_window`."""
        if not 2 <= self.longest <= _LONGEST_SEQUENCE:
            raise InvalidInput("wrong_length", "A sequence has 2 to 4 touches.", fix="Choose from 2 to 4.", status=422)
        if not (1 <= self.window_days <= 365 and 1 <= self.horizon_days <= 365):
            raise InvalidInput("wrong_window", "The days cannot be used.", fix="Give 1 to 365 days.", status=422)
